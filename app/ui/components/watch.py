"""Wait for a change without drawing: the tab asks for a version, and redraws when that differs.

A fragment that runs again and again costs the tab and the server time that many waiting tabs take
from the answers they are waiting for.
"""

import itertools
from collections import OrderedDict
from collections.abc import Callable

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from app.ui.components.text import read_files
from app.ui.state.session import Session

_MOST = 2000  # watched things that are kept; judged: far more than tabs are open
_render = st.components.v2.component(
    "kakehashi_watch",
    html='<div class="watch" hidden></div>',
    js=read_files("sending.js", "watch.js"),
)
_drawn = itertools.count()  # each drawing is told from the last, also of the same version
_watched: OrderedDict[str, Callable[[], object]] = OrderedDict()


def until_changed(
    session: Session, key: str, version: Callable[[], object], seen: object, interval: float
) -> None:
    """Draw the surrounding fragment again when `version` returns something else than `seen`.

    `seen` is what it returned before anything was drawn: what changes meanwhile counts.
    `interval` is in seconds between two looks; four times as long after a while without a change.
    """
    token = f"{session.id}-{key}"
    _watched[token] = version
    _watched.move_to_end(token)
    while len(_watched) > _MOST:
        _watched.popitem(last=False)
    with st.container(key=f"watch-{key}"):
        _render(
            key=f"watcher-{key}",
            data={
                "token": token,
                "version": _shown(seen),
                "interval": 1000 * interval,
                "drawn": next(_drawn),
            },
            on_changed_change=lambda: None,
        )


def _shown(version: object) -> str:
    return str(hash(version))


async def _changes(request: Request) -> JSONResponse:
    version = _watched.get(request.path_params["token"])
    if version is None:
        return JSONResponse({"version": ""}, status_code=404)
    return JSONResponse({"version": _shown(version())}, headers={"Cache-Control": "no-store"})


def routes(base: str) -> list[Route]:
    """Return where a tab asks for a version, under the path of the window."""
    return [Route(f"/{base}/changes/{{token}}", _changes)]
