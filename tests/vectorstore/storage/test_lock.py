"""The lock of a data directory: a killed process may leave a child that holds it for a moment."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from vectorstore.errors import LibraryBusy
from vectorstore.storage.lock import DataDirectoryLock

FORKS_AND_WAITS = """
import ctypes, os, sys, time
from pathlib import Path
from vectorstore.storage.lock import DataDirectoryLock
lock = DataDirectoryLock(Path(sys.argv[1]), "a program")
child = ctypes.CDLL(None).fork()  # as subprocess does it: without the handlers of os.fork()
if child:
    print(child, flush=True)
else:
    os.close(1)
time.sleep(float(sys.argv[2]))
os._exit(0)
"""


def holder(folder: Path, seconds: float) -> tuple["subprocess.Popen[str]", int]:
    """Return a process that holds the lock of a folder, and the process id of its child."""
    program = subprocess.Popen(
        [sys.executable, "-c", FORKS_AND_WAITS, str(folder), str(seconds)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout
    return program, int(program.stdout.readline())


def test_the_child_of_a_killed_process_is_waited_for(tmp_path: Path) -> None:
    program, _ = holder(tmp_path, 1.5)
    program.kill()
    program.communicate()
    DataDirectoryLock(tmp_path, "another").release()


def test_a_process_that_runs_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vectorstore.storage.lock._PATIENCE", 600)
    program, child = holder(tmp_path, 60)
    try:
        with pytest.raises(LibraryBusy, match=rf"a program \(process {program.pid}"):
            DataDirectoryLock(tmp_path, "another")
    finally:
        program.kill()
        os.kill(child, signal.SIGKILL)
        program.communicate()


@pytest.mark.parametrize("note", ["", "{}", "[]", '{"pid": null}', '{"pid": 1e99}'])
def test_a_note_that_says_nothing_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, note: str
) -> None:
    monkeypatch.setattr("vectorstore.storage.lock._PATIENCE", 600)
    held = DataDirectoryLock(tmp_path, "a program")
    (tmp_path / "owner.json").write_text(note)
    with pytest.raises(LibraryBusy, match="in use by"):
        DataDirectoryLock(tmp_path, "another")
    held.release()
