"""Documents whose every word is known, written in six formats and read again.

What is written and what is read are compared as bags of words, as sentences, and as rows of tables.
The same documents are made in every run.
"""

import random
import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ingest.reader_process import ReaderProcess
from ingest.splitter import PassageSplitter
from vectorstore.records import Document
from vectorstore.text.sentences import sentences

_SEED = 12
_WORD = re.compile(r"[^\W_]+")
RUNNING_HEAD = "Yearbook of the coast"  # of the PDF files; it may stay where it stands first
_TEMPLATES = (
    "The board of {place} heard {2} in {year} and does not agree to the sale of the {0}.",
    "In {year} the {0} of {place} was not rebuilt, although {2} had promised {number:,} crowns.",
    "Output of {1} rose to 10{power} tonnes, that is 4.{year} per cent more than in {year}.",
    "No. {number} of the register names {2} as the keeper of the self-governing {0}.",
    "Was the {1} from {place} sold in {year}?",
    '"We cannot sell the {0}," said {2}, "before {place} has paid {number:,} crowns."',
    "The twenty-one members met {2} in the {0} at 6 p.m. and asked for {1}.",
    "Holm v. {3} ({year}) is cited by nobody in {place}.",
    "An area of {number} km² lies between {place} and the {0}, where {1} was kept.",
)
_NOTE = re.compile(r"^Note \S+?(?: \(“[^”]*”\))?: ", re.MULTILINE)  # what our readers add
_PLACES = "Vardo Batsfjord Alta Loppa Hasvik Lebesby Gamvik Berlevag Tana Nesseby".split()
_PEOPLE = ("Anna Holm", "Dr. Cara Moe", "Ben Lind Jr.", "J. P. Aas", "Mrs. Eli Vik", "St. John Roe")
_SURNAMES = "Lind Moe Vik Aas Roe".split()
_GOODS = "cod haddock timber wool salt slate barley rope lamps nets tar copper".split()
_WORKS = "quay tollhouse slipway lighthouse cannery ferry school well mill chapel".split()


@dataclass(frozen=True, slots=True)
class Note:
    """A note to the sentence at `place` of its paragraph."""

    place: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Sentences that run on; raised digits are Unicode's."""

    sentences: tuple[str, ...]
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: the first cell of a row names it."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what stands under it: a chapter, a slide, a sheet."""

    heading: str
    blocks: tuple[Paragraph | Grid, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A document: its sections, in order."""

    name: str
    sections: tuple[Section, ...]


@dataclass(slots=True)
class Loss:
    """What was lost or added between writing and reading; counts, and some examples."""

    words: int = 0
    missing: int = 0
    added: int = 0
    sentences: int = 0
    broken: int = 0
    cells: int = 0
    misread: int = 0
    examples: list[str] = field(default_factory=list)

    def __iadd__(self, other: "Loss") -> "Loss":
        """Add the counts of another document."""
        for name in ("words", "missing", "added", "sentences", "broken", "cells", "misread"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.examples += other.examples
        return self


def round_trip(number: int = 10) -> dict[str, Loss]:
    """Write and read `number` documents of each format; return what was lost, by format."""
    from benchmarks.fidelity.writers import WRITERS

    found: dict[str, Loss] = {}
    with tempfile.TemporaryDirectory() as made, ReaderProcess() as reader:
        for suffix, write in WRITERS.items():
            loss = found.setdefault(suffix, Loss())
            for which in range(number):
                written = document(which, suffix)
                path = Path(made) / f"{written.name}{suffix}"
                write(path, written)
                loss += compared(written, reader.read(path), path.name)
    return found


def document(which: int, suffix: str) -> Written:
    """Return a document of two to six sections: the same for the same number and format."""
    dice = random.Random(f"{_SEED} {which} {suffix}")
    # In a table of a PDF nothing tells which line is its header.
    sheets, noted = suffix == ".xlsx", suffix in {".html", ".epub", ".pdf"}
    made = [
        Section(
            f"{dice.choice(_PLACES)} and its {dice.choice(_WORKS)}, part {number}",
            tuple(_blocks(dice, sheets=sheets, noted=noted)),
        )
        for number in range(1, dice.randint(3, 7))
    ]
    return Written(f"document-{which}", tuple(made))


def _blocks(dice: random.Random, *, sheets: bool, noted: bool) -> Iterator[Paragraph | Grid]:
    if sheets:
        yield _grid(dice)
        return
    for _ in range(dice.randint(2, 5)):
        said = tuple(_sentence(dice) for _ in range(dice.randint(2, 6)))
        notes: tuple[Note, ...] = ()
        if noted and dice.random() < 0.4:
            notes = (
                Note(dice.randrange(len(said)), f"See the yearbook of {dice.choice(_PLACES)}."),
            )
        yield Paragraph(said, notes)
        if dice.random() < 0.3:
            yield _grid(dice)


def _grid(dice: random.Random) -> Grid:
    years = sorted(dice.sample(range(1950, 2020), dice.randint(2, 4)))
    header = ("Port", *(f"Tonnes in {year}" for year in years))
    places = dice.sample(_PLACES, dice.randint(2, 6))
    rows = [(place, *(f"{dice.randint(100, 99999)}" for _ in years)) for place in places]
    return Grid(header, tuple(rows))


def _sentence(dice: random.Random) -> str:
    return dice.choice(_TEMPLATES).format(
        *(dice.choice(_WORKS), dice.choice(_GOODS), dice.choice(_PEOPLE), dice.choice(_SURNAMES)),
        place=dice.choice(_PLACES),
        number=dice.randint(2, 98765),
        year=dice.randint(1840, 1990),
        power=dice.choice("⁴⁵⁶⁷"),
    )


def compared(written: Written, document: Document, name: str) -> Loss:
    """Return what a document has lost, and what it has that was not written."""
    text = _NOTE.sub("", document.text)
    wanted, got = Counter(_words(written)), Counter(_bag(text))
    missing, added = wanted - got, got - wanted
    lines = {" ".join(line.split()) for line in text.splitlines()}
    whole = {
        _NOTE.sub("", " ".join(passage.text[a:b].split()))
        for passage in PassageSplitter().split(document, "x")
        for a, b in sentences(passage.text)
    }
    loss = Loss(words=wanted.total(), missing=missing.total(), added=added.total())
    loss.examples += [f"{name}: missing {one!r}" for one in list(missing)[:3]]
    loss.examples += [f"{name}: added {one!r}" for one in list(added)[:3]]
    for sentence in _sentences(written):
        loss.sentences += 1
        if sentence not in whole:
            loss.broken += 1
            loss.examples.append(f"{name}: broken {sentence!r}")
    for grid in _grids(written):
        for row in grid.rows:
            loss.cells += len(row)
            labelled = "; ".join(f"{h}: {c}" for h, c in zip(grid.header, row, strict=True))
            bare = (" ".join(row), " | ".join(row)) if document.kind == "pdf" else ()
            if not lines & {labelled, *bare}:
                loss.misread += len(row)
                loss.examples.append(f"{name}: misread {labelled!r}")
    if document.kind == "pdf":
        loss.added -= min(loss.added, (added & Counter(_bag(RUNNING_HEAD))).total())
    elif document.kind == "xlsx":  # the name of a sheet is its heading, beside the one in it
        names = (section.heading[:31] for section in written.sections)
        loss.added -= min(loss.added, sum(len(_bag(name)) for name in names))
    if document.kind != "pdf":
        repeated = sum(len(_bag(" ".join(g.header))) * (len(g.rows) - 1) for g in _grids(written))
        loss.added = max(0, loss.added - repeated)
    return loss


def _bag(text: str) -> list[str]:
    return _WORD.findall(text)


def _words(written: Written) -> Iterator[str]:
    for section in written.sections:
        yield from _bag(section.heading)
        for block in section.blocks:
            if isinstance(block, Grid):
                for row in (block.header, *block.rows):
                    yield from _bag(" ".join(row))
            else:
                for text in (*block.sentences, *(note.text for note in block.notes)):
                    yield from _bag(text)


def _sentences(written: Written) -> Iterator[str]:
    for section in written.sections:
        for block in section.blocks:
            if isinstance(block, Paragraph):
                yield from block.sentences
                yield from (note.text for note in block.notes)


def _grids(written: Written) -> Iterator[Grid]:
    for section in written.sections:
        yield from (block for block in section.blocks if isinstance(block, Grid))
