import threading
import time
from pathlib import Path

import pytest

from ingest import watch as module
from ingest.watch import watch
from vectorstore.errors import BadInput, StorageFailure


def wait_for(condition) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_folder_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_QUIET", 0.1)
    runs: list[set[str]] = []
    told: list[str] = []
    stopped = threading.Event()

    def bring_in_line() -> None:
        runs.append({path.name for path in tmp_path.rglob("*.md")})
        if len(runs) == 2:
            raise StorageFailure("The disk is full.")

    thread = threading.Thread(target=watch, args=(tmp_path, bring_in_line, stopped, told.append))
    thread.start()
    wait_for(lambda: runs == [set()])  # once at the beginning
    (tmp_path / "a.md").write_text("Tea.")
    wait_for(lambda: told == ["The disk is full."])
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "b.md").write_text("Tea.")
    wait_for(lambda: runs[-1] == {"a.md", "b.md"})
    (tmp_path / "a.md").unlink()
    wait_for(lambda: runs[-1] == {"b.md"})
    count = len(runs)
    (tmp_path / ".c.md.kakehashi-part").write_text("Half.")
    (tmp_path / "sub" / "b.md").read_text()  # reading changes nothing
    time.sleep(0.6)
    assert len(runs) == count
    stopped.set()
    thread.join()


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="does not exist"):
        watch(tmp_path / "none", lambda: None)
