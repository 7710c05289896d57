"""Takes only the files that a page has announced, and no more than memory is meant to hold.

Streamlit keeps what is sent to it in memory until the tab is closed, whether a field of the page
asked for it or not. A page asks for an address for each file first; without that, and beyond what
all tabs together may hold, a file is refused before it is read.
"""

import re
from collections import OrderedDict
from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.stats import CACHE_MEMORY_FAMILY
from streamlit.runtime.uploaded_file_manager import UploadFileUrlInfo

MOST_BYTES = 1 << 30  # of all tabs together; judged: half of the memory of a small machine
_MOST_ADDRESSES = 10_000  # judged: more than any folder that is chosen in a browser
_PLACE = re.compile(r"/_stcore/upload_file/(?P<tab>[^/]+)/(?P<file>[^/]+)/?$")


class Announced:
    """The addresses for files that the pages have asked for and not been refused since."""

    def __init__(self) -> None:
        """Know none yet, nor where Streamlit keeps the files."""
        self.arriving = 0  # bytes that are being sent now
        self._files: OrderedDict[tuple[str, str], None] = OrderedDict()
        self._manager: MemoryUploadedFileManager | None = None

    def follow(self) -> None:
        """Learn of every address that Streamlit gives out, once, before the first tab."""
        give = MemoryUploadedFileManager.get_upload_urls

        def given(
            manager: MemoryUploadedFileManager, session_id: str, file_names: Sequence[str]
        ) -> list[UploadFileUrlInfo]:
            addresses = give(manager, session_id, file_names[:_MOST_ADDRESSES])
            self._manager = manager
            self._files.update({(session_id, one.file_id): None for one in addresses})
            while len(self._files) > _MOST_ADDRESSES:
                self._files.popitem(last=False)
            return addresses

        MemoryUploadedFileManager.get_upload_urls = given  # type: ignore[method-assign, assignment]

    def has(self, session_id: str, file_id: str) -> bool:
        """Whether this tab was given this address."""
        return (session_id, file_id) in self._files

    def held(self) -> int:
        """Return the bytes that Streamlit keeps and those that are on their way."""
        stats = self._manager.get_stats() if self._manager else {}
        return self.arriving + sum(one.byte_length for one in stats.get(CACHE_MEMORY_FAMILY, []))


class UploadGate:
    """Middleware that refuses a file that no page has announced, or for which there is no room."""

    def __init__(self, app: ASGIApp, announced: Announced) -> None:
        """Wrap the application."""
        self._app, self._announced = app, announced

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        place = _PLACE.search(scope["path"]) if scope["type"] == "http" else None
        if place is None or scope["method"] != "PUT":
            await self._app(scope, receive, send)
            return
        if not self._announced.has(place["tab"], place["file"]):
            response = PlainTextResponse("No field of a page has asked for this file.", 403)
            await response(scope, receive, send)
            return
        length = Headers(scope=scope).get("content-length", "")
        if not length.isdecimal():
            await PlainTextResponse("The size of the file is missing.", 411)(scope, receive, send)
            return
        if self._announced.held() + int(length) > MOST_BYTES:
            words = (
                f"The tabs of this window hold {MOST_BYTES >> 20} MB of files that are not added "
                "yet: wait until they are added, or close the other tabs, then try again."
            )
            await PlainTextResponse(words, 413)(scope, receive, send)
            return
        self._announced.arriving += int(length)
        try:
            await self._app(scope, receive, send)
        finally:
            self._announced.arriving -= int(length)
