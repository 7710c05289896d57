"""What Streamlit loses between two runs of a page, each loss made to happen."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

from app.ui import page_runs

CLICK = WidgetStates(widgets=[WidgetState(id="a", json_trigger_value='{"cite": 1}')])
REPORT = WidgetStates(widgets=[WidgetState(id="a", json_value='{"changed": 1}')])


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[RerunData]:
    """The runs that Streamlit starts or is asked for, with the methods replaced."""
    seen: list[RerunData] = []

    def asked(_: Any, state: ClientState) -> None:
        seen.append(RerunData(widget_states=state.widget_states, fragment_id=state.fragment_id))

    monkeypatch.setattr(AppSession, "_create_scriptrunner", lambda _, data: seen.append(data))
    monkeypatch.setattr(AppSession, "request_rerun", asked)
    monkeypatch.setattr(AppSession, "_clear_queue", AppSession._clear_queue)
    monkeypatch.setattr(ScriptRunner, "_run_script", lambda _, data: seen.append(data))
    page_runs.keep_what_is_drawn()
    return seen


def session(fragments: set[str], **more: Any) -> Any:
    return SimpleNamespace(
        has_fragment=fragments.__contains__, _state=AppSessionState.APP_NOT_RUNNING, **more
    )


@pytest.mark.parametrize(
    ("fragments", "states", "fragment"),
    [({"part"}, REPORT, ["part"]), (set(), REPORT, []), (set(), CLICK, [None])],
)
def test_a_run_waits_until_the_messages_of_the_last_one_are_handed_over(
    runs: list[RerunData],
    fragments: set[str],
    states: WidgetStates,
    fragment: list[str | None],
) -> None:
    async def ask() -> int:
        ended = SimpleNamespace(request_rerun=lambda _: False)
        loop = asyncio.get_running_loop()
        one = session(fragments, _scriptrunner=ended, _event_loop=loop)
        AppSession._create_scriptrunner(one, RerunData(fragment_id="part", widget_states=states))
        await asyncio.sleep(5 * page_runs._HANDED_OVER)
        before = len(runs)
        one._scriptrunner = None
        await asyncio.sleep(5 * page_runs._HANDED_OVER)
        return before

    with ThreadPoolExecutor(1) as pool:  # Playwright may have a loop running in this thread
        assert pool.submit(asyncio.run, ask()).result() == 0
    assert [one.fragment_id for one in runs] == fragment


def test_the_run_of_a_fragment_drops_nothing_that_waits(runs: list[RerunData]) -> None:
    queue = ForwardMsgQueue()
    one = session(set(), _browser_queue=queue)
    for path, fragment in (([0, 4], "suggestions"), ([0, 5], "evidence")):
        queue.enqueue(drawn(path, fragment))
    AppSession._clear_queue(one, ["suggestions"])
    queue.enqueue(drawn([0, 4], "suggestions"))
    assert [list(one.metadata.delta_path) for one in queue._queue] == [[0, 4], [0, 5], [0, 4]]
    AppSession._clear_queue(one)
    assert queue.is_empty()
    assert not runs


def drawn(path: list[int], fragment: str) -> ForwardMsg:
    message = ForwardMsg()
    message.metadata.delta_path.extend(path)
    message.delta.fragment_id = fragment
    message.delta.new_element.text.body = "text"
    return message


@pytest.mark.parametrize(
    ("fragments", "states", "fragment"),
    [({"part"}, CLICK, "part"), (set(), REPORT, "part"), (set(), CLICK, "")],
)
def test_a_click_in_a_fragment_that_is_gone_draws_the_page(
    runs: list[RerunData], fragments: set[str], states: WidgetStates, fragment: str
) -> None:
    state = ClientState(fragment_id="part", widget_states=states)
    AppSession.request_rerun(session(fragments), state)
    storage = SimpleNamespace(contains=fragments.__contains__)
    queued = RerunData(fragment_id_queue=["part"], widget_states=states)
    ScriptRunner._run_script(SimpleNamespace(_fragment_storage=storage), queued)  # type: ignore[arg-type]
    assert runs[0].fragment_id == fragment
    assert runs[1].fragment_id_queue == ([fragment] if fragment else [])
