"""How the runs of a page follow each other: what Streamlit 1.67 loses between two of them is kept.

It draws a tab in runs, of the whole page or of a fragment, and hands their messages over when the
server has time. On a busy server the next run, or a click, may come before that.
"""

from dataclasses import replace

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime.app_session import AppSession, AppSessionState
from streamlit.runtime.scriptrunner import ScriptRunner
from streamlit.runtime.scriptrunner_utils.script_requests import (
    RerunData,
    _has_active_trigger_value,
)

_HANDED_OVER = 0.01  # seconds between two looks whether all messages of a run are


def keep_what_is_drawn() -> None:
    """Replace methods of Streamlit, once, before the first tab is opened."""
    _let_runs_end()
    _keep_the_page_for_fragments()
    _draw_the_page_for_a_fragment_that_is_gone()


def _let_runs_end() -> None:
    """Start the next run of a page once all that the last one drew has been handed over.

    Streamlit starts one for a fragment while messages of a whole run that has just ended wait for a
    busy server, and then drops those: a question or an answer was not drawn.
    """
    create = AppSession._create_scriptrunner

    def start(session: AppSession, data: RerunData) -> None:
        if session._scriptrunner is None:
            create(session, data)
        else:
            session._event_loop.call_later(_HANDED_OVER, again, session, data)

    def again(session: AppSession, data: RerunData) -> None:
        if session._state is AppSessionState.SHUTDOWN_REQUESTED:
            return
        gone = data.fragment_id and not session.has_fragment(data.fragment_id)
        if gone and not _is_click(data.widget_states):
            return
        if gone:
            data = replace(data, fragment_id=None)
        if session._scriptrunner is None or not session._scriptrunner.request_rerun(data):
            start(session, data)

    AppSession._create_scriptrunner = start  # type: ignore[method-assign, assignment]


def _keep_the_page_for_fragments() -> None:
    """Drop nothing that waits to be handed over when the run of a fragment starts.

    Streamlit drops what an earlier run drew in that fragment. If that was a run of the whole page,
    the browser finds a gap, closes it, and then draws the fragment over what comes next: it drew
    the suggested questions in the place of the evidence.
    """
    clear = AppSession._clear_queue

    def keep(session: AppSession, fragment_ids_this_run: list[str] | None = None) -> None:
        if fragment_ids_this_run is None:
            clear(session)
        else:  # what is drawn now comes after what waits, not in its place
            session._browser_queue._delta_index_map = {}

    AppSession._clear_queue = keep  # type: ignore[method-assign, assignment]


def _draw_the_page_for_a_fragment_that_is_gone() -> None:
    """Answer a click in a fragment that is no longer drawn with a run of the whole page.

    Streamlit drops it, or acts on it and draws nothing: a citation was clicked while the answer was
    completed, and did not open.
    """
    request, run = AppSession.request_rerun, ScriptRunner._run_script

    def request_whole(session: AppSession, state: ClientState | None) -> None:
        gone = state and state.fragment_id and not session.has_fragment(state.fragment_id)
        if state and gone and _is_click(state.widget_states):
            state.fragment_id = ""
        request(session, state)

    def run_whole(runner: ScriptRunner, data: RerunData) -> None:
        drawn = runner._fragment_storage.contains
        if not all(map(drawn, data.fragment_id_queue)) and _is_click(data.widget_states):
            data = replace(data, fragment_id_queue=[])
        run(runner, data)

    AppSession.request_rerun = request_whole  # type: ignore[method-assign, assignment]
    ScriptRunner._run_script = run_whole  # type: ignore[method-assign, assignment]


def _is_click(states: WidgetStates | None) -> bool:
    """Whether something was clicked: what the page reports by itself is state, not a trigger."""
    return any(map(_has_active_trigger_value, states.widgets if states else ()))
