import os
from pathlib import Path

import pytest

from ingest import sync as module
from ingest.shelf import add, remove, resolve_id, safe_name
from ingest.sync import Change, Step, sync
from tests.ingest.test_readers import make_pdf
from vectorstore.errors import BadInput, StorageFailure, UnknownSource
from vectorstore.library import Library


def outcomes(changes: list[Change]) -> dict[str, str]:
    return {change.path: change.outcome for change in changes}


def test_the_library_follows_its_folder(library: Library, folder: Path) -> None:
    (folder / "a.md").write_text("# Tea\n\nUji grows tea.")
    (folder / "b.txt").write_text("Alishan grows tea.")
    (folder / "sub").mkdir()
    make_pdf(folder / "sub" / "c.pdf", "Zanzibar grows cloves.")
    (folder / "d.pdf").write_bytes(b"not a PDF")
    (folder / ".hidden.md").write_text("No.")
    assert outcomes(sync(library, folder)) == {
        "a.md": "added", "b.txt": "added", "sub/c.pdf": "added", "d.pdf": "failed",
    }  # fmt: skip
    assert outcomes(sync(library, folder)) == {
        "a.md": "unchanged", "b.txt": "unchanged", "sub/c.pdf": "unchanged", "d.pdf": "failed",
    }  # fmt: skip

    first = {source.path: source for source in library.catalog.sources()}
    (folder / "a.md").write_text("# Tea\n\nUji no longer grows tea.")
    (folder / "b.txt").rename(folder / "moved.txt")
    (folder / "sub" / "c.pdf").unlink()
    (folder / "d.pdf").unlink()
    (folder / "twin.md").write_text("Alishan grows tea.")
    changes = sync(library, folder)
    assert outcomes(changes) == {
        "a.md": "updated", "moved.txt": "moved", "sub/c.pdf": "removed", "twin.md": "duplicate",
    }  # fmt: skip
    now = {source.path: source for source in library.catalog.sources()}
    assert set(now) == {"a.md", "moved.txt"}
    assert now["a.md"].id == first["a.md"].id
    assert now["moved.txt"].id == first["b.txt"].id
    assert library.catalog.unreadable() == []
    assert "no longer" in library.search("Does Uji grow tea?", 1)[0].passage.text


def test_a_second_sync_opens_no_file(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.md").write_text("Uji grows tea.")
    (folder / "b.pdf").write_bytes(b"not a PDF")
    sync(library, folder)

    def refuse(*_: object) -> None:
        raise AssertionError("nothing should be opened")

    monkeypatch.setattr(module, "_content_hash", refuse)
    monkeypatch.setattr(module, "read", refuse)
    assert outcomes(sync(library, folder)) == {"a.md": "unchanged", "b.pdf": "failed"}


def test_a_file_that_was_only_touched_is_unchanged(library: Library, folder: Path) -> None:
    (folder / "a.md").write_text("Uji grows tea.")
    sync(library, folder)
    os.utime(folder / "a.md", (1, 1))
    assert outcomes(sync(library, folder)) == {"a.md": "unchanged"}


def test_a_file_that_became_unreadable_is_listed_and_its_words_are_gone(
    library: Library, folder: Path
) -> None:
    make_pdf(folder / "a.pdf", "Zanzibar grows cloves.")
    sync(library, folder)
    (folder / "a.pdf").write_bytes(b"damaged")
    change = sync(library, folder)[0]
    assert change.outcome == "failed"
    assert "damaged or not a PDF" in change.reason
    assert library.search("Zanzibar cloves") == []
    assert library.catalog.unreadable()[0].reason == change.reason


def test_a_file_that_becomes_a_twin_leaves_nothing_behind(library: Library, folder: Path) -> None:
    (folder / "a.md").write_text("Uji grows tea.")
    (folder / "b.md").write_text("Zanzibar grows cloves.")
    sync(library, folder)
    (folder / "b.md").write_text("Uji grows tea.")
    assert outcomes(sync(library, folder))["b.md"] == "duplicate"
    assert len(library.catalog.sources()) == 1


def test_metadata_beside_a_file_is_used_and_followed(library: Library, folder: Path) -> None:
    make_pdf(folder / "report_2024.pdf", "Zanzibar grows cloves.", title="Microsoft Word - x.doc")
    sync(library, folder)
    assert library.catalog.sources()[0].metadata.title == "report 2024"
    (folder / "report_2024.pdf.meta.yaml").write_text("title: Spices\nauthor: A. B.\ndate: 2024")
    assert outcomes(sync(library, folder)) == {"report_2024.pdf": "updated"}
    metadata = library.catalog.sources()[0].metadata
    assert (metadata.title, metadata.author, metadata.date) == ("Spices", "A. B.", "2024")
    (folder / "report_2024.pdf.meta.yaml").write_text("- a list")
    assert "mend it" in sync(library, folder)[0].reason


def test_another_version_of_the_splitter_reads_everything_anew(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.md").write_text("Uji grows tea.")
    sync(library, folder)
    monkeypatch.setattr(module, "VERSION", "next")
    assert outcomes(sync(library, folder)) == {"a.md": "updated"}
    assert outcomes(sync(library, folder)) == {"a.md": "unchanged"}


def test_progress_tells_files_and_passages(library: Library, folder: Path) -> None:
    (folder / "a.md").write_text("Uji grows tea.")
    (folder / "b.md").write_text("Alishan grows tea.")
    steps: list[Step] = []
    sync(library, folder, steps.append)
    assert Step("a.md", 0, 2) in steps
    assert Step("b.md", 1, 2, 1, 1) in steps
    assert steps[-1] == Step("", 2, 2)


def test_a_missing_folder_is_told_and_removes_nothing(library: Library, folder: Path) -> None:
    (folder / "a.md").write_text("Uji grows tea.")
    sync(library, folder)
    with pytest.raises(BadInput, match="does not exist"):
        sync(library, folder / "gone")
    assert len(library.catalog.sources()) == 1


def test_what_is_added_is_saved_in_the_folder(library: Library, folder: Path) -> None:
    assert add(library, folder, "../tea.md", b"Uji grows tea.").outcome == "added"
    assert (folder / "tea.md").read_bytes() == b"Uji grows tea."
    assert add(library, folder, "tea.md", b"Uji grows tea.").outcome == "unchanged"
    assert add(library, folder, "copy.md", b"Uji grows tea.").outcome == "duplicate"
    assert add(library, folder, "tea.md", b"Alishan grows tea.").path == "tea-2.md"
    assert "these kinds can" in add(library, folder, "tea.exe", b"MZ").reason
    assert add(library, folder, "bad.pdf", b"no").outcome == "failed"
    assert sorted(path.name for path in folder.iterdir()) == ["bad.pdf", "tea-2.md", "tea.md"]
    assert outcomes(sync(library, folder)) == {
        "bad.pdf": "failed", "tea-2.md": "unchanged", "tea.md": "unchanged",
    }  # fmt: skip


def test_removing_can_be_undone(library: Library, folder: Path) -> None:
    change = add(library, folder, "tea.md", b"Uji grows tea.")
    source, content = remove(library, folder, change.source_id)
    assert content is not None
    assert list(folder.iterdir()) == []
    assert library.search("tea") == []
    assert add(library, folder, source.path, content).source_id == change.source_id
    with pytest.raises(UnknownSource):
        remove(library, folder, "nobody")


def test_an_id_may_be_shortened_while_it_is_clear(library: Library, folder: Path) -> None:
    one = add(library, folder, "tea-uji.md", b"Uji grows tea.").source_id
    add(library, folder, "tea-alishan.md", b"Alishan grows tea.")
    assert resolve_id(library, one) == resolve_id(library, "tea-uji") == one
    with pytest.raises(BadInput, match="could mean"):
        resolve_id(library, "tea")
    with pytest.raises(UnknownSource):
        resolve_id(library, "")


def test_a_folder_that_cannot_be_written_is_told(library: Library, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageFailure, match="could not be saved"):
        add(library, tmp_path / "file", "tea.md", b"Uji grows tea.")


@pytest.mark.parametrize(
    ("given", "safe"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("..\\windows\\x.md", "x.md"),
        ("a\0b\u202egpj.md", "abgpj.md"),
        ("日本の報告 (最終).pdf", "日本の報告 (最終).pdf"),
        (".hidden.md", "hidden.md"),
        ("", "document"),
        ("...", "document"),
    ],
)
def test_names_from_outside_are_made_safe(given: str, safe: str) -> None:
    assert safe_name(given) == safe


def test_endless_names_are_cut() -> None:
    assert len(safe_name("報" * 300 + ".pdf").encode()) < 200
    assert safe_name("報" * 300 + ".pdf").endswith("報.pdf")
