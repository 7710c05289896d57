"""The list of sources and of files that could not be read, with the actions on them.

One component draws all rows in the browser (`source_list.js`), so that thousands stay fast. It
sends the reader's clicks, and this module acts on them.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from app.service.bootstrap import sources_folder
from app.service.people import NEEDS, Role
from app.ui.components.clicks import receiver
from app.ui.components.text import read_files, show_error, show_notice
from app.ui.state.evidence_view import EvidenceView
from app.ui.state.ingest_job import IngestRequest
from app.ui.state.library_rows import Row
from app.ui.state.library_state import LibraryState
from app.ui.state.lists import InvalidDetails, SourceListState
from app.ui.state.session import Session
from app.ui.wording import count_of
from ingest.source_files import delete_unreadable, edit, invalid_fields
from vectorstore.errors import KakehashiError

_render = st.components.v2.component(
    "kakehashi_source_list",
    html='<div id="source-list"></div>',
    css=read_files("source_list.css"),
    js=read_files(
        "dom.js", "sending.js", "source_list_search.js", "source_row.js", "source_list.js"
    ),
)
_READING = ("read", "open", "uses")
_FILE = "file:"  # prefix of the ids of unreadable files

Click = dict[str, Any]


def show(session: Session, library: LibraryState, open_conversation: Callable[[str], None]) -> None:
    """Draw it, and do what was clicked there."""
    rows, state = library.rows(session.name), session.source_list
    busy = library.busy if session.may(Role.EDITOR) else NEEDS[Role.EDITOR]
    if not rows:
        how = (
            "Add some above: Kakehashi copies each one into the sources folder and reads it. Then "
            "you can ask about it."
        )
        if not session.may(Role.EDITOR):
            how = "An editor can add some."
        show_notice(f"There are no documents yet. {how}", "info")
        return
    act = partial(_act, session, library, open_conversation)
    _render(
        key="source-list",
        data={
            "stamp": f"{library.version} {state.actions} {busy}",
            "rows": rows,
            "total": _total(rows),
            "busy": busy,
            **_details(state),
        },
        on_act_change=receiver(session, "source-list", "act", act),
    )
    show_error(state.error)


def _details(state: SourceListState) -> dict[str, Any]:
    """Return what the list shows inside a row: details that are invalid, answers that cite it."""
    invalid = state.invalid and {
        "id": state.invalid.source_id,
        "fields": state.invalid.fields,
        "reason": state.invalid.reason,
    }
    uses = state.uses and {
        "id": state.uses[0],
        "list": [
            {"conversation": use.conversation_id, "question": use.question, "at": use.at[:10]}
            for use in state.uses[1]
        ],
    }
    return {"invalid": invalid, "uses": uses}


def _total(rows: list[Row]) -> str:
    failed = sum(bool(row["reason"]) for row in rows)
    passages = count_of(sum(row["passages"] for row in rows), "passage")
    unread = f", {count_of(failed, 'file')} not readable" if failed else ""
    return f"{count_of(len(rows) - failed, 'source')}, {passages}{unread}"


def _act(
    session: Session,
    library: LibraryState,
    open_conversation: Callable[[str], None],
    clicked: Click,
) -> None:
    """Do what was clicked; show in the list what could not be done."""
    state = session.source_list
    state.actions, state.invalid, state.error = state.actions + 1, None, ""
    try:
        if clicked["do"] not in _READING:
            session.require(Role.EDITOR)
        match clicked["do"]:
            case "read":
                session.evidence.view = EvidenceView(clicked["id"])
            case "open":
                open_conversation(clicked["id"])
            case "uses":
                state.uses = (clicked["id"], library.usage.citing(clicked["id"], session.name))
            case "edit":
                _edit(session, library, clicked["id"], clicked["values"])
            case "remove":
                session.ingest.changes = None
                library.remove(clicked["ids"], session.name)
            case "retry":
                paths = [_path(row_id) for row_id in clicked["ids"]]
                with library.changing_library():
                    session.add_documents(IngestRequest(retry=paths))
            case "delete":
                folder = sources_folder(library.library)
                with library.changing_library():
                    delete_unreadable(library.library, folder, _path(clicked["id"]))
                session.note("deleted", _path(clicked["id"]))
    except KakehashiError as error:
        state.error = str(error)


def _path(row_id: str) -> str:
    return row_id.removeprefix(_FILE)


def _edit(session: Session, library: LibraryState, source_id: str, values: dict[str, str]) -> None:
    """Save the details of a source; show beside the fields what is wrong with them."""
    fields, reason = invalid_fields(values), ""
    if not fields:
        folder = sources_folder(library.library)
        try:
            with library.changing_library():
                source = edit(library.library, folder, source_id, values)
        except KakehashiError as error:
            reason = str(error)
        else:
            session.note("described", source.path)
            st.toast("Saved the details.")  # renders Markdown, so without the name
            return
    session.source_list.invalid = InvalidDetails(source_id, fields, reason)
