"""The rows of the Library page as plain values for the browser, and the disk space they use.

Nothing here draws or changes anything.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from app.ui.wording import count_of, file_size
from vectorstore.library import Library
from vectorstore.reading_warnings import sentences_of
from vectorstore.records import UNITS, Metadata, Source, Unreadable
from vectorstore.text.iso_dates import iso_date
from vectorstore.text.languages import language_code

Row = dict[str, Any]
_KINDS = {
    "md": "markdown", "txt": "text", "htm": "html", "xhtml": "html", "tsv": "csv",
}  # fmt: skip  # file endings whose kind has another name


@dataclass(frozen=True, slots=True)
class Storage:
    """Bytes used by the documents, the catalog and the index, and bytes free on their disk."""

    sources: int
    catalog: int
    index: int
    free: int


def storage(library: Library, rows: Sequence[Row]) -> Storage:
    """Measure the disk space in use; of the sources folder, only files that have a row."""
    catalog = [library.folder / f"catalog.sqlite{end}" for end in ("", "-wal", "-shm")]
    return Storage(
        sum(row["bytes"] for row in rows),
        sum(_size(file) for file in catalog),
        sum(_size(file) for file in (library.folder / "index").rglob("*")),
        library.free_space(),
    )


def _size(file: Path) -> int:
    try:
        return file.stat().st_size if file.is_file() else 0
    except OSError:  # the file was replaced meanwhile
        return 0


def source_row(source: Source, cited: int, duplicates: list[tuple[str, int]]) -> Row:
    """Return the row of a source.

    `cited` is the number of answers that cite it; `duplicates` the ids of near-duplicate sources,
    each with the number of passages that they share.
    """
    unit = UNITS.get(source.kind, "page")
    pages = f"{count_of(source.pages, unit)} · " if source.pages else ""
    return {
        **asdict(source.metadata),
        "id": source.id,
        "path": source.path,
        "kind": source.kind,
        "code": language_code(source.metadata.language),
        "day": iso_date(source.metadata.date),
        "length": pages + count_of(source.passages, "passage"),
        "passages": source.passages,
        "bytes": source.size,
        "size": file_size(source.size),
        "added": source.added,
        "warnings": sentences_of(source.warnings, unit),
        "cited": cited,
        "duplicates": duplicates,
        "reason": "",
    }


def unreadable_row(file: Unreadable) -> Row:
    """Return the row of a file that could not be read, under an id that no source has."""
    ending = Path(file.path).suffix.lower().removeprefix(".")
    known = (field.name for field in fields(Metadata))
    return {
        **dict.fromkeys((*known, "day", "code"), ""),
        "id": f"file:{file.path}",
        "title": file.path,
        "path": file.path,
        "kind": _KINDS.get(ending, ending),
        "length": "",
        "passages": 0,
        "bytes": max(file.size, 0),
        "size": file_size(max(file.size, 0)),
        "added": "",
        "warnings": [],
        "cited": 0,
        "duplicates": [],
        "reason": file.reason,
    }
