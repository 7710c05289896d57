"""Which part of the library is asked: sources, languages, dates; each a chip to be taken off."""

import re
from dataclasses import replace
from functools import partial

import streamlit as st

from app.service.operations import DATE
from app.ui.components.labels import counted, plain
from app.ui.state.session import Session
from vectorstore.records import EVERYTHING, Scope
from vectorstore.text.metadata import day_of, language_code

_LONGEST = 40  # characters of a title on a chip


def show(session: Session) -> None:
    """Draw the chips of what is chosen, and a button that opens the choice."""
    scope = session.scope
    with st.container(key="scope", horizontal=True, vertical_alignment="center", gap="small"):
        if st.button(
            "Asking all sources" if scope == EVERYTHING else "Asking only",
            icon=":material/filter_alt:",
            type="tertiary",
            key="scope-choice",
            help="Choose sources, languages and dates",
        ):
            session.dialog = partial(_open, session)
        for number, (name, less) in enumerate(_chips(session, scope)):
            if st.button(
                plain(name),
                icon=":material/close:",
                key=f"less-{number}-{name}",
                help="Ask others, too",
            ):
                session.scope = less
                st.rerun()


def _chips(session: Session, scope: Scope) -> list[tuple[str, Scope]]:
    """What is chosen, each with the scope without it."""
    chosen = scope.sources or ()
    titles = session.assistant.library.catalog.titles(chosen)
    chips = []
    for one in chosen:
        left = tuple(other for other in chosen if other != one)
        title = titles.get(one, "a removed source")
        short = title if len(title) <= _LONGEST else title[: _LONGEST - 1].rstrip() + "…"
        chips.append((short, replace(scope, sources=left or None)))
    for language in scope.languages:
        rest = tuple(other for other in scope.languages if other != language)
        chips.append((language, replace(scope, languages=rest)))
    if scope.since:
        chips.append((f"from {scope.since}", replace(scope, since="")))
    if scope.until:
        chips.append((f"until {scope.until}", replace(scope, until="")))
    return chips


def _open(session: Session) -> None:
    @st.dialog("What is asked", on_dismiss=session.close_dialog)
    def dialog() -> None:
        _choose(session)

    dialog()


def _choose(session: Session) -> None:
    """The choice; it holds for the questions that follow in this conversation."""
    held = session.assistant.library.catalog.sources()
    titles = {source.id: source.metadata.title for source in held}
    scope = session.scope
    st.text("The questions that follow are answered only from what you choose here.")
    sources = st.multiselect(
        "Sources",
        list(titles),
        default=[one for one in scope.sources or () if one in titles],
        format_func=lambda one: titles[one],
        placeholder="All sources",
    )
    known = sorted({language_code(one.metadata.language) for one in held} - {""})
    languages = st.multiselect(
        "Languages",
        sorted({*known, *scope.languages}),
        default=list(scope.languages),
        placeholder="All languages",
    )
    since, until = _dates(scope)
    undated = sum(not day_of(source.metadata.date) for source in held)
    if (since or until) and undated:
        st.caption(f"{counted(undated, 'source')} without a date will not be asked.")
    wrong = _wrong(since, until)
    if wrong:
        st.warning(wrong)
    if st.button("Ask these", type="primary", disabled=bool(wrong)):
        session.scope = Scope(tuple(sources) or None, tuple(languages), since, until)
        session.close_dialog()
        st.rerun()


def _dates(scope: Scope) -> tuple[str, str]:
    first, last = st.columns(2)
    hint = "2023, 2023-05 or 2023-05-19"
    since = first.text_input("Dated from", value=scope.since, placeholder=hint).strip()
    until = last.text_input("until", value=scope.until, placeholder=hint).strip()
    return since, until


def _wrong(since: str, until: str) -> str:
    """What is wrong with the dates, as a sentence; empty if nothing."""
    for date in (since, until):
        if not re.fullmatch(DATE, date):
            return f"“{plain(date)}” is not a date: write 2023, 2023-05 or 2023-05-19."
    if since and until and since[: len(until)] > until[: len(since)]:
        return f"Nothing is dated {since} or later and {until} or earlier: swap them."
    return ""
