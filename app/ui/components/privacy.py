"""Privacy in plain words: what lies where, who can see it, what is never done; and what it is."""

from importlib.metadata import version

import streamlit as st

from app.service.bootstrap import sources_folder
from app.service.doctor import glance
from app.service.licences import main_parts
from app.ui.components import setting_row as facts
from app.ui.state.session import Session, window


def show(session: Session) -> None:
    """Draw what a reader may want to know before trusting it with documents."""
    library = session.assistant.library
    data, folder = library.folder, sources_folder(library)
    facts.show(
        "Your documents",
        str(folder),
        "Files of your own. What you add is copied here as it is; you can see and edit all of it.",
    )
    facts.show(
        "What Kakehashi makes of them",
        str(data),
        "The text of the documents, the index, conversations with their answers, your ratings of "
        "them, and which model was chosen; never a key. Nothing is "
        "encrypted: whoever can read the folder can read this.",
    )
    facts.show("Who can open this window", *_reach())
    facts.show(
        "What is never done",
        "No telemetry, no account, no request that you did not ask for",
        "The page loads nothing from other machines, and the browser is told to refuse it. Only a "
        "model that you choose above, a web page that you add, and a model that is fetched by "
        "name for the first time reach beyond this machine.",
    )
    facts.show(
        "Web pages",
        "Fetched when you add one" if window().web_pages else "Not fetched",
        "Once, from this machine, without cookies. KAKEHASHI_WEB_PAGES=0 forbids it, 1 allows it.",
    )
    facts.show(
        "To keep a copy",
        "kakehashi backup library.zip",
        "Documents, catalog and conversations in one file, also while the window is open. Keep it "
        "as safe as the documents; “kakehashi restore” brings it back.",
    )
    facts.show(
        "To delete everything",
        f"Stop Kakehashi, then delete {data}",
        f"The documents in {folder} stay, until you delete them, too. One source is removed on the "
        "Library page, with its words in all answers; one conversation at the side of the window.",
    )


def about(session: Session) -> None:
    """Draw the version, the health and the licences of the main parts."""
    facts.show("Version", f"Kakehashi {version('kakehashi')}")
    facts.show(
        "The library",
        glance(session.assistant.library),
        "“kakehashi doctor” looks at everything closely.",
    )
    with st.expander("What it is made of, and under which licences"):
        for part in main_parts():
            facts.show(f"{part.name} {part.version}", part.licence)
        facts.show("The typefaces Inter and Literata", "SIL Open Font License 1.1")


def _reach() -> tuple[str, str]:
    host = st.get_option("server.address") or "every address of this machine"
    place = f"{host}, port {st.get_option('server.port')}"
    if window().private:
        return f"Only this machine ({place})", (
            "Every program and person with an account on this machine who opens that address: it "
            "asks for no password."
        )
    return f"Other machines, too ({place})", (
        "It asks for no password: whoever reaches it can read and change the library."
    )
