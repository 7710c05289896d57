"""What the child processes can do to the machine if a document takes them over: nothing."""

import errno
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ingest.inbox import Inbox
from ingest.reader_process import ReaderProcess
from ingest.readers import read
from tests.ingest import exploited
from vectorstore import child_process
from vectorstore.child_process import ChildProcess
from vectorstore.confinement import Confinement, confine, refuse_network
from vectorstore.confinement.kernel import kernel
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document

CHILDREN = ("ingest.readers", "ingest.page_images.renderer")
# What only Landlock refuses, because reading a file is a call like another
OF_FILES = {
    "read window.json", "read another document", "list a folder", "read the parent's environment",
}  # fmt: skip


@pytest.fixture(scope="module")
def held() -> Confinement:
    with ReaderProcess() as reader:
        return reader.confinement()[0]


@pytest.fixture(scope="module")
def aims(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What an attacker would aim at."""
    folder = tmp_path_factory.mktemp("library")
    (folder / "window.json").write_text('{"token": "secret"}')
    (folder / "other.txt").write_text("Another document.")
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        place = tempfile.mkdtemp() + "/s"
        unix.bind(place)
        unix.listen()
        yield {
            "port": str(tcp.getsockname()[1]), "unix": place, "folder": str(folder),
            "token": str(folder / "window.json"), "other": str(folder / "other.txt"),
            "tmp": tempfile.gettempdir(),
        }  # fmt: skip


@pytest.fixture(scope="module", params=CHILDREN)
def outcomes(request, aims: dict[str, str], held: Confinement) -> dict[str, str]:
    """What comes of each attempt in a child that was taken over."""
    if not held.calls:
        pytest.skip("this kernel has no seccomp, or its machine's calls are not known here")
    inbox = Inbox()
    aim = inbox.folder / "aims.txt"
    aim.write_text(json.dumps(aims))
    popen = child_process.subprocess.Popen

    def taken_over(command: list[str], **how: object) -> object:
        return popen([command[0], "-m", "tests.ingest.exploited", *command[2:]], **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(child_process.subprocess, "Popen", taken_over)
        child = ChildProcess(request.param, 1 << 20, [str(inbox.folder)])
    child.send({"name": aim.name, "draft": True} if "readers" in request.param else
               {"name": aim.name}, 5)  # fmt: skip
    answer = child.receive(60)
    child.kill()
    inbox.close()
    assert answer
    return answer["outcomes"] if "outcomes" in answer else json.loads(answer["document"]["text"])


@pytest.mark.parametrize("attempt", exploited.attempts({}))
def test_a_child_that_was_taken_over_harms_nothing(
    attempt: str, outcomes: dict[str, str], aims: dict[str, str], held: Confinement
) -> None:
    if attempt in OF_FILES and not held.files:
        pytest.skip("this kernel has no Landlock")
    assert outcomes[attempt] == "refused"
    assert json.loads(Path(aims["token"]).read_text()) == {"token": "secret"}
    assert {path.name for path in Path(aims["folder"]).iterdir()} == {"other.txt", "window.json"}


def test_the_confinement_holds_where_the_kernel_has_it(held: Confinement) -> None:
    """On a Linux of a known machine, seccomp is always there; Landlock may be switched off."""
    if kernel() is None:
        pytest.skip("not a Linux whose calls are known here")
    assert held.calls
    lsm = Path("/sys/kernel/security/lsm")
    if lsm.is_file() and "landlock" in lsm.read_text():
        assert held.files


@pytest.mark.skipif(kernel() is None, reason="not a Linux whose calls are known here")
def test_tesseract_is_run_and_confined_like_the_reader(
    aims: dict[str, str], held: Confinement, tmp_path: Path
) -> None:
    """A copy of `cat` stands for Tesseract: it shows what a program under that name can read."""
    cat = Path(shutil.which("cat") or "/bin/cat").resolve()
    if cat.name != "cat":
        pytest.skip("cat is one of many programs in a file here")
    (tmp_path / "bin").mkdir()
    shutil.copy(cat, tmp_path / "bin" / "tesseract")
    (tmp_path / "inbox").mkdir()
    code = """
import socket, subprocess, sys
from pathlib import Path
from ingest.process_limits import limit_process
from ingest.readers.ocr import _tesseract
inbox, program, secret = sys.argv[1:]
limit_process(Path(inbox), Path(program))

def tried(what, *arguments):
    try:
        return what(*arguments)
    except (PermissionError, subprocess.CalledProcessError) as error:
        return type(error).__name__

print(_tesseract(given=b"a page").decode())
print(tried(_tesseract, secret))
print(tried(subprocess.run, ["/bin/true"]))
print(tried(socket.socket))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path / "inbox", tmp_path / "bin/tesseract", aims["token"]],
        env={**os.environ, "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"},
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True,
    )  # fmt: skip
    page, secret, program, socket_ = done.stdout.splitlines()
    assert page == "a page"
    assert socket_ == "PermissionError"
    if held.files:
        assert (secret, program) == ("CalledProcessError", "PermissionError")


DOCUMENTS = sorted((Path(__file__).parents[1] / "documents" / "failing").glob("*.*"))


@pytest.mark.slow
@pytest.mark.parametrize("ending", sorted({path.suffix for path in DOCUMENTS}))
def test_every_reader_works_in_the_child(ending: str) -> None:
    """What a confined reader makes of a document is what one makes that may do everything."""
    with ReaderProcess() as reader:
        for path in [path for path in DOCUMENTS if path.suffix == ending]:
            assert _made(lambda path: reader.read(path, draft=True), path) == _made(
                lambda path: read(path, draft=True), path
            )


def _made(read_one: Callable[[Path], Document], path: Path) -> Document | str:
    try:
        return read_one(path)
    except UnreadableSource as error:
        return str(error)


def test_what_a_killed_process_left_behind_is_deleted(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    left, fresh = tmp_path / "kakehashi-reading-left", tmp_path / "kakehashi-reading-fresh"
    for folder in (left, fresh):
        folder.mkdir()
        (folder / "private.txt").write_text("Private words.")
    os.utime(left, (0, 0))
    other = Inbox()
    os.utime(other.folder, (0, 0))  # as old, but in use
    inbox = Inbox()
    assert set(tmp_path.iterdir()) == {fresh, other.folder, inbox.folder}
    assert inbox.folder.stat().st_mode & 0o077 == 0
    inbox.close()
    other.close()
    assert set(tmp_path.iterdir()) == {fresh}


def test_the_copy_ends_with_the_reader(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    (tmp_path / "a.txt").write_text("Uji grows tea.")
    (tmp_path / "b.txt").write_text("Alishan grows tea.")
    with ReaderProcess() as reader:
        reader.read(tmp_path / "a.txt")
        reader.read(tmp_path / "b.txt")
        held = [path.name for path in (tmp_path / "tmp").rglob("*.txt")]
        assert held == ["b.txt"]
    assert list((tmp_path / "tmp").iterdir()) == []


def test_a_disk_without_locks_does_not_keep_files_from_being_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks")

    monkeypatch.setattr("ingest.inbox.fcntl.flock", refuse)
    (tmp_path / "a.txt").write_text("Uji grows tea.")
    with ReaderProcess() as reader:
        assert reader.read(tmp_path / "a.txt").text == "Uji grows tea."


def test_a_child_that_cannot_be_started_leaves_no_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.EAGAIN, "too many processes")

    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    (tmp_path / "a.txt").write_text("Uji grows tea.")
    with ReaderProcess() as reader:
        for _ in range(2):
            with monkeypatch.context() as now:
                now.setattr("ingest.reader_process.ChildProcess", fail)
                with pytest.raises(OSError, match="too many"):
                    reader.read(tmp_path / "a.txt")
        assert list((tmp_path / "tmp").iterdir()) == []
        assert reader.read(tmp_path / "a.txt").text == "Uji grows tea."


@pytest.mark.parametrize("answer", [OSError(errno.E2BIG, "too long"), 4711])
def test_what_the_kernel_refuses_is_left_out_and_told(
    monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    """It may answer with an error, or with the number of a thread that it left out."""

    class Refusing:
        machine = "x86_64"

        def call(self, *_: object) -> int:
            if isinstance(answer, OSError):
                raise answer
            return 4711

        def allow_no_new_privileges(self) -> None:
            self.call()

        drop_capabilities = allow_no_new_privileges

    monkeypatch.setattr("vectorstore.confinement.kernel", Refusing)
    monkeypatch.setattr("vectorstore.confinement.landlock.os.close", lambda _: None)
    monkeypatch.setattr("vectorstore.confinement.landlock._allow", lambda *_: None)
    assert not confine([]).calls
    assert not refuse_network()
