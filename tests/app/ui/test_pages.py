"""The pages without a browser: what is drawn, and what a click does."""

import shutil
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.ui.components import answer_in_progress, watch
from app.ui.components.clicks import guarded
from app.ui.components.sidebar import group_by_day
from app.ui.state.answer_job import AnswerJob
from app.ui.state.evidence_view import EvidenceView
from app.ui.state.ingest_job import IngestRequest
from app.ui.state.outbox import SentQuestion
from app.ui.state.shared import shared, suggestions
from tests.app.ui.test_text import notices
from tests.conftest import ARTICLE
from vectorstore.errors import BadInput
from vectorstore.library import Intake
from vectorstore.storage.conversations import Conversation, Rating

MAIN = Path(__file__).parent.parent.parent.parent / "app" / "ui" / "main.py"


@pytest.fixture
def opened(
    tmp_path: Path, folder: Path, synced: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[AppTest]:
    """The window on a library of its own with the article."""
    shutil.copy2(ARTICLE, folder)
    shutil.copytree(synced, tmp_path / "data")
    monkeypatch.setenv("KAKEHASHI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("KAKEHASHI_SOURCES", str(folder))
    st.cache_resource.clear()
    yield AppTest.from_file(str(MAIN), default_timeout=60).run()
    shared().assistant.library.close()
    st.cache_resource.clear()


def settled(at: AppTest) -> AppTest:
    """The page once its work is done."""
    session = at.session_state["session"]
    for job in (session.conversation.job, session.ingest.job):
        if job:
            job.wait(60)
    at.run()
    assert not at.exception
    return at


def asked(at: AppTest, question: str) -> AppTest:
    session = at.session_state["session"]
    here = session.conversation
    session.take([SentQuestion(uuid4().hex, here.id, here.is_empty, question)])
    return settled(at)


def test_the_empty_page_offers_questions_from_the_library(opened: AppTest) -> None:
    assert not opened.exception
    assert opened.title[0].value == "Ask your sources"
    end = time.monotonic() + 60
    while not suggestions().done() and time.monotonic() < end:
        time.sleep(0.1)
    offered = suggestions().first()
    assert len(offered) == 3
    asked(opened, offered[0])
    (answer,) = opened.session_state["session"].conversation.answers
    assert answer.question == offered[0]
    assert answer.outcome == "answered"


def test_an_answer_is_kept_and_its_conversation_can_be_left_and_opened(opened: AppTest) -> None:
    asked(opened, "Who stood beside President Peña?")
    session = opened.session_state["session"]
    assert session.conversation.answers[0].outcome == "answered"
    first = session.conversation.id
    session.open_conversation("")
    assert session.conversation.answers == []
    opened.query_params["conversation"] = first
    opened.run()
    assert (
        opened.session_state["session"].conversation.answers[0].question
        == "Who stood beside President Peña?"
    )


def test_conversations_stand_under_the_day_they_were_last_used_on() -> None:
    today = datetime.now().astimezone()
    kept = [
        Conversation(str(days), f"{days} days ago", "", (today - timedelta(days=days)).isoformat())
        for days in (0, 1, 2)
    ]
    groups = group_by_day([*kept, Conversation("x", "", "", "long ago")], today.date())
    assert [(one["name"], len(one["rows"])) for one in groups] == [
        ("Today", 1), ("Yesterday", 1), ("Earlier", 2),
    ]  # fmt: skip
    assert groups[2]["rows"][1]["title"] == "Untitled"


def test_what_was_open_beside_a_conversation_opens_with_it_again(opened: AppTest) -> None:
    asked(opened, "Who stood beside President Peña?")
    session = opened.session_state["session"]
    first, looked_at = (
        session.conversation.id,
        EvidenceView(session.conversation.answers[0].citations[0].source_id),
    )
    session.evidence.view = looked_at
    session.open_conversation("")
    assert session.evidence.view is None
    session.open_conversation(first)
    assert session.evidence.view == looked_at


def test_a_question_that_is_too_long_is_told(opened: AppTest) -> None:
    asked(opened, "x" * 20_000)
    (question,) = opened.session_state["session"].conversation.questions
    assert "20,000 characters long" in question.returned


def test_a_library_in_use_is_told_in_the_page(
    opened: AppTest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("KAKEHASHI_DATA", str(tmp_path / "file" / "data"))
    library = shared().assistant.library
    st.cache_resource.clear()
    at = AppTest.from_file(str(MAIN), default_timeout=60).run()
    assert "cannot be written" in notices(at, "error")[0]
    assert [button.label for button in at.button] == ["Try again"]
    library.close()
    monkeypatch.setenv("KAKEHASHI_DATA", str(tmp_path / "data"))


def test_a_model_that_cannot_be_used_is_told_and_quoting_goes_on(
    opened: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared().assistant.library.close()
    st.cache_resource.clear()
    monkeypatch.setenv("KAKEHASHI_MODEL", "nonsense")
    at = AppTest.from_file(str(MAIN), default_timeout=60).run()
    assert "write it as provider:name" in notices(at, "warning")[0]
    asked(at, "Who stood beside President Peña?")
    assert at.session_state["session"].conversation.answers[0].outcome == "answered"


def test_two_tabs_do_not_mix(opened: AppTest) -> None:
    other = AppTest.from_file(str(MAIN), default_timeout=60).run()
    asked(opened, "Who stood beside President Peña?")
    other.run()
    assert other.session_state["session"].conversation.answers == []
    assert (
        other.session_state["session"].conversation.id
        != opened.session_state["session"].conversation.id
    )


def test_a_report_is_dropped_when_the_library_changes(opened: AppTest) -> None:
    session = opened.session_state["session"]
    said = "Mount Fuji is high. It is “tremendous”."
    session.check(said)
    if session.draft.job:
        session.draft.job.wait(60)
        session.update()
    assert session.draft.report is not None
    assert session.draft.report.citations
    session.update()
    assert session.draft.report is not None
    library = session.assistant.library
    library.remove(session.draft.report.citations[0].source_id, for_good=True)
    session.update()
    assert session.draft.report is None
    assert "check it again" in session.error
    assert session.draft.text == said


def test_an_answer_that_another_tab_took_out_is_not_mistaken_for_its_neighbour(
    opened: AppTest,
) -> None:
    asked(opened, "Who stood beside President Peña?")
    asked(opened, "What is the height of Mount Fuji?")
    session = opened.session_state["session"]
    session.conversations.remove_answer(session.conversation.id, 0)
    with pytest.raises(BadInput, match="Another tab changed"):
        session.conversation.rate(0, Rating(helpful=True, reason=""))
    assert [turn.question for turn in session.conversation.answers] == [
        "What is the height of Mount Fuji?"
    ]
    assert session.conversation.ratings == [None]
    session.conversation.rate(0, Rating(helpful=False, reason="It is not told"))
    assert session.conversations.ratings(session.conversation.id) == session.conversation.ratings
    session.conversation.remove(0)
    assert session.conversation.answers == []
    session.conversation.restore()
    assert session.conversation.ratings == [Rating(helpful=False, reason="It is not told")]


def test_the_page_tells_that_documents_are_added_elsewhere(opened: AppTest) -> None:
    def said() -> list[str]:
        return [one.proto.body for one in opened.get("html") if "Reading" in one.proto.body]

    library = opened.session_state["session"].assistant.library
    assert said() == []
    library.intake = Intake(40, 300, 360.0)
    opened.run()
    assert "Reading 41 of 300 documents · 6 min left" in said()[0]
    library.intake = None
    opened.run()
    assert said() == []


def test_a_dialog_opens_although_the_library_has_just_changed(opened: AppTest) -> None:
    asked(opened, "Who stood beside President Peña?")
    session = opened.session_state["session"]
    session.assistant.library.revision += 1  # as when another tab adds a document
    next(one for one in opened.button if one.label == "Searching all sources").click().run()
    assert session.conversation.dialog is not None
    assert any("answered only from what you choose" in one.value for one in opened.text)


def test_the_error_of_a_click_does_not_hide_that_of_a_job(opened: AppTest) -> None:
    session = opened.session_state["session"]
    session.error = "The disk is full."

    def refuse() -> None:
        raise BadInput("It is no longer there.")

    guarded(session, refuse)()
    opened.run()
    assert notices(opened, "error") == [
        "It is no longer there.",
        "The disk is full.",
    ]
    guarded(session, lambda: None)()
    opened.run()
    assert notices(opened, "error") == ["The disk is full."]


def test_an_answer_that_is_finished_while_its_tab_is_drawn_is_shown(
    opened: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tab compares with what was true before it was drawn, so that it asks once more."""
    session = opened.session_state["session"]
    here = session.conversation
    drawn: list[dict[str, object]] = []
    drawing = threading.Event()
    draw, answering = answer_in_progress.answer.show, AnswerJob._answer

    def finish(*given: Any) -> None:
        if not drawing.is_set():
            drawing.set()
            session.conversation.job.wait(60)
        draw(*given)

    def wait_for_drawing(job: AnswerJob) -> None:
        drawing.wait(60)
        answering(job)

    monkeypatch.setattr(AnswerJob, "wait_briefly", lambda _: None)
    monkeypatch.setattr(AnswerJob, "_answer", wait_for_drawing)
    monkeypatch.setattr(answer_in_progress.answer, "show", finish)
    monkeypatch.setattr(watch, "_render", lambda **given: drawn.append(given["data"]))
    session.take([SentQuestion(uuid4().hex, here.id, here.is_empty, "Who visited Tokyo?")])
    opened.run()
    (seen,) = [one for one in drawn if str(one["token"]).endswith("-answer")]
    now = watch._watched[str(seen["token"])]
    assert seen["version"] != watch._shown(now())


def test_all_questions_in_a_deleted_conversation_go_to_one_new_one(opened: AppTest) -> None:
    """Also while the tab still names the deleted one, until it has received the new address."""
    asked(opened, "Who visited Tokyo?")
    session = opened.session_state["session"]
    old = session.conversation.id
    session.conversations.delete(old)
    for question in ("Who stood beside President Peña?", "Who visited Tokyo?"):
        session.take([SentQuestion(uuid4().hex, old, False, question)])
        opened.query_params["conversation"] = old
        settled(opened)
    assert session.conversation.id != old
    assert len(session.conversation.answers) == 2


def test_a_question_leaves_a_result_that_was_not_shown_when_it_was_asked(opened: AppTest) -> None:
    session = opened.session_state["session"]
    here = session.conversation
    session.add_documents(IngestRequest([("bad.pdf", b"no")]))
    settled(opened)
    for seen, kept in ((0, True), (1, False)):
        session.take([SentQuestion(uuid4().hex, here.id, False, "Who visited Tokyo?", seen=seen)])
        settled(opened)
        assert ("retry" in [button.key for button in opened.button]) is kept


def test_an_address_that_comes_late_does_not_close_the_source(opened: AppTest) -> None:
    """A busy browser may send the one that it had before it received that of the source."""
    asked(opened, "Who visited Tokyo?")
    session = opened.session_state["session"]
    session.evidence.open_citation(session.conversation.answers[0].citations[0])
    opened.run()
    sent_without_it(opened)
    assert session.evidence.view
    assert "source" in opened.query_params  # written again: the next click is not late any more
    session.evidence._left.clear()  # half a minute later, the reader has changed it
    sent_without_it(opened)
    assert session.evidence.view is None


def sent_without_it(opened: AppTest) -> None:
    for name in ("source", "start", "end"):
        del opened.query_params[name]
    opened.run()
