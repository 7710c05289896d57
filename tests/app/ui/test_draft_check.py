"""The text of the Check page: who may replace what the user types."""

from pathlib import Path

import pytest

from app.answering.assistant import Assistant
from app.ui.state.draft_check import CheckJob, DraftState
from ingest.sync import sync
from vectorstore.library import Library


@pytest.fixture
def assistant(library: Library, folder: Path) -> Assistant:
    """An assistant whose library has one sentence."""
    (folder / "tea.md").write_text("Uji grows tea.")
    sync(library, folder)
    return Assistant(library)


def finished(job: CheckJob, typed: str) -> DraftState:
    """Return the state after a job whose user typed on while it ran."""
    job.wait(60)
    state = DraftState(text=typed, job=job)
    state.finish(job)
    return state


def test_what_is_typed_during_a_check_is_kept(assistant: Assistant) -> None:
    state = finished(CheckJob(assistant, "Uji grows tea."), "Uji grows tea. And rice.")
    assert state.report is not None
    assert (state.text, state.text_key) == ("Uji grows tea. And rice.", 0)


def test_the_text_of_a_file_replaces_what_was_typed(assistant: Assistant) -> None:
    job = CheckJob(assistant, "", ("tea.txt", b"Uji grows tea."))
    state = finished(job, "typed")
    assert state.report is not None
    assert (state.text, state.text_key) == ("Uji grows tea.", 1)


def test_a_file_that_cannot_be_read_replaces_nothing(assistant: Assistant) -> None:
    job = CheckJob(assistant, "", ("tea.pdf", b"no"))
    state = finished(job, "typed")
    assert "tea.pdf is damaged" in job.error
    assert (state.report, state.text, state.text_key) == (None, "typed", 0)
