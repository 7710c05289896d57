"""Plain text drawn as HTML through Jinja2 templates that escape it, and a component's files.

Streamlit's own text elements either render Markdown or do not wrap long words and paths, so short
texts from documents and file names are drawn with `st.html`. Their look is in `window.css`.
`show_error` draws in Streamlit's own box, which renders Markdown, and escapes it.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import streamlit as st
from jinja2 import Environment

from app.ui.wording import escape_markdown

Style = Literal["strong", "line", "soft", "heading", "name", "value", "explanation"]

_HERE = Path(__file__).parent
_TEMPLATES = Environment(autoescape=True)
_TEXTS = _TEMPLATES.from_string(
    "{% for text, style in texts if text %}"
    '<div class="text-{{ style }}">{{ text }}</div>'
    "{% endfor %}"
)
_LIST = _TEMPLATES.from_string(
    '<ul class="text-list" role="list">{% for line in lines %}<li>{{ line }}</li>{% endfor %}</ul>'
)


def show_text(text: str, style: Style) -> None:
    """Draw a text, character for character, in one of the styles of `window.css`."""
    show_texts((text, style))


def show_texts(*texts: tuple[str, Style]) -> None:
    """Draw texts, each in its style, close together; skip empty ones."""
    st.html(_TEXTS.render(texts=texts))


def show_list(lines: Iterable[str]) -> None:
    """Draw texts as a list without bullets."""
    st.html(_LIST.render(lines=list(lines)))


def show_error(text: str) -> None:
    """Draw an error as plain text, or nothing if it is empty."""
    if text:
        st.error(escape_markdown(text), icon=":material/error:")


def read_files(*names: str) -> str:
    """Return files of this folder joined in this order: a component's script or style sheet."""
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)
