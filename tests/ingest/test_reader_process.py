"""The child process that reads: its limits, its end, and what hostile files make of it."""

import os
import re
import signal
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfWriter

from ingest import reader_process as module
from ingest.reader_process import ReaderProcess
from ingest.readers import read
from ingest.sidecar import describe
from ingest.sync import sync
from tests.conftest import ARTICLE
from tests.ingest.readers.test_readers import make_pdf
from vectorstore import child_process
from vectorstore.errors import UnreadableSource
from vectorstore.library import Library
from vectorstore.records import Document

LEAK = re.compile(r"\b\w+(Error|Exception)\b|Traceback|/tmp/|NoneType|0x")


@pytest.fixture
def reading() -> ReaderProcess:
    with ReaderProcess() as made:
        yield made


def pretend(reading: ReaderProcess, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let another program stand where the child does."""
    popen = child_process.subprocess.Popen
    monkeypatch.setattr(
        child_process.subprocess,
        "Popen",
        lambda _, **how: popen([sys.executable, "-c", code], **how),
    )


def described(path: Path) -> Document:
    document = read(path)
    return replace(document, metadata=describe(path, document))


def test_the_child_reads_what_the_readers_read(reading: ReaderProcess, tmp_path: Path) -> None:
    pdf = make_pdf(tmp_path / "a.pdf", "One page.", "Another page.")
    pages: list[tuple[int, int]] = []
    assert reading.read(ARTICLE) == described(ARTICLE)
    assert reading.read(pdf, lambda *page: pages.append(page)) == described(pdf)
    assert pages[-1] == (2, 2)


def test_what_is_expected_is_read_meanwhile_and_anew_if_it_changes(
    reading: ReaderProcess, tmp_path: Path
) -> None:
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(f"Tea {name}.")
    reading.prefetch(tmp_path / "a.txt")
    assert reading.read(tmp_path / "a.txt").text == "Tea a."
    reading.prefetch(tmp_path / "b.txt")
    assert reading.read(tmp_path / "c.txt").text == "Tea c."
    reading.prefetch(tmp_path / "b.txt")
    (tmp_path / "b.txt").write_text("Tea of another kind.")
    assert reading.read(tmp_path / "b.txt").text == "Tea of another kind."


@pytest.mark.skipif(not Path("/proc/self/limits").exists(), reason="no /proc on this system")
def test_the_child_is_limited_and_knows_no_secrets(
    reading: ReaderProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "a secret")
    reading.read(ARTICLE)
    assert reading._child
    process = Path(f"/proc/{reading._child.process.pid}")
    limits = (process / "limits").read_text()
    assert re.search(r"Max address space\s+1073741824 ", limits)
    assert re.search(r"Max cpu time\s+\d\d ", limits)
    assert b"secret" not in (process / "environ").read_bytes()


def test_a_child_that_was_killed_is_replaced(reading: ReaderProcess) -> None:
    reading.read(ARTICLE)
    assert reading._child
    os.kill(reading._child.process.pid, signal.SIGKILL)
    reading._child.process.wait()
    assert reading.read(ARTICLE).text


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import time; time.sleep(60)", "takes too long"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "takes too long"),
        ("import os, signal; input(); os.kill(os.getpid(), signal.SIGSEGV)", "is damaged"),
        ("input()", "is damaged"),
        ("import sys; [sys.stdout.write('x' * 65536) for _ in range(100)]", "more text than"),
    ],
)
def test_whatever_the_child_does_is_told(
    reading: ReaderProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, code: str, said: str
) -> None:
    monkeypatch.setattr(module, "SILENCE_TIMEOUT", 2.0)
    monkeypatch.setattr(module, "_LONGEST_LINE", 1_000_000)
    pretend(reading, monkeypatch, code)
    (tmp_path / "a.txt").write_text("Tea.")
    with pytest.raises(UnreadableSource, match=said) as caught:
        reading.read(tmp_path / "a.txt")
    assert str(caught.value).startswith("a.txt")


def test_stopping_ends_the_child(reading: ReaderProcess, tmp_path: Path) -> None:
    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reading.read(make_pdf(tmp_path / "a.pdf", "One page.", "Another."), stop)
    assert reading._child is None


def test_a_file_that_is_too_large_is_not_even_opened(
    reading: ReaderProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "LARGEST_FILE", 10)
    (tmp_path / "a.txt").write_text("More than ten bytes.")
    with pytest.raises(UnreadableSource, match="larger than"):
        reading.read(tmp_path / "a.txt")


def hostile(folder: Path) -> None:
    """A few dozen files as nobody should send them."""
    zeros = b"0" * 50_000_000
    for ending in ("docx", "pptx", "xlsx", "epub"):
        with zipfile.ZipFile(folder / f"bomb.{ending}", "w", zipfile.ZIP_DEFLATED) as bomb:
            bomb.writestr("[Content_Types].xml", "<Types/>")
            bomb.writestr("word/document.xml", zeros)
        with zipfile.ZipFile(folder / f"paths.{ending}", "w") as paths:
            paths.writestr("../../evil.txt", "x")
            paths.writestr("/etc/evil.txt", "x")
        with zipfile.ZipFile(folder / f"many.{ending}", "w") as many:
            for number in range(10_100):
                many.writestr(f"{number}.xml", "")
        (folder / f"empty.{ending}").write_bytes(b"")
        (folder / f"text.{ending}").write_text("Not a zip at all.")
        (folder / f"old.{ending}").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
        whole = (folder / f"many.{ending}").read_bytes()
        (folder / f"cut.{ending}").write_bytes(whole[: len(whole) // 2])
    entities = '<!DOCTYPE a [<!ENTITY b "lol">' + "".join(
        f'<!ENTITY b{n} "{(f"&b{n - 1};" if n > 1 else "&b;") * 10}">' for n in range(1, 10)
    )
    (folder / "entities.html").write_text(f"{entities}]><html><body>&b9;</body></html>")
    (folder / "deep.html").write_text("<div>" * 50_000 + "deep")
    (folder / "script.html").write_text("<script>alert(1)</script>")
    (folder / "nul.html").write_bytes(b"\0" * 1000)
    (folder / "noise.pdf").write_bytes(b"%PDF-1.7\n" + os.urandom(5000))
    (folder / "html.pdf").write_text("<html><body>Not a PDF.</body></html>")
    (folder / "empty.pdf").write_bytes(b"")
    pages = PdfWriter()
    blank = pages.add_blank_page(100, 100)
    for _ in range(300):
        pages.add_page(blank)
    pages.write(folder / "pages.pdf")
    stream = b"<</Filter/FlateDecode/Length 1>>"
    (folder / "stream.pdf").write_bytes(b"%PDF-1.4\n1 0 obj" + stream + b"stream\nx\nendstream")
    (folder / "binary.csv").write_bytes(os.urandom(2000))
    (folder / "wide.csv").write_text(",".join("x" * 50_000) + "\n")
    (folder / "quote.csv").write_text('"never closed,' * 1000)
    (folder / "noise.txt").write_bytes(bytes(range(1, 256)) * 20)
    (folder / "picture.md").write_bytes(b"\x89PNG\r\n\x1a\n" + os.urandom(500))
    (folder / ("n" * 240 + ".txt")).write_text("A file with a very long name.")
    (folder / "\u202egpj.exe.txt").write_text("Read from right to left.")
    (folder / "line\nbreak.txt").write_text("A name of two lines.")
    (folder / "tool.exe").write_bytes(b"MZ")
    (folder / "none").write_text("No ending.")


@pytest.mark.slow
def test_hostile_files_never_stop_the_others(library: Library, folder: Path) -> None:
    hostile(folder)
    (folder / "tea.md").write_text("Uji grows tea.")
    changes = {change.path: change for change in sync(library, folder)}
    assert len(changes) == sum(1 for path in folder.rglob("*") if path.is_file())
    assert changes["tea.md"].outcome == "added"
    assert library.search("Who grows tea?", 1)[0].passage.text == "Uji grows tea."
    for change in changes.values():
        assert change.outcome in ("added", "duplicate", "failed"), change
        if change.outcome == "failed":
            assert change.reason.endswith((".", "text")), change
            assert not LEAK.search(change.reason), change
    unread = [c.path for c in changes.values() if c.outcome == "failed"]
    assert len(unread) > 30
    assert not list(folder.parent.rglob("evil*"))
    assert {c.outcome for c in sync(library, folder)} == {"unchanged", "failed"}
