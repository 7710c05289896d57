"""A window of several people: who you are, your tokens, and for an admin who did what."""

from datetime import datetime
from functools import partial

import streamlit as st

from app.service import activity
from app.service.people import Role
from app.ui.access.opening import current_people
from app.ui.components import setting_row
from app.ui.components.clicks import guarded
from app.ui.components.text import show_error, show_list, show_text
from app.ui.state.person import person_named
from app.ui.state.session import Session
from app.ui.state.shared import limits, tokens

_SHOWN = 100  # deeds in the list; the file has more
_CHANGED = "made or revoked tokens"
_MAY = {
    Role.READER: "You ask, check and export. Nobody else sees your conversations.",
    Role.EDITOR: "You also add, describe and remove sources. Nobody else sees your conversations.",
    Role.ADMIN: (
        "You also choose models, name folders of the server and see who did what. Nobody else "
        "sees your conversations, and you see nobody’s."
    ),
}


def show(session: Session) -> None:
    """Draw it; nothing where the window is one person's own."""
    people = current_people()
    if people is None or people.settings is None:
        return
    st.header("You")
    person = person_named(session.name)
    setting_row.show("Signed in as", f"{person.name} ({_title(person.role)})", _MAY[person.role])
    if people.settings.sign_in:
        st.html('<a class="sign-out" href="sign-out" target="_self">Sign out</a>')
    show_text("Tokens for programs", "heading")
    _tokens(session, person.role)
    if session.may(Role.ADMIN):
        st.header("People")
        show_error(people.error)
        roles = sorted(people.settings.people.items(), key=lambda one: (-one[1], one[0]))
        show_list(f"{name} · {_title(role)}" for name, role in roles)
        st.caption("They are named in people.toml in the data directory. A change counts at once.")
        _deeds(session)


def _tokens(session: Session, most: Role) -> None:
    st.caption(
        "A program with a token of yours uses the JSON API as you, at most with the role that you "
        "give it. It is shown once."
    )
    for one in tokens().of(session.name):
        with st.container(horizontal=True, vertical_alignment="center"):
            show_text(f"{one.name} · {_title(one.role)} · made {one.made[:10]}", "line")
            revoke = guarded(session, partial(_revoke, session, one.id, one.name))
            st.button("Revoke", key=f"revoke-{one.id}", type="tertiary", on_click=revoke)
    number = session.tokens_made
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Name of a new token", max_chars=60, key=f"token-{number}")
        roles = [role for role in Role if role <= most]
        role = st.selectbox("Role", roles, format_func=_title, key=f"token-role-{number}")
        make = guarded(session, partial(_make, session, name, role))
        st.button("Make a token", key="make-token", on_click=make)
    if session.token:
        show_text("Copy it now, it will not be shown again:", "line")
        st.code(session.token, language=None, wrap_lines=True)
        session.token = ""


def _make(session: Session, name: str, role: Role) -> None:
    session.require(role)
    limits().take(session.name, _CHANGED)
    session.token = tokens().make(session.name, name, role)
    session.tokens_made += 1  # empties the field
    session.note("made a token", name)


def _revoke(session: Session, token_id: str, name: str) -> None:
    limits().take(session.name, _CHANGED)
    tokens().revoke(session.name, token_id)
    session.note("revoked a token", name)


def _deeds(session: Session) -> None:
    with st.expander("Who did what"):
        found = activity.latest(session.assistant.library.folder, _SHOWN)
        if not found:
            st.caption("Nothing yet.")
        show_list(
            f"{_moment(one['at'])} · {one['who']} · {one['did']} {one['what']}".rstrip()
            for one in found
        )


def _moment(at: str) -> str:
    return f"{datetime.fromisoformat(at).astimezone():%Y-%m-%d %H:%M}"


def _title(role: Role) -> str:
    return role.name.lower()
