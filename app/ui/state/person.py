"""Who uses a tab: the gate has let them in, and says so in a header of the tab's connection."""

from urllib.parse import unquote

import streamlit as st

from app.service.people import OWNER, Person
from app.ui.access.entrance import PERSON
from app.ui.access.opening import current_people
from vectorstore.errors import BadInput


def name_in_tab() -> str:
    """Return the name of whoever uses this tab; empty where the window is one person's own."""
    return unquote(st.context.headers.get(PERSON) or "") if current_people() else ""


def person_named(name: str) -> Person:
    """Return a person with the role that they have now. Raise BadInput if they have none."""
    people = current_people()
    if people is None:
        return OWNER
    person = people.person(name)
    if person is None:
        raise BadInput(
            "You are no longer among the people of this library: ask the person who looks after it."
        )
    return person
