"""Render an export document as one HTML file, without scripts or anything to fetch.

The template is `web_page.html.jinja`; Jinja2 escapes all text. Of the addresses in a document only
those of web pages become links. The page follows the reader's light or dark scheme, prints, and
marks up notes and references for screen readers.
"""

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING

from app.export.document import ExportDocument

if TYPE_CHECKING:
    from jinja2 import Template

_WEB_ADDRESS = re.compile(r"https?://[^\s\"'<>]+")


def render(document: ExportDocument) -> str:
    """Return the whole page."""
    references: Counter[int] = Counter()

    def add_reference(note: int) -> int:
        references[note] += 1
        return references[note]

    return _template().render(
        document=document, add_reference=add_reference, reference_count=references.__getitem__
    )


@cache
def _template() -> "Template":
    from jinja2 import Environment, PackageLoader, StrictUndefined  # 35 ms, on export only

    environment = Environment(
        loader=PackageLoader("app.export", ""),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=StrictUndefined,
    )
    environment.tests["web_address"] = _is_web_address
    return environment.get_template("web_page.html.jinja")


def _is_web_address(text: str) -> bool:
    return _WEB_ADDRESS.fullmatch(text) is not None
