"""Finds the comments on the slides of a presentation, of old and of current PowerPoint."""

from collections import Counter
from collections.abc import Iterator

from ingest.readers.drawing_text import paragraphs
from ingest.readers.layout import Block
from ingest.readers.office_package import Part

_AUTHORS = ("commentAuthors", "authors")


class SlideComments:
    """The comments of a presentation, slide by slide."""

    def __init__(self, main: Part) -> None:
        """Take the main part, which knows the names of who comments."""
        self._names = {
            author.get("id", ""): " ".join(author.get("name", "").split())
            for kind in _AUTHORS
            for part in main.related(kind)
            for author in (() if part.root is None else part.root)
        }

    def of(self, slide: Part) -> Iterator[Block]:
        """Yield the comments on a slide and the answers to them, in stored order."""
        for part in slide.related("comments"):
            for comment in () if part.root is None else part.root.iter("{*}cm", "{*}reply"):
                body = comment.find("{*}txBody")
                lines = [comment.findtext("{*}text") or ""]
                if body is not None:
                    lines = paragraphs(body, Counter())
                text = " ".join(" ".join(lines).split())
                name = self._names.get(comment.get("authorId", ""), "")
                if text:
                    yield Block(f"Comment ({name}): {text}" if name else f"Comment: {text}")
