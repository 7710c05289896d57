"""The rows of the Library page as plain values for the browser, and the room that all takes.

Nothing here draws or changes anything.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.ui.components.labels import counted
from vectorstore.library import Library
from vectorstore.records import UNITS, Source, Unreadable
from vectorstore.text.metadata import day_of, language_code

Row = dict[str, Any]
_KINDS = {
    "md": "markdown", "txt": "text", "htm": "html", "xhtml": "html", "tsv": "csv",
}  # fmt: skip  # endings of files whose kind has another name


@dataclass(frozen=True, slots=True)
class Storage:
    """Bytes that the documents, the catalog and the index take, and that are free."""

    sources: int
    catalog: int
    index: int
    free: int


def storage(library: Library, rows: Sequence[Row]) -> Storage:
    """What is used; of the sources folder, the files that are known."""
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
    except OSError:  # it was just replaced
        return 0


def megabytes(size: int) -> str:
    """Bytes as one reads them.

    >>> megabytes(940), megabytes(52_000), megabytes(1_200_000), megabytes(3_400_000_000)
    ('1 KB', '52 KB', '1.2 MB', '3.4 GB')
    """
    if size < 1_000_000:
        return f"{-(-size // 1000)} KB"
    return f"{size / 1e6:.1f} MB" if size < 1_000_000_000 else f"{size / 1e9:.1f} GB"


def row_of(source: Source, cited: int, copies: list[tuple[str, int]]) -> Row:
    """The row of a source; `copies` are the ids of others with the number of passages."""
    unit = UNITS.get(source.kind, "page")
    pages = f"{counted(source.pages, unit)} · " if source.pages else ""
    return {
        **asdict(source.metadata),
        "id": source.id,
        "path": source.path,
        "kind": source.kind,
        "code": language_code(source.metadata.language),
        "day": day_of(source.metadata.date),
        "length": pages + counted(source.passages, "passage"),
        "passages": source.passages,
        "bytes": source.size,
        "size": megabytes(source.size),
        "added": source.added,
        "warnings": list(source.warnings),
        "cited": cited,
        "copies": copies,
        "reason": "",
    }


def row_of_failed(file: Unreadable) -> Row:
    """The row of a file that could not be read, under an id that no source has."""
    ending = Path(file.path).suffix.lower().removeprefix(".")
    said = dict.fromkeys(("author", "publisher", "date", "day", "language", "code", "url"), "")
    return {
        **said,
        "id": f"file:{file.path}",
        "title": file.path,
        "path": file.path,
        "kind": _KINDS.get(ending, ending),
        "length": "",
        "passages": 0,
        "bytes": max(file.size, 0),
        "size": megabytes(max(file.size, 0)),
        "added": "",
        "note": "",
        "warnings": [],
        "cited": 0,
        "copies": [],
        "reason": file.reason,
    }
