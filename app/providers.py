"""Where chat models come from: which can be had here, and where a question to one of them goes.

Reads the environment for the names of keys and for addresses; a key itself is never read. Only
`ollama_models` asks anybody, and only when it is called.
"""

import http.client
import importlib.util
import ipaddress
import json
import os
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from app.looking import PASSAGES
from vectorstore.errors import ModelUnavailable

_OLLAMA_PORT = 11434
_PATIENCE = 2.0  # seconds for Ollama to tell its models, which it does at once
_LARGEST = 1 << 20  # bytes of what it tells
_EXTRAS = ("openai", "anthropic", "ollama", "local")
NOTHING = "Nothing leaves this machine."


@dataclass(frozen=True, slots=True)
class Provider:
    """A company that serves models to whoever has a key.

    `keys` and `addresses` are environment variables: of the key, and of another server than
    `host`; `example` is the name of one of its models.
    """

    id: str
    title: str
    keys: tuple[str, ...]
    host: str
    example: str
    addresses: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The variable in which there is a key; empty where there is none."""
        return next((name for name in self.keys if os.environ.get(name)), "")

    @property
    def server(self) -> str:
        """Host and port that are asked."""
        given = next((url for name in self.addresses if (url := os.environ.get(name))), "")
        return _place(given).netloc.rpartition("@")[2] if given else self.host


PROVIDERS = (
    Provider(
        "openai", "OpenAI", ("OPENAI_API_KEY",), "api.openai.com", "gpt-5-mini",
        ("OPENAI_API_BASE", "OPENAI_BASE_URL"),
    ),
    Provider(
        "anthropic", "Anthropic", ("ANTHROPIC_API_KEY",), "api.anthropic.com", "claude-haiku-4-5",
        ("ANTHROPIC_API_URL", "ANTHROPIC_BASE_URL"),
    ),
    Provider(
        "google_genai", "Google", ("GOOGLE_API_KEY", "GEMINI_API_KEY"),
        "generativelanguage.googleapis.com", "gemini-2.5-flash",
    ),
    Provider(
        "mistralai", "Mistral", ("MISTRAL_API_KEY",), "api.mistral.ai", "mistral-small-latest",
        ("MISTRAL_BASE_URL",),
    ),
    Provider(
        "groq", "Groq", ("GROQ_API_KEY",), "api.groq.com", "openai/gpt-oss-20b",
        ("GROQ_API_BASE", "GROQ_BASE_URL"),
    ),
    Provider(
        "deepseek", "DeepSeek", ("DEEPSEEK_API_KEY",), "api.deepseek.com", "deepseek-chat",
        ("DEEPSEEK_API_BASE",),
    ),
    Provider("xai", "xAI", ("XAI_API_KEY",), "api.x.ai", "grok-4-fast"),
    Provider(
        "openrouter", "OpenRouter", ("OPENROUTER_API_KEY",), "openrouter.ai", "qwen/qwen3-8b",
        ("OPENROUTER_API_BASE",),
    ),
)  # fmt: skip


def missing_package(provider: str) -> str:
    """The command that installs what a provider needs; empty where it is installed."""
    needed = (
        ("langchain_openai", "xllamacpp") if provider == "local" else (f"langchain_{provider}",)
    )
    if all(importlib.util.find_spec(name) for name in needed):
        return ""
    if provider in _EXTRAS:
        return f'.venv/bin/pip install -c constraints.txt -e ".[{provider}]"'
    return f".venv/bin/pip install -c constraints.txt langchain-{provider.replace('_', '-')}"


def ollama_address() -> SplitResult:
    """Where Ollama is asked: its usual place on this machine, or as OLLAMA_HOST says."""
    given = _place(os.environ.get("OLLAMA_HOST", "").strip() or "127.0.0.1")
    host = given.hostname or "127.0.0.1"
    if host in ("0.0.0.0", "::"):  # noqa: S104 - it listens everywhere, so also here
        host = "127.0.0.1"
    if given.port is None and "://" in os.environ.get("OLLAMA_HOST", ""):
        port = 443 if given.scheme == "https" else 80  # as its own client takes it
    else:
        port = given.port or _OLLAMA_PORT
    shown = f"[{host}]" if ":" in host else host
    return given._replace(netloc=f"{shown}:{port}")


def ollama_models() -> list[str]:
    """Ask Ollama which models it has that can write; raises ModelUnavailable with what to do."""
    address = ollama_address()
    kind = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
    connection = kind(address.hostname or "", address.port, timeout=_PATIENCE)
    try:
        connection.request("GET", f"{address.path.rstrip('/')}/api/tags")
        told = json.loads(connection.getresponse().read(_LARGEST))
        names = [str(one["name"]) for one in told["models"] if _writes(one)]
    except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError) as error:
        raise ModelUnavailable(
            f"No Ollama answers at {address.netloc}: start it (`ollama serve`), or say in "
            "OLLAMA_HOST where it is, and look again."
        ) from error
    finally:
        connection.close()
    if not names:
        raise ModelUnavailable(
            f"Ollama at {address.netloc} has no model that writes: fetch one, for example with "
            "`ollama pull qwen3`, and look again."
        )
    return sorted(names)


def what_leaves(name: str, server: str = "") -> str:
    """What is sent where when `name` answers, in plain words; `server` is the one it is set to.

    >>> what_leaves("local:/models/qwen.gguf")
    'Nothing leaves this machine.'
    """
    provider, _, model = name.partition(":")
    provider = provider.replace("-", "_").lower()
    if provider in ("", "local", "fake"):
        return NOTHING
    known = next((one for one in PROVIDERS if one.id == provider), None)
    if provider == "ollama":
        server = server or ollama_address().netloc
        if _is_here(server) and model.endswith("cloud"):
            return _sent("ollama.com, to which Ollama on this machine passes this model on")
        who = f"Ollama at {server}"
    elif server or known:
        server = server or (known.server if known else "")
        who = f"{known.title if known else provider} at {server}"
        if known and server != known.host:
            who = f"the server at {server}"
    else:
        return _sent(f"the provider “{provider}”; where that is, its package decides")
    if _is_here(server):
        return f"{NOTHING} Questions and passages go to {who}, which is on it."
    return _sent(who)


def _sent(where: str) -> str:
    return (
        f"Your question, the passages found for it (about {PASSAGES}) and, for a follow-up, the "
        f"last turns of the conversation leave this machine. They go to {where}."
    )


def _writes(model: dict[str, object]) -> bool:
    """Whether a model of Ollama's can hold a conversation, as far as Ollama tells."""
    able = model.get("capabilities")
    if isinstance(able, list) and able:
        return "completion" in able
    details = model.get("details")
    family = details.get("family", "") if isinstance(details, dict) else ""
    return "bert" not in str(family)


def _place(address: str) -> SplitResult:
    """An address with or without its scheme, as a person or a program writes it."""
    try:
        place = urlsplit(address if "://" in address else f"http://{address}")
        _ = place.port  # raises for what is no number
    except ValueError:
        raise ModelUnavailable(f"“{address}” is no address: check the environment.") from None
    return place


def _is_here(server: str) -> bool:
    """Whether a server (host and port) is on this machine."""
    host = _place(server).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
