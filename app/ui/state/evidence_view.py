"""What the evidence panel of a tab shows, and the URL parameters that link to it.

`EvidenceView` is an immutable value: every click replaces it. This module draws nothing and reads
no source.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Literal

import streamlit as st

from app.viewer.layout import Span
from vectorstore.records import Citation

_OPENINGS = count(1)
_PARAMETERS = ("source", "start", "end")
_INVALID_PLACE = (
    "The link does not point to a valid place in this source, so it opens at the beginning."
)
_MAX_DIGITS = 12  # of an offset in a URL
_URL_DELAY = 30.0  # seconds until a busy browser surely sends the URL that was last written

UrlValues = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """A source and the cited words in it, from `start` to `end`; without an end, no words.

    `quote` is the text as it was cited, empty if only its place is known. `trail` holds the
    citations to step through. `position` is the place in view and `excerpt` the part of the text
    that is loaded; None derives them from the cited words. `page` is the page shown as an image;
    0 stands for the page in view. `opening` numbers the times a source was opened, `move` the
    moves since then.
    """

    source_id: str
    start: int = 0
    end: int = 0
    quote: str = ""
    trail: tuple[Citation, ...] = ()
    mode: Literal["text", "page"] = "text"
    position: int | None = None
    excerpt: Span | None = None
    page: int = 0
    search: str = ""
    hit: int = -1
    notice: str = ""
    from_link: bool = False
    opening: int = field(default_factory=_OPENINGS.__next__)
    move: int = 0

    @property
    def trail_index(self) -> int:
        """Which citation of the trail is shown, from 0; -1 if none is."""
        spans = [(citation.source_id, citation.start, citation.end) for citation in self.trail]
        shown = (self.source_id, self.start, self.end)
        return spans.index(shown) if shown in spans else -1

    @property
    def url_values(self) -> UrlValues:
        """The values of the URL parameters `source`, `start` and `end`."""
        span = (str(self.start), str(self.end)) if self.end else ("", "")
        return (self.source_id, *span)


@dataclass
class EvidenceState:
    """The evidence panel of one tab.

    `view` is what it shows, None while it is closed; `views` what it showed beside each
    conversation that was left.
    """

    view: EvidenceView | None = None
    views: dict[str, EvidenceView | None] = field(default_factory=dict)
    _url: UrlValues = ("", "", "")
    _left: dict[UrlValues, float] = field(default_factory=dict)  # when it was replaced by another
    _page: str = ""

    def open_citation(self, citation: Citation, trail: Sequence[Citation] = ()) -> None:
        """Open the source at the cited words; `trail` holds the citations to step through."""
        self.view = EvidenceView(
            citation.source_id,
            citation.start,
            citation.end,
            citation.quote,
            trail=tuple(trail),
            mode=self.view.mode if self.view else "text",
        )

    def switch_conversation(self, left: str, entered: str) -> None:
        """Keep the view for the conversation that is left; restore that of the one entered."""
        self.views[left] = self.view
        self.view = self.views.get(entered)

    def drop_quotes(self) -> None:
        """Forget the quotes of kept views: a source that they quote may have been removed."""
        self.views = {
            conversation: view and replace(view, quote="", trail=())
            for conversation, view in self.views.items()
        }

    def follow_url(self, page: str, *, history: bool) -> None:
        """Show what the URL names, if the user changed it: back, forward, or going to a `page`.

        A URL that was replaced a moment ago is ignored, unless the browser went back or forward
        (`history`): it may have sent it before it received the new one.
        """
        url = _url_in_run()
        same_page, self._page = page == self._page, page
        late = time.monotonic() - self._left.get(url, float("-inf")) < _URL_DELAY
        if url != self._url and not (late and same_page and not history):
            self.view = linked_view(*url) if url[0] else None
            self._url = url

    def write_url(self) -> None:
        """Put the current view into the URL, so that it can be copied; also over an older one."""
        url = self.view.url_values if self.view else ("", "", "")
        if url == self._url == _url_in_run() or (self.view and self.view.notice):
            return
        if url != self._url:
            self._left[self._url] = time.monotonic()
            self._url = url
        others = {name: one for name, one in st.query_params.items() if name not in _PARAMETERS}
        view = {name: one for name, one in zip(_PARAMETERS, url, strict=True) if one}
        st.query_params.from_dict(others | view)  # at once: each change is a step of “back”


def _url_in_run() -> UrlValues:
    """Return what the URL names in this run of the page, as the browser sent it or as written."""
    query = st.query_params
    return query.get("source", ""), query.get("start", ""), query.get("end", "")


def step_trail(view: EvidenceView, by: int) -> EvidenceView:
    """Return the view of a neighbouring citation of the trail; unchanged at the ends."""
    index = view.trail_index + by
    if view.trail_index < 0 or not 0 <= index < len(view.trail):
        return view
    citation = view.trail[index]
    return replace(
        view,
        source_id=citation.source_id,
        start=citation.start,
        end=citation.end,
        quote=citation.quote,
        position=None,
        excerpt=None,
        page=0,
        search="",
        hit=-1,
        notice="",
        move=view.move + 1,
    )


def linked_view(source_id: str, start: str, end: str) -> EvidenceView:
    """Return the view that a permalink names, with a notice if its place is not valid."""
    numbers = all(value.isdecimal() and len(value) <= _MAX_DIGITS for value in (start, end))
    if numbers and int(start) < int(end):
        return EvidenceView(source_id, int(start), int(end), from_link=True)
    notice = _INVALID_PLACE if start or end else ""
    return EvidenceView(source_id, notice=notice, from_link=True)
