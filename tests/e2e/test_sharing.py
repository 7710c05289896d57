"""The window and the command line on one library: one owner, and everybody is served."""

import json
import signal
import stat
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Run, Window, command

pytestmark = pytest.mark.e2e


def wait_for_door(window: Window) -> dict[str, str]:
    path = window.folder / "data" / "window.json"
    end = time.monotonic() + 60
    while not path.is_file() or not path.stat().st_size:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    door: dict[str, str] = json.loads(path.read_text())
    return door


def test_commands_work_through_the_open_window(
    make_window: Callable[..., Window], page: Page, tmp_path: Path
) -> None:
    window = make_window()
    page.goto(f"{window.url}/library")
    expect(page.get_by_text("1 source, 14 passages")).to_be_visible()
    wait_for_door(window)
    (tmp_path / "tea.md").write_text("Uji grows green tea.")
    assert "1 added" in command(window, "add", tmp_path / "tea.md").stdout
    page.reload()
    expect(page.get_by_text("2 sources, 15 passages")).to_be_visible()
    assert "Uji grows green tea. [1]" in command(window, "ask", "Who grows green tea?").stdout
    assert "Uji" in command(window, "search", "green tea", "-k", "1").stdout
    bundle = tmp_path / "audit.json"
    asked = command(window, "ask", "Who grows green tea?", "--audit", bundle)
    assert "Uji grows green tea. [1]" in asked.stdout
    assert "Nothing differs." in command(window, "replay", bundle).stdout
    listed = json.loads(command(window, "sources", "--json").stdout)["sources"]
    tea = next(source["id"] for source in listed if source["path"] == "tea.md")
    assert "On tea" in command(window, "edit", tea, "--title", "On tea").stdout
    page.reload()
    expect(page.get_by_text("On tea", exact=True)).to_be_visible()
    (window.sources / "rice.txt").write_text("Niigata grows rice.")
    assert "added     rice.txt" in command(window, "sync").stdout
    assert command(window, "show", tea).stdout == "Uji grows green tea."
    assert command(window, "doctor").returncode == 0
    assert "Saved 3 sources" in command(window, "backup", tmp_path / "b.zip").stdout
    assert "Removed “On tea”" in command(window, "remove", tea).stdout
    failed = command(window, "show", tea)
    assert failed.returncode == 1
    assert failed.stderr.startswith("No source has the id")
    opened = command(window, "serve", "--no-browser")
    assert opened.stdout.strip() == f"The window is open already: {window.url}"
    refused = command(window, "restore", tmp_path / "b.zip", "--replace")
    assert refused.returncode == 1
    assert f"in use by the window at {window.url}" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_a_killed_window_frees_the_library(make_window: Callable[..., Window]) -> None:
    window = make_window()
    wait_for_door(window)
    assert window.process
    window.process.send_signal(signal.SIGKILL)
    window.process.wait()
    window.process = None
    answer = command(window, "ask", "Who stood beside President Peña?")
    assert answer.returncode == 0, answer.stderr
    assert "Lee I-yang" in answer.stdout


def test_only_who_shows_the_token_is_let_in(make_window: Callable[..., Window]) -> None:
    window = make_window()
    door = wait_for_door(window)

    def post(name: str, body: bytes, token: str = "") -> tuple[int, str]:
        request = urllib.request.Request(
            f"{window.url}/api/{name}", body, {"Authorization": f"Bearer {token}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    for token in ("", "wrong", "é"):
        if token.isascii():
            assert post("sources", b"{}", token)[0] == 401
    status, said = post("search", b'{"query": "Lithuania", "k": 1}', door["token"])
    assert status == 200
    assert len(json.loads(said.splitlines()[-1])["result"]["hits"]) == 1
    assert post("search", b"[1]", door["token"])[0] == 400
    assert post("search", b"{", door["token"])[0] == 400
    assert post("search", b" " * 2_000_000, door["token"])[0] == 413
    status, said = post("nonsense", b"{}", door["token"])
    assert "There is no “nonsense”" in json.loads(said)["error"]


def test_many_commands_at_once_are_all_served(make_window: Callable[..., Window]) -> None:
    window = make_window()
    wait_for_door(window)
    (window.sources / "tea.txt").write_text("Uji grows green tea.")
    done: list[Run] = []
    words = [("sync",), ("ask", "Who stood beside President Peña?"), ("search", "G7"), ("sync",)]
    threads = [threading.Thread(target=lambda w=w: done.append(command(window, *w))) for w in words]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(run.returncode, run.stderr) for run in done] == [(0, "")] * 4
