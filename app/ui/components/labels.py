"""Text from documents and users, made harmless for Streamlit's labels, which render Markdown."""

import html
import re

QUOTED = "font-family:Literata,Georgia,serif"  # for quoted words, and only for them
_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:])")


def plain(text: str) -> str:
    """The text so that a Markdown label shows it letter for letter."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split()))


def styled(text: str, style: str) -> str:
    """The text as one escaped HTML element in a style of our own, for `st.html`."""
    return f'<div style="{style}">{html.escape(text)}</div>'


def counted(number: int, noun: str) -> str:
    """A number with its noun: `1 source`, `1,200 sources`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
