"""The audit bundle: all that led to an answer, for somebody who was not there."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.answering.answer_draft import QUOTING
from app.answering.assistant import Assistant
from app.audit.bundle import Bundle, as_file, as_values, parse, read, without_texts
from app.audit.capture import capture
from app.generation.context import build_context
from app.generation.writer import build_messages
from app.models.fake_model import FakeChatModel
from ingest.source_files import remove
from ingest.sync import sync
from vectorstore.errors import BadInput
from vectorstore.library import Library
from vectorstore.records import Answer, Scope, Turn
from vectorstore.storage.conversations import Conversations
from vectorstore.text.sentences import sentence_spans

G7 = "What did Japan's G7 presidency do for Taiwan?"
SECRET = "The zanzibarite ledger names forty-one harbours."


def sound(article: Library) -> str:
    """A sentence that holds, with its id: words that stand in what a model is offered for G7."""
    passage = article.search(G7, 1)[0].passage
    texts = [
        passage.text[a - passage.start : b - passage.start] for a, b in sentence_spans(passage)
    ]
    number = next(n for n, text in enumerate(texts, start=1) if text[0].isalpha())
    return f"{texts[number - 1].rstrip('.')} [{number}]."


def bundle_of(assistant: Assistant, question: str, *history: Turn, **how: Any) -> Bundle:
    answer = assistant.ask(question, history, **how)
    return capture(assistant, answer, history)


def test_a_quoted_answer_is_traced_to_the_last_candidate(article: Library) -> None:
    assistant = Assistant(article)
    answer = assistant.ask(G7)
    bundle = capture(assistant, answer)
    assert (bundle.as_of, bundle.notes) == ("answer", ())
    assert bundle.library.asked == bundle.library.now == answer.library == article.fingerprint
    assert (bundle.library.splitter, bundle.library.sources) == (article.splitter, 1)
    assert bundle.library.embedding == article.embeddings.fingerprint
    assert bundle.versions["chromadb"]
    assert bundle.made.endswith("+00:00")
    assert bundle.model.prompt is None
    assert (bundle.answer.outcome, bundle.answer.sentences) == (answer.outcome, answer.sentences)
    assert bundle.answer.checked_by == answer.checked_by == assistant.verifier.name

    ids = [one.passage.id for one in bundle.searches[0].candidates]
    assert ids[: len(answer.hits)] == [hit.passage.id for hit in answer.hits]
    assert [one.read for one in bundle.searches[0].candidates].count(True) == len(answer.hits)
    assert len(ids) == article.database.count("passage") > len(answer.hits)  # the rejected ones
    assert all(one.passage.text for one in bundle.searches[0].candidates)
    for look in ("dense", "sentence", "lexical", "phrases"):
        assert sorted(one.ranks[look] for one in bundle.searches[0].candidates) == list(
            range(1, len(ids) + 1)
        )
        first = min(bundle.searches[0].candidates, key=lambda one: one.ranks[look])
        assert getattr(first, look) == max(
            getattr(one, look) for one in bundle.searches[0].candidates
        )

    scores = [one["score"] for one in bundle.searches[0].evidence]
    assert scores == sorted(scores, reverse=True)
    assert {one["source_id"] for one in bundle.searches[0].evidence} == {
        answer.citations[0].source_id
    }
    numbers = {number for one in bundle.searches[0].evidence for number in one["cited"]}
    assert numbers == {citation.number for citation in answer.citations}
    assert any(not one["cited"] for one in bundle.searches[0].evidence)


def test_every_citation_resolves_and_names_the_hash_of_its_file(article: Library) -> None:
    bundle = bundle_of(Assistant(article), G7)
    assert bundle.answer.citations
    for one in bundle.answer.citations:
        assert one.resolves
        assert one.sha256 == article.catalog.source(one.source_id).sha256
        assert article.catalog.text(one.source_id)[one.start : one.end] == one.quote


def test_a_written_answer_comes_with_its_prompt_word_for_word(article: Library) -> None:
    seen: list[list[tuple[str, str]]] = []

    class Listening(FakeChatModel):
        def _stream(self, messages: Any, *rest: Any, **more: Any) -> Any:
            seen.append([(message.type, str(message.text)) for message in messages])
            yield from super()._stream(messages, *rest, **more)

    says = f"{sound(article)} Pigs fly [1]."
    assistant = Assistant(article, Listening(says=says), "fake:test")
    answer = assistant.ask(G7)
    bundle = capture(assistant, answer)
    assert bundle.model.prompt
    assert [[(one.role, one.text) for one in bundle.model.prompt]] == seen
    assert bundle.model.prompt_as_given
    assert (bundle.model.name, bundle.model.kind) == ("fake:test", "Listening")
    assert bundle.model.wrote == answer.raw
    assert [one.verdict for one in bundle.answer.sentences] == [
        one.verdict for one in answer.sentences
    ]
    assert bundle.answer.sentences[1].reason
    # Another model is in use now: what the first one's parameters were cannot be told.
    other = capture(Assistant(article), answer)
    assert other.model.parameters == {}
    assert "parameters are no longer known" in " ".join(other.notes)
    # Its words may have been dropped for quotations: they and the prompt are still there.
    dropped = capture(Assistant(article), replace(answer, model=QUOTING, raw="Pigs fly."))
    assert (dropped.model.name, dropped.model.wrote) == (QUOTING, "Pigs fly.")
    assert dropped.model.prompt == bundle.model.prompt
    assert not capture(Assistant(article), replace(answer, model=QUOTING, raw="")).model.prompt


def test_a_prompt_is_the_same_for_the_same(article: Library) -> None:
    offered = build_context(article.search(G7, 8))
    assert build_messages(article, G7, offered) == build_messages(article, G7, offered)


def test_silence_is_traced_too(article: Library) -> None:
    silent = Assistant(article, FakeChatModel(says="3,776 metres [1]."), "fake:test")
    bundle = bundle_of(silent, "What is the height of Mount Fuji?")
    assert bundle.answer.outcome == "not_found"
    assert bundle.answer.explanation.startswith("The sources do not say.")
    assert bundle.searches[0].candidates
    assert bundle.searches[0].evidence
    assert bundle.model.prompt is None  # it was decided before the model was asked
    assert not any(one["cited"] for one in bundle.searches[0].evidence)


def test_an_answer_from_the_catalog_was_not_searched(article: Library) -> None:
    bundle = bundle_of(Assistant(article), "What do you hold?", Turn("user", G7))
    assert bundle.searches == ()
    assert bundle.query.whole == "What do you hold?"
    assert bundle.answer.sentences
    assert bundle.library.asked == article.fingerprint
    assert bundle.notes == ()


def test_a_follow_up_brings_what_it_leans_on(article: Library) -> None:
    first = Turn("user", "What happened during the Paraguayan president's visit to Tokyo?")
    said = Turn("assistant", "Prime Minister Ishiba welcomed President Peña.")
    bundle = bundle_of(Assistant(article), "And what did they sign?", first, said)
    assert (bundle.query.text, bundle.query.context) == ("And what did they sign?", (first.text,))
    assert bundle.query.whole == f"{first.text} And what did they sign?"
    assert not bundle.query.written_out
    assert bundle.history == (first, said)


def test_a_follow_up_that_was_searched_alone_leans_on_nothing(article: Library) -> None:
    assistant = Assistant(article)
    answer = assistant.ask("And what did they sign?")
    earlier = Turn("user", "What happened during the Paraguayan president's visit to Tokyo?")
    bundle = capture(assistant, answer, [earlier])
    assert (bundle.query.context, bundle.history) == ((), ())


def test_a_query_that_a_model_wrote_out_is_said_to_be_so(article: Library) -> None:
    written = "What did Ishiba and the Paraguayan president sign?"
    history = [
        Turn("user", "Did Ishiba welcome the Paraguayan president?"),
        Turn("assistant", "Yes."),
    ]
    assistant = Assistant(article, FakeChatModel(says=written), "fake:test")
    answer = assistant.ask("And what did they sign?", history)
    assert answer.query == written
    bundle = capture(assistant, answer, history)
    assert (bundle.query.text, bundle.query.written_out) == (written, True)


def test_the_scope_is_kept_and_what_lies_outside_is_shown(library: Library, folder: Path) -> None:
    (folder / "tea.md").write_text("Uji in Kyoto grows green tea for the whole country.")
    (folder / "rice.md").write_text("Niigata grows rice in wet fields by the sea.")
    ids = {change.path: change.source_id for change in sync(library, folder)}
    scope = Scope(sources=(str(ids["rice.md"]),))
    bundle = bundle_of(Assistant(library), "Where is green tea grown?", scope=scope)
    assert (bundle.scope, bundle.answer.outcome) == (scope, "out_of_scope")
    assert [one.passage.source_id for one in bundle.searches[0].candidates] == [ids["rice.md"]]
    assert bundle.elsewhere[0].passage.source_id == ids["tea.md"]


def test_passages_that_were_rejected_as_copies_are_there(library: Library, folder: Path) -> None:
    text = "Uji in Kyoto grows green tea for the whole country and sells it in spring."
    (folder / "one.md").write_text(text)
    (folder / "two.md").write_text(f"{text} Really.")
    sync(library, folder)
    bundle = bundle_of(Assistant(library), "Where is green tea grown?")
    (only,) = bundle.searches[0].candidates
    assert [one.id for one in only.repeated] == list(only.copies)
    assert "green tea" in only.repeated[0].text


@pytest.fixture
def kept(make_library: Callable[..., Library], folder: Path) -> tuple[Library, Answer]:
    """A library of two sources, and an answer that cites one of them and was kept."""
    (folder / "ledger.md").write_text(f"{SECRET} It was kept by Amina Salim.\n")
    (folder / "tea.md").write_text("Uji grows green tea.\n")
    library = make_library()
    sync(library, folder)
    answer = Assistant(library).ask("What does the zanzibarite ledger name?")
    Conversations(library.database).append("c", answer)
    return library, answer


def test_words_of_a_removed_source_do_not_come_back(
    kept: tuple[Library, Answer], folder: Path
) -> None:
    library, answer = kept
    remove(library, folder, answer.citations[0].source_id)
    (stored,) = Conversations(library.database).answers("c")
    bundle = capture(Assistant(library), stored)
    content = as_file(as_values(bundle)).decode()
    for words in ("forty-one", "Amina", "names"):
        assert words not in content
    assert bundle.as_of == "now"
    assert "The library has changed since" in bundle.notes[0]
    assert "no longer has the words of these citations: 1." in " ".join(bundle.notes)
    assert bundle.answer.citations[0].state == "removed"
    assert not bundle.answer.citations[0].resolves


def test_not_even_from_an_answer_that_still_holds_them(
    kept: tuple[Library, Answer], folder: Path
) -> None:
    """Where only the file is gone, answers keep what they quote; what was only read goes."""
    library, _ = kept
    (folder / "ledger.md").unlink()
    sync(library, folder)
    (stored,) = Conversations(library.database).answers("c")
    bundle = capture(Assistant(library), stored)
    assert "Amina" in stored.hits[0].passage.text
    assert "Amina" not in as_file(as_values(bundle)).decode()
    assert "their text is left out" in " ".join(bundle.notes)


def test_a_changed_library_is_told_and_what_was_read_is_kept(
    kept: tuple[Library, Answer], folder: Path
) -> None:
    library, answer = kept
    (folder / "rice.md").write_text("Niigata grows rice.")
    sync(library, folder)
    bundle = capture(Assistant(library), answer, answered="2026-01-02T03:04:05+00:00")
    assert bundle.answered == "2026-01-02T03:04:05+00:00"
    assert (bundle.as_of, bundle.library.asked) == ("now", answer.library)
    assert bundle.library.now == library.fingerprint != answer.library
    assert bundle.read_then == answer.hits
    assert all(one.resolves for one in bundle.answer.citations)
    # An answer that an earlier version kept does not know which library it was asked of.
    older = capture(Assistant(library), replace(answer, library=""))
    assert older.as_of == "now"
    assert "(or may have)" in older.notes[0]


def test_no_key_comes_along(article: Library) -> None:
    openai = pytest.importorskip("langchain_openai")
    model = openai.ChatOpenAI(
        model="gpt-test", api_key="sk-sesame", base_url="http://me:sesame@127.0.0.1:9/v1?t=sesame",
        temperature=0, max_retries=0, default_headers={"X-Token": "sesame"},
        organization="sesame", model_kwargs={"user": "sesame"},
    )  # fmt: skip
    answer = Assistant(article, FakeChatModel(says="Tokyo led [1]."), "openai:gpt-test").ask(G7)
    bundle = capture(Assistant(article, model, "openai:gpt-test"), answer)
    assert "sesame" not in as_file(as_values(bundle)).decode()
    assert bundle.model.server == "127.0.0.1:9"
    assert bundle.model.parameters["temperature"] == 0
    assert bundle.model.parameters["model_name"] == "gpt-test"
    assert bundle.versions["langchain-openai"]


def test_a_bundle_goes_through_its_file_and_back(article: Library, tmp_path: Path) -> None:
    history = [Turn("user", "\ud800 Who met Peña?", alone=True), Turn("assistant", "Ishiba [1].")]
    assistant = Assistant(article, FakeChatModel(says="They spoke of Taiwan [1]."), "fake:test")
    bundle = bundle_of(assistant, G7, *history)
    (tmp_path / "b.json").write_bytes(as_file(as_values(bundle)))
    assert read(tmp_path / "b.json") == bundle
    small = without_texts(bundle)
    assert parse(json.loads(as_file(as_values(small)))) == small
    assert "Lee I-yang" not in as_file(as_values(small)).decode()


def test_a_file_that_is_no_bundle_is_told_in_a_sentence(article: Library, tmp_path: Path) -> None:
    file = tmp_path / "b.json"
    whole = as_file(as_values(bundle_of(Assistant(article), G7)))

    def told(content: bytes) -> str:
        file.write_bytes(content)
        with pytest.raises(BadInput) as error:
            read(file)
        assert "\n" not in str(error.value)
        return str(error.value)

    assert "not complete JSON" in told(whole[: len(whole) // 2])
    assert "not complete JSON" in told(b"")
    assert "not UTF-8" in told(b"\xff\xfe")
    assert "not an audit bundle" in told(b"[1]")
    assert "not an audit bundle" in told(b'{"question": "Who?"}')
    assert "cannot be read" in told(b"[" * 100_000)
    assert "cannot be read" in told(b'{"format": NaN}')
    assert "its format is 99, this one reads 1 and 2" in told(
        whole.replace(b'"format": 2', b'"format": 99')
    )
    assert "“made” is not valid (field required)" in told(b'{"format": 1}')
    assert "“answer.outcome”" in told(
        whole.replace(b'"outcome": "answered"', b'"outcome": "maybe"')
    )
    with pytest.raises(BadInput, match="There is no file"):
        read(tmp_path / "nowhere.json")
    with pytest.raises(BadInput, match="There is no file"):
        read(tmp_path)
