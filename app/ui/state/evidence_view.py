"""What is being looked at in the evidence panel, and the address that leads there.

`Viewing` is a value: each click makes another one of it. Nothing here draws or reads a source.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING, Literal

import streamlit as st

from vectorstore.records import Citation

if TYPE_CHECKING:
    from app.ui.state.session import Session

_NUMBERS = count(1)
_NAMES = ("source", "start", "end")
_WRONG = "The link says no place in this source that can be understood, so it begins at the top."
_LONGEST = 12  # digits of a place
_ON_THE_WAY = 1.0  # seconds

Address = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Viewing:
    """The words of a source that are being looked at; without an end, the source as a whole.

    `quote` are the words as they were cited, empty where only their place is known; `trail` are
    the citations to step through. `at` is the place in view and `stretch` what is loaded around
    it, None where that follows from the words; `page` is the one shown as a picture, 0 the one of
    the place. `opened` tells one opening from the next, `jump` one move within it from the next.
    """

    source_id: str
    start: int = 0
    end: int = 0
    quote: str = ""
    trail: tuple[Citation, ...] = ()
    view: Literal["text", "page"] = "text"
    at: int | None = None
    stretch: tuple[int, int] | None = None
    page: int = 0
    search: str = ""
    hit: int = -1
    trouble: str = ""
    linked: bool = False
    opened: int = field(default_factory=_NUMBERS.__next__)
    jump: int = 0

    @property
    def step(self) -> int:
        """Which citation of the trail this is, from 0; -1 if it is none."""
        places = [(one.source_id, one.start, one.end) for one in self.trail]
        here = (self.source_id, self.start, self.end)
        return places.index(here) if here in places else -1

    @property
    def address(self) -> Address:
        """What stands in the address for it."""
        place = (str(self.start), str(self.end)) if self.end else ("", "")
        return (self.source_id, *place)


def look_at(session: "Session", citation: Citation, trail: Sequence[Citation] = ()) -> None:
    """Open the source at the words of a citation; `trail` are those to step through from there."""
    before = session.viewing
    session.viewing = Viewing(
        citation.source_id,
        citation.start,
        citation.end,
        citation.quote,
        trail=tuple(trail),
        view=before.view if before else "text",
    )


def stepped(viewing: Viewing, by: int) -> Viewing:
    """The next citation of the trail, or the one before; itself at the ends."""
    to = viewing.step + by
    if viewing.step < 0 or not 0 <= to < len(viewing.trail):
        return viewing
    one = viewing.trail[to]
    return replace(
        viewing,
        source_id=one.source_id,
        start=one.start,
        end=one.end,
        quote=one.quote,
        at=None,
        stretch=None,
        page=0,
        search="",
        hit=-1,
        trouble="",
        jump=viewing.jump + 1,
    )


def linked(source_id: str, start: str, end: str) -> Viewing:
    """What a permalink points to; a place that is none is told."""
    numbers = all(one.isdecimal() and len(one) < _LONGEST for one in (start, end))
    if numbers and int(start) < int(end):
        return Viewing(source_id, int(start), int(end), linked=True)
    wrong = bool(start or end)
    return Viewing(source_id, trouble=_WRONG if wrong else "", linked=True)


def follow(session: "Session") -> None:
    """Let the address lead, where it is another one than was written: back, forward, other page.

    What comes within a second of writing may have been sent before the browser heard of it.
    """
    query = st.query_params
    asked = (query.get("source", ""), query.get("start", ""), query.get("end", ""))
    if asked != session.address and time.monotonic() - session.addressed > _ON_THE_WAY:
        session.viewing = linked(*asked) if asked[0] else None
        session.address = asked


def write_address(session: "Session") -> None:
    """Let the address say what is looked at, so that it can be copied."""
    viewing = session.viewing
    wanted = viewing.address if viewing else ("", "", "")
    if wanted == session.address or (viewing and viewing.trouble):
        return
    session.address, session.addressed = wanted, time.monotonic()
    for name, value in zip(_NAMES, wanted, strict=True):
        if value:
            st.query_params[name] = value
        else:
            st.query_params.pop(name, None)
