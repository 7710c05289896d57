"""Loads files and folders of this machine that are to be added, with their sidecars."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ingest.opened import open_file
from ingest.progress import Change
from ingest.scan import walk
from ingest.sidecar import sidecar_of
from vectorstore.errors import UnreadableSource


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document to add: its original name, its content, and its sidecar's if any."""

    name: str
    content: bytes
    sidecar: bytes | None = None


def load_files(paths: Iterable[Path], within: Path | None = None) -> Iterator[NewDocument | Change]:
    """Yield files with their sidecars, and those of folders; a failed Change for one not opened.

    With `within`, and in a folder, a link is followed only if it stays inside.
    """
    for path in paths:
        if within is None and path.is_dir():
            walked = walk(path)
            yield from load_files((path / name for name in walked.files), path)
            for name, reason in walked.refused.items():
                yield Change(str(path / name), "failed", reason=reason)
            continue
        try:
            sidecar = None
            with suppress(FileNotFoundError), open_file(sidecar_of(path), within) as file:
                sidecar = file.read()
            with open_file(path, within) as file:
                yield NewDocument(path.name, file.read(), sidecar)
        except UnreadableSource as error:
            yield Change(str(path), "failed", reason=str(error))
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            reason = f"{path.name} cannot be read ({why}): check its path and permissions."
            yield Change(str(path), "failed", reason=reason)
