"""The window and the command line work on one library: one owner, and everybody is served."""

import json
import stat
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from benchmarks.window_server import Window
from tests.command_line import CommandLine, Run
from tests.e2e.steps import WHO, command, connection_file, counted, source_id

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
Post = Callable[[str, bytes, str], tuple[int, str]]


def test_commands_change_the_library_through_the_open_window(
    window: Window, page: Page, tmp_path: Path
) -> None:
    page.goto(f"{window.url}/library")
    counted(page, "1 source, 14 passages")
    (tmp_path / "tea.md").write_text("Uji grows green tea.")
    assert "1 added" in command(window, "add", tmp_path / "tea.md").stdout
    page.reload()
    counted(page, "2 sources, 15 passages")
    tea = source_id(window, "tea.md")
    assert "On tea" in command(window, "edit", tea, "--title", "On tea").stdout
    page.reload()
    expect(page.get_by_text("On tea", exact=True)).to_be_visible()
    (window.sources / "rice.txt").write_text("Niigata grows rice.")
    assert "added     rice.txt" in command(window, "sync").stdout
    assert "Saved 3 sources" in command(window, "backup", tmp_path / "b.zip").stdout
    assert "Removed “On tea”" in command(window, "remove", tea).stdout
    failed = command(window, "show", tea)
    assert failed.returncode == 1
    assert failed.stderr.startswith("No source has the id")


def test_commands_ask_the_library_through_the_open_window(window: Window, tmp_path: Path) -> None:
    (window.sources / "tea.md").write_text("Uji grows green tea.")
    assert "1 added" in command(window, "sync").stdout
    assert "Uji grows green tea. [1]" in command(window, "ask", "Who grows green tea?").stdout
    assert "Uji" in command(window, "search", "green tea", "-k", "1").stdout
    bundle = tmp_path / "audit.json"
    asked = command(window, "ask", "Who grows green tea?", "--audit", bundle)
    assert "Uji grows green tea. [1]" in asked.stdout
    assert "Nothing differs." in command(window, "replay", bundle).stdout
    assert command(window, "show", source_id(window, "tea.md")).stdout == "Uji grows green tea."
    assert command(window, "doctor").returncode == 0


def test_a_second_window_and_a_restore_are_refused(window: Window, tmp_path: Path) -> None:
    run = CommandLine(window.data, window.sources).process
    opened = run("serve", "--no-browser")
    assert opened.stdout.strip() == f"The window is already open at {window.entrance}"
    assert "Saved 1 sources" in command(window, "backup", tmp_path / "b.zip").stdout
    refused = run("restore", tmp_path / "b.zip", "--replace")
    assert refused.returncode == 1
    assert f"in use by the window at {window.address}" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_many_commands_at_once_are_all_served(window: Window) -> None:
    run = CommandLine(window.data, window.sources).process
    (window.sources / "tea.txt").write_text("Uji grows green tea.")
    done: list[Run] = []
    words = [("sync",), ("ask", WHO), ("search", "G7"), ("sync",)]
    threads = [threading.Thread(target=lambda w=w: done.append(run(*w))) for w in words]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(one.returncode, one.stderr) for one in done] == [(0, "")] * 4


@pytest.fixture
def post(window: Window) -> Post:
    """Call an operation of the window’s API: name, body and token; status and what it says."""

    def post(name: str, body: bytes, token: str) -> tuple[int, str]:
        request = urllib.request.Request(
            f"{window.address}/api/{name}", body, {"Authorization": f"Bearer {token}"}
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    return post


def test_only_who_shows_the_token_is_let_in(window: Window, post: Post) -> None:
    file = connection_file(window)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    token = json.loads(file.read_text())["token"]
    for wrong in ("", "wrong"):
        assert post("sources", b"{}", wrong)[0] == 401
    status, said = post("search", b'{"query": "Lithuania", "k": 1}', token)
    assert status == 200
    assert len(json.loads(said.splitlines()[-1])["result"]["hits"]) == 1
    assert post("search", b"[1]", token)[0] == 400
    assert post("search", b"{", token)[0] == 400
    assert post("search", b" " * 2_000_000, token)[0] == 413
    status, said = post("nonsense", b"{}", token)
    assert "There is no operation “nonsense”" in json.loads(said)["error"]
