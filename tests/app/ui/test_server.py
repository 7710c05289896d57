import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from app.ui import asgi
from app.ui.server import free_port
from vectorstore.errors import BadInput


def test_a_busy_port_is_answered_with_the_next_free_one() -> None:
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        port = busy.getsockname()[1]
        assert free_port(port) > port


def test_no_free_port_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.ui.server._MAX_PORTS", 0)
    with pytest.raises(BadInput, match="No port from 8501 on is free"):
        free_port(8501)


def test_a_run_waits_until_the_messages_of_the_last_one_are_handed_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started: list[RerunData] = []
    monkeypatch.setattr(AppSession, "_create_scriptrunner", lambda _, data: started.append(data))
    asgi._let_runs_end()

    async def ask(fragments: set[str]) -> tuple[int, int]:
        started.clear()
        ended = SimpleNamespace(request_rerun=lambda _: False)
        session = SimpleNamespace(
            _scriptrunner=ended,
            _event_loop=asyncio.get_running_loop(),
            _state=AppSessionState.APP_NOT_RUNNING,
            has_fragment=fragments.__contains__,
        )
        AppSession._create_scriptrunner(session, RerunData(fragment_id="part"))  # type: ignore[arg-type]
        await asyncio.sleep(5 * asgi._HANDED_OVER)
        before = len(started)
        session._scriptrunner = None
        await asyncio.sleep(5 * asgi._HANDED_OVER)
        return before, len(started)

    with ThreadPoolExecutor(1) as pool:  # Playwright may have a loop running in this thread
        assert pool.submit(asyncio.run, ask({"part"})).result() == (0, 1)
        gone = pool.submit(asyncio.run, ask(set())).result()
    assert gone == (0, 0)
