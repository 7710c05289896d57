"""Choose the door of this process: one person's own, or that of several people."""

from functools import cache
from ipaddress import ip_address

import streamlit as st

from app.service.bootstrap import client_secret, data_folder
from app.service.people import People, find_people
from app.ui.access.doors import Door, OwnDoor, ProxyDoor
from app.ui.access.entrance import SHARED_BASE, current_entrance
from app.ui.access.sign_in import SignInDoor

_ASK = "Start the window with `kakehashi serve`, which opens it for those alone who may."


@cache
def current_people() -> People | None:
    """Return the people of this window; None if it is one person's own. Raise BadInput."""
    return find_people(data_folder())


def where() -> tuple[str, str, str]:
    """Return what links begin with, where programs of this machine connect, and the certificate."""
    people, port = current_people(), st.get_option("server.port")
    settings = people.settings if people else None
    if settings is None:
        return f"http://127.0.0.1:{port}", "", ""
    listen = ip_address(settings.listen)
    loopback = "127.0.0.1" if listen.version == 4 else "::1"
    own = loopback if listen.is_unspecified else str(listen)
    host = f"[{own}]" if ":" in own else own
    certificate = str(settings.certificate.absolute()) if settings.certificate else ""
    scheme = "https" if certificate else "http"
    return settings.address, f"{scheme}://{host}:{port}", certificate


def current_door() -> Door:
    """Return the door of this window; end the process where nobody would guard it."""
    entrance, people = current_entrance(), current_people()
    listen = people.settings.listen if people and people.settings else "127.0.0.1"
    if entrance is None or st.get_option("server.address") != listen:
        raise SystemExit(_ASK)
    if people is None or people.settings is None:
        return OwnDoor(entrance, st.get_option("server.port"))
    settings = people.settings
    if settings.sign_in is not None:
        return SignInDoor(entrance, people, settings.sign_in, client_secret())
    if settings.proxy is None:
        raise SystemExit(_ASK)
    return ProxyDoor(people, settings.address, SHARED_BASE, settings.proxy)
