"""How many sentences of PDF files end in the middle, at the end of a line, a column or a page?

A sentence is cut if it ends without a stop and the next one begins with a small letter, unless that
is the letter of an item of a list. Rows of tables are not counted. Of those cut, `prose` are the
ones that have at least four words; the others are labels in figures, and pieces of formulas.
`drawn` gives some sentences with their place on the page, to be read by eye.
"""

import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from ingest.readers.pdf import read_pdf
from ingest.splitter import PassageSplitter
from vectorstore.errors import UnreadableSource
from vectorstore.records import Document, Page
from vectorstore.text.sentences import sentence_spans

FEWEST = 30  # sentences; judged: a PDF with fewer is not rich in text
_FEWEST_WORDS = 4  # judged
_ENDED = re.compile(r"[.!?:;…。！？．][\"'”’»)\]〕】」』）\d⁰¹²³⁴⁵⁶⁷⁸⁹*†‡]*$")
_ITEM = re.compile(r"\(?[a-z]{1,4}[.)]\s")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_ROW = " | "


@dataclass(frozen=True, slots=True)
class Ends:
    """The sentences of one file, and those that end in the middle, each with what follows."""

    name: str
    sentences: int
    cut: tuple[tuple[str, str], ...]
    seconds: float

    @property
    def prose(self) -> list[tuple[str, str]]:
        """Those cut that are sentences, not labels."""
        return [pair for pair in self.cut if len(_WORDS.findall(pair[0])) >= _FEWEST_WORDS]


def sentence_ends(folder: Path) -> list[Ends]:
    """Return the sentences of every PDF of a folder that can be read."""
    found = []
    for path in sorted(folder.rglob("*.pdf")):
        began = time.process_time()
        try:
            document = read_pdf(path)
        except UnreadableSource:
            continue
        seconds = time.process_time() - began
        texts = [document.text[start:end] for start, end in _sentences(document)]
        cut = tuple(_cut(texts))
        found.append(Ends(str(path.relative_to(folder)), len(texts), cut, seconds))
    return found


def rich(found: Sequence[Ends]) -> list[Ends]:
    """Return the files that are rich in text."""
    return [ends for ends in found if ends.sentences >= FEWEST]


def _sentences(document: Document) -> list[tuple[int, int]]:
    """Return the spans of all sentences that are no rows of tables."""
    spans = [
        span
        for passage in PassageSplitter().split(document, "")
        for span in sentence_spans(passage)
    ]
    return [span for span in spans if _ROW not in document.text[slice(*span)]]


def _cut(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    for text, following in pairwise(texts):
        after = following.lstrip("\"'“‘(«[")
        if not _ITEM.match(following) and not _ENDED.search(text) and after[:1].islower():
            yield text, following


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sentence to be compared with its page: the picture has a box around it."""

    name: str
    page: int
    text: str
    picture: bytes  # WebP
    boxes: tuple[tuple[float, float, float, float], ...]  # shares of the picture


def drawn(folder: Path, number: int, seed: int = 0) -> Iterator[Drawn]:
    """Yield sentences drawn by chance from the text-rich PDFs of a folder, with their places."""
    import base64

    from ingest.page_images.renderer import draw

    pool: list[tuple[Path, Document, int, int]] = []
    for path in sorted(folder.rglob("*.pdf")):
        try:
            document = read_pdf(path)
        except UnreadableSource:
            continue
        spans = _sentences(document)
        if len(spans) >= FEWEST:
            pool += ((path, document, start, end) for start, end in spans)
    chosen = random.Random(seed).sample(pool, min(number, len(pool)))
    for path, document, start, end in chosen:
        page = _page_of(document, start)
        stored = document.text[page.start : page.end]
        last = min(end, page.end) - page.start
        answer: dict[str, Any] = draw(path, page.number, stored, start - page.start, last)
        yield Drawn(
            str(path.relative_to(folder)),
            page.number,
            document.text[start:end],
            base64.b64decode(answer.get("picture", "")),
            tuple(tuple(box) for box in answer.get("boxes", ())),
        )


def _page_of(document: Document, place: int) -> Page:
    return next(page for page in document.pages if page.start <= place < page.end)
