"""Privacy: where data is stored, who can see it, what is never done. About: version, licences."""

from importlib.metadata import version
from pathlib import Path

import streamlit as st

from app.service.bootstrap import sources_folder
from app.service.doctor import status_line
from app.service.licences import main_packages
from app.service.people import Role
from app.ui.access.opening import current_people
from app.ui.components import setting_row
from app.ui.state.session import Session
from app.ui.state.shared import shared


def show(session: Session) -> None:
    """Draw what readers want to know before they trust the window with documents."""
    library = session.assistant.library
    data, folder = library.folder, sources_folder(library)
    if session.may(Role.ADMIN):
        _show_places(folder, data)
    setting_row.show("Who can open this window", *_who_can_open())
    setting_row.show(
        "What Kakehashi never does",
        "No telemetry, no request that you did not ask for",
        "The page loads nothing from other machines, and the browser enforces this. Only a model "
        "that you choose above or set as a second reader, a web page that you add, and the first "
        "download of a model given by name reach beyond this machine.",
    )
    setting_row.show(
        "Web pages",
        "Fetched when you add one" if shared().web_pages else "Not fetched",
        "Once, from this machine, without cookies. Set KAKEHASHI_WEB_PAGES to 0 to forbid it, to 1 "
        "to allow it.",
    )


def _show_places(folder: Path, data: Path) -> None:
    """Draw where everything is, how it is saved and how it is deleted."""
    setting_row.show(
        "Your documents",
        str(folder),
        "Ordinary files. Kakehashi copies what you add here unchanged; you can open and edit "
        "everything.",
    )
    setting_row.show(
        "What Kakehashi derives from them",
        str(data),
        "The text of the documents, the index, your conversations and ratings, and the chosen "
        "model; never a key. Nothing is encrypted: anyone who can read this folder can read it "
        "all.",
    )
    setting_row.show(
        "To make a backup",
        "kakehashi backup library.zip",
        "Saves documents, catalog and conversations in one file, even while the window is open. "
        "Keep it as safe as the documents; “kakehashi restore” brings it back.",
    )
    setting_row.show(
        "To delete everything",
        f"Stop Kakehashi, then delete {data}",
        f"The documents in {folder} stay until you delete them too. Remove a single source, with "
        "its words in all answers, on the Library page, and a single conversation in the sidebar.",
    )


def show_about(session: Session) -> None:
    """Draw the version, the state of the library and the licences of the main components."""
    setting_row.show("Version", f"Kakehashi {version('kakehashi')}")
    setting_row.show(
        "The library",
        status_line(session.assistant.library),
        "“kakehashi doctor” checks everything in detail.",
    )
    with st.expander("Components and their licences"):
        for part in main_packages():
            setting_row.show(f"{part.name} {part.version}", part.licence)
        setting_row.show("The typefaces Inter and Literata", "SIL Open Font License 1.1")


def _who_can_open() -> tuple[str, str]:
    people = current_people()
    place = f"{st.get_option('server.address')}, port {st.get_option('server.port')}"
    if people is None or people.settings is None:
        return f"The browsers that you opened it in ({place})", (
            "The address that “kakehashi serve” prints has a secret, which lets a browser of this "
            "machine in for 90 days. Other people and programs on this machine get no further."
        )
    return f"{len(people.settings.people)} people or groups, after signing in", (
        "Each conversation belongs to the person who began it. Sources belong to all."
    )
