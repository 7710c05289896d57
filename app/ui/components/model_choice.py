"""Which model answers: the one in use, and the choice of another."""

from collections.abc import Callable

import streamlit as st

from app.audit.environment import parameters_of
from app.models.ollama import ollama_address, ollama_models
from app.models.providers import PROVIDERS, missing_package, what_leaves
from app.service.settings import read_settings
from app.ui.components import model_test as model_trial
from app.ui.components import setting_row as facts
from app.ui.components.labels import plain
from app.ui.state.session import Session, window
from vectorstore.errors import ModelUnavailable

_KINDS = {
    "none": ("The sources’ own words", "No model: an answer is the sentences that answer, quoted."),
    "ollama": ("Ollama", "A program that serves models, as a rule on this machine."),
    "local": ("A model file", "A .gguf file on this machine, which Kakehashi serves itself."),
    "hosted": ("A hosted model", "A company’s model, with a key of yours."),
    "other": ("Another", "Whatever LangChain knows as provider:name."),
}


def show(session: Session) -> None:
    """Draw it; a model that is put to use writes in all tabs."""
    model, name = session.assistant.model, _in_use(session)
    server = str(parameters_of(model)["server"]) if model else ""
    facts.show(
        "In use", name or "None: the sources’ own words are quoted", what_leaves(name, server)
    )
    closed = _closed()
    if closed:
        st.info(plain(closed), icon=":material/lock:")
        return
    busy = session.choosing.job is not None and not session.choosing.job.done
    kind = st.radio(
        "Who is to answer",
        list(_KINDS),
        index=list(_KINDS).index(_kind_of(name)),
        format_func=lambda one: _KINDS[one][0],
        captions=[caption for _, caption in _KINDS.values()],
        key="model-kind",
        disabled=busy,
    )
    try:
        wanted = _ASKING[kind](session)
    except ModelUnavailable as error:  # an address in the environment that is none
        st.warning(plain(str(error)))
        return
    if wanted is not None:
        model_trial.show(session, kind, wanted, name)


def _in_use(session: Session) -> str:
    return session.assistant.model_name if session.assistant.model else ""


def _closed() -> str:
    """Why nothing can be chosen here; empty if it can."""
    fixed = read_settings().model
    if fixed:
        return (
            f"KAKEHASHI_MODEL is set to {fixed} and comes before what is chosen here. To choose, "
            "start Kakehashi without it."
        )
    if not window().private:
        return (
            "Other machines can reach this window, so the model is not chosen here: set "
            "KAKEHASHI_MODEL where Kakehashi is started."
        )
    return ""


def _kind_of(name: str) -> str:
    provider = name.partition(":")[0]
    if provider in ("ollama", "local"):
        return provider
    hosted = any(one.id == provider and one.key for one in PROVIDERS)
    return "hosted" if hosted else "other" if name else "none"


def _none(_: Session) -> str:
    return ""


def _ollama(session: Session) -> str | None:
    """The name of one of Ollama's models, which is asked for them when a button is pressed."""
    if _is_missing("ollama"):
        return None
    choosing = session.choosing
    if st.button("Look for models", icon=":material/search:", key="look"):
        choosing.offered, choosing.trouble = [], ""
        with st.spinner("Asking Ollama …"):
            try:
                choosing.offered = ollama_models()
            except ModelUnavailable as error:
                choosing.trouble = str(error)
    st.caption(f"Asks {plain(ollama_address().netloc)}, and nobody else.")
    if choosing.trouble:
        st.warning(plain(choosing.trouble))
    if not choosing.offered:
        return None
    chosen = st.selectbox("Model", choosing.offered, key="ollama-model")
    return f"ollama:{chosen}"


def _local(session: Session) -> str | None:
    if _is_missing("local"):
        return None
    before = _in_use(session)
    return "local:" + _written(
        "Path of the file",
        before.removeprefix("local:") if before.startswith("local:") else "",
        "/path/to/model.gguf",
    )


def _hosted(session: Session) -> str | None:
    """A model of a provider whose key is in the environment; the key itself is never looked at."""
    known = {one.id: one for one in PROVIDERS if one.key}
    if not known:
        keys = ", ".join(one.keys[0] for one in PROVIDERS)
        st.info(
            plain(
                "No key was found. Keys come from the environment and are never kept: start "
                f"Kakehashi with one, for example OPENAI_API_KEY=… make chat. Looked for: {keys}."
            )
        )
        return None
    provider, _, before = _in_use(session).partition(":")
    chosen = st.selectbox(
        "Provider",
        list(known),
        index=list(known).index(provider) if provider in known else 0,
        format_func=lambda one: f"{known[one].title} (its key is in {known[one].key})",
        key="provider",
    )
    if _is_missing(chosen):
        return None
    name = _written(
        "Name of the model", before if provider == chosen else "", known[chosen].example
    )
    return f"{chosen}:{name}"


def _other(session: Session) -> str | None:
    before = _in_use(session)
    return _written(
        "Name", before if _kind_of(before) == "other" else "", "groq:openai/gpt-oss-20b"
    )


_ASKING: dict[str, Callable[[Session], str | None]] = {
    "none": _none, "ollama": _ollama, "local": _local, "hosted": _hosted, "other": _other,
}  # fmt: skip


def _written(label: str, before: str, example: str) -> str:
    return st.text_input(label, value=before, placeholder=f"e.g. {example}").strip()


def _is_missing(provider: str) -> bool:
    """Whether a package has to be installed first; the command is shown then."""
    command = missing_package(provider)
    if command:
        st.info("This needs a package that is not installed. Run this once, and start anew:")
        st.code(command, language=None, wrap_lines=True)
    return bool(command)
