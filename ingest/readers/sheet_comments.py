"""Reads what lies over the cells of a sheet: comments and text boxes."""

import re
from collections.abc import Callable, Iterator

from ingest.readers.workbook import Workbook, child, children, words

_THREAD = re.compile(r"\[Threaded comment\].*?\n\s*Comment:\s*", re.DOTALL)


def comments(book: Workbook, sheet: str, text_at: Callable[[str], str | None]) -> Iterator[str]:
    """Yield the comments of a sheet as paragraphs: `Comment (Anna, on “388”): Counted twice.`

    `text_at` returns the words of a cell, and None for one that is hidden.
    """
    for kind, part in book.relations(sheet).values():
        if kind != "comments" or not book.has(part):
            continue
        root = book.xml(part)
        authors = [one.text or "" for one in children(child(root, "authors"), "author")]
        for one in children(child(root, "commentList"), "comment"):
            place, text = one.get("ref", ""), child(one, "text")
            about = text_at(place)
            if text is None or about is None:
                continue
            number = one.get("authorId", "")
            author = authors[int(number)] if number.isdigit() and authors[int(number) :] else ""
            author = "" if author.startswith("tc=") else author  # of threads, only a number
            said = " ".join(_THREAD.sub("", words(text).text).split())
            said = said.removeprefix(f"{author}:").strip() if author else said
            what = f"on “{about}”" if about else f"on {place}"
            yield f"Comment ({', '.join(filter(None, (author, what)))}): {said}"


def text_boxes(book: Workbook, sheet: str) -> Iterator[str]:
    """Yield the words of the text boxes and shapes of a sheet."""
    for kind, part in book.relations(sheet).values():
        if kind != "drawing" or not book.has(part):
            continue
        for box in book.xml(part).iter("{*}txBody"):
            lines = (
                "".join(text.text or "" for text in line.iter("{*}t")) for line in box.iter("{*}p")
            )
            yield "\n".join(filter(str.strip, lines))
