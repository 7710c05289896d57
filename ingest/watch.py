"""Watches a folder and runs a sync shortly after every change."""

import threading
from collections.abc import Callable
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from ingest.scan import PART, require_folder
from vectorstore.errors import BadInput, KakehashiError, UnreadableSource

# Judged: long enough for a copy in progress to finish, short enough not to be noticed.
_QUIET = 1.0  # seconds without a change before the sync; judged: copying a file takes a while
_RETRY = 5.0  # seconds between a failed sync and the next; judged: a busy library is soon free
_POLL = 0.2  # seconds between two checks for `stopped`; judged: feels immediate
_CHANGES = ("created", "modified", "moved", "deleted", "closed")


def watch(
    folder: Path,
    sync: Callable[[], None],
    stopped: threading.Event | None = None,
    on_error: Callable[[str], None] = lambda _: None,
) -> None:
    """Run `sync` now and after every change below a folder, until `stopped` is set.

    `on_error` receives the message of a failed sync, which is then tried again. Raises BadInput if
    the folder does not exist, or is deleted meanwhile.
    """
    stopped = stopped or threading.Event()
    changed = threading.Event()
    changed.set()
    observer = Observer()
    observer.schedule(_Listener(changed), str(require_folder(folder)), recursive=True)
    observer.start()
    try:
        while not stopped.is_set():
            if not changed.wait(_POLL):
                require_folder(folder)
                continue
            changed.clear()
            if changed.wait(_QUIET):
                continue  # still changing
            try:
                sync()
            except (BadInput, UnreadableSource):
                raise
            except KakehashiError as error:
                on_error(str(error))
                if not stopped.wait(_RETRY):
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
        kinds = ("moved", "deleted") if event.is_directory else _CHANGES
        if event.event_type in kinds:
            self._changed.set()
