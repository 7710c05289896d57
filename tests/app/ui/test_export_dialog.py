"""The export dialog: what it offers, and that it remembers the citation style."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.export.citation_styles import load_citation_style
from app.ui.state.shared import shared
from ingest.source_files import remove
from tests.conftest import ARTICLE
from vectorstore.errors import BadInput
from vectorstore.storage.conversations import Conversations, new_conversation_id


def page() -> None:
    from app.ui.components import export_dialog
    from app.ui.state.session import current_session

    session = current_session()
    if not session.conversation.answers:
        session.open_conversation(session.conversations.all()[0].id)
    export_dialog.show(session, session.conversation.answers[0])


@pytest.fixture
def opened(
    tmp_path: Path, folder: Path, synced: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[AppTest]:
    """The dialog for the first of two answers."""
    shutil.copy2(ARTICLE, folder)
    shutil.copytree(synced, tmp_path / "data")
    monkeypatch.setenv("KAKEHASHI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("KAKEHASHI_SOURCES", str(folder))
    st.cache_resource.clear()
    assistant = shared().assistant
    conversation = new_conversation_id()
    for question in ("Who stood beside President Peña?", "What is the height of Mount Fuji?"):
        Conversations(assistant.library.database).append(conversation, assistant.ask(question))
    yield AppTest.from_function(page, default_timeout=60).run()
    assistant.library.close()
    st.cache_resource.clear()


def test_one_answer_or_all_in_a_form_that_is_remembered(opened: AppTest) -> None:
    assert not opened.exception
    labels = [button.label for button in opened.get("download_button")]
    assert labels == ["Markdown", "Word", "Web page", "BibTeX", "RIS", "CSL-JSON", "Audit bundle"]
    assert [radio.label for radio in opened.radio] == ["What", "Citation style"]
    assert opened.radio(key="export-form").value == "chicago"
    opened.radio(key="export-form").set_value("apa").run()
    assert load_citation_style(shared().assistant.library.database) == "apa"
    assert any("(n.d.)" in one.proto.body for one in opened.get("html"))
    opened.radio(key="export-what").set_value("The whole conversation").run()
    assert "Audit bundle" not in [button.label for button in opened.get("download_button")]
    assert not opened.exception


def test_a_file_is_made_of_the_answers_as_they_are_when_it_is_clicked(
    opened: AppTest, folder: Path
) -> None:
    from app.ui.components.export_dialog import _file_maker

    session = opened.session_state["session"]
    session.conversation.address = "http://127.0.0.1:8765"  # as it was opened
    session.conversation.reload()
    first = session.conversation.answers[0]
    make = _file_maker(session, [first], "Who?", "markdown", "plain")
    bundle = session.conversation.audit_bundle(session.assistant, first)
    for file in (make(), bundle()):
        assert b"http://127.0.0.1:8765/?source=" in file
        assert b":8501" not in file
    assert "Lee I-yang" in make().decode()
    assert "Mount Fuji" not in make().decode()
    source = session.assistant.library.catalog.sources()[0]
    remove(session.assistant.library, folder, source.id)
    text = make().decode()
    assert "Lee I-yang" not in text
    assert "These words were taken out with their source." in text
    assert "The source is not in the library any more" in text
    both = _file_maker(
        session, session.conversation.answers, "Who?", "markdown", "plain"
    )().decode()
    assert "Mount Fuji" in both


def test_an_answer_is_exported_although_another_tab_removed_the_one_before(
    opened: AppTest,
) -> None:
    from app.ui.components.export_dialog import _file_maker

    session = opened.session_state["session"]
    conversation = session.conversation
    first, second = conversation.answers
    time = conversation.store.times(conversation.id)[1]
    conversation.store.remove_answer(conversation.id, 0)  # `conversation` does not know it yet

    text = _file_maker(session, [second], "How high?", "markdown", "plain")().decode()
    assert "Mount Fuji" in text
    assert "Lee I-yang" not in text
    bundle = json.loads(conversation.audit_bundle(session.assistant, second)())
    assert (bundle["question"], bundle["answered"]) == (second.question, time)
    with pytest.raises(BadInput, match="no longer there"):
        _file_maker(session, [first], "Who?", "markdown", "plain")()
    with pytest.raises(BadInput, match="no longer there"):
        conversation.audit_bundle(session.assistant, first)()
