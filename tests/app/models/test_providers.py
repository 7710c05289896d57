"""Where models come from, and what is said of where questions go."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from app.models.ollama import ollama_address, ollama_models
from app.models.providers import (
    NOTHING_LEAVES,
    PROVIDERS,
    missing_package,
    privacy_notice,
    second_reader_notice,
    stays_here,
)
from vectorstore.errors import ModelUnavailable


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OLLAMA_HOST", *(n for one in PROVIDERS for n in (*one.keys, *one.addresses))):
        monkeypatch.delenv(name, raising=False)


@contextmanager
def serving(told: Any) -> Iterator[tuple[str, list[str]]]:
    """A server on this machine that says what it is told to; its address, and what was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(told if isinstance(told, bytes) else json.dumps(told).encode())

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()


def test_ollama_tells_its_models_that_write(monkeypatch: pytest.MonkeyPatch) -> None:
    told = {
        "models": [
            {"name": "qwen3:8b", "capabilities": ["completion", "tools"]},
            {"name": "bge-m3", "capabilities": ["embedding"]},
            {"name": "nomic-embed-text", "details": {"family": "nomic-bert"}},
            {"name": "gemma3", "details": {"family": "gemma3"}},
        ]
    }
    with serving(told) as (address, asked):
        monkeypatch.setenv("OLLAMA_HOST", address)
        assert ollama_models() == ["gemma3", "qwen3:8b"]
        assert asked == ["/api/tags"]
    with pytest.raises(ModelUnavailable, match=f"No Ollama answers at {address}: start it"):
        ollama_models()


@pytest.mark.parametrize("told", [b"<html>", [], {"models": "none"}, {"models": [1]}])
def test_another_program_at_its_address_is_not_taken_for_ollama(
    monkeypatch: pytest.MonkeyPatch, told: Any
) -> None:
    with serving(told) as (address, _):
        monkeypatch.setenv("OLLAMA_HOST", address)
        with pytest.raises(ModelUnavailable, match="No Ollama answers"):
            ollama_models()


def test_an_ollama_without_models_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving({"models": []}) as (address, _):
        monkeypatch.setenv("OLLAMA_HOST", address)
        with pytest.raises(ModelUnavailable, match="has no chat model"):
            ollama_models()


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ("", "127.0.0.1:11434"),
        ("0.0.0.0", "127.0.0.1:11434"),
        ("0.0.0.0:5000", "127.0.0.1:5000"),
        (":5000", "127.0.0.1:5000"),
        ("desk.lan", "desk.lan:11434"),
        ("http://desk.lan:5000", "desk.lan:5000"),
        ("https://desk.lan", "desk.lan:443"),
        ("[::1]:5000", "[::1]:5000"),
    ],
)
def test_ollama_is_looked_for_where_its_own_client_would(
    monkeypatch: pytest.MonkeyPatch, given: str, place: str
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", given)
    assert ollama_address().netloc == place


def test_an_address_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "desk.lan:port")
    with pytest.raises(ModelUnavailable, match=r"“desk\.lan:port” is not an address"):
        ollama_address()


@pytest.mark.parametrize("name", ["", "local:/models/qwen.gguf", "fake:Yes."])
def test_nothing_leaves_without_a_server(name: str) -> None:
    assert privacy_notice(name) == NOTHING_LEAVES


def test_it_is_said_where_questions_go(monkeypatch: pytest.MonkeyPatch) -> None:
    assert privacy_notice("ollama:qwen3").startswith(NOTHING_LEAVES)
    assert "127.0.0.1:11434" in privacy_notice("ollama:qwen3")
    assert "go to ollama.com" in privacy_notice("ollama:gpt-oss:120b-cloud")
    assert "go to OpenAI at api.openai.com." in privacy_notice("openai:gpt-5-mini")
    assert "provider “bedrock”" in privacy_notice("bedrock:nova")
    assert "go to Google at" in privacy_notice("google-genai:gemini-2.5-flash")

    monkeypatch.setenv("OLLAMA_HOST", "desk.lan")
    assert "leave this machine. They go to Ollama at desk.lan:11434." in privacy_notice(
        "ollama:qwen3"
    )
    monkeypatch.setenv("OPENAI_BASE_URL", "http://me:secret@desk.lan:8080/v1")
    assert "They go to the server at desk.lan:8080." in privacy_notice("openai:gpt")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://localhost:8080/v1")
    assert privacy_notice("openai:gpt").startswith(NOTHING_LEAVES)
    # What a model is really set to comes before what the environment says.
    assert "the server at elsewhere.example." in privacy_notice("openai:gpt", "elsewhere.example")


def test_it_is_said_what_a_second_reader_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    assert second_reader_notice("local:/models/qwen.gguf", drafts=True) == NOTHING_LEAVES
    here = second_reader_notice("ollama:qwen3", drafts=True)
    assert here.startswith(NOTHING_LEAVES)
    assert "127.0.0.1:11434" in here
    there = second_reader_notice("openai:gpt-5-mini", drafts=False)
    assert there.startswith("Each unverified sentence of an answer with the words it cites")
    assert "nothing else" in there
    assert there.endswith("They go to OpenAI at api.openai.com.")
    assert "a text that you check" in second_reader_notice("openai:gpt-5-mini", drafts=True)
    assert "elsewhere.example" in second_reader_notice(
        "openai:gpt", "elsewhere.example", drafts=False
    )
    monkeypatch.setenv("OLLAMA_HOST", "desk:port")
    assert "is not an address" in second_reader_notice("ollama:qwen3", drafts=True)


def test_it_is_known_which_models_run_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert stays_here("local:/models/qwen.gguf")
    assert stays_here("ollama:qwen3")
    assert stays_here("openai:gpt", "127.0.0.1:8080")
    assert not stays_here("openai:gpt")
    assert not stays_here("ollama:gpt-oss:120b-cloud")
    assert not stays_here("bedrock:nova")
    monkeypatch.setenv("OLLAMA_HOST", "desk:port")
    assert not stays_here("ollama:qwen3")  # what is not known is not taken for here


def test_the_command_for_a_missing_package() -> None:
    assert missing_package("openai") == ""
    assert missing_package("local") == ""
    assert missing_package("no_such_provider") == (
        ".venv/bin/pip install -c constraints.txt langchain-no-such-provider"
    )


def test_a_key_is_found_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    openai = PROVIDERS[0]
    assert openai.key == ""
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    assert openai.key == "OPENAI_API_KEY"
    assert "secret" not in repr(openai)
