"""No model call follows a redirect: whoever a server points to receives nothing."""

import asyncio
import importlib.util
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler
from types import SimpleNamespace

import httpx
import pytest
from langchain_core.messages import HumanMessage

from app.answering.assistant import Assistant
from app.models.chat_models import chat_model
from app.models.ollama import ollama_models
from app.models.probe import probe
from app.models.redirects import refuse_redirects
from benchmarks.local_server import local_server
from tests.app.models.test_chat_models import smollm
from vectorstore.errors import ModelUnavailable
from vectorstore.library import Library

REDIRECTS = (301, 302, 303, 307, 308)
ADDRESSES = {  # the variable that names another server, and what follows its host
    "openai": ("OPENAI_BASE_URL", "/v1"),
    "anthropic": ("ANTHROPIC_BASE_URL", ""),
    "ollama": ("OLLAMA_HOST", ""),
}
PROXIES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


@contextmanager
def answering(status: int, location: str = "") -> Iterator[tuple[str, list[str]]]:
    """A server on this machine that answers each request with one status; what it was sent."""
    got: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length", 0))
            got.append(f"{self.command} {self.path} {self.rfile.read(length).decode()}")
            self.send_response(status)
            if location:
                self.send_header("Location", f"{location}{self.path}")
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_GET = do_POST = do_CONNECT = answer  # noqa: N815

    with local_server(Handler) as host:
        yield host, got


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    with answering(500) as server:
        yield server


@contextmanager
def redirecting(
    provider: str, status: int, to: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, list[str]]]:
    """The server that the environment names for a provider, which redirects to another."""
    with answering(status, f"http://{to}") as (address, got):
        variable, path = ADDRESSES[provider]
        monkeypatch.setenv(variable, f"http://{address}{path}")
        for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
            monkeypatch.setenv(name, "none")
        yield address, got


def needed(provider: str) -> None:
    if not importlib.util.find_spec(f"langchain_{provider}"):
        pytest.skip(f"the extra `{provider}` is not installed")


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize("provider", ADDRESSES)
def test_a_redirect_is_told_and_nothing_follows_it(
    provider: str, status: int, elsewhere: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    needed(provider)
    other, received = elsewhere
    with redirecting(provider, status, other, monkeypatch) as (first, got):
        with pytest.raises(ModelUnavailable) as told:
            probe(chat_model(f"{provider}:some-model"))
        assert f"http://{first} redirects to http://{other} (HTTP {status})" in str(told.value)
        assert "give its address yourself" in str(told.value)
        assert len(got) == 1  # a redirect is no failure that passes: it is not tried again
    assert received == []


@pytest.mark.parametrize("way", ["invoke", "astream", "ainvoke"])
@pytest.mark.parametrize("provider", ADDRESSES)
def test_no_way_of_calling_a_model_follows_one(
    provider: str,
    way: str,
    elsewhere: tuple[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    needed(provider)
    with redirecting(provider, 307, elsewhere[0], monkeypatch) as (_, got):
        model = chat_model(f"{provider}:some-model")

        async def call() -> None:
            if way == "ainvoke":
                await model.ainvoke([HumanMessage("A passage.")])
            async for _ in model.astream([HumanMessage("A passage.")]):
                pass

        def called() -> None:
            if way == "invoke":
                model.invoke([HumanMessage("A passage.")])
            else:
                asyncio.run(call())

        with (
            ThreadPoolExecutor(1) as aside,  # in this thread, a browser may have a loop
            pytest.raises(Exception),  # noqa: B017, PT011 - each package has its own
        ):
            aside.submit(called).result()
        assert "A passage." in got[0]
    assert elsewhere[1] == []


def test_an_answer_falls_back_to_quotations_and_says_why(
    article: Library, elsewhere: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with redirecting("openai", 307, elsewhere[0], monkeypatch) as (first, got):
        model = chat_model("openai:gpt")
        answer = Assistant(article, model, "openai:gpt").ask("Who stood beside President Peña?")
    assert f"http://{first} redirects to http://{elsewhere[0]}" in answer.notice
    assert any("Lee I-yang" in sentence.text for sentence in answer.sentences)
    assert len(got) == 1
    assert elsewhere[1] == []


def test_what_a_server_calls_itself_elsewhere_shows_no_key_and_no_terminal_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = "me:secret@evil.example\x9b31m"
    with redirecting("openai", 302, place, monkeypatch), pytest.raises(ModelUnavailable) as told:
        probe(chat_model("openai:gpt"))
    assert "secret" not in str(told.value)
    assert str(told.value).isprintable()
    assert "evil.example" in str(told.value)


@pytest.mark.parametrize("status", REDIRECTS)
def test_listing_models_follows_none(
    status: int, elsewhere: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with redirecting("ollama", status, elsewhere[0], monkeypatch) as (first, got):
        with pytest.raises(ModelUnavailable, match=f"{first} .* redirects .*set OLLAMA_HOST"):
            ollama_models()
        assert len(got) == 1
    assert elsewhere[1] == []


def test_a_model_without_a_client_that_can_be_kept_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As if the package of a provider kept its clients where they are not found."""
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setattr("app.models.redirects._DEPTH", 1)
    with pytest.raises(ModelUnavailable, match="“openai” cannot be kept from following redirects"):
        chat_model("openai:gpt")
    assert not refuse_redirects(chat_model("fake:Yes."))


def test_clients_are_found_in_lists_and_however_far_another_way_to_them_is() -> None:
    """As in a model that falls back to others, and one that holds itself in a long chain."""
    client = httpx.Client(follow_redirects=True)
    chain = holder = SimpleNamespace(client=client)
    for _ in range(7):
        chain = SimpleNamespace(next=chain)
    held = SimpleNamespace(last=chain, others=[(holder,)])
    held.first = chain
    assert refuse_redirects(held)  # type: ignore[arg-type]
    assert not client.follow_redirects
    client.close()


@pytest.mark.parametrize("provider", ADDRESSES)
def test_a_proxy_gets_nothing_for_a_server_on_this_machine(
    provider: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    needed(provider)
    with ExitStack() as servers:
        proxy, received = servers.enter_context(answering(500))
        for name in PROXIES:
            monkeypatch.setenv(name, f"http://{proxy}")
        server, got = servers.enter_context(answering(404))
        variable, path = ADDRESSES[provider]
        monkeypatch.setenv(variable, f"http://{server}{path}")
        for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY"):
            monkeypatch.setenv(name, "none")
        with pytest.raises(ModelUnavailable):
            probe(chat_model(f"{provider}:some-model"))
        assert "127.0.0.1" in os.environ["NO_PROXY"]
        assert got
        assert received == []


@pytest.mark.slow
def test_a_proxy_for_openai_gets_nothing_for_a_model_file(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(500) as (proxy, received):
        monkeypatch.setenv("OPENAI_PROXY", f"http://{proxy}")
        assert probe(chat_model(f"local:{smollm()}")).reply
        assert received == []
