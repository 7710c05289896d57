"""A verdict means the same wherever it is shown, and those of earlier versions are marked."""

import doctest
import json
import re
from dataclasses import asdict
from datetime import date
from typing import Any, get_args

import pytest

from app.answering import verdicts
from app.answering.answer_draft import QUOTING
from app.answering.assistant import CATALOG
from app.answering.presentation import as_json, as_text
from app.answering.verdicts import BY_EARLIER, is_earlier, label_of
from app.answering.wording import with_doubt
from app.draft_check.records import (
    VERDICT_LABELS,
    WITHOUT_EVIDENCE,
    CheckedSentence,
    DraftReport,
    DraftVerdict,
)
from app.draft_check.report import format_report, summary
from app.export.files import export
from app.export.footnotes import clipboard_text
from app.export.formats import Format
from app.ui.components import draft_report
from app.ui.components.answer import answer_values, partial_values
from vectorstore.records import (
    Answer,
    Citation,
    EarlierFinding,
    EarlierVerdict,
    Finding,
    Sentence,
    Verdict,
)
from vectorstore.storage.stored_answers import dump_answer, load_answer

QUOTE = "Uji grew 120 tons."
CITED = Citation(1, "tea", "tea-1", "Tea", "tea.pdf", 3, 0, 18, QUOTE, "http://127.0.0.1:8501/")
TEXT_FORMATS: tuple[Format, ...] = ("markdown", "html")
SOUND = {"verbatim", "supported"}
EARLIER = {  # stored by an earlier version: the reason, and the old word
    "supported": ("75% of its words stand together in what it cites, or words near in meaning.",
                  "supported"),
    "partial": ("Only 40% of its words stand together in what it cites: see what else it says.",
                "partly supported"),
    "unsupported": ("The cited words do not have: 40.", "not supported"),
    "contradicted": ("It says “120”, the source “12”.", "contradicted"),
}  # fmt: skip


def answer(*sentences: Sentence, checked_by: str = "checker", model: str = QUOTING) -> Answer:
    return Answer(
        "How much tea?", "How much tea?", "answered", "", sentences, (CITED,), (), model,
        checked_by=checked_by,
    )  # fmt: skip


def shown(one: Answer) -> dict[str, Any]:
    return answer_values(one, {}, {})


def exported(one: Answer, kind: Format) -> str:
    content = export([(one, "")], {}, kind, "plain", date(2026, 11, 29), "Tea").content.decode()
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", content)


def stored_before(verdict: str, reason: str) -> str:
    """An answer as an earlier version stored it: without `checked_by`, with its own findings."""
    values = json.loads(dump_answer(answer(Sentence("So it grew much.", (1,), "verbatim", reason))))
    del values["checked_by"]
    values["model"] = "fake:test"
    values["sentences"][0]["verdict"] = verdict
    values["sentences"][0]["findings"] = [
        {"verdict": verdict, "kind": "word_overlap", "ours": "", "theirs": "", "share": 0.4}
    ]
    return json.dumps(values)


def test_the_examples_in_the_docstrings_hold() -> None:
    found = doctest.testmod(verdicts)
    assert found.attempted
    assert not found.failed


def test_only_the_own_words_and_what_the_checker_reads_are_sound() -> None:
    assert {one for one in get_args(Verdict) if label_of(one).tone == "sound"} == SOUND
    signs = [label_of(one).sign for one in get_args(Verdict)]
    assert len(set(signs)) == len(signs)
    for one in (*get_args(Verdict), *get_args(EarlierVerdict)):
        sound = label_of(one, earlier=True).tone == "sound"
        assert sound == (one == "verbatim"), one


@pytest.mark.parametrize("verdict", get_args(Verdict))
def test_no_surface_counts_or_shows_another_verdict_as_sound(verdict: Verdict) -> None:
    sentence = Sentence("So it grew much.", (1,), verdict, "Compare the two.")
    one = answer(Sentence(QUOTE, (1,), "verbatim"), sentence)
    drawn = shown(one)
    growing = partial_values("How much tea?", one.sentences, one.citations)
    words = label_of(verdict).words
    copied = clipboard_text(one, 1, ["A note."])
    marked = [
        drawn["sentences"][1]["tone"] != "sound",
        drawn["verified"] == "Verified 1 of 2",
        drawn["sentences"][1]["doubt"] == "Compare the two.",
        growing["sentences"][1]["tone"] != "sound",
        f"({words}: Compare the two.)" in as_text(as_json(one)),
        ": Compare the two.]" in copied,
        *(": Compare the two.]" in exported(one, kind) for kind in TEXT_FORMATS),
    ]
    assert marked == [verdict not in SOUND] * len(marked)
    assert drawn["sentences"][1]["word"] == words


@pytest.mark.parametrize("verdict", ["contradicted", "not_stated", "unverified"])
def test_the_text_of_an_answer_says_what_its_citations_may_not_support(verdict: Verdict) -> None:
    text = with_doubt(Sentence("So it grew.", (1,), verdict))
    assert text == f"So it grew. [1] ({label_of(verdict).words})"
    assert with_doubt(Sentence("It grew.", (1,), "supported")) == "It grew. [1]"


def test_an_unverified_sentence_is_named_so_in_an_export() -> None:
    one = answer(Sentence("So it grew.", (1,), "unverified", "Compare the two."))
    for kind in TEXT_FORMATS:
        assert "[unverified: Compare the two.]" in exported(one, kind)
        assert "upported" not in exported(one, kind)


def test_who_checked_is_kept_and_said() -> None:
    one = answer(Sentence("So it grew.", (1,), "supported"), model="fake:test")
    assert load_answer(dump_answer(one)) == one
    assert as_json(one)["checked_by"] == "checker"
    assert "each sentence checked against what it cites by checker" in exported(one, "html")


@pytest.mark.parametrize("verdict", EARLIER)
def test_an_answer_stored_earlier_is_shown_by_its_old_word_and_never_as_sound(verdict: str) -> None:
    reason, word = EARLIER[verdict]
    old = load_answer(stored_before(verdict, reason))
    assert old.checked_by == as_json(old)["checked_by"] == ""
    (sentence,) = old.sentences
    assert sentence.verdict == verdict
    values = shown(old)
    (drawn,) = values["sentences"]
    assert drawn["word"] == f"{word} (earlier version)"
    assert drawn["tone"] != "sound"
    assert drawn["sign"] not in ("=", "✓")
    assert values["verified"] == "Verified 0 of 1"
    texts = [as_text(as_json(old)), clipboard_text(old, 0, ["A note."])]
    texts += [exported(old, kind) for kind in TEXT_FORMATS]
    for text in texts:
        assert f"{word}, {BY_EARLIER}: " in text
        assert "% of its words" not in text
    assert "%" not in drawn["reason"] + drawn["doubt"]


def test_the_own_words_of_the_source_stay_verbatim_in_an_earlier_answer() -> None:
    old = load_answer(stored_before("verbatim", ""))
    values = shown(old)
    assert values["verified"] == "Verified 1 of 1"
    assert (values["sentences"][0]["word"], values["sentences"][0]["doubt"]) == ("verbatim", "")
    assert BY_EARLIER not in clipboard_text(old, 0, ["A note."])


def test_findings_of_an_earlier_version_are_kept_as_they_were() -> None:
    (sentence,) = load_answer(stored_before("partial", "")).sentences
    assert sentence.findings == (EarlierFinding("partial", "word_overlap", share=0.4),)
    (sentence,) = load_answer(stored_before("supported", "")).sentences
    assert sentence.findings == (Finding("supported", "word_overlap", share=0.4),)


def test_what_the_catalog_said_was_never_compared() -> None:
    old = answer(Sentence("It holds 3 sources.", (), "supported"), checked_by="", model=CATALOG)
    assert not is_earlier(old.checked_by, old.model)
    assert shown(old)["verified"] == "Verified 1 of 1"


@pytest.mark.parametrize("verdict", get_args(DraftVerdict))
def test_the_report_on_a_draft_shows_only_what_is_found_or_supported_as_sound(
    verdict: DraftVerdict,
) -> None:
    sign, name = VERDICT_LABELS[verdict]
    checked = CheckedSentence("So it grew.", 0, 11, verdict, "Compare the two.", (1,))
    drawn = draft_report.sentence_values(checked)
    assert (drawn["tone"] == "sound") == (verdict in {"found", "supported"})
    assert (sign == "✓") == (verdict in {"found", "supported"})
    assert summary({verdict: 1}, {}) == f"1 sentence: 1 {name}."
    printed = format_report(asdict(DraftReport((checked,), (CITED,), {verdict: 1})))
    assert printed.startswith(f"{sign} {name}: So it grew. → [1]")
    assert (" (nearest)" in printed) == drawn["near"] == (verdict in WITHOUT_EVIDENCE)
