"""Following a folder: whatever changes in it, a sync is run a moment later."""

import threading
from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from ingest.scan import PART
from vectorstore.errors import BadInput, KakehashiError, UnreadableSource

_QUIET = 1.0  # seconds without a change before the folder is read: a copy may take a while
_AGAIN = 5.0  # seconds before an attempt that failed is repeated
_LOOKS = ("created", "modified", "moved", "deleted", "closed")


def follow(
    folder: Path,
    bring_in_line: Callable[[], None],
    stopped: threading.Event | None = None,
    complain: Callable[[str], None] = lambda _: None,
) -> None:
    """Run `bring_in_line` now and after every change below a folder, until `stopped` is set.

    An error of one run is told to `complain`, and it is tried again a little later. Raises BadInput
    if there is no such folder, or if it is taken away.
    """
    stopped = stopped or threading.Event()
    changed = threading.Event()
    changed.set()
    observer = Observer()
    observer.schedule(_Listener(changed), str(_there(folder)), recursive=True)
    observer.start()
    try:
        while not stopped.is_set():
            if not changed.wait(0.2):
                _there(folder)
                continue
            changed.clear()
            if changed.wait(_QUIET):
                continue  # still changing
            try:
                bring_in_line()
            except (BadInput, UnreadableSource):
                raise
            except KakehashiError as error:
                complain(str(error))
                if not stopped.wait(_AGAIN):
                    changed.set()
    finally:
        observer.stop()
        observer.join()


class _Listener(FileSystemEventHandler):
    def __init__(self, changed: threading.Event) -> None:
        self._changed = changed

    def on_any_event(self, event: FileSystemEvent) -> None:
        names = (Path(str(path)).name for path in (event.src_path, event.dest_path) if path)
        if all(name.endswith(PART) for name in names):
            return
        kinds = ("moved", "deleted") if event.is_directory else _LOOKS
        if event.event_type in kinds:
            self._changed.set()


def _there(folder: Path) -> Path:
    if not folder.is_dir():
        raise BadInput(
            f"The sources folder {folder} does not exist: make it, or set KAKEHASHI_SOURCES to "
            "the folder that holds the documents."
        )
    return folder
