"""The progress of each file, the contents of a folder, and undoing a removal."""

import time
from pathlib import Path

import pytest

from app.answering.assistant import Assistant
from app.service.bootstrap import remember_sources_folder
from app.ui.state.folder import inspect_folder
from app.ui.state.ingest_job import IngestJob, IngestProgress, IngestRequest
from app.ui.state.library_state import LibraryState
from ingest.progress import Change, Step
from ingest.source_files import delete_unreadable, invalid_fields
from ingest.sync import sync
from vectorstore.errors import BadInput
from vectorstore.library import Library
from vectorstore.storage.conversations import Conversations
from vectorstore.storage.usage import Usage


def states(progress: IngestProgress) -> list[tuple[str, str, int, int]]:
    return [(file.path, file.state, file.part, file.parts) for file in progress.files()]


def test_files_go_from_waiting_through_reading_and_embedding_to_done() -> None:
    progress = IngestProgress(["a.pdf", "b.pdf", "c.pdf"])
    progress.follow(Step("a.pdf", 0, 3, page=2, pages=9))
    assert states(progress)[0] == ("a.pdf", "reading", 2, 9)
    progress.follow(Step("b.pdf", 1, 3))
    assert [state for _, state, _, _ in states(progress)] == ["read", "reading", "waiting"]
    progress.follow(Step("b.pdf", 2, 3, embedded=5, passages=20))
    assert states(progress)[:2] == [("a.pdf", "embedding", 5, 20), ("b.pdf", "embedding", 5, 20)]
    progress.follow(Step("a.pdf", 2, 3, change=Change("a.pdf", "added", "A")))
    progress.follow(Step("c.pdf", 2, 3))
    assert [state for _, state, _, _ in states(progress)] == ["done", "embedding", "reading"]
    progress.follow(Step("d.pdf", 2, 3))  # it was given another name
    assert progress.files()[-1].path == "d.pdf"


def test_a_folder_is_looked_into_before_it_is_copied(tmp_path: Path, folder: Path) -> None:
    papers = tmp_path / "papers"
    (papers / "below").mkdir(parents=True)
    (papers / "a.md").write_text("Tea.")
    (papers / "below" / "b.PDF").write_bytes(b"no")
    (papers / "c.jpg").write_bytes(b"")
    (papers / "README").write_text("no ending")
    (papers / ".hidden.md").write_text("hidden")
    found = inspect_folder(str(papers), folder)
    assert [file.name for file in found.files] == ["a.md", "b.PDF"]
    assert (found.size, found.skipped) == (6, {".jpg": 1, "no ending": 1})


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("", "Enter the full path"),
        ("papers", "Enter the full path"),
        ("/nowhere/at/all", "There is no folder"),
        ("SOURCES", "is the sources folder"),
        ("EMPTY", "contains no document"),
    ],
)
def test_a_folder_that_cannot_be_copied_is_told(
    tmp_path: Path, folder: Path, path: str, said: str
) -> None:
    (tmp_path / "empty").mkdir()
    given = path.replace("SOURCES", str(folder)).replace("EMPTY", str(tmp_path / "empty"))
    with pytest.raises(BadInput, match=said):
        inspect_folder(given, folder)


def test_a_file_that_has_gone_is_not_tried_again(library: Library, folder: Path) -> None:
    remember_sources_folder(library, folder)
    assistant = Assistant(library)
    (folder / "bad.pdf").write_bytes(b"no")
    first = IngestJob(assistant, IngestRequest())
    first.wait(60)
    assert [change.outcome for change in first.reported_changes] == ["failed"]
    again = IngestJob(assistant, IngestRequest(retry=["bad.pdf"]))
    again.wait(60)
    assert [change.outcome for change in again.reported_changes] == ["failed"]
    (folder / "bad.pdf").unlink()
    gone = IngestJob(assistant, IngestRequest(retry=["bad.pdf"]))
    gone.wait(60)
    assert (gone.error, gone.reported_changes, library.catalog.unreadable()) == ("", [], [])


@pytest.mark.parametrize("path", ["../secret.txt", "deep/../../secret.txt", "new.txt", "ABSOLUTE"])
def test_only_files_of_the_list_are_tried_again_or_deleted(
    library: Library, folder: Path, path: str
) -> None:
    remember_sources_folder(library, folder)
    secret = folder.parent / "secret.txt"
    secret.write_text("The word is Ozymandias.")
    (folder / "deep").mkdir()
    (folder / "new.txt").write_text("Uji grows tea.")
    named = path.replace("ABSOLUTE", str(secret))
    again = IngestJob(Assistant(library), IngestRequest(retry=[named]))
    again.wait(60)
    assert {change.path for change in again.reported_changes} <= {"new.txt"}
    assert all("Ozymandias" not in str(library.catalog.text(one.id))
               for one in library.catalog.sources())  # fmt: skip
    delete_unreadable(library, folder, named)
    assert secret.exists()
    assert (folder / "new.txt").exists()


def test_each_wrong_field_has_its_sentence() -> None:
    assert invalid_fields({"title": " ", "date": "soon", "url": "here", "author": ""}).keys() == {
        "title", "date", "url",
    }  # fmt: skip
    assert invalid_fields({"title": "Tea", "date": "", "url": "", "note": "x"}) == {}
    assert invalid_fields({"date": "19 May 2023", "url": "https://example.org/a"}) == {}


def test_several_removed_sources_come_back_with_the_words_of_an_answer_that_cites_both(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KAKEHASHI_SOURCES", raising=False)
    remember_sources_folder(library, folder)
    (folder / "tea.md").write_text("# Tea\n\nUji grows green tea on its hills.")
    (folder / "clove.md").write_text("# Cloves\n\nZanzibar grows cloves on its hills.")
    sync(library, folder)
    talks = Conversations(library.database)
    answer = Assistant(library).ask("Who grows green tea, and who grows cloves?")
    talks.append("c", answer)
    assert len({one.source_id for one in answer.citations}) == 2
    state = LibraryState(library, Usage(library.database))
    state.remove([source.id for source in library.catalog.sources()])
    while state.busy:
        time.sleep(0.02)
    assert "Uji" not in talks.answers("c")[0].text
    state.undo_removal()
    while state.busy:
        time.sleep(0.02)
    assert talks.answers("c")[0].text == answer.text
