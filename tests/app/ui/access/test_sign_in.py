"""Signing in with a real OpenID Connect provider, and with one that forges."""

import asyncio
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from app.service import activity
from app.service.people import People, SignIn
from app.ui.access.doors import COOKIE, ProxyDoor
from app.ui.access.entrance import HOURS, PERSON, Entrance, open_entrance
from app.ui.access.gate import Gate
from app.ui.access.sign_in import SignInDoor
from tests.app.ui.access.provider import CLIENT, SECRET, Forger, nonce_of, serving
from tests.app.ui.access.test_gate import From

HERE = "http://127.0.0.1:8501"
INSIDE = "/library/"
STREAM = "/library/_stcore/stream"
PEOPLE = f"""
address = "{HERE}"
[people]
"ada@example.org" = "admin"
"Bob@Example.org" = "editor"
"*@readers.org" = "reader"
"""


async def page(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"inside: {request.headers[PERSON]}")


async def called(_: Request) -> PlainTextResponse:
    return PlainTextResponse("called")


async def stream(socket: WebSocket) -> None:
    await socket.accept()
    with suppress(WebSocketDisconnect):
        while True:
            await socket.send_text(f"{await socket.receive_text()} {socket.headers[PERSON]}")


def people(folder: Path, more: str) -> People:
    (folder / "people.toml").write_text(PEOPLE + more)
    return People(folder / "people.toml")


class Site:
    """A window whose people sign in at a provider."""

    def __init__(self, folder: Path, issuer: str) -> None:
        told = f'[sign_in]\nissuer = "{issuer}"\nclient_id = "{CLIENT}"\n'
        self.people = people(folder, told)
        self.entrance: Entrance = open_entrance(folder)
        sign_in = SignIn(issuer=issuer, client_id=CLIENT)
        self.door = SignInDoor(self.entrance, self.people, sign_in, SECRET)
        routes = [Route("/{path:path}", page), WebSocketRoute("/{p:path}", stream)]
        self.app = Starlette(routes=routes, middleware=[Middleware(Gate, self.door)])

    def browser(self) -> TestClient:
        app = From(self.app, "127.0.0.1")
        return TestClient(app, base_url=HERE, follow_redirects=False)

    def sign_in(self, who: str, browser: TestClient | None = None) -> TestClient:
        browser = browser or self.browser()
        begun = browser.get("/library/sign-in")
        assert begun.status_code == 303
        browser.get(signed_in_at(begun.headers["location"], who))
        return browser


def signed_in_at(place: str, who: str) -> str:
    """Return where the provider leads back to once somebody has signed in there."""
    answered = httpx.post(place, data={"sub": who})
    back = urlsplit(answered.headers["location"])
    assert f"{back.scheme}://{back.netloc}" == HERE
    return f"{back.path}?{back.query}"


def of_the_page(browser: TestClient) -> dict[str, str]:
    """Headers of a websocket, to which the test client adds none of a browser."""
    cookie = f"{COOKIE}={browser.cookies[COOKIE]}"
    return {"host": "127.0.0.1:8501", "origin": HERE, "cookie": cookie}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A real provider: oidc-provider-mock, of which Authlib does the work."""
    mails = {"ada": "ada@example.org", "bob": "bob@example.org", "cyd": "cyd@readers.org"}
    with warnings.catch_warnings():  # it uses what its library no longer recommends
        warnings.simplefilter("ignore")
        import authlib.deprecate  # noqa: F401 - it sets a filter of its own

        warnings.simplefilter("ignore")
        from oidc_provider_mock import User, run_server_in_thread
    users = [User(sub=one, claims={"email": mail, "email_verified": True})
             for one, mail in mails.items()]  # fmt: skip
    users.append(User(sub="eve", claims={"email": "eve@evil.org", "email_verified": True}))
    users.append(User(sub="fay", claims={"email": "ada@example.org", "email_verified": False}))
    with run_server_in_thread(user_claims=users, require_nonce=True) as server:
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def site(tmp_path: Path, issuer: str) -> Site:
    return Site(tmp_path, issuer)


@pytest.mark.parametrize(
    ("who", "name"),
    [("ada", "ada@example.org"), ("bob", "bob@example.org"), ("cyd", "cyd@readers.org")],
)
def test_whoever_is_named_gets_in_under_their_name(site: Site, who: str, name: str) -> None:
    browser = site.browser()
    locked = browser.get(INSIDE)
    assert (locked.status_code, "/library/sign-in" in locked.text) == (403, True)
    site.sign_in(who, browser)
    assert browser.get(INSIDE).text == f"inside: {name.replace('@', '%40')}"
    deeds = [(one["who"], one["did"]) for one in activity.latest(site.entrance.folder, 9)]
    assert deeds == [(name, "signed in")]


@pytest.mark.parametrize(
    ("who", "why"), [("eve", "not among the people"), ("fay", "not verified your e-mail")]
)
def test_whoever_is_not_named_does_not(site: Site, who: str, why: str) -> None:
    browser = site.browser()
    begun = browser.get("/library/sign-in")
    ended = browser.get(signed_in_at(begun.headers["location"], who))
    assert (ended.status_code, why in ended.text) == (403, True)
    assert browser.get(INSIDE).status_code == 403


def test_a_sign_in_ends_where_it_began(site: Site) -> None:
    here, there = site.browser(), site.browser()
    back = signed_in_at(here.get("/library/sign-in").headers["location"], "ada")
    assert there.get(back).status_code == 403
    assert here.get(back).status_code == 200
    assert here.get(back).status_code == 403  # it was used up
    assert site.browser().get("/library/signed-in?code=x&state=y").status_code == 403


def test_a_link_is_followed_after_signing_in_and_nothing_else_is(site: Site) -> None:
    browser = site.browser()
    query = "?source=tea&start=3&evil=%27);alert(1)//"
    assert "source=tea&amp;start=3&quot;" in browser.get(f"/library/{query}").text.replace(
        '"', "&quot;"
    )
    begun = browser.get(f"/library/sign-in{query}")
    ended = browser.get(signed_in_at(begun.headers["location"], "ada"))
    assert "location.replace('/library/'+'?source=tea&start=3')" in ended.text
    assert "evil" not in ended.text


def test_signing_out_closes_every_tab_of_the_browser(site: Site) -> None:
    browser = site.sign_in("bob")
    headers = of_the_page(browser)
    with browser.websocket_connect(STREAM, headers=headers) as tab:
        tab.send_text("hello")
        assert tab.receive_text() == "hello bob%40example.org"
        out = browser.get("/library/sign-out")
        assert '"storage"' in out.headers["clear-site-data"]
        tab.send_text("and now")
        with pytest.raises(WebSocketDisconnect):
            tab.receive_text()
    assert browser.get(INSIDE).status_code == 403


@pytest.mark.parametrize(
    ("place", "link"),
    [
        ("https://login.example/end?a=1", "https://login.example/end?a=1&amp;client_id=kakehashi"),
        ("http://login.example/end", ""),
        ("javascript:alert(1)", ""),
        (7, ""),
        (None, ""),
    ],
)
def test_whoever_signs_out_can_sign_out_at_the_provider_too(
    tmp_path: Path, place: object, link: str
) -> None:
    forger = Forger(described={"end_session_endpoint": place})
    with serving(forger):
        told = Site(tmp_path, forger.issuer).browser().get("/library/sign-out").text
    assert "may still know you" in told
    assert (f'<a href="{link}">Sign out at the provider' in told) == bool(link)
    assert told.count("<a ") == 1 + bool(link)


def test_signing_out_needs_no_provider(tmp_path: Path) -> None:
    answered = Site(tmp_path, "http://127.0.0.1:9").browser().get("/library/sign-out")
    assert (answered.status_code, "You are signed out" in answered.text) == (200, True)


def test_a_tab_in_which_nobody_clicks_closes_as_well(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.ui.access.gate._LOOK", 0.1)
    browser = site.sign_in("bob")
    with browser.websocket_connect(STREAM, headers=of_the_page(browser)) as tab:
        tab.send_text("hello")
        tab.receive_text()
        browser.get("/library/sign-out")
        with pytest.raises(WebSocketDisconnect):
            tab.receive_text()


def test_whoever_is_taken_from_the_list_is_out_at_once(site: Site) -> None:
    browser = site.sign_in("bob")
    headers = of_the_page(browser)
    with browser.websocket_connect(STREAM, headers=headers) as tab:
        tab.send_text("hello")
        tab.receive_text()
        path = site.entrance.folder / "people.toml"
        path.write_text(path.read_text().replace('"Bob@Example.org"', '"someone@example.org"'))
        tab.send_text("and now")
        with pytest.raises(WebSocketDisconnect):
            tab.receive_text()
    assert browser.get(INSIDE).status_code == 403
    path.unlink()
    assert site.sign_in("bob").get(INSIDE).status_code == 403


def test_a_cookie_is_good_for_some_hours(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    browser, now = site.sign_in("ada"), time.time()
    monkeypatch.setattr("app.ui.access.entrance.time.time", lambda: now + HOURS * 3600 - 60)
    assert browser.get(INSIDE).status_code == 200
    monkeypatch.setattr("app.ui.access.entrance.time.time", lambda: now + HOURS * 3600 + 60)
    assert browser.get(INSIDE).status_code == 403


def test_the_cookie_of_one_person_is_not_that_of_another(site: Site) -> None:
    one = site.browser()
    one.cookies.set(COOKIE, site.entrance.admit("nobody@example.org"))
    assert one.get(INSIDE).status_code == 403
    forged = site.browser()
    forged.headers[PERSON] = "ada@example.org"
    assert forged.get(INSIDE).status_code == 403
    mine = site.sign_in("cyd")
    assert mine.get(INSIDE, headers={PERSON: "ada@example.org"}).text.endswith("cyd%40readers.org")


@pytest.mark.parametrize(
    "forged",
    [
        {"how": "by another key"},
        {"how": "by our secret"},
        {"how": "not at all"},
        {"claims": {"exp": 1_000_000_000}},
        {"claims": {"exp": None}},
        {"claims": {"iss": "https://evil.example"}},
        {"claims": {"aud": "another"}},
        {"claims": {"aud": [CLIENT, "another"], "azp": "another"}},
        {"claims": {"azp": "another"}},
        {"claims": {"nonce": "another"}},
        {"how": "with more nonces"},
        {"claims": {"nonce": None}},
        {"claims": {"email_verified": False}},
        {"claims": {"email_verified": None}},
        {"claims": {"email": None}},
        {"claims": {"email": ["ada@example.org"]}},
        {"described": {"issuer": "https://evil.example"}},
        {"described": {"token_endpoint": "http://evil.example/token"}},
    ],
)
def test_a_forged_token_lets_nobody_in(tmp_path: Path, forged: dict[str, Any]) -> None:
    forger = Forger(**forged)
    with serving(forger):
        assert not _is_let_in(tmp_path, forger)


def test_the_same_provider_lets_in_with_a_token_that_is_not_forged(tmp_path: Path) -> None:
    forger = Forger()
    with serving(forger):
        assert _is_let_in(tmp_path, forger)


def _is_let_in(folder: Path, forger: Forger) -> bool:
    site = Site(folder, forger.issuer)
    browser = site.browser()
    begun = browser.get("/library/sign-in")
    if begun.status_code != 303:
        return browser.get(INSIDE).status_code == 200
    place = begun.headers["location"]
    forger.nonces.append(nonce_of(place))
    state = httpx.URL(place).params["state"]
    ended = browser.get(f"/library/signed-in?code=x&state={state}")
    inside = browser.get(INSIDE).status_code == 200
    assert inside == (ended.status_code == 200)
    return inside


def test_a_provider_that_is_not_there_is_told(tmp_path: Path) -> None:
    answered = Site(tmp_path, "http://127.0.0.1:9").browser().get("/library/sign-in")
    assert (answered.status_code, "does not answer" in answered.text) == (403, True)


def test_each_tab_ends_the_sign_in_that_it_has_begun(site: Site) -> None:
    browser = site.browser()
    places = [browser.get(f"/library/sign-in?source={one}").headers["location"] for one in "abc"]
    for place, one in reversed([*zip(places, "abc", strict=True)]):
        ended = browser.get(signed_in_at(place, "ada"))
        assert f"?source={one}" in ended.text


def test_any_number_of_sign_ins_may_be_under_way(site: Site) -> None:
    browser = site.browser()
    back = signed_in_at(browser.get("/library/sign-in").headers["location"], "ada")
    scope = {"type": "http", "method": "GET", "path": "/library/sign-in", "query_string": b""}

    async def begin_many() -> set[int]:  # by others
        answers = [await site.door.answer(scope, Headers()) for _ in range(3000)]
        return {one.status_code for one in answers if one}

    with ThreadPoolExecutor(1) as aside:  # in this thread, a browser may have a loop
        assert aside.submit(asyncio.run, begin_many()).result() == {303}
    assert browser.get(back).status_code == 200


def test_a_sign_in_that_takes_too_long_is_refused(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    monkeypatch.setattr("app.ui.access.sign_in.time.time", lambda: now - 700)
    browser = site.browser()
    place = browser.get("/library/sign-in").headers["location"]
    headers = {"cookie": "; ".join(f"{one.name}={one.value}" for one in browser.cookies.jar)}
    monkeypatch.undo()
    ended = browser.get(signed_in_at(place, "ada"), headers=headers)
    assert (ended.status_code, "took too long" in ended.text) == (403, True)


@pytest.mark.parametrize("change", ["", "x", "a.b.c.d.e", "{}.{}", "{}x", "x{}"])
def test_a_forged_cookie_of_a_sign_in_is_refused(site: Site, change: str) -> None:
    browser = site.browser()
    back = signed_in_at(browser.get("/library/sign-in").headers["location"], "ada")
    [kept] = [one for one in browser.cookies.jar if one.name.startswith("kakehashi-sign-in-")]
    forged = change.replace("{}", str(kept.value))
    headers = {"cookie": f"{kept.name}={forged}"}
    assert site.browser().get(back, headers=headers).status_code == 403


@pytest.mark.parametrize("state", ["", "é", "\ud800", "x" * 5000])
def test_a_strange_state_is_refused(site: Site, state: str) -> None:
    query = quote(state, errors="surrogatepass")
    assert site.browser().get(f"/library/signed-in?code=x&state={query}").status_code == 403


def test_cookies_of_our_name_that_another_page_has_set_change_nothing(site: Site) -> None:
    browser = site.sign_in("bob")
    mine = browser.cookies[COOKIE]
    eve = site.entrance.admit("eve@evil.org")
    for cookies in (f"{COOKIE}=x; {COOKIE}={mine}", f"{COOKIE}={mine}; {COOKIE}=é; a=b; c"):
        answered = site.browser().get(INSIDE, headers=[(b"cookie", cookies.encode())])
        assert answered.text.endswith("bob%40example.org")
    two = f"{COOKIE}={eve}; {COOKIE}={mine}"  # of two people: which of them is it?
    assert site.browser().get(INSIDE, headers={"cookie": two}).status_code == 403


@pytest.mark.parametrize(
    ("site_of", "out"), [("cross-site", False), ("same-site", False), ("same-origin", True)]
)
def test_another_page_signs_nobody_out(site: Site, site_of: str, out: bool) -> None:
    browser = site.sign_in("bob")
    browser.get(
        "/library/sign-out", headers={"sec-fetch-site": site_of, "sec-fetch-mode": "navigate"}
    )
    assert (browser.get(INSIDE).status_code == 403) == out


def through(folder: Path, sender: str) -> TestClient:
    """A client of a window behind a proxy at 10.0.0.2."""
    header = '[proxy]\nfrom = ["10.0.0.2"]\nheader = "X-Forwarded-Email"\n'
    named = people(folder, header)
    assert named.settings
    assert named.settings.proxy
    door = ProxyDoor(named, HERE, "library", named.settings.proxy)
    app = Starlette(
        routes=[Route("/{path:path}", page), WebSocketRoute("/{p:path}", stream)],
        middleware=[Middleware(Gate, door)],
    )
    return TestClient(From(app, sender), base_url=HERE)


@pytest.mark.parametrize(
    ("sender", "names", "status"),
    [
        ("10.0.0.2", ["BOB@example.org"], 200),
        ("10.0.0.2", [], 403),
        ("10.0.0.2", ["eve@evil.org"], 403),
        ("10.0.0.2", ["ada@example.org", "bob@example.org"], 403),
        ("10.0.0.3", ["ada@example.org"], 403),
        ("127.0.0.1", ["ada@example.org"], 403),
    ],
)
def test_a_header_counts_from_the_proxy_alone(
    tmp_path: Path, sender: str, names: list[str], status: int
) -> None:
    headers = [("X-Forwarded-Email", one) for one in names]
    assert through(tmp_path, sender).get(INSIDE, headers=headers).status_code == status


def test_a_person_named_by_a_proxy_and_taken_from_the_list_is_out(tmp_path: Path) -> None:
    client = through(tmp_path, "10.0.0.2")
    headers = {"X-Forwarded-Email": "bob@example.org", "host": "127.0.0.1:8501", "origin": HERE}
    with client.websocket_connect(STREAM, headers=headers) as tab:
        tab.send_text("hello")
        tab.receive_text()
        path = tmp_path / "people.toml"
        path.write_text(path.read_text().replace('"Bob@Example.org" = "editor"', ""))
        tab.send_text("and now")
        with pytest.raises(WebSocketDisconnect):
            tab.receive_text()


def test_behind_a_proxy_a_tab_shows_again_and_again_who_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ProxyDoor, "holds", 0.2)
    client = through(tmp_path, "10.0.0.2")
    headers = {"X-Forwarded-Email": "bob@example.org", "host": "127.0.0.1:8501", "origin": HERE}
    with client.websocket_connect(STREAM, headers=headers) as tab:
        with pytest.raises(WebSocketDisconnect) as ended:
            tab.receive_text()
        assert ended.value.code == 1008
    with client.websocket_connect(STREAM, headers=headers) as tab:
        tab.send_text("hello")
        assert tab.receive_text() == "hello bob%40example.org"


def test_programs_of_this_machine_reach_the_api_past_the_proxy(tmp_path: Path) -> None:
    header = '[proxy]\nfrom = ["10.0.0.2"]\nheader = "X-Forwarded-Email"\n'
    named = people(tmp_path, header)
    assert named.settings
    assert named.settings.proxy
    door = ProxyDoor(named, HERE, "library", named.settings.proxy)
    app = Starlette(
        routes=[Route("/api/{name}", called, methods=["POST"])], middleware=[Middleware(Gate, door)]
    )
    for sender, place, status in (
        ("10.0.0.3", "10.0.0.3", 200),
        ("127.0.0.1", "127.0.0.1", 200),
        ("10.0.0.4", "10.0.0.3", 403),
        ("10.0.0.2", "10.0.0.3", 200),
    ):
        client = TestClient(From(app, sender, place), base_url=HERE)
        assert client.post("/api/ask").status_code == status
