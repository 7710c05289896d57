"""`kakehashi` as a process: its exit codes, its pipes, Ctrl-C, and the lock on the library."""

import json
import os
import pty
import signal
import subprocess
from contextlib import suppress

import pytest

from tests.command_line import PROGRAM, ROOT, CommandLine, failed
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.library import Library

pytestmark = pytest.mark.slow


def test_exit_codes_tell_success_from_errors_and_wrong_usage(shell: CommandLine) -> None:
    synced = shell.process("sync")
    assert (synced.returncode, synced.stderr) == (0, "")
    assert "2 unchanged" in synced.stdout
    failed(shell.process("ask", ""), "question is empty")
    failed(shell.process("show", "\udcff"), "No source has the id")
    failed(shell.process("ask"), "Missing argument", code=2)


def test_show_writes_the_text_and_nothing_else(shell: CommandLine) -> None:
    source = next(
        s
        for s in json.loads(shell("sources", "--json").stdout)["sources"]
        if s["path"] == "tea.txt"
    )
    result = subprocess.run(
        [*PROGRAM, "show", source["id"]],
        capture_output=True, cwd=ROOT, check=True, env={**os.environ, **shell.environment},
    )  # fmt: skip
    assert result.stdout == (shell.sources / "tea.txt").read_bytes()


def test_show_cannot_steer_a_terminal(small: CommandLine) -> None:
    steering = "Uji \x1b]52;c;aGk=\x07\x1b]0;owned\x9c grew \u202e14\u202c tons.\rnot 9\x9b31m."
    (small.sources / "tea.txt").write_text(steering, encoding="utf-8", newline="")
    assert small("sync").returncode == 0
    (source,) = json.loads(small("sources", "--json").stdout)["sources"]
    main_end, terminal = pty.openpty()
    environment = {**os.environ, **small.environment, "TERM": "xterm-256color"}
    with subprocess.Popen(
        [*PROGRAM, "show", source["id"]], stdin=terminal, stdout=terminal, stderr=subprocess.DEVNULL,
        cwd=ROOT, env=environment,
    ) as shown:  # fmt: skip
        os.close(terminal)
        written = _until_closed(main_end).decode()
    assert shown.returncode == 0
    text = "⟨U+001B⟩]52;c;aGk=⟨U+0007⟩⟨U+001B⟩]0;owned⟨U+009C⟩ grew ⟨U+202E⟩14⟨U+202C⟩ tons."
    assert text in written
    assert not set("\x1b\x07\x9b\x9c\u202e\u202c") & set(written)
    piped = subprocess.run(
        [*PROGRAM, "show", source["id"]],
        capture_output=True, cwd=ROOT, check=True, env=environment,
    )  # fmt: skip
    assert piped.stdout.decode().startswith("Uji \x1b]52;c;aGk=\x07")


def _until_closed(terminal: int) -> bytes:
    """All that is written to a terminal before the last program has closed it."""
    written = b""
    with suppress(OSError), os.fdopen(terminal, "rb", buffering=0) as file:
        while piece := file.read(4096):
            written += piece
    return written


def test_a_library_in_use_names_its_holder(
    shell: CommandLine, embeddings: SentenceEmbeddings
) -> None:
    with Library(shell.data, embeddings, "the window"):
        failed(shell.process("ask", "Who?"), f"in use by the window (process {os.getpid()}")


def test_the_window_does_not_open_on_a_library_in_use(
    shell: CommandLine, embeddings: SentenceEmbeddings
) -> None:
    with Library(shell.data, embeddings, "the other window"):
        failed(shell.process("serve", "--no-browser"), "in use by the other window")


def test_a_folder_is_watched(small: CommandLine) -> None:
    process = subprocess.Popen(
        [*PROGRAM, "watch"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
        env={**os.environ, **small.environment, "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    assert process.stdout
    assert process.stdout.readline() == f"Watching {small.sources} (Ctrl-C stops it).\n"
    (small.sources / "rice.txt").write_text("Niigata grows rice.")
    assert process.stdout.readline() == "added     rice.txt\n"
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0
    assert said == ""
    assert "Niigata" in small("ask", "Who grows rice?").stdout
