"""A fact of the Settings page: what it is, how it stands, what that means. All of it is text."""

import html

import streamlit as st

_NAME = "font-size:.86rem;opacity:.75"
_VALUE = "font-weight:600;overflow-wrap:anywhere;margin:.1rem 0"
_TEXT = "font-size:.92rem;overflow-wrap:anywhere;line-height:1.5"


def show(name: str, value: str, text: str = "") -> None:
    """Draw one, letter for letter."""
    parts = ((name, _NAME), (value, _VALUE), (text, _TEXT))
    st.html("".join(f'<div style="{how}">{html.escape(what)}</div>' for what, how in parts if what))
