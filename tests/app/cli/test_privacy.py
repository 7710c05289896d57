"""Nobody else can read what Kakehashi writes; what others could read is closed, and told."""

import os
import stat
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.answering.assistant import Assistant
from ingest.backup import backup
from ingest.source_files import add
from tests.command_line import PROGRAM, ROOT, CommandLine
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.library import Library
from vectorstore.storage.conversations import Conversations

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@pytest.fixture(autouse=True)
def _as_most_users_have_it() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def open_in(*paths: Path) -> list[str]:
    """What others may read, write or enter of these paths and all in them."""
    every = [one for path in paths for one in (path, *path.rglob("*"))]
    return [f"{mode(one):o} {one}" for one in every if mode(one) & 0o077]


def open_up(folder: Path) -> None:
    """Give a folder and all in it the permissions that files usually have."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_all_that_is_written_is_private(tmp_path: Path) -> None:
    shell = CommandLine(tmp_path / "new" / "data", tmp_path / "sources")
    (tmp_path / "tea.txt").write_text("Uji grows green tea.")
    out = [tmp_path / name for name in ("answer.json", "talk.md", "library.zip")]
    assert shell("add", tmp_path / "tea.txt").returncode == 0
    assert shell("edit", "tea", "--note", "Only for us.").returncode == 0
    with Library(shell.data, SentenceEmbeddings()) as library:
        Conversations(library.database).append("talk", Assistant(library).ask("Who grows tea?"))
        assert not open_in(shell.data)
    assert shell("ask", "Who grows green tea?", "--audit", out[0]).returncode == 0
    assert shell("export", "talk", "--to", out[1]).returncode == 0
    assert shell("backup", out[2]).returncode == 0
    assert not open_in(shell.data, shell.sources, *out)
    assert [mode(path) for path in out] == [0o600] * 3

    os.umask(0o022)
    assert shell("restore", out[2], "--replace").returncode == 0
    saved = next(shell.data.parent.glob("kakehashi-before-restore-*.zip"))
    assert not open_in(shell.data, shell.sources, saved)


def test_a_library_in_another_program_is_private_too(
    tmp_path: Path, embeddings: SentenceEmbeddings
) -> None:
    (tmp_path / "sources").mkdir(mode=0o755)
    with Library(tmp_path / "data", embeddings) as library:
        add(library, tmp_path / "sources", "tea.txt", b"Uji grows green tea.")
        backup(library, tmp_path / "sources", tmp_path / "library.zip")
        assert mode(library.folder) == 0o700
        top = [one for one in library.folder.iterdir() if one.is_file()]
        assert {"catalog.sqlite", "catalog.sqlite-wal", "lock"} <= {one.name for one in top}
        assert not open_in(*top, tmp_path / "sources" / "tea.txt", tmp_path / "library.zip")


def test_folders_and_files_of_the_user_keep_their_permissions(small: CommandLine) -> None:
    open_up(small.sources)
    assert small("edit", "tea", "--note", "For all.").returncode == 0
    beside = small.sources / "tea.txt.meta.yaml"
    assert mode(beside) == 0o600  # it is ours, and new
    beside.chmod(0o640)
    os.umask(0o022)
    assert small("edit", "tea", "--note", "For all of us.").returncode == 0
    assert small("sync").returncode == 0
    assert "all of us" in beside.read_text()
    assert mode(small.sources) == 0o755
    assert (mode(small.sources / "tea.txt"), mode(beside)) == (0o644, 0o640)


def test_a_data_directory_that_others_could_read_is_closed_and_it_is_said_once(
    small: CommandLine, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o755)
    (tmp_path / "elsewhere" / "file").write_text("of the user")
    open_up(tmp_path / "elsewhere")
    (small.data / "link").symlink_to(tmp_path / "elsewhere")
    open_up(small.data)
    result = small("sources")
    assert result.returncode == 0
    assert f"could read the data directory {small.data} until now" in result.stderr
    (small.data / "link").unlink()
    assert not open_in(small.data)
    assert mode(tmp_path / "elsewhere") == 0o755
    assert mode(tmp_path / "elsewhere" / "file") == 0o644
    again = small("sources")
    assert (again.returncode, again.stderr) == (0, "")


def test_the_doctor_tells_of_files_that_are_open_and_closes_them(small: CommandLine) -> None:
    assert "no other user can read the data directory" in small("doctor").stdout
    (small.data / "catalog.sqlite").chmod(0o644)
    told = small("doctor")
    assert told.returncode == 1
    assert f"other users can read {small.data / 'catalog.sqlite'}" in told.stdout  # -wal, -shm
    repaired = small("doctor", "--repair")
    assert f"Closed {small.data / 'catalog.sqlite'}" in repaired.stdout
    assert "to other users." in repaired.stdout
    assert repaired.returncode == 0, repaired.stdout
    assert not open_in(small.data)


@needs_root
def test_a_data_directory_of_somebody_else_is_used_and_told(small: CommandLine) -> None:
    open_up(small.data)
    os.chown(small.data, 12345, 12345)
    result = small("ask", "Who grows green tea?")
    assert result.returncode == 0
    assert "Uji" in result.stdout
    assert f"Other users of this machine can read the data directory {small.data}" in result.stderr
    assert mode(small.data) == 0o755  # it is not ours to close
    told = small("doctor")
    assert told.returncode == 1
    assert "is not yours to close" in told.stdout
    small.data.chmod(0o700)
    assert f"{small.data} belongs to another user" in small("doctor").stdout


def test_a_folder_for_all_is_not_closed(small: CommandLine) -> None:
    small.data.chmod(0o1777)
    result = small("ask", "Who grows green tea?")
    assert result.returncode == 0
    assert "cannot be closed" in result.stderr
    assert mode(small.data) == 0o1777
    assert "is a folder for more than the library" in small("doctor").stdout
    small.data.chmod(0o755)
    small("ask", "Who grows green tea?", HOME=str(small.data / "home"))
    assert mode(small.data) == 0o755


@pytest.mark.slow
def test_the_window_and_its_children_write_privately(small: CommandLine) -> None:
    window = subprocess.Popen(
        [*PROGRAM, "serve", "--no-browser", "--port", "18650"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, cwd=ROOT, umask=0o022,
        env={**os.environ, **small.environment, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    try:
        assert window.stdout
        while "Kakehashi opens at" not in window.stdout.readline():
            assert window.poll() is None
        ready, tries = threading.Event(), 600
        while not (small.data / "window.json").exists() and (tries := tries - 1):
            ready.wait(0.1)
        assert (small.data / "window.json").exists()
        status = Path(f"/proc/{window.pid}/status").read_text()
        assert "Umask:\t0077" in status
        assert not open_in(small.data)
        assert (small.data / "catalog.sqlite-wal").exists()
    finally:
        window.kill()
        window.communicate()
