"""The sources that a sync already knows, by path and by content, and ids for new ones."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from vectorstore.records import Source
from vectorstore.text.hidden import without_hidden
from vectorstore.text.terms import fold


class KnownSources:
    """The sources of a library during one sync, kept up to date as files are processed."""

    def __init__(self, sources: Iterable[Source]) -> None:
        """Begin with the sources that are in the library."""
        self.by_path: dict[str, Source] = {}
        self._by_content: dict[str, set[str]] = {}
        self._ids: set[str] = set()
        for source in sources:
            self.add(source)

    def add(self, source: Source) -> None:
        """Add a source, or replace the one at its path."""
        self.discard(source.path)
        self.by_path[source.path] = source
        self._by_content.setdefault(source.sha256, set()).add(source.path)
        self._ids.add(source.id)

    def discard(self, path: str) -> Source | None:
        """Forget and return the source at a path, if there is one."""
        old = self.by_path.pop(path, None)
        if old:
            self._by_content.get(old.sha256, set()).discard(path)
        return old

    def same_content(self, sha256: str, path: str) -> list[Source]:
        """Return the sources at other paths whose file had this content, by path."""
        others = self._by_content.get(sha256, set()) - {path}
        return [self.by_path[other] for other in sorted(others)]

    def distrust(self) -> None:
        """Treat every file as changed: another version of the splitter made what is known."""
        self.by_path = {p: replace(s, size=-1, sha256="") for p, s in self.by_path.items()}
        self._by_content.clear()

    def new_id(self, path: str) -> str:
        """Return a readable id, the same for the same path: `japans-role-in-taiwan-3f2a1c`."""
        # Letters among the hidden characters (Hangul fillers) could not be typed again.
        words = re.findall(r"[^\W_]+", without_hidden(fold(Path(path).stem)))
        slug = "-".join(words[:5])[:40].strip("-") or "source"
        first = source_id = f"{slug}-{hashlib.sha256(path.encode()).hexdigest()[:6]}"
        number = 2
        while source_id in self._ids:  # its former owner was moved
            source_id = f"{first}.{number}"
            number += 1
        return source_id
