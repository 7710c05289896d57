"""Nothing leaves this machine: the kernel reports every attempt of the product's own processes."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.connections import CannotWatch, Watch
from benchmarks.silence import Commands, control, silence
from benchmarks.window_server import Window


@pytest.fixture(autouse=True)
def _watchable() -> None:
    try:
        with Watch():
            pass
    except CannotWatch as error:
        pytest.skip(str(error))


def test_a_program_that_tries_is_seen() -> None:
    """Otherwise the silence of the others would prove nothing."""
    reached = [attempt.to for attempt in control().attempts]
    assert "192.0.2.1 port 80" in reached
    assert "2001:db8::1 port 53" in reached
    assert len(reached) > 2, "the look-up of a name was not seen"


def test_children_and_compiled_code_are_seen_and_loopback_is_left_alone() -> None:
    inner = "import socket; socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, {to!r})"
    outer = "import subprocess, sys; [subprocess.run([sys.executable, '-c', code]) for code in {codes!r}]"
    codes = [inner.format(to=(host, 9)) for host in ("127.0.0.1", "198.51.100.7", "127.0.0.1")]
    with Watch() as watch:
        run = [sys.executable, "-c", outer.format(codes=codes)]
        ended = watch.do(lambda: subprocess.run(run, capture_output=True, text=True, check=False))
    assert [attempt.to for attempt in watch.attempts] == ["198.51.100.7 port 9"]
    assert "Network is unreachable" in ended.stderr  # it was refused, too


@pytest.mark.slow
def test_what_a_command_is_told_to_reach_is_seen(tmp_path: Path) -> None:
    window = Window(tmp_path)
    window.sources.mkdir()
    with Watch() as watch:
        run = Commands(window, watch)
        step = run("add", "http://93.184.215.14:8080/tea")
        run.end()
    assert [attempt.to for attempt in step.attempts] == ["93.184.215.14 port 8080"]
    assert step.code == 1
    assert "cannot be reached" in " ".join((tmp_path / "log").read_text().split())


@pytest.mark.slow
def test_the_commands_and_the_window_reach_for_nothing(tmp_path: Path) -> None:
    steps = silence(tmp_path / "library")
    assert [f"{step.name}: {step.words}" for step in steps if step.code] == []
    assert [str(one) for step in steps for one in step.attempts] == []
    ran = {step.name.removeprefix("kakehashi ") for step in steps}
    assert ran >= set("sync add ask check export models backup restore doctor replay serve".split())
