import os
from dataclasses import replace
from pathlib import Path

import pytest

from ingest import sync as module
from ingest.known_sources import KnownSources
from ingest.progress import Change, Step
from ingest.reader_process import ReaderProcess
from ingest.source_files import add, remove, resolve_id, restore, safe_name
from ingest.sync import sync
from tests.ingest.readers.test_readers import make_pdf
from vectorstore.errors import BadInput, StorageFailure, UnknownSource
from vectorstore.library import Library
from vectorstore.text.hidden import hidden_in


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

    monkeypatch.setattr(module, "content_hash", refuse)
    monkeypatch.setattr(ReaderProcess, "read", refuse)
    written = library.database.writes
    assert outcomes(sync(library, folder)) == {"a.md": "unchanged", "b.pdf": "failed"}
    assert library.database.writes == written


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
    assert "correct it" in sync(library, folder)[0].reason


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
    seen: set[tuple[int, int]] = set()

    def on_step(step: Step) -> None:
        steps.append(step)
        if library.intake:
            seen.add((library.intake.done, library.intake.total))

    sync(library, folder, on_step)
    assert seen == {(0, 2), (1, 2), (2, 2)}
    assert library.intake is None
    untimed = [replace(step, rate=0.0, left=None) for step in steps]
    assert Step("a.md", 0, 2) in untimed
    assert Step("b.md", 2, 2, 2, 2) in untimed
    assert [step.change.outcome for step in steps if step.change] == ["added", "added"]
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
    assert "It reads PDF" in add(library, folder, "tea.exe", b"MZ").reason
    assert add(library, folder, "bad.pdf", b"no").outcome == "failed"
    assert sorted(path.name for path in folder.iterdir()) == ["bad.pdf", "tea-2.md", "tea.md"]
    assert outcomes(sync(library, folder)) == {
        "bad.pdf": "failed", "tea-2.md": "unchanged", "tea.md": "unchanged",
    }  # fmt: skip


def test_removing_can_be_undone(library: Library, folder: Path) -> None:
    change = add(library, folder, "tea.md", b"Uji grows tea.")
    removed = remove(library, folder, change.source_id)
    assert list(folder.iterdir()) == []
    assert library.search("tea") == []
    assert restore(library, folder, removed).source_id == change.source_id
    with pytest.raises(BadInput, match="another file has its place"):
        restore(library, folder, removed)
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
        ("a\x9b\u061c\u3164\U000e0041.md", "a.md"),
        ("کتاب‌ها.md", "کتاب‌ها.md"),
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


def contents(library: Library) -> set[str]:
    return {library.catalog.text(source.id) for source in library.catalog.sources()}


@pytest.mark.parametrize("case", ["swapped", "moved over another", "copied, then edited"])
def test_whatever_happens_to_files_their_content_is_in_the_library(
    library: Library, folder: Path, case: str
) -> None:
    a, b = folder / "a.md", folder / "b.md"
    a.write_text("Uji grows tea.")
    b.write_text("Zanzibar grows cloves.")
    sync(library, folder)
    match case:
        case "swapped":
            a.rename(folder / "c.md")
            b.rename(a)
            (folder / "c.md").rename(b)
        case "moved over another":
            a.rename(b)
        case "copied, then edited":
            a.write_bytes(b.read_bytes())
            b.write_text("Niigata grows rice.")
    sync(library, folder)
    assert contents(library) == {path.read_text() for path in folder.iterdir()}
    assert set(outcomes(sync(library, folder)).values()) == {"unchanged"}


def test_adding_never_takes_away_a_file_it_did_not_write(library: Library, folder: Path) -> None:
    (folder / "mine.md").write_text("Uji grows tea.")
    (folder / "t.md").write_text("Uji grows tea.")
    sync(library, folder)
    assert add(library, folder, "t.md", b"Uji grows tea.").outcome == "duplicate"
    assert (folder / "t.md").exists()
    (folder / "mine.md").unlink()
    (folder / "t.md").unlink()
    assert add(library, folder, "copy.md", b"Uji grows tea.").outcome == "added"
    assert (folder / "copy.md").exists()


def test_removing_leaves_a_file_alone_that_is_not_what_was_taken_in(
    library: Library, folder: Path
) -> None:
    change = add(library, folder, "tea.md", b"Uji grows tea.")
    (folder / "tea.md").write_text("Something else by now.")
    assert remove(library, folder, change.source_id).content is None
    assert (folder / "tea.md").read_text() == "Something else by now."


def test_undoing_brings_back_place_and_metadata(library: Library, folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "r.txt").write_text("Uji grows tea.")
    (folder / "sub" / "r.txt.meta.yaml").write_text("title: T")
    source = sync(library, folder)[0]
    removed = remove(library, folder, source.source_id)
    assert not any(path.is_file() for path in folder.rglob("*"))
    assert restore(library, folder, removed).source_id == source.source_id
    assert library.catalog.sources()[0].metadata.title == "T"


def test_a_file_that_cannot_be_opened_now_is_tried_again(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.md").write_text("Uji grows tea.")
    sync(library, folder)
    (folder / "a.md").write_text("Uji grows more tea.")

    def refuse(*_: Path) -> str:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(module, "content_hash", refuse)
        assert "check its permissions" in sync(library, folder)[0].reason
    assert contents(library) == {"Uji grows tea."}
    assert outcomes(sync(library, folder)) == {"a.md": "updated"}
    assert library.catalog.unreadable() == []


def test_a_name_that_is_no_text_is_listed_and_the_rest_goes_on(
    library: Library, folder: Path
) -> None:
    (folder / "a.md").write_text("Uji grows tea.")
    with open(os.fsencode(folder) + b"/caf\xe9.txt", "w") as file:  # noqa: PTH123
        file.write("Le café est fermé.")
    changes = outcomes(sync(library, folder))
    assert changes == {"a.md": "added", r"caf\xe9.txt": "failed"}
    assert outcomes(sync(library, folder))[r"caf\xe9.txt"] == "failed"


@pytest.mark.parametrize(
    "front",
    ["title: !!bool foo", 'title: !!int ""', "title: !!timestamp foo", "title: " + "[" * 3000,
     "&a [1]: {", "a: &a [x, x]\ntitle: *a", "a: {<<: {b: c}}", "title: " + "n" * 70_000],
)  # fmt: skip
def test_odd_front_matter_stops_nothing(library: Library, folder: Path, front: str) -> None:
    (folder / "a.md").write_text(f"---\n{front}\n---\nUji grows tea.")
    (folder / "b.md").write_text("Alishan grows tea.")
    assert outcomes(sync(library, folder)) == {"a.md": "failed", "b.md": "added"}


MULTIPLIED = "\n".join(
    [
        "a0: &a0 {k: v}",
        *(f"a{n}: &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 12)),
    ]
)


@pytest.mark.parametrize(
    ("sidecar", "says"),
    [
        (MULTIPLIED, "aliases (*name) are not allowed"),
        ("a: &a [x]\ntitle: *a", "aliases (*name) are not allowed"),
        ("a: {<<: {b: c}}", "merge keys (<<) are not allowed"),
        ("note: " + "n" * 70_000, "more than 64 KB"),
    ],
)
def test_a_sidecar_that_costs_more_than_it_says_is_refused(
    library: Library, folder: Path, sidecar: str, says: str
) -> None:
    for name in ("a.txt", "b.txt"):
        (folder / name).write_text(f"Uji grows tea in {name}.")
    (folder / "a.txt.meta.yaml").write_text(sidecar)
    changes = {change.path: change for change in sync(library, folder)}
    assert {path: change.outcome for path, change in changes.items()} == {
        "a.txt": "failed", "b.txt": "added",
    }  # fmt: skip
    assert changes["a.txt"].reason.startswith("a.txt.meta.yaml cannot be read")
    assert says in changes["a.txt"].reason


def test_metadata_is_plain_short_and_storable(library: Library, folder: Path) -> None:
    odd = "\n".join(["title: [x, x]", 'author: "A\\ud800B"'])
    (folder / "a.md").write_text(f"---\n{odd}\ndate: 2024-05-01\nnote: {'n' * 5000}\n---\nTea.")
    sync(library, folder)
    metadata = library.catalog.sources()[0].metadata
    assert (metadata.title, metadata.author, metadata.date) == ("a", "AB", "2024-05-01")
    assert len(metadata.note) == 1000


def test_stopping_keeps_what_was_done(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_MOST_FILES", 1)
    for name in "abc":
        (folder / f"{name}.md").write_text(f"Tea number {name}.")

    def stop_after_one(step: Step) -> None:
        if step.done == 1 and step.change:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sync(library, folder, stop_after_one)
    assert len(library.catalog.sources()) == 1
    assert sorted(outcomes(sync(library, folder)).values()) == ["added", "added", "unchanged"]


@pytest.mark.parametrize("path", ["tea \u115f\u3164\uffa0.md", "te\u3164a.md", "\u3164.md"])
def test_an_id_has_no_letter_that_nobody_sees(path: str) -> None:
    """The id is printed, typed again and part of links."""
    made = KnownSources([]).new_id(path)
    assert hidden_in(made) == []
    assert made != KnownSources([]).new_id("tea.md")
    assert made.startswith(("tea-", "source-"))
