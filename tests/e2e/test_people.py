"""A window of several people: who signs in, what each sees and may do, and who is let out."""

import http.client
import json
import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.service.activity import latest
from app.service.people import Role
from app.service.tokens import Tokens
from app.ui.server import free_port
from benchmarks.window_server import Window
from tests.e2e.conftest import PORTS
from tests.e2e.steps import FUJI, G7, G7_ANSWER, answer, ask, ask_and_wait, settled, shot
from vectorstore.storage.database import Database

pytestmark = [pytest.mark.e2e, pytest.mark.slow]
WHO = {"ada": "admin", "bob": "editor", "cyd": "reader"}


@dataclass
class Library:
    """A window of Ada, Bob and Cyd, and how each of them opens it in a browser of their own."""

    window: Window
    make: Callable[..., BrowserContext]

    @property
    def file(self) -> Path:
        return self.window.data / "people.toml"

    def page(self, who: str) -> Page:
        """A tab in which somebody has signed in."""
        page = self.make(storage_state=None).new_page()
        self.sign_in(page, who)
        return page

    def sign_in(self, page: Page, who: str) -> None:
        page.goto(self.window.address)
        page.get_by_role("link", name="Sign in").click()
        page.get_by_role("button", name=who, exact=True).click()
        expect(page.get_by_role("heading", name="Ask your sources")).to_be_visible()
        settled(page)

    def call(self, token: str, name: str, values: object) -> dict[str, object]:
        """The last line that the JSON API answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.window.port, timeout=60)
        headers = {"Authorization": f"Bearer {token}"}
        connection.request("POST", f"/api/{name}", json.dumps(values), headers)
        lines = connection.getresponse().read().decode().splitlines()
        connection.close()
        return dict(json.loads(lines[-1]))


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """A real OpenID Connect provider."""
    with warnings.catch_warnings():  # it uses what its library no longer recommends
        warnings.simplefilter("ignore")
        import authlib.deprecate  # noqa: F401 - it sets a filter of its own

        warnings.simplefilter("ignore")
        from oidc_provider_mock import User, run_server_in_thread
    users = [
        User(sub=who, claims={"email": f"{who}@example.org", "email_verified": True}) for who in WHO
    ]
    with run_server_in_thread(user_claims=users, require_nonce=True) as server:
        yield f"http://127.0.0.1:{server.server_port}"


@pytest.fixture
def library(
    own_window: Window,
    make_context: Callable[..., BrowserContext],
    issuer: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Library:
    monkeypatch.setenv("KAKEHASHI_CLIENT_SECRET", "a secret of the provider")
    own_window.stop()
    own_window.port = free_port(PORTS)
    people = "\n".join(f'"{who}@example.org" = "{role}"' for who, role in WHO.items())
    (own_window.data / "people.toml").write_text(
        f'address = "{own_window.address}"\n[people]\n{people}\n'
        f'[sign_in]\nissuer = "{issuer}"\nclient_id = "kakehashi"\n'
    )
    own_window.start()
    return Library(own_window, make_context)


def conversations(page: Page) -> list[str]:
    return page.locator("#conversations .open").all_inner_texts()


def goto_settings(page: Page) -> None:
    page.get_by_role("link", name="Settings").click()
    expect(page.get_by_role("heading", name="You", exact=True)).to_be_visible()
    settled(page)


def test_nobody_sees_what_another_asked_unless_it_is_shared(library: Library) -> None:
    ada, bob = library.page("ada"), library.page("bob")
    ask_and_wait(ada, G7)
    address = ada.url
    conversation = re.findall(r"conversation=(\w+)", address)[0]
    ask_and_wait(bob, FUJI)
    assert conversations(ada) == [G7]
    assert conversations(bob) == [FUJI]

    bob.goto(address)  # by its address
    expect(bob.get_by_text("This conversation is no longer there")).to_be_visible()
    expect(answer(bob)).to_have_count(0)
    bob.get_by_role("searchbox").fill("G7")  # by search
    expect(bob.get_by_text("No conversation contains these words.")).to_be_visible()
    bob.get_by_role("link", name="Library").click()  # by use
    expect(bob.locator("#source-list")).to_be_visible()
    expect(bob.get_by_text(re.compile("cited by|used in", re.IGNORECASE))).to_have_count(0)

    token = Tokens(library.window.data)  # not the window's own: it reads its file when it starts
    assert token.of("bob@example.org") == []
    goto_settings(bob)
    bob.get_by_label("Name of a new token").fill("notebook")
    bob.get_by_label("Name of a new token").press("Tab")
    settled(bob)
    bob.get_by_role("button", name="Make a token").click()
    secret = bob.get_by_text(re.compile(r"^kakehashi_")).inner_text()
    asked = library.call(secret, "export", {"conversation": conversation})
    assert "There is no conversation" in str(asked["error"])
    listed = library.call(secret, "export", {})
    assert [one["title"] for one in listed["result"]["conversations"]] == [FUJI]  # type: ignore[index]

    ada.get_by_role("button", name="Share", exact=True).click()
    expect(ada.get_by_text("Whoever is signed in can read this at")).to_be_visible()
    shot(ada, "people-sharing")
    bob.goto(f"{library.window.address}/?conversation={conversation}")
    expect(bob.get_by_text("ada@example.org shares this conversation with you")).to_be_visible()
    expect(answer(bob)).to_contain_text(G7_ANSWER)
    expect(bob.locator("#question")).to_have_count(0)
    expect(bob.get_by_role("button", name="Ask again")).to_have_count(0)
    shot(bob, "people-reading")
    ada.get_by_role("button", name="Stop sharing").click()
    expect(ada.get_by_text("Only you can read this conversation.")).to_be_visible()
    bob.reload()
    expect(bob.get_by_text("This conversation is no longer there")).to_be_visible()
    expect(answer(bob)).to_have_count(0)


def test_each_role_may_do_what_it_says(library: Library, tmp_path: Path) -> None:
    cyd, bob = library.page("cyd"), library.page("bob")
    for page in (cyd, bob):
        page.get_by_role("link", name="Library").click()
        expect(page.locator("#source-list")).to_be_visible()
        settled(page)
    expect(cyd.get_by_text("an editor can change the library").first).to_be_visible()
    expect(cyd.get_by_role("button", name="Rescan folder")).to_have_count(0)
    expect(cyd.get_by_role("button", name=re.compile("^Remove"))).to_be_disabled()
    shot(cyd, "people-reader")
    note = tmp_path / "note.md"
    note.write_text("# Ferry\n\nThe ferry to Vardo sails at noon.\n")
    bob.locator("input[type=file]").first.set_input_files(note)
    expect(
        bob.get_by_text("1 file without problems").or_(bob.get_by_text("✓ added"))
    ).to_be_visible()
    bob.get_by_role("button", name="Add a folder").click()
    expect(bob.get_by_text("enter its path")).to_have_count(0)  # of the server
    goto_settings(bob)
    expect(bob.get_by_text("An admin chooses the model.")).to_be_visible()
    expect(bob.get_by_text("Who did what")).to_have_count(0)

    ada = library.page("ada")
    goto_settings(ada)
    ada.get_by_text("Who did what", exact=True).click()
    expect(ada.get_by_text("bob@example.org · added note.md")).to_be_visible()
    shot(ada, "people-admin")
    deeds = [(one["who"], one["did"], one["what"]) for one in latest(library.window.data, 99)]
    assert ("bob@example.org", "added", "note.md") in deeds
    assert "ferry" not in json.dumps(deeds).lower()

    secret = Tokens(library.window.data).make("cyd@example.org", "forged", Role.ADMIN)
    library.window.stop()
    library.window.start()
    for name, values, why in (
        ("remove", {"source_id": "x"}, "an editor can change"),
        ("backup", {"file": str(tmp_path / "b.zip")}, "whoever looks after this machine"),
        ("ask", {"question": FUJI, "model": "openai:x"}, "looks after"),
        ("sync", {"folder": "/etc"}, "an editor can change"),
    ):
        assert why in str(library.call(secret, name, values)["error"])
    assert "result" in library.call(secret, "ask", {"question": FUJI})
    assert "error" in library.call(secret + "x", "ask", {"question": FUJI})


def test_whoever_signs_out_or_is_taken_from_the_list_is_out(library: Library) -> None:
    bob, cyd = library.page("bob"), library.page("cyd")
    ask_and_wait(cyd, G7)
    goto_settings(bob)
    bob.locator("#question-draft").count()
    bob.get_by_role("link", name="Sign out").click()
    expect(bob.get_by_text("You are signed out of this library.")).to_be_visible()
    bob.go_back()
    expect(bob.get_by_role("link", name="Sign in")).to_be_visible()
    library.file.write_text(library.file.read_text().replace('"cyd@', '"dan@'))
    ask(cyd, FUJI)
    expect(cyd.get_by_role("link", name="Sign in")).to_be_visible()
    expect(answer(cyd)).to_have_count(0)


def test_a_person_may_ask_only_so_often(library: Library) -> None:
    text = library.file.read_text()
    library.file.write_text(f"questions_per_minute = 1\n{text}")
    cyd = library.page("cyd")
    ask_and_wait(cyd, G7)
    ask(cyd, FUJI)
    expect(cyd.get_by_text("You have asked 1 times within a minute")).to_be_visible()

    secret = Tokens(library.window.data).make("bob@example.org", "notebook", Role.READER)
    library.window.stop()
    library.window.start()
    for _ in range(3):  # no question
        assert "result" in library.call(secret, "sources", {})
    assert "result" in library.call(secret, "ask", {"question": G7})
    for name, values in (("ask", {"question": G7}), ("check", {"text": "Fuji is high."})):
        assert "within a minute" in str(library.call(secret, name, values)["error"])


def test_what_is_no_longer_shared_leaves_the_tab_and_takes_no_question(library: Library) -> None:
    ada, bob = library.page("ada"), library.page("bob")
    ask_and_wait(ada, G7)
    ada.get_by_role("button", name="Share", exact=True).click()
    expect(ada.get_by_text("Whoever is signed in can read this at")).to_be_visible()
    conversation = re.findall(r"conversation=(\w+)", ada.url)[0]
    bob.goto(f"{library.window.address}/?conversation={conversation}")
    expect(answer(bob)).to_contain_text(G7_ANSWER)
    ada.get_by_role("button", name="Stop sharing").click()
    expect(ada.get_by_text("Only you can read this conversation.")).to_be_visible()
    bob.get_by_role("link", name="Settings").click()  # any next step
    expect(bob.get_by_text(re.compile("no longer (shared|there)")).first).to_be_visible()
    settled(bob)
    bob.get_by_role("link", name="Ask", exact=True).click()
    expect(bob.locator("#question")).to_be_visible()
    expect(answer(bob)).to_have_count(0)
    settled(bob)
    ask_and_wait(bob, FUJI)
    assert conversation not in bob.url
    assert conversations(bob) == [FUJI]
    assert conversations(ada) == [G7]


def test_the_next_person_in_a_browser_finds_nothing_of_the_one_before(library: Library) -> None:
    ada = library.page("ada")
    ask_and_wait(ada, G7)
    ada.locator("#question textarea").fill("a draft of Ada")
    there = ada.context.new_page()  # where somebody else signs in
    there.goto(f"{library.window.address}/library/sign-out")
    there.get_by_role("link", name="Sign in again").click()
    there.get_by_role("button", name="cyd", exact=True).click()
    expect(there.get_by_role("heading", name="Ask your sources")).to_be_visible()
    expect(answer(ada)).to_have_count(0, timeout=30_000)  # by itself
    expect(ada.get_by_role("heading", name="Ask your sources")).to_be_visible()
    settled(ada)
    assert ada.locator("#question textarea").input_value() == ""
    assert conversations(ada) == []
    ask_and_wait(ada, FUJI)
    owners = Database(library.window.data / "catalog.sqlite").rows(
        "SELECT owner, count(*) AS n FROM conversation GROUP BY owner ORDER BY owner"
    )
    assert [tuple(row) for row in owners] == [("ada@example.org", 1), ("cyd@example.org", 1)]
