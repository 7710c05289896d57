"""What components share: text made harmless for labels, which render Markdown; their files."""

import html
import re
from collections.abc import Iterable
from pathlib import Path

_HERE = Path(__file__).parent
_LIST = "list-style:none;margin:0;padding:0;overflow-wrap:anywhere;font-size:.94rem;line-height:1.5"
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


def listed(lines: Iterable[str]) -> str:
    """Texts as an HTML list of escaped lines, for `st.html`."""
    items = "".join(f'<li style="margin:0 0 .2rem">{html.escape(line)}</li>' for line in lines)
    return f'<ul role="list" style="{_LIST}">{items}</ul>'


def joined(*names: str) -> str:
    """Files of this folder as one: the script or the style sheet of a component."""
    return "\n".join((_HERE / name).read_text(encoding="utf-8") for name in names)
