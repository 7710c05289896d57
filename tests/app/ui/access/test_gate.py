"""Who is let in, tried on the gate in front of an application that answers everything."""

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.runtime.app_session import AppSession

from app.ui.access.doors import COOKIE, OwnDoor
from app.ui.access.entrance import Entrance, open_entrance
from app.ui.access.gate import Gate, content_policy, take_only_what_pages_send

HERE = "http://127.0.0.1:8501"
HOST = {"host": "127.0.0.1:8501"}  # of a websocket: the test client sends another


async def page(_: Request) -> PlainTextResponse:
    return PlainTextResponse("inside")


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text("inside")


class From:
    """Put the ends of the connection into the scope, as the server does."""

    def __init__(self, app: ASGIApp, client: str, server: str = "127.0.0.1") -> None:
        self.app, self.client, self.server = app, client, server

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope = {**scope, "client": (self.client, 50_000), "server": (self.server, 8501)}
        await self.app(scope, receive, send)


@pytest.fixture
def entrance(tmp_path: Path) -> Entrance:
    return open_entrance(tmp_path)


def client(entrance: Entrance, client: str = "127.0.0.1", server: str = "127.0.0.1") -> TestClient:
    routes = [
        Route("/{path:path}", page, methods=["GET", "POST"]),
        WebSocketRoute("/{p:path}", stream),
    ]
    app = Starlette(routes=routes, middleware=[Middleware(Gate, OwnDoor(entrance, 8501))])
    return TestClient(From(app, client, server), base_url=HERE)


def let_in(entrance: Entrance) -> TestClient:
    one = client(entrance)
    one.cookies.set(COOKIE, entrance.admit())
    return one


def test_the_key_is_exchanged_for_a_cookie_that_opens_the_window(entrance: Entrance) -> None:
    one = client(entrance)
    inside = f"/{entrance.base}/"
    assert one.get(inside).status_code == 403
    entered = one.get(entrance.path)
    cookie = entered.headers["set-cookie"]
    for word in ("HttpOnly", "SameSite=strict", f"Path=/{entrance.base}"):
        assert word in cookie
    assert entrance.key not in entered.text
    assert one.get(inside).text == "inside"
    assert one.get(inside).headers["cross-origin-opener-policy"] == "same-origin"


def test_a_cookie_is_good_after_a_restart_and_the_key_is_not(entrance: Entrance) -> None:
    cookie = entrance.admit()
    again = open_entrance(entrance.folder)
    assert (again.base, again.person(cookie)) == (entrance.base, "")
    assert again.key != entrance.key
    assert client(again).get(entrance.path).status_code == 403
    kept = entrance.folder / "entrance.json"
    assert cookie not in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "damage", ["", "{", "[]", '{"base": "../x", "admitted": {}}', '{"base": 1}']
)
def test_a_damaged_file_lets_nobody_in_and_is_replaced(entrance: Entrance, damage: str) -> None:
    cookie = entrance.admit()
    (entrance.folder / "entrance.json").write_text(damage)
    again = open_entrance(entrance.folder)
    assert again.person(cookie) is None
    assert again.person(again.admit()) == ""


@pytest.mark.parametrize("cookie", ["", "x", "é" * 50, 'a"; b=c', "\x00"])
def test_a_forged_cookie_opens_nothing(entrance: Entrance, cookie: str) -> None:
    entrance.admit()
    header = {"cookie": f"{COOKIE}={cookie}".encode()}
    answered = client(entrance).get(f"/{entrance.base}/", headers=header)
    assert answered.status_code == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example:8501"}, 421),
        ({"host": "localhost:8501"}, 421),
        ({"host": "127.0.0.1:3000"}, 421),
        ({"host": "127.0.0.1:8501.evil.example"}, 421),
        ({"origin": "http://127.0.0.1:3000"}, 403),
        ({"origin": "http://localhost:8501"}, 403),
        ({"origin": "null"}, 403),
        ({"sec-fetch-site": "same-site", "sec-fetch-mode": "no-cors"}, 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "cors"}, 403),
        ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, 200),
        ({"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}, 200),
        ({"origin": HERE}, 200),
    ],
)
def test_a_request_of_another_page_is_refused_even_with_the_cookie(
    entrance: Entrance, headers: dict[str, str], status: int
) -> None:
    assert let_in(entrance).get(f"/{entrance.base}/", headers=headers).status_code == status


@pytest.mark.parametrize(
    "path", ["/_stcore/health", "/_stcore/metrics", "/media/a.png", "/w-", "/"]
)
def test_nothing_is_served_outside_the_path_of_the_window(entrance: Entrance, path: str) -> None:
    assert let_in(entrance).get(path).status_code in (403, 404)


def test_what_streamlit_counts_is_for_nobody(entrance: Entrance) -> None:
    assert let_in(entrance).get(f"/{entrance.base}/_stcore/health").text == "inside"
    assert let_in(entrance).get(f"/{entrance.base}/_stcore/metrics").status_code == 404


@pytest.mark.parametrize(("at", "server"), [("10.0.0.7", "127.0.0.1"), ("127.0.0.1", "10.0.0.1")])
def test_another_machine_is_refused_even_with_the_key(
    entrance: Entrance, at: str, server: str
) -> None:
    assert client(entrance, at, server).get(entrance.path).status_code == 403


def test_the_api_is_left_to_its_token(entrance: Entrance) -> None:
    assert client(entrance).post("/api/ask").text == "inside"
    assert client(entrance).post("/api/ask", headers={"host": "evil.example"}).status_code == 421


@pytest.mark.parametrize(
    ("origin", "cookie"),
    [(None, True), ("http://localhost:3000", True), ("http://0.0.0.0:1", True), (HERE, False)],
)
def test_a_websocket_is_refused_before_it_is_accepted(
    entrance: Entrance, origin: str | None, cookie: bool
) -> None:
    one = let_in(entrance) if cookie else client(entrance)
    headers = HOST | ({"origin": origin} if origin else {})
    with (
        pytest.raises(WebSocketDisconnect),
        one.websocket_connect(f"/{entrance.base}/_stcore/stream", headers=headers),
    ):
        pass


def test_the_websocket_of_the_page_is_let_in(entrance: Entrance) -> None:
    place = f"/{entrance.base}/_stcore/stream"
    with let_in(entrance).websocket_connect(place, headers=HOST | {"origin": HERE}) as socket:
        assert socket.receive_text() == "inside"


def test_a_locked_page_says_how_to_open_the_window(entrance: Entrance) -> None:
    locked = client(entrance).get("/?source=tea")
    assert "kakehashi serve" in locked.text
    assert entrance.base not in locked.text
    assert "default-src 'none'" in locked.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("message", "taken"),
    [
        (BackMsg(clear_cache=True), False),
        (BackMsg(set_run_on_save=True), False),
        (BackMsg(load_git_info=True), False),
        (BackMsg(debug_shutdown_runtime=True), False),
        (BackMsg(backend_operation_request={"install_skills": {}}), False),
        (BackMsg(backend_operation_request={"dismiss_skills_nudge": {}}), False),
        (BackMsg(backend_operation_request={}), False),
        (BackMsg(backend_operation_request={"deferred_file": {"file_id": "a"}}), True),
        (BackMsg(stop_script=True), True),
    ],
)
def test_what_no_page_sends_is_dropped(
    monkeypatch: pytest.MonkeyPatch, message: BackMsg, taken: bool
) -> None:
    seen: list[BackMsg] = []
    monkeypatch.setattr(AppSession, "handle_backmsg", lambda _, one: seen.append(one))
    take_only_what_pages_send()
    AppSession.handle_backmsg(None, message)  # type: ignore[arg-type]
    assert bool(seen) == taken


def test_the_content_policy_lets_a_script_reach_nobody() -> None:
    """Only scripts of the page run; one that got in has no other host or port and no frame."""
    parts = content_policy(HERE).split("; ")
    policy = {
        name: set(values.split()) for name, _, values in (one.partition(" ") for one in parts)
    }
    assert policy["default-src"] == {"'none'"}
    scripts = {one for one in policy["script-src"] if not one.startswith("'sha256-")}
    assert scripts == {"'self'", "blob:"}
    assert policy["connect-src"] == {"'self'", HERE.replace("http", "ws")}
    named = "frame-src object-src base-uri form-action frame-ancestors".split()
    assert all(policy[name] == {"'none'"} for name in named)
    others = {one for name in policy.keys() - {"script-src", "connect-src"} for one in policy[name]}
    assert others <= {"'none'", "'self'", "'unsafe-inline'", "blob:", "data:"}
    assert {name for name in policy if "'unsafe-inline'" in policy[name]} == {"style-src"}
    assert {name for name in policy if "data:" in policy[name]} == {"img-src", "font-src"}
