"""Who opens the window: the browser that was let in, and no page or program beside it."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from benchmarks.window_server import ROOT, Window
from tests.e2e.steps import FUJI, answer, ask

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
LOCKED = "This window is locked"


def test_a_browser_is_let_in_by_the_address_that_was_printed(
    window: Window, make_context: Callable[..., BrowserContext]
) -> None:
    page = make_context(storage_state=None).new_page()
    page.goto(window.address)
    expect(page.get_by_role("heading", name=LOCKED)).to_be_visible()
    page.goto(window.entrance)
    expect(page.get_by_role("heading", name="Ask your sources")).to_be_visible()
    assert page.url == f"{window.url}/"  # without the key
    ask(page, FUJI)
    expect(answer(page)).to_be_visible()
    page.goto(f"{window.address}/?source=nobody&start=1&end=2")  # as links are exported
    expect(page.get_by_text("no longer in the library")).to_be_visible()


def test_a_restart_asks_nobody_to_come_in_again(own_window: Window, page: Page) -> None:
    page.goto(own_window.url)
    expect(page.get_by_role("heading", name="Ask your sources")).to_be_visible()
    own_window.stop()
    own_window.start()
    page.reload()
    expect(page.get_by_role("heading", name="Ask your sources")).to_be_visible()


TRIES = {
    "an inline script": "run(s => { s.textContent = 'window.ran = 1' })",
    "a script of data": "run(s => { s.src = 'data:text/javascript,window.ran=1' })",
    "a script of another port": "run(s => { s.src = 'http://127.0.0.1:PORT/a.js' })",
    "a handler": "add('img', i => i.setAttribute('onerror', 'window.ran = 1'), i => i.src = 'data:,')",
    "a javascript link": "add('a', a => { a.href = 'javascript:window.ran=1' }, a => a.click())",
    "eval": "(() => { try { window.ran = eval('1') } catch {} })()",
    "Function": "(() => { try { window.ran = new Function('return 1')() } catch {} })()",
    "a fetch": "fetch('http://127.0.0.1:PORT/').catch(() => {})",
    "a websocket": "new WebSocket('ws://127.0.0.1:PORT/')",
    "a beacon": "navigator.sendBeacon('http://127.0.0.1:PORT/', 'words')",
    "an image": "add('img', i => { i.src = 'http://127.0.0.1:PORT/a.png' })",
    "a frame": "add('iframe', i => { i.src = 'http://127.0.0.1:PORT/' })",
    "a form": "add('form', f => { f.action = 'http://127.0.0.1:PORT/' }, f => f.submit())",
    "a base": "add('base', b => { b.href = 'http://127.0.0.1:PORT/' })",
}
_HELP = """() => {
    const add = (name, set, then) => {
        const one = document.createElement(name)
        set(one)
        document.body.append(one)
        then?.(one)
    }
    const run = (set) => add("script", set)
    setTimeout(() => TRY)  // the tool's own call may do what the page may not
}"""


def test_a_script_that_got_into_the_page_would_be_contained(window: Window, page: Page) -> None:
    """The browser refuses what it would do, whoever put it there."""
    asked: list[bytes] = []

    class Canary(BaseHTTPRequestHandler):
        def parse_request(self) -> bool:  # whatever the method
            asked.append(self.raw_requestline)
            return False

    refused: list[str] = []
    page.expose_function("kakehashiRefused", lambda rule: refused.extend([rule]))
    page.add_init_script(
        "addEventListener('securitypolicyviolation', e => kakehashiRefused(e.violatedDirective))"
    )
    page.goto(window.url)
    ask(page, FUJI)
    expect(answer(page)).to_be_visible()
    assert set(refused) <= {"script-src"}  # WebAssembly, which one of Streamlit's libraries tries
    base = page.evaluate("document.baseURI")
    with ThreadingHTTPServer(("127.0.0.1", 0), Canary) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        for what, code in TRIES.items():
            refused.clear()
            page.evaluate(_HELP.replace("TRY", code).replace("PORT", str(server.server_address[1])))
            page.wait_for_timeout(300)
            assert page.evaluate("[window.ran, document.baseURI]") == [None, base], what
            assert refused, what
        server.shutdown()
    assert asked == []


def test_nothing_runs_from_the_folder_in_which_the_window_is_started(
    own_window: Window, page: Page, tmp_path: Path
) -> None:
    """A folder of documents may hold what Python or Streamlit would run or obey."""
    own_window.stop()
    folder = tmp_path / "documents"
    (folder / ".streamlit").mkdir(parents=True)
    ran = tmp_path / "ran"
    for name in ("click", "typer", "streamlit", "tornado", "sitecustomize"):
        (folder / f"{name}.py").write_text(f"open({str(ran)!r}, 'a').write({name!r})")
    (folder / ".streamlit" / "config.toml").write_text(
        "[server]\nenableXsrfProtection = false\n[browser]\ngatherUsageStats = true\n"
    )
    environment = {**own_window.environment, "PYTHONPATH": str(ROOT)}
    command = [Path(sys.executable).with_name("kakehashi"), "serve", "--no-browser"]
    own_window.process = subprocess.Popen(
        [*command, "--port", str(own_window.port)], cwd=folder, env=environment
    )
    own_window.wait()
    page.goto(own_window.url)
    expect(page.get_by_role("heading", name="Ask your sources")).to_be_visible()
    assert not ran.exists()


def test_streamlit_alone_does_not_serve_the_window(tmp_path: Path) -> None:
    environment = {**os.environ, "KAKEHASHI_DATA": str(tmp_path)}
    asgi = ROOT / "app" / "ui" / "asgi.py"
    command = [sys.executable, "-m", "streamlit", "run", str(asgi), "--server.address=0.0.0.0"]
    ended = subprocess.run(
        [*command, "--server.headless=true"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode
    assert "Start the window with `kakehashi serve`" in ended.stdout + ended.stderr


def test_the_key_stays_out_of_what_other_users_can_see(own_window: Window) -> None:
    assert own_window.process
    key = own_window.entrance.rpartition("/")[2]
    line = Path(f"/proc/{own_window.process.pid}/cmdline").read_bytes().decode()
    assert key not in line
    assert json.loads((own_window.data / "window.json").read_text())["entrance"].endswith(key)
