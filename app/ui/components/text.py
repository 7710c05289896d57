"""Plain text drawn as HTML through Jinja2 templates that escape it, and a component's files.

Streamlit's own text elements and boxes render Markdown, which makes links of addresses however they
are escaped, or do not wrap long words and paths. So texts from documents, file names and errors are
drawn with `st.html`, each isolated from the text around it, with its hidden characters as numbers.
Their look is in `window.css`.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Literal

import streamlit as st
from jinja2 import Environment

from vectorstore.text import hidden

Style = Literal["strong", "line", "soft", "heading", "name", "value", "explanation"]
Notice = Literal["error", "warning", "info", "success"]

_HERE = Path(__file__).parent
_SIGNS = {"error": "✗", "warning": "⚠", "info": "ⓘ", "success": "✓"}
_TEMPLATES = Environment(autoescape=True)
_TEMPLATES.filters["visible"] = hidden.visible
_TEXTS = _TEMPLATES.from_string(
    "{% for text, style in texts if text %}"
    '<div class="text-{{ style }}"><bdi>{{ text | visible }}</bdi></div>'
    "{% endfor %}"
)
_LIST = _TEMPLATES.from_string(
    '<ul class="text-list" role="list">{% for line in lines %}'
    "<li><bdi>{{ line | visible }}</bdi></li>{% endfor %}</ul>"
)
_NOTICE = _TEMPLATES.from_string(
    '<div class="text-notice {{ kind }}" role="{{ "status" if kind == "success" else "alert" }}">'
    '<span aria-hidden="true">{{ sign }}</span> <bdi>{{ text | visible }}</bdi></div>'
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
    """Draw an error in a box, or nothing if it is empty."""
    show_notice(text, "error")


def show_notice(text: str, kind: Notice) -> None:
    """Draw a text in a box, character for character, or nothing if it is empty."""
    if text:
        st.html(_NOTICE.render(text=text, kind=kind, sign=_SIGNS[kind]))


def read_files(*names: str) -> str:
    """Return files of this folder joined in this order: a component's script or style sheet.

    Scripts that draw text learn from `dom.js` which characters are hidden.
    """
    text = "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)
    return text.replace('"HIDDEN"', json.dumps(hidden.pattern()))
