"""The list of sources and of the files that could not be read, and what a click in it does.

One element draws all rows in the browser (`source_list.js`), so that thousands stay quick; it
sends what the reader asks for, and this module does it.
"""

from collections.abc import Callable
from typing import Any

import streamlit as st

from app.service.bootstrap import sources_folder
from app.ui.components.labels import counted, joined, plain
from app.ui.state.evidence_view import Viewing
from app.ui.state.library_state import Shelving
from app.ui.state.session import Session
from ingest.source_files import delete_unreadable, edit, wrong_in
from vectorstore.errors import KakehashiError

_render = st.components.v2.component(
    "kakehashi_shelf",
    html='<div id="shelf"></div>',
    css=joined("source_list.css"),
    js=joined(
        "source_list_search.js", "source_row.js", "source_list.js"
    ),  # one program in three parts
)
_FILE = "file:"  # the ids of rows that are no source begin so

Asked = dict[str, Any]


def show(session: Session, shelving: Shelving, open_conversation: Callable[[str], None]) -> None:
    """Draw it, and do what is asked for there."""
    rows, told = shelving.rows(), session.listing
    if not rows:
        st.info(
            "Nothing here yet. Add documents above: each is copied into the sources folder, read, "
            "and can be asked about at once.",
            icon=":material/menu_book:",
        )
        return
    wrong, uses = told.wrong, told.uses
    asked = _render(
        key="shelf",
        data={
            "stamp": f"{shelving.version} {told.acts} {shelving.busy}",
            "rows": rows,
            "total": _total(rows),
            "busy": shelving.busy,
            "wrong": wrong and {"id": wrong[0], "fields": wrong[1], "said": wrong[2]},
            "uses": uses
            and {
                "id": uses[0],
                "list": [
                    {"conversation": u.conversation_id, "question": u.question, "at": u.at[:10]}
                    for u in uses[1]
                ],
            },
        },
        on_act_change=lambda: None,
    ).act
    if told.error:
        st.error(plain(told.error), icon=":material/error:")
    if asked:
        _perform(session, shelving, asked, open_conversation)


def _total(rows: list[dict[str, Any]]) -> str:
    failed = sum(bool(row["reason"]) for row in rows)
    passages = counted(sum(row["passages"] for row in rows), "passage")
    unread = f", {counted(failed, 'file')} not readable" if failed else ""
    return f"{counted(len(rows) - failed, 'source')}, {passages}{unread}"


def _perform(
    session: Session, shelving: Shelving, asked: Asked, open_conversation: Callable[[str], None]
) -> None:
    """Do it; what cannot be done is told in the list. Reading opens the drawer, which follows."""
    told = session.listing
    told.acts, told.wrong, told.error = told.acts + 1, None, ""
    try:
        match asked["do"]:
            case "read":
                session.viewing = Viewing(asked["id"])
                return
            case "open":
                open_conversation(asked["id"])
            case "uses":
                told.uses = (asked["id"], shelving.usage.citing(asked["id"]))
            case "describe":
                _describe(session, shelving, asked["id"], asked["values"])
            case "remove":
                session.changes = None
                shelving.remove(asked["ids"])
            case "retry":
                with shelving.changeable():
                    session.take_in(again=[one.removeprefix(_FILE) for one in asked["ids"]])
            case "delete":
                library, path = shelving.library, asked["id"].removeprefix(_FILE)
                with shelving.changeable():
                    delete_unreadable(library, sources_folder(library), path)
    except KakehashiError as error:
        told.error = str(error)
    st.rerun()


def _describe(session: Session, shelving: Shelving, source_id: str, values: dict[str, str]) -> None:
    """Save what is said of a source; what is wrong with it is told beside the fields."""
    fields, said = wrong_in(values), ""
    if not fields:
        library = shelving.library
        try:
            with shelving.changeable():
                source = edit(library, sources_folder(library), source_id, values)
        except KakehashiError as error:
            said = str(error)
        else:
            st.toast(f"Saved what is said of {plain(source.path)}.")
            return
    session.listing.wrong = (source_id, fields, said)
