"""Which part of the library is searched: a chip for each source, language and date chosen."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import streamlit as st

from app.service.operations import DATE
from app.ui.components.text import show_notice, show_text
from app.ui.state.session import Session
from app.ui.wording import count_of, escape_markdown
from vectorstore.records import EVERYTHING, Scope
from vectorstore.text.hidden import visible
from vectorstore.text.iso_dates import iso_date
from vectorstore.text.languages import language_code

_MAX_TITLE = 40  # characters of a title on a chip


def show(session: Session) -> None:
    """Draw the chips and a button that opens the dialog."""
    conversation, scope = session.conversation, session.conversation.scope
    with st.container(key="scope", horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            "Searching all sources" if scope == EVERYTHING else "Searching only",
            icon=":material/filter_alt:",
            type="tertiary",
            key="scope-choice",
            help="Choose sources, languages and dates",
            on_click=partial(conversation.open_dialog, partial(_open, session)),
        )
        for number, (name, without) in enumerate(_chips(session, scope)):
            st.button(
                escape_markdown(name),
                icon=":material/close:",
                key=f"scope-{number}-{name}",
                help="Remove this filter",
                on_click=partial(_widen, session, without),
            )


def _widen(session: Session, without: Callable[[Scope], Scope]) -> None:
    session.conversation.scope = without(session.conversation.scope)


def _chips(session: Session, scope: Scope) -> list[tuple[str, Callable[[Scope], Scope]]]:
    """Return the text of each chip, with what takes it out of a scope."""
    chosen = scope.sources or ()
    titles = session.titles(chosen)
    chips: list[tuple[str, Callable[[Scope], Scope]]] = []
    for one in chosen:
        title = titles[one]
        short = title if len(title) <= _MAX_TITLE else title[: _MAX_TITLE - 1].rstrip() + "…"
        chips.append((short, partial(_without_source, one)))
    chips += [(language, partial(_without_language, language)) for language in scope.languages]
    if scope.since:
        chips.append((f"from {scope.since}", lambda scope: replace(scope, since="")))
    if scope.until:
        chips.append((f"until {scope.until}", lambda scope: replace(scope, until="")))
    return chips


def _without_source(source_id: str, scope: Scope) -> Scope:
    left = tuple(one for one in scope.sources or () if one != source_id)
    return replace(scope, sources=left or None)


def _without_language(language: str, scope: Scope) -> Scope:
    return replace(scope, languages=tuple(one for one in scope.languages if one != language))


def _open(session: Session) -> None:
    @st.dialog("What to search", on_dismiss=session.conversation.close_dialog)
    def dialog() -> None:
        _choose(session)

    dialog()


def _choose(session: Session) -> None:
    """Draw the choice, which applies to the next questions of this conversation."""
    conversation = session.conversation
    available = session.assistant.library.catalog.sources()
    titles = {source.id: source.metadata.title for source in available}
    scope = conversation.scope
    st.text("Your next questions are answered only from what you choose here.")
    sources = st.multiselect(
        "Sources",
        list(titles),
        default=[one for one in scope.sources or () if one in titles],
        format_func=lambda one: visible(titles[one]),
        placeholder="All sources",
    )
    known = sorted({language_code(one.metadata.language) for one in available} - {""})
    languages = st.multiselect(
        "Languages",
        sorted({*known, *scope.languages}),
        default=list(scope.languages),
        format_func=visible,
        placeholder="All languages",
    )
    since, until = _dates(scope)
    undated = sum(not iso_date(source.metadata.date) for source in available)
    if (since or until) and undated:
        show_text(f"{count_of(undated, 'source')} without a date will not be searched.", "soft")
    wrong = _wrong(since, until)
    show_notice(wrong, "warning")
    if st.button("Apply", type="primary", disabled=bool(wrong)):
        conversation.scope = Scope(tuple(sources) or None, tuple(languages), since, until)
        conversation.close_dialog()
        st.rerun()


def _dates(scope: Scope) -> tuple[str, str]:
    first, last = st.columns(2)
    hint = "2023 or 2023-05-19"
    since = first.text_input("Dated from", value=scope.since, placeholder=hint).strip()
    until = last.text_input("Until", value=scope.until, placeholder=hint).strip()
    return since, until


def _wrong(since: str, until: str) -> str:
    """Return what is wrong with the dates as a sentence; empty if nothing."""
    for date in (since, until):
        if not re.fullmatch(DATE, date):
            return f"“{date}” is not a date: write 2023, 2023-05 or 2023-05-19."
    if since and until and since[: len(until)] > until[: len(since)]:
        return f"{since} is later than {until}: swap the dates."
    return ""
