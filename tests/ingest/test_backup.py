import os
import shutil
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.answering.assistant import Assistant
from ingest.backup import backup, restore
from ingest.source_files import edit
from ingest.sync import sync
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.errors import BadInput, LibraryBusy
from vectorstore.library import Library
from vectorstore.storage.conversations import Conversations


@pytest.fixture
def full(make_library: Callable[..., Library], folder: Path) -> Library:
    """A library with documents in folders, metadata beside them, and a conversation."""
    (folder / "tea").mkdir()
    (folder / "tea" / "uji.md").write_text("Uji grows green tea.")
    (folder / "clove.txt").write_text("Zanzibar grows cloves.")
    library = make_library()
    sync(library, folder)
    clove = next(s for s in library.catalog.sources() if s.path == "clove.txt")
    edit(library, folder, clove.id, {"author": "Amina Salim"})
    Conversations(library.database).append("c", Assistant(library).ask("Who grows green tea?"))
    return library


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_what_was_saved_comes_back_whole(
    full: Library, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "library.zip"
    os.utime(folder / "clove.txt", (0, 0))  # before ZIP's own beginning of time
    made = backup(full, folder, file)
    assert (made.sources, made.conversations, made.files) == (2, 1, 3)
    assert made.size == file.stat().st_size
    full.close()
    before = tree(folder)
    shutil.rmtree(full.folder)
    shutil.rmtree(folder)

    said = restore(full.folder, folder, file)
    assert said[-1].startswith("Restored 2 sources, 2 passages and 1 conversations")
    assert tree(folder) == before
    monkeypatch.setattr(SentenceEmbeddings, "encode", lambda *_: pytest.fail("embedded again"))
    with Library(full.folder, SentenceEmbeddings()) as library:
        assert library.search("green tea")[0].passage.text == "Uji grows green tea."
        assert {change.outcome for change in sync(library, folder)} == {"unchanged"}
        assert len(Conversations(library.database).answers("c")) == 1
        authors = {source.metadata.author for source in library.catalog.sources()}
        assert authors == {"", "Amina Salim"}


def test_a_long_japanese_file_name_comes_back(
    make_library: Callable[..., Library], folder: Path, tmp_path: Path
) -> None:
    name = "茶" * 79 + ".txt"  # 241 bytes, and file systems allow 255
    (folder / name).write_text("Uji grows tea.")
    library = make_library()
    sync(library, folder)
    backup(library, folder, tmp_path / "library.zip")
    library.close()
    shutil.rmtree(folder)
    restore(library.folder, folder, tmp_path / "library.zip", replace=True)
    assert tree(folder) == {name: b"Uji grows tea."}


def test_a_library_that_is_not_empty_is_saved_before_it_is_replaced(
    full: Library, folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "library.zip"
    backup(full, folder, file)
    (folder / "rice.md").write_text("Niigata grows rice.")
    sync(full, folder)
    with pytest.raises(LibraryBusy):
        restore(full.folder, folder, file, replace=True)
    full.close()
    with pytest.raises(BadInput, match="not empty"):
        restore(full.folder, folder, file)
    assert (folder / "rice.md").is_file()
    said = restore(full.folder, folder, file, replace=True)
    assert "The previous library is saved in" in said[0]
    assert not (folder / "rice.md").exists()
    saved = next(full.folder.parent.glob("kakehashi-before-restore-*.zip"))
    restore(full.folder, folder, saved, replace=True)
    assert (folder / "rice.md").read_text() == "Niigata grows rice."


def test_a_backup_is_whole_while_the_library_is_used(
    full: Library, folder: Path, tmp_path: Path
) -> None:
    stop = threading.Event()

    def use() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            (folder / "busy.md").write_text(f"Edition {number}. The ferry sails.")
            sync(full, folder)

    thread = threading.Thread(target=use)
    thread.start()
    try:
        for number in range(4):
            file = tmp_path / f"{number}.zip"
            backup(full, folder, file)
            place = tmp_path / f"restored-{number}"
            restore(place / "data", place / "sources", file)
            with Library(place / "data", SentenceEmbeddings()) as library:
                assert library.database.integrity_error() == ""
                held = {source.path for source in library.catalog.sources()}
                assert held >= {"clove.txt", "tea/uji.md"}
                assert library.search("cloves")
    finally:
        stop.set()
        thread.join()


def test_where_no_backup_can_be_made(full: Library, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "there.zip").write_bytes(b"kept")
    with pytest.raises(BadInput, match="already exists"):
        backup(full, folder, tmp_path / "there.zip")
    with pytest.raises(BadInput, match="inside the library"):
        backup(full, folder, folder / "b.zip")
    assert (tmp_path / "there.zip").read_bytes() == b"kept"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ({"a.txt": "x"}, "is not a Kakehashi backup"),
        ({"kakehashi.json": '{"format": 99}'}, "another version"),
        ({"kakehashi.json": '{"format": 1}', "../evil": "x"}, "no backup does"),
        ({"kakehashi.json": '{"format": 1}', "sources/../../evil": "x"}, "no backup does"),
        ({"kakehashi.json": '{"format": 1}', "/evil": "x"}, "no backup does"),
        ({"kakehashi.json": '{"format": 1}', "sources//evil": "x"}, "no backup does"),
        ({"kakehashi.json": '{"format": 1}', "sources/./evil": "x"}, "no backup does"),
        ({"kakehashi.json": '{"format": 1}'}, "is not a Kakehashi backup"),
    ],
)
def test_what_is_no_backup_changes_nothing(
    tmp_path: Path, names: dict[str, str], said: str
) -> None:
    file = tmp_path / "strange.zip"
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in names.items():
            archive.writestr(name, text)
    with pytest.raises(BadInput, match=said):
        restore(tmp_path / "data", tmp_path / "sources", file)
    assert not (tmp_path / "sources").exists()
    assert not list(tmp_path.parent.glob("evil"))


def test_a_damaged_backup_is_told(full: Library, folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "library.zip"
    backup(full, folder, file)
    file.write_bytes(file.read_bytes()[:-200])
    with pytest.raises(BadInput, match="damaged"):
        restore(tmp_path / "other", tmp_path / "others", file)
    with pytest.raises(BadInput, match="There is no file"):
        restore(tmp_path / "other", tmp_path / "others", tmp_path / "none.zip")


def test_a_link_to_elsewhere_is_not_written_through(
    full: Library, folder: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("Rice is cooked.")
    (folder / "linked.txt").write_text("Rice is cooked.")
    sync(full, folder)
    file = tmp_path / "library.zip"
    backup(full, folder, file)
    full.close()
    (folder / "linked.txt").unlink()
    (folder / "linked.txt").symlink_to(outside)
    outside.write_text("Another text.")
    restore(full.folder, folder, file, replace=True)
    assert (folder / "linked.txt").read_text() == "Rice is cooked."
    assert outside.read_text() == "Another text."
