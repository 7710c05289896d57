"""Counts the numbered paragraphs of a Word document: Article 7, 7.1, (a).

Word stores how each level of a list counts and what it shows, never the number itself. Paragraphs
are counted in the order of the document; a list may go on after another, or begin again.
"""

import re
from typing import TYPE_CHECKING

from ingest.readers.docx_styles import Styles, W, is_on, value
from ingest.readers.number_formats import SILENT, written

if TYPE_CHECKING:
    from lxml.etree import _Element

_LEVELS = 9
_PLACE = re.compile(r"%([1-9])")


class Numbering:
    """The numbered lists of a document, and how far each has counted."""

    def __init__(self, root: "_Element | None", styles: Styles) -> None:
        """Take the root of the part with the lists; without it, nothing is numbered."""
        self._styles = styles
        self._lists: dict[str, _Element] = {}
        self._abstract: dict[str, _Element] = {}
        for element in () if root is None else root:
            if element.tag == f"{W}num":
                self._lists[element.get(f"{W}numId", "")] = element
            elif element.tag == f"{W}abstractNum":
                self._abstract[element.get(f"{W}abstractNumId", "")] = element
        self._counts: dict[str, list[int | None]] = {}
        self._started: set[tuple[str, int]] = set()

    def label(self, paragraph: "_Element", style: str) -> str:
        """Return what is shown before a paragraph, with what parts it; empty for bullets.

        Each call counts on, so every paragraph that Word shows is asked for once, in order.
        """
        found = self._place(paragraph, style)
        if found is None:
            return ""
        list_id, level = found
        abstract_id = self._abstract_of(list_id)
        if abstract_id is None:
            return ""
        counts = self._count(list_id, abstract_id, level)
        form = self._level(list_id, abstract_id, level)
        if form is None or is_on(value(form, "rPr/vanish")):
            return ""
        return self._shown(form, list_id, abstract_id, counts)

    def is_listed(self, paragraph: "_Element", style: str) -> bool:
        """Return whether a paragraph is an item of a list, numbered or with a bullet."""
        return self._place(paragraph, style) is not None

    def _place(self, paragraph: "_Element", style: str) -> tuple[str, int] | None:
        """Return the list of a paragraph and its level: its own, else those of its style."""
        own = paragraph.find(f"{W}pPr")
        list_id, level = value(own, "numPr/numId"), value(own, "numPr/ilvl")
        if list_id is None:
            list_id = self._styles.of_paragraph(style, "numPr/numId")
            if level is None and list_id is not None:
                level = self._level_of_style(list_id, style)
        if list_id is None or list_id not in self._lists:
            return None  # 0 takes a paragraph out of its list
        at = int(level) if level and level.isdecimal() else 0
        return list_id, min(at, _LEVELS - 1)

    def _level_of_style(self, list_id: str, style: str) -> str | None:
        """Return the level that a style has: what the list says goes before the style's word."""
        abstract_id = self._abstract_of(list_id)
        ids = {one.get(f"{W}styleId") for one in self._styles.chain(style)[:1]}
        for level in () if abstract_id is None else self._abstract[abstract_id].iter(f"{W}lvl"):
            if value(level, "pStyle") in ids:
                return level.get(f"{W}ilvl")
        return self._styles.of_paragraph(style, "numPr/ilvl")

    def _abstract_of(self, list_id: str | None) -> str | None:
        for _ in range(_LEVELS):  # a list may name a style, which names the list that counts
            if list_id is None or list_id not in self._lists:
                return None
            abstract_id = value(self._lists[list_id], "abstractNumId") or ""
            if abstract_id not in self._abstract:
                return None
            link = value(self._abstract[abstract_id], "numStyleLink")
            if link is None:
                return abstract_id
            list_id = self._styles.of_paragraph(link, "numPr/numId")
        return None

    def _level(self, list_id: str, abstract_id: str, at: int) -> "_Element | None":
        """Return how a level counts and looks; what a list overrides goes before."""
        for place in (self._lists[list_id].iter(f"{W}lvl"), self._abstract[abstract_id]):
            for level in place:
                if level.tag == f"{W}lvl" and level.get(f"{W}ilvl") == str(at):
                    return level
        return None

    def _start(self, list_id: str, abstract_id: str, at: int) -> int:
        level = self._level(list_id, abstract_id, at)
        said = self._override(list_id, at) or value(level, "start") or ""
        return int(said) if said.isdecimal() else 1

    def _override(self, list_id: str, at: int) -> str | None:
        for override in self._lists[list_id].iter(f"{W}lvlOverride"):
            if override.get(f"{W}ilvl") == str(at):
                return value(override, "startOverride")
        return None

    def _count(self, list_id: str, abstract_id: str, at: int) -> list[int | None]:
        """Count on at a level and begin those below it again; return the counts of all levels."""
        counts = self._counts.setdefault(abstract_id, [None] * _LEVELS)
        fresh = (list_id, at) not in self._started and self._override(list_id, at) is not None
        self._started.add((list_id, at))
        start = self._start(list_id, abstract_id, at)
        now = counts[at]
        counts[at] = start if now is None or fresh else now + 1
        for above in range(at):
            if counts[above] is None:  # a level that is skipped shows where it would begin
                counts[above] = self._start(list_id, abstract_id, above)
        for below in range(at + 1, _LEVELS):
            after = value(self._level(list_id, abstract_id, below), "lvlRestart")
            if after is None or (after.isdecimal() and int(after) > at):
                counts[below] = None
        return counts

    def _shown(
        self, level: "_Element", list_id: str, abstract_id: str, counts: list[int | None]
    ) -> str:
        if (value(level, "numFmt") or "decimal") in SILENT:
            text = value(level, "lvlText") or ""
            if value(level, "numFmt") == "bullet" or not _PLACE.sub("", text).strip():
                return ""
        legal = is_on(value(level, "isLgl"))

        def number(found: re.Match[str]) -> str:
            at = int(found[1]) - 1
            other = self._level(list_id, abstract_id, at)
            return _written(counts[at] or 0, other, legal)

        text = _PLACE.sub(number, value(level, "lvlText") or "").strip()
        after = {"nothing": "", "space": " "}.get(value(level, "suff") or "tab", " ")
        return f"{text}{after}" if text else ""


def _written(number: int, level: "_Element | None", legal: bool) -> str:
    """Return a number in the format of its level; legal numbering has figures at all levels."""
    # Newer formats lie a level deeper, before what older programs are to show.
    found = None if level is None else next(level.iter(f"{W}numFmt"), None)
    form = "decimal" if found is None else found.get(f"{W}val", "decimal")
    if form == "custom" and found is not None:
        sample = found.get(f"{W}format", "").split(",")[0].strip()
        return str(number).zfill(len(sample)) if sample.isdecimal() else str(number)
    return written(number, "decimal" if legal and form not in SILENT else form)
