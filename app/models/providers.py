"""The providers of chat models: which are available, and where a question to one of them goes.

Reads the environment for addresses and for whether a key is set, never the key itself, and sends no
request.
"""

import importlib.util
import ipaddress
import os
from dataclasses import dataclass

from app.generation.context import PASSAGES
from app.models.ollama import ollama_address, parsed
from vectorstore.errors import ModelUnavailable

_EXTRAS = ("openai", "anthropic", "ollama", "local")
NOTHING_LEAVES = "Nothing leaves this machine."
_QUESTIONS = (
    f"Your question, the passages found for it (about {PASSAGES}) and, for a follow-up, the last "
    "turns of the conversation leave this machine."
)


@dataclass(frozen=True, slots=True)
class Provider:
    """A company that serves models for an API key.

    `keys` are the environment variables that may hold the key, `addresses` those that may name
    another server than `host`; `example` is the name of a model.
    """

    id: str
    title: str
    keys: tuple[str, ...]
    host: str
    example: str
    addresses: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The environment variable that holds a key; empty if none is set."""
        return next((name for name in self.keys if os.environ.get(name)), "")

    @property
    def server(self) -> str:
        """Host and port that receive the requests."""
        given = next((url for name in self.addresses if (url := os.environ.get(name))), "")
        return parsed(given).netloc.rpartition("@")[2] if given else self.host


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
    """Return the command that installs what a provider needs; empty if it is installed."""
    needed = (
        ("langchain_openai", "xllamacpp") if provider == "local" else (f"langchain_{provider}",)
    )
    if all(importlib.util.find_spec(name) for name in needed):
        return ""
    if provider in _EXTRAS:
        return f'.venv/bin/pip install -c constraints.txt -e ".[{provider}]"'
    return f".venv/bin/pip install -c constraints.txt langchain-{provider.replace('_', '-')}"


def privacy_notice(name: str, server: str = "") -> str:
    """Return what is sent where when the model `name` answers; `server` overrides its default.

    >>> privacy_notice("local:/models/qwen.gguf")
    'Nothing leaves this machine.'
    """
    return _notice(name, server, "Questions and passages", _QUESTIONS)


def second_reader_notice(name: str, server: str = "", *, drafts: bool) -> str:
    """Return what is sent where when the model `name` judges unverified sentences.

    `drafts` says whether that includes sentences of a text from outside.
    """
    whose = "of an answer, or of a text that you check," if drafts else "of an answer"
    sent = f"Each unverified sentence {whose} with the words it cites, and nothing else,"
    return _notice(name, server, "These sentences and words", f"{sent} leaves this machine.")


def stays_here(name: str, server: str = "") -> bool:
    """Return whether what the model `name` is sent stays on this machine, as far as is known."""
    return privacy_notice(name, server).startswith(NOTHING_LEAVES)


def _notice(name: str, server: str, here: str, leaves: str) -> str:
    """Return a notice: `here` is what goes to a server on this machine, `leaves` says what does."""
    try:
        who, local = _destination(name, server)
    except ModelUnavailable as error:  # an invalid address in the environment
        return str(error)
    if not who:
        return NOTHING_LEAVES
    if local:
        return f"{NOTHING_LEAVES} {here} go to {who}, which runs on it."
    return f"{leaves} They go to {who}."


def _destination(name: str, server: str) -> tuple[str, bool]:
    """Return who receives what the model `name` is sent, and whether that is this machine.

    Nobody is named if no server is involved.
    """
    provider, _, model = name.partition(":")
    provider = provider.replace("-", "_").lower()
    if provider in ("", "local", "fake"):
        return "", True
    known = next((one for one in PROVIDERS if one.id == provider), None)
    if provider == "ollama":
        server = server or ollama_address().netloc
        if _is_here(server) and model.endswith("cloud"):
            who = "ollama.com, because Ollama on this machine forwards this model to it"
            return who, False
        who = f"Ollama at {server}"
    elif server or known:
        server = server or (known.server if known else "")
        who = f"{known.title if known else provider} at {server}"
        if known and server != known.host:
            who = f"the server at {server}"
    else:
        return f"the provider “{provider}”, to the server that its package uses", False
    return who, _is_here(server)


def _is_here(server: str) -> bool:
    """Return whether a server (host and port) is this machine."""
    host = parsed(server).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
