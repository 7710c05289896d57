"""An answer whose open sentences a second reader settles: events, record, and what is saved."""

import threading
from collections import defaultdict
from pathlib import Path

import pytest

from app.answering.assistant import Assistant
from app.answering.events import Done, Event, ReadingAgain, SentenceAdded, VerdictRevised
from app.answering.presentation import as_json, as_text
from app.export.footnotes import verification_remark
from app.generation.second_reader import SecondReader
from app.models.fake_model import FakeChatModel
from app.ui.components.answer import answer_values
from app.verification.verifier import Verifier
from tests.app.generation.scripted import GOOD, LEE, WHO, Scripted
from vectorstore.encoders.checker import Checker
from vectorstore.library import Library
from vectorstore.records import Answer

CLAIM = "Next to President Peña one saw Representative Lee I-yang."
WRITTEN = f"{GOOD} {CLAIM} {{Beside President}}"
COPIED = "Beside President Peña stood Representative Lee I-yang"
YES = f'1 | supported | "{COPIED}"'


def answering(library: Library, reader: FakeChatModel | None, written: str = WRITTEN) -> Assistant:
    """An assistant whose checker cannot be loaded, so that a paraphrase stays open."""
    second = SecondReader("fake:second", lambda _: reader) if reader else None
    assistant = Assistant(library, Scripted(says=written), "fake:first", second)
    assistant.verifier = Verifier(library, Checker(Path("nowhere")))
    return assistant


def streamed(assistant: Assistant) -> tuple[Answer, list[Event]]:
    events = list(assistant.stream(WHO))
    last = events[-1]
    assert isinstance(last, Done)
    return last.answer, events


def test_without_a_second_reader_the_sentence_stays_open(article: Library) -> None:
    answer, events = streamed(answering(article, None))
    assert [one.verdict for one in answer.sentences] == ["verbatim", "unverified"]
    assert not [one for one in events if isinstance(one, ReadingAgain | VerdictRevised)]
    assert "second_reading" not in answer.timings


def test_verdicts_arrive_after_the_text(article: Library) -> None:
    answer, events = streamed(answering(article, FakeChatModel(says=YES)))
    kinds = [type(one) for one in events if not isinstance(one, SentenceAdded)][-3:]
    assert kinds == [ReadingAgain, VerdictRevised, Done]
    again, revised = events[-3:-1]
    assert again == ReadingAgain("fake:second", 1)
    assert isinstance(revised, VerdictRevised)
    assert (revised.index, revised.sentence) == (1, answer.sentences[1])
    added = [one.sentence for one in events if isinstance(one, SentenceAdded)]
    assert [one.text for one in added] == [one.text for one in answer.sentences]
    assert [one.verdict for one in added] == ["verbatim", "unverified"]
    assert [one.verdict for one in answer.sentences] == ["verbatim", "supported"]


def test_the_record_says_whose_judgement_it_is_and_where_the_words_stand(article: Library) -> None:
    answer, _ = streamed(answering(article, FakeChatModel(says=YES)))
    sentence = answer.sentences[1]
    (finding,) = sentence.findings
    assert (finding.kind, finding.ours, finding.theirs) == ("judgement", "fake:second", COPIED)
    assert "fake:second" in sentence.reason
    assert sentence.span
    number, start, end = sentence.span
    text = article.catalog.text(answer.citations[number - 1].source_id)
    assert text[start:end] == COPIED
    assert answer.checked_by.endswith(" and fake:second")
    values = as_json(answer)
    assert values["sentences"][1]["verdict"] == "supported"
    assert f"(supported: {sentence.reason})" in as_text(values)
    assert verification_remark(answer, sentence) == f"[supported: {sentence.reason}]"
    word = answer_values(answer, defaultdict(str), {})["sentences"][1]["word"]
    assert word == "supported (chat model)"
    assert "second_reading" in answer.timings


def test_a_refuted_sentence_is_marked_in_the_text(article: Library) -> None:
    no = f'1 | contradicted | "{COPIED}"'
    answer, _ = streamed(answering(article, FakeChatModel(says=no)))
    assert answer.sentences[1].verdict == "contradicted"
    assert answer.text.endswith("(contradicted)")


@pytest.mark.parametrize("reply", ["No idea.", '1 | supported | "whom one saw next to him"'])
def test_what_does_not_count_changes_nothing(article: Library, reply: str) -> None:
    answer, events = streamed(answering(article, FakeChatModel(says=reply)))
    assert answer.sentences[1].verdict == "unverified"
    assert answer.checked_by == Verifier().name
    assert not [one for one in events if isinstance(one, VerdictRevised)]
    assert ("fake:second" in answer.notice) == (reply == "No idea.")


def test_a_failure_is_said_once_and_keeps_the_answer(article: Library) -> None:
    broken = FakeChatModel(says=YES, breaks_after=1)
    answer, _ = streamed(answering(article, broken))
    assert [one.verdict for one in answer.sentences] == ["verbatim", "unverified"]
    assert answer.notice.count("fake:second") == 1
    assert "broke off" in answer.notice


def test_nothing_is_asked_if_nothing_is_open(article: Library) -> None:
    reader = FakeChatModel(says=YES)
    answer, _ = streamed(answering(article, reader, written=GOOD))
    assert answer.sentences[0].text == LEE
    assert not reader.asked
    quoted = Assistant(article, second_reader=SecondReader("fake:second", lambda _: reader))
    assert quoted.ask(WHO).sentences
    assert not reader.asked


def test_stop_ends_the_second_reading_and_keeps_the_answer(article: Library) -> None:
    reader = FakeChatModel(says=YES, hangs_after=1)
    stop = threading.Event()

    def stopping() -> None:
        reader.hanging.wait(30)
        stop.set()

    threading.Thread(target=stopping, daemon=True).start()
    events = list(answering(article, reader).stream(WHO, stopped=stop.is_set))
    last = events[-1]
    assert isinstance(last, Done)
    assert [one.verdict for one in last.answer.sentences] == ["verbatim", "unverified"]
    assert last.answer.notice == ""
