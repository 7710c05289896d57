"""Links, pipes and sockets in a folder of documents: what leads outside is named, never opened."""

import os
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.ui.state.folder import inspect_folder
from app.ui.state.ingest_job import IngestJob, IngestRequest
from ingest import sync as module
from ingest.backup import backup, restore
from ingest.loading import NewDocument, load_files
from ingest.opened import open_file
from ingest.progress import Change
from ingest.scan import walk
from ingest.source_files import add, edit, remove
from ingest.sync import sync
from vectorstore.errors import UnreadableSource
from vectorstore.library import Library

SECRET = "The secret is kept in the safe."


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder that is nobody's business."""
    folder = tmp_path / "private"
    folder.mkdir()
    (folder / "secret.txt").write_text(SECRET)
    (folder / "secret.yaml").write_text(f"title: {SECRET}")
    return folder


@pytest.fixture
def trapped(folder: Path, outside: Path) -> Path:
    """The sources folder with a document, and with everything that leads out of it."""
    (folder / "tea.txt").write_text("Uji grows tea.")
    (folder / "link.txt").symlink_to(outside / "secret.txt")
    (folder / "relative.txt").symlink_to("../private/secret.txt")
    (folder / "chain.txt").symlink_to("link.txt")
    (folder / "dangling.txt").symlink_to(outside / "none.txt")
    (folder / "papers").symlink_to(outside)
    os.mkfifo(folder / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(folder / "socket.txt"))
    (folder / "null.txt").symlink_to("/dev/null")
    return folder


REFUSED = {"link.txt", "relative.txt", "chain.txt", "dangling.txt", "papers", "null.txt"}
NO_FILES = {"pipe.txt", "socket.txt"}


def outcomes(changes: list[Change]) -> dict[str, str]:
    return {Path(change.path).name: change.outcome for change in changes}


def stored(library: Library) -> str:
    texts = [library.catalog.text(source.id) for source in library.catalog.sources()]
    return " ".join([*texts, *(one.metadata.title for one in library.catalog.sources())])


def test_what_leads_outside_is_listed_and_the_rest_goes_on(library: Library, trapped: Path) -> None:
    for _ in range(2):
        changes = {change.path: change for change in sync(library, trapped)}
        assert {path for path, one in changes.items() if one.outcome == "failed"} == (
            REFUSED | NO_FILES
        )
        assert changes["tea.txt"].outcome in ("added", "unchanged")
        for path in REFUSED:
            assert changes[path].reason.startswith(f"{path} is a link to a place outside")
        for path in NO_FILES:
            assert changes[path].reason.startswith(f"{path} is a pipe, a socket, a device")
    assert SECRET not in stored(library)
    assert {file.path for file in library.catalog.unreadable()} == REFUSED | NO_FILES


def test_a_link_that_stays_inside_is_followed(library: Library, folder: Path) -> None:
    (folder / ".annex").mkdir()
    (folder / ".annex" / "object").write_text("Uji grows tea.")
    (folder / "tea.txt").symlink_to(".annex/object")
    (folder / "to-nothing.txt").symlink_to("none.txt")
    assert outcomes(sync(library, folder)) == {"tea.txt": "added"}


def test_a_folder_that_is_itself_a_link_is_meant(
    library: Library, folder: Path, tmp_path: Path
) -> None:
    (folder / "tea.txt").write_text("Uji grows tea.")
    (tmp_path / "here").symlink_to(folder)
    assert outcomes(sync(library, tmp_path / "here")) == {"tea.txt": "added"}


def test_a_document_that_became_a_link_is_forgotten(
    library: Library, folder: Path, outside: Path
) -> None:
    (folder / "tea.txt").write_text("Uji grows tea.")
    sync(library, folder)
    (folder / "tea.txt").unlink()
    (folder / "tea.txt").symlink_to(outside / "secret.txt")
    assert outcomes(sync(library, folder)) == {"tea.txt": "failed"}
    assert library.catalog.sources() == []


@pytest.mark.parametrize("what", ["file", "folder", "pipe"])
def test_a_link_that_comes_after_the_folder_was_read_is_not_followed(
    library: Library, folder: Path, outside: Path, monkeypatch, what: str
) -> None:
    (folder / "deep").mkdir()
    (folder / "deep" / "secret.txt").write_text("Uji grows tea.")

    def walk_and_swap(place: Path) -> object:
        found = walk(place)
        (folder / "deep" / "secret.txt").unlink()
        if what == "file":
            (folder / "deep" / "secret.txt").symlink_to(outside / "secret.txt")
        elif what == "pipe":
            os.mkfifo(folder / "deep" / "secret.txt")
        else:
            (folder / "deep").rmdir()
            (folder / "deep").symlink_to(outside)
        return found

    monkeypatch.setattr(module, "walk", walk_and_swap)
    assert outcomes(sync(library, folder)) == {"secret.txt": "failed"}
    assert SECRET not in stored(library)


def test_a_link_put_there_while_the_way_is_walked_is_not_followed(
    folder: Path, outside: Path, monkeypatch
) -> None:
    """Between the look at where a path leads and its opening, the folder is replaced."""
    (folder / "deep").mkdir()
    (folder / "deep" / "secret.txt").write_text("Uji grows tea.")
    realpath = os.path.realpath

    def swap(path: Path) -> str:
        found = realpath(path)
        if Path(path).name == "secret.txt":
            (folder / "deep").rename(folder / "was")
            (folder / "deep").symlink_to(outside)
        return found

    monkeypatch.setattr(os.path, "realpath", swap)
    with pytest.raises(OSError, match=r"Too many levels|Not a directory"):
        open_file(folder / "deep" / "secret.txt", folder)


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder of a user who is not root, as whom the test goes on: root may list every folder."""
    with tempfile.TemporaryDirectory() as place:
        root = os.geteuid() == 0
        if root:
            os.chown(place, 65534, -1)
            os.seteuid(65534)
        yield Path(place)
        if root:
            os.seteuid(0)


def test_a_folder_that_may_be_passed_but_not_listed_is_passed(as_nobody: Path) -> None:
    (as_nobody / "deep").mkdir()
    (as_nobody / "deep" / "tea.txt").write_text("Uji grows tea.")
    (as_nobody / "deep").chmod(0o300)
    with open_file(as_nobody / "deep" / "tea.txt", as_nobody) as file:
        assert file.read() == b"Uji grows tea."
    (as_nobody / "deep").chmod(0o700)


def test_a_sidecar_that_leads_outside_is_refused(
    library: Library, folder: Path, outside: Path
) -> None:
    (folder / "tea.txt").write_text("Uji grows tea.")
    (folder / "tea.txt.meta.yaml").symlink_to(outside / "secret.yaml")
    (folder / "clove.txt").write_text("Zanzibar grows cloves.")
    changes = {change.path: change for change in sync(library, folder)}
    assert changes["clove.txt"].outcome == "added"
    assert changes["tea.txt"].reason.startswith("tea.txt.meta.yaml is a link to a place outside")
    assert SECRET not in stored(library)


def test_what_became_a_link_is_neither_edited_nor_deleted(
    library: Library, folder: Path, outside: Path
) -> None:
    (folder / "tea.txt").write_text("Uji grows tea.")
    sync(library, folder)
    (folder / "tea.txt").unlink()
    (folder / "tea.txt").symlink_to(outside / "secret.txt")
    identity = library.catalog.sources()[0].id
    with pytest.raises(UnreadableSource, match=r"tea\.txt is a link"):
        edit(library, folder, identity, {"title": "Tea"})
    removed = remove(library, folder, identity)
    assert removed.content is None
    assert (folder / "tea.txt").is_symlink()
    assert (outside / "secret.txt").read_text() == SECRET


def test_a_new_document_does_not_take_the_name_of_a_link_or_a_pipe(
    library: Library, trapped: Path, outside: Path
) -> None:
    for name in ("link.txt", "pipe.txt", "dangling.txt"):
        added = add(library, trapped, name, f"Alishan grows tea, says {name}.".encode())
        assert (added.path, added.outcome) == (name.replace(".", "-2."), "added")
    assert (outside / "secret.txt").read_text() == SECRET
    assert not (outside / "none.txt").exists()


def test_a_folder_that_is_added_gives_only_what_lies_in_it(trapped: Path) -> None:
    loaded = list(load_files([trapped]))
    assert [one.name for one in loaded if isinstance(one, NewDocument)] == ["tea.txt"]
    failed = {Path(one.path).name: one.reason for one in loaded if isinstance(one, Change)}
    assert set(failed) == REFUSED | NO_FILES
    assert all(reason.startswith(name) for name, reason in failed.items())


def test_a_named_file_may_be_a_link_but_no_pipe(trapped: Path) -> None:
    link, pipe = load_files([trapped / "link.txt", trapped / "pipe.txt"])
    assert isinstance(link, NewDocument)
    assert link.content.decode() == SECRET
    assert isinstance(pipe, Change)
    assert pipe.reason.startswith("pipe.txt is a pipe")


def test_the_window_copies_only_what_lies_in_a_folder(
    library: Library, trapped: Path, tmp_path: Path, monkeypatch
) -> None:
    sources = tmp_path / "elsewhere"
    sources.mkdir()
    found = inspect_folder(str(trapped), sources)
    assert [path.name for path in found.files] == ["tea.txt"]
    assert {path.name for path in found.refused} == (REFUSED | NO_FILES) - {"papers"}
    monkeypatch.setattr("app.ui.state.ingest_job.sources_folder", lambda _: sources)
    assistant = type("Given", (), {"library": library})()
    job = IngestJob(assistant, IngestRequest(paths=(*found.files, *found.refused), folder=trapped))
    job.wait(60)
    assert outcomes(job.changes) == {
        "tea.txt": "added", **dict.fromkeys((REFUSED | NO_FILES) - {"papers"}, "failed"),
    }  # fmt: skip
    assert [path.name for path in sources.iterdir()] == ["tea.txt"]


def test_a_backup_holds_only_what_lies_in_the_folder(
    library: Library, trapped: Path, outside: Path, tmp_path: Path, make_library: Callable
) -> None:
    (trapped / "clove.txt").write_text("Zanzibar grows cloves.")
    (trapped / "clove.txt.meta.yaml").symlink_to(outside / "secret.yaml")
    sync(library, trapped)
    made = backup(library, trapped, tmp_path / "library.zip")
    assert made.files == 2
    names = {reason.split(" is a ")[0] for reason in made.warnings}
    assert names == REFUSED | NO_FILES | {"clove.txt.meta.yaml"}
    restore(tmp_path / "new", tmp_path / "new-sources", tmp_path / "library.zip")
    assert sorted(path.name for path in (tmp_path / "new-sources").iterdir()) == [
        "clove.txt", "tea.txt",
    ]  # fmt: skip
