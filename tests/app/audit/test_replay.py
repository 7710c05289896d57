"""The same question asked again: what differs is told, and nothing else."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.answering.assistant import Assistant
from app.audit.bundle import Bundle, as_file, as_values, parse, without_texts
from app.audit.capture import capture
from app.audit.diff import BundleDifference
from app.audit.replay import replay
from app.models.fake_model import FakeChatModel
from app.service.executor import execute
from app.service.operations import OperationContext
from ingest.sync import sync
from tests.app.audit.test_audit import sound
from vectorstore.errors import BadInput
from vectorstore.library import Library
from vectorstore.records import EVERYTHING, Scope, Turn

G7 = "What did Japan's G7 presidency do for Taiwan?"
TEA = "Where is green tea grown?"


def bundle_of(assistant: Assistant, question: str, scope: Scope = EVERYTHING) -> Bundle:
    made = capture(assistant, assistant.ask(question, (), scope))
    return parse(json.loads(as_file(as_values(without_texts(made)))))


def parts(differences: tuple[BundleDifference, ...]) -> set[str]:
    return {one.part for one in differences}


@pytest.fixture
def tea(make_library: Callable[..., Library], folder: Path) -> Library:
    (folder / "tea.md").write_text("Uji in Kyoto grows green tea for the whole country.")
    (folder / "rice.md").write_text("Niigata grows rice in wet fields by the sea.")
    library = make_library()
    sync(library, folder)
    return library


@pytest.mark.parametrize(
    "question", [G7, "What is the height of Mount Fuji?", "What do you hold?", "台湾海峡の平和"]
)
def test_nothing_differs_where_nothing_has_changed(article: Library, question: str) -> None:
    assistant = Assistant(article)
    again = replay(assistant, bundle_of(assistant, question))
    assert (again.differences, again.notes) == ((), ())


def test_what_was_said_before_is_said_again(article: Library) -> None:
    history = [Turn("user", "What happened during the Paraguayan president's visit to Tokyo?")]
    assistant = Assistant(article)
    answer = assistant.ask("And what did they sign?", history)
    bundle = capture(assistant, answer, history)
    assert replay(assistant, bundle).differences == ()
    forgetful = replay(assistant, replace(bundle, history=()))
    assert "query" in parts(forgetful.differences)


def test_a_library_that_has_grown(tea: Library, folder: Path) -> None:
    assistant = Assistant(tea)
    before = bundle_of(assistant, TEA)
    (folder / "shizuoka.md").write_text("Green tea is grown in Shizuoka most of all.")
    sync(tea, folder)
    found = replay(assistant, before).differences
    texts = [f"{one.part}: {one.text}" for one in found]
    assert any(text.startswith("library: fingerprint was") for text in texts)
    assert any(text.startswith("candidates: 1 new: shizuoka") for text in texts)
    assert any(text.startswith("candidates: ") and " moved: " in text for text in texts)
    assert any(text.startswith("sentences: new: “Green tea is grown in Shiz") for text in texts)
    assert any(text.startswith("citations: new: “Green tea is grown in Shiz") for text in texts)
    assert not any(text.startswith(("versions", "settings", "query", "model")) for text in texts)


def test_a_library_that_has_lost_the_answer(tea: Library, folder: Path) -> None:
    assistant = Assistant(tea)
    before = bundle_of(assistant, TEA)
    (folder / "tea.md").unlink()
    sync(tea, folder)
    found = replay(assistant, before).differences
    assert {"library", "candidates", "outcome", "sentences", "citations"} <= parts(found)
    outcome = next(one for one in found if one.part == "outcome")
    assert outcome.before == {"outcome": "answered"}
    gone = next(one for one in found if one.part == "sentences")
    assert gone.text.startswith("gone: “Uji in Kyoto")
    assert gone.now is None


def test_verdicts_versions_settings_and_files_are_compared(article: Library) -> None:
    assistant = Assistant(article)
    before = bundle_of(assistant, G7)
    first = replace(before.answer.sentences[0], verdict="supported", reason="It was so.")
    cited = tuple(replace(one, sha256="0" * 64) for one in before.answer.citations)
    other = replace(
        before,
        versions={**before.versions, "chromadb": "0.1"},
        settings={**before.settings, "reranker": "tiny"},
        answer=replace(
            before.answer, sentences=(first, *before.answer.sentences[1:]), citations=cited
        ),
    )
    texts = [f"{one.part}: {one.text}" for one in replay(assistant, other).differences]
    assert f"versions: chromadb was 0.1, now {before.versions['chromadb']}." in texts
    assert "settings: reranker was tiny, now nothing." in texts
    assert any("was supported (It was so.), now verbatim" in text for text in texts)
    assert any("The file of" in text for text in texts)
    assert len(texts) == 4


def of_format_1(bundle: Bundle, verdict: str) -> Bundle:
    """Return a bundle as an earlier version wrote it: words decided, and nobody is named for it."""
    values = json.loads(as_file(as_values(bundle)))
    values["format"] = 1
    del values["answer"]["checked_by"]
    finding = {"verdict": verdict, "kind": "word_overlap", "ours": "", "theirs": "", "share": 0.4}
    values["answer"]["sentences"][0].update(
        verdict=verdict, reason="It was so.", findings=[finding]
    )
    return parse(values)


@pytest.mark.parametrize(
    ("verdict", "word"),
    [("supported", "supported"), ("partial", "partly supported"), ("unsupported", "not supported")],
)
def test_verdicts_of_an_earlier_version_are_said_to_be_of_another_kind(
    article: Library, verdict: str, word: str
) -> None:
    assistant = Assistant(article)
    before = of_format_1(bundle_of(assistant, G7), verdict)
    assert before.answer.checked_by == ""
    found = replay(assistant, before).differences
    texts = [one.text for one in found if one.part == "verdicts"]
    assert parts(found) == {"verdicts"}
    assert texts[0] == (
        "They were given by an earlier version, which compared words, now by "
        f"{assistant.verifier.name}: verdicts of another kind."
    )
    assert f"was {word} (It was so.), now verbatim" in texts[1]


def test_a_bundle_of_a_stored_earlier_answer_says_who_judged(article: Library) -> None:
    assistant = Assistant(article)
    answer = assistant.ask(G7)
    (first, *rest) = answer.sentences
    old = replace(answer, checked_by="", sentences=(replace(first, verdict="partial"), *rest))
    bundle = capture(assistant, old)
    assert bundle.notes[-1] == (
        "The verdicts were given by an earlier version, which compared words."
    )
    assert parse(json.loads(as_file(as_values(bundle)))) == bundle


def test_another_checker_is_a_difference(article: Library) -> None:
    assistant = Assistant(article)
    before = bundle_of(assistant, G7)
    other = replace(before, answer=replace(before.answer, checked_by="tiny"))
    (found,) = replay(assistant, other).differences
    assert (found.part, found.before, found.now) == ("verdicts", "tiny", assistant.verifier.name)
    assert found.text == f"They were given by tiny, now by {assistant.verifier.name}."


def test_rounding_is_no_difference_but_another_score_is(article: Library) -> None:
    assistant = Assistant(article)
    before = bundle_of(assistant, G7)

    def shifted(by: float) -> Bundle:
        (search,) = before.searches
        *others, last = search.candidates
        ranked = (*others, replace(last, score=last.score + by))
        return replace(before, searches=(replace(search, candidates=ranked),))

    assert replay(assistant, shifted(0.0001)).differences == ()
    (found,) = replay(assistant, shifted(0.01)).differences
    assert found.text == "Scores differ by up to 0.010."


def test_another_number_of_searches_is_told(article: Library) -> None:
    assistant = Assistant(article)
    before = bundle_of(assistant, G7)
    for searches, said in (
        ((), "Also searched for"),
        (before.searches * 2, "No longer searched for"),
    ):
        (found,) = replay(assistant, replace(before, searches=searches)).differences
        assert (found.part, said in found.text) == ("query", True)


def test_a_model_that_words_it_otherwise(article: Library) -> None:
    says = sound(article)
    before = bundle_of(Assistant(article, FakeChatModel(says=says), "fake:test"), G7)
    same = replay(Assistant(article, FakeChatModel(says=says), "fake:test"), before)
    assert same.differences == ()
    assert "wording differs from run to run" in " ".join(same.notes)
    other = replay(
        Assistant(article, FakeChatModel(says="Taiwan it was [2]."), "fake:test"), before
    )
    assert {"sentences"} <= parts(other.differences) <= {"sentences", "citations", "outcome"}
    quoted = replay(Assistant(article), before)
    assert "model" in parts(quoted.differences)
    assert "add `--model fake:test`" in " ".join(quoted.notes)


def test_no_file_decides_which_model_is_asked(
    article: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A bundle comes from somebody else: it must not send the library's words anywhere."""
    name = f"fake:{sound(article)}"
    values = execute(OperationContext(article), "audit", {"question": G7, "model": name})["bundle"]
    assert values["model"]["name"] == name

    def names(**more: str) -> str:
        found = execute(OperationContext(article), "replay", {"bundle": values, **more})
        models = [one for one in found["differences"] if one["part"] == "model"]
        return models[0]["now"]["name"] if models else name

    assert names() == "none (quotes)"
    assert names(model=name) == name
    monkeypatch.setenv("KAKEHASHI_MODEL", name)
    assert names() == name
    quoted = execute(OperationContext(article), "audit", {"question": G7, "model": ""})["bundle"]
    assert execute(OperationContext(article), "replay", {"bundle": quoted})["differences"] == ()


def test_a_scope_whose_sources_are_gone(tea: Library, folder: Path) -> None:
    assistant = Assistant(tea)
    ids = {source.path: source.id for source in tea.catalog.sources()}
    both = bundle_of(assistant, TEA, Scope(sources=(ids["tea.md"], ids["rice.md"])))
    one = bundle_of(assistant, TEA, Scope(sources=(ids["rice.md"],)))
    assert replay(assistant, one).differences == ()
    (folder / "rice.md").unlink()
    sync(tea, folder)
    assert "scope" in parts(replay(assistant, both).differences)
    with pytest.raises(BadInput, match="no longer has"):
        replay(assistant, one)


@pytest.mark.parametrize("bundle", [{}, {"format": 1}, {"format": 3}, {"format": "1"}])
def test_what_is_no_bundle_is_refused(article: Library, bundle: dict[str, object]) -> None:
    with pytest.raises(BadInput, match=r"audit bundle|another version"):
        execute(OperationContext(article), "replay", {"bundle": bundle})
