"""What a folder on this machine contains, before anything is copied from it."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ingest.readers import READERS
from ingest.scan import walk
from vectorstore.errors import BadInput


@dataclass(frozen=True, slots=True)
class FolderContents:
    """The documents in a folder and below it.

    `size` is their size in bytes; `skipped` counts the other files by ending. `refused` are links
    to elsewhere, pipes and the like, which are not opened.
    """

    folder: Path
    files: tuple[Path, ...]
    size: int
    skipped: dict[str, int]
    refused: tuple[Path, ...] = ()


def inspect_folder(path: str, sources: Path) -> FolderContents:
    """List the documents that could be copied; raise BadInput if there are none."""
    folder = Path(path).expanduser()
    if not folder.is_absolute():
        raise BadInput("Enter the full path of a folder, for example /home/me/papers.")
    if not folder.is_dir():
        raise BadInput(f"There is no folder {folder} on this machine: check the path.")
    if folder.resolve().is_relative_to(sources.resolve()):
        raise BadInput(
            f"{folder} is the sources folder, or lies in it: “Rescan folder” adds what is new "
            "there."
        )
    walked = walk(folder)
    names = walked.files
    files = tuple(folder / name for name in names if is_document(name))
    if not files:
        raise BadInput(f"{folder} contains no document that can be read.")
    endings = Counter(PurePosixPath(name).suffix.lower() or "no ending" for name in names)
    return FolderContents(
        folder,
        files,
        sum(file.stat().st_size for file in files if file.is_file()),
        {ending: number for ending, number in endings.items() if ending not in READERS},
        tuple(folder / name for name in walked.refused if is_document(name)),
    )


def is_document(name: str) -> bool:
    """Whether a file of this name has a format that can be read."""
    return PurePosixPath(name).suffix.lower() in READERS
