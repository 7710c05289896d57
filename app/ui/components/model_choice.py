"""Which model writes the answers: the one in use, and the choice of another."""

from collections.abc import Callable

import streamlit as st

from app.audit.environment import parameters_of
from app.models.ollama import ollama_address, ollama_models
from app.models.providers import PROVIDERS, missing_package, privacy_notice
from app.service.bootstrap import fixed_model
from app.service.people import Role
from app.ui.components import model_test, second_reader, setting_row
from app.ui.components.text import show_notice, show_text
from app.ui.state.session import Session
from vectorstore.errors import ModelUnavailable
from vectorstore.text.hidden import visible

_KINDS = {
    "none": (
        "The sources’ own words",
        "No model: an answer quotes the sentences that answer the question.",
    ),
    "ollama": ("Ollama", "A program that serves models, usually on this machine."),
    "local": ("A model file", "A .gguf file on this machine, run by Kakehashi itself."),
    "hosted": ("A hosted model", "A provider’s model, used with your own key."),
    "other": ("Another provider", "Any model that LangChain knows as provider:name."),
}


def show(session: Session) -> None:
    """Draw it; a model that is chosen writes the answers in all tabs."""
    model, name = session.assistant.model, _in_use(session)
    server = str(parameters_of(model)["server"]) if model else ""
    setting_row.show(
        "In use", name or "None: answers quote the sources’ own words", privacy_notice(name, server)
    )
    second_reader.show(session)
    locked = _why_locked(session)
    if locked:
        show_notice(locked, "info")
        return
    kind = st.radio(
        "Answer with",
        list(_KINDS),
        index=list(_KINDS).index(_kind_of(name)),
        format_func=lambda one: _KINDS[one][0],
        captions=[caption for _, caption in _KINDS.values()],
        key="model-kind",
        disabled=session.model_choice.busy,
    )
    try:
        chosen = _FIELDS[kind](session)
    except ModelUnavailable as error:  # the environment holds an invalid address
        show_notice(str(error), "warning")
        return
    if chosen is not None:
        model_test.show(session, kind, chosen, name)


def _in_use(session: Session) -> str:
    return session.assistant.model_name if session.assistant.model else ""


def _why_locked(session: Session) -> str:
    """Return why no model can be chosen here; empty if one can."""
    if name := fixed_model():
        return (
            f"KAKEHASHI_MODEL is set to {name} and overrides a choice made here. To choose a model "
            "here, start Kakehashi without it."
        )
    return "" if session.may(Role.ADMIN) else "An admin chooses the model."


def _kind_of(name: str) -> str:
    provider = name.partition(":")[0]
    if provider in ("ollama", "local"):
        return provider
    hosted = any(one.id == provider and one.key for one in PROVIDERS)
    return "hosted" if hosted else "other" if name else "none"


def _none(_: Session) -> str:
    return ""


def _ollama(session: Session) -> str | None:
    """Let the user choose one of Ollama's models, listed when a button is pressed."""
    if _is_missing("ollama"):
        return None
    choice = session.model_choice
    if st.button("List models", icon=":material/search:", key="list-models"):
        choice.ollama_models, choice.error = [], ""
        with st.spinner("Asking Ollama …"):
            try:
                choice.ollama_models = ollama_models()
            except ModelUnavailable as error:
                choice.error = str(error)
    show_text(f"Contacts only {ollama_address().netloc}.", "soft")
    show_notice(choice.error, "warning")
    if not choice.ollama_models:
        return None
    models = choice.ollama_models
    chosen = st.selectbox("Model", models, format_func=visible, key="ollama-model")
    return f"ollama:{chosen}"


def _local(session: Session) -> str | None:
    if _is_missing("local"):
        return None
    in_use = _in_use(session)
    return "local:" + _text_field(
        "Path of the file",
        in_use.removeprefix("local:") if in_use.startswith("local:") else "",
        "/path/to/model.gguf",
    )


def _hosted(session: Session) -> str | None:
    """Let the user choose a provider whose key is in the environment; never read the key itself."""
    known = {one.id: one for one in PROVIDERS if one.key}
    if not known:
        keys = ", ".join(one.keys[0] for one in PROVIDERS)
        show_notice(
            "No key was found. Keys are read from the environment and never stored. Start "
            f"Kakehashi with one, for example OPENAI_API_KEY=… make chat. Looked for: {keys}.",
            "info",
        )
        return None
    provider, _, model = _in_use(session).partition(":")
    chosen = st.selectbox(
        "Provider",
        list(known),
        index=list(known).index(provider) if provider in known else 0,
        format_func=lambda one: f"{known[one].title} (its key is in {known[one].key})",
        key="provider",
    )
    if _is_missing(chosen):
        return None
    name = _text_field(
        "Name of the model", model if provider == chosen else "", known[chosen].example
    )
    return f"{chosen}:{name}"


def _other(session: Session) -> str | None:
    in_use = _in_use(session)
    return _text_field(
        "Name", in_use if _kind_of(in_use) == "other" else "", "groq:openai/gpt-oss-20b"
    )


_FIELDS: dict[str, Callable[[Session], str | None]] = {
    "none": _none, "ollama": _ollama, "local": _local, "hosted": _hosted, "other": _other,
}  # fmt: skip


def _text_field(label: str, value: str, example: str) -> str:
    return st.text_input(label, value=value, placeholder=f"e.g. {example}").strip()


def _is_missing(provider: str) -> bool:
    """Return whether a package must be installed first, and show the command for it."""
    command = missing_package(provider)
    if command:
        needed = "This needs a package that is not installed. Run this once, then restart:"
        show_notice(needed, "info")
        st.code(command, language=None, wrap_lines=True)
    return bool(command)
