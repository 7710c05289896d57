"""`python -m benchmarks fidelity`: does the product keep every word as the document has it?"""

import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.fidelity.cases import DOCUMENTS, Libraries, cases, faults
from benchmarks.fidelity.encodings import encodings
from benchmarks.fidelity.round_trip import round_trip
from benchmarks.fidelity.sentence_ends import rich, sentence_ends
from benchmarks.fidelity.splitting import splitting
from benchmarks.machine import described
from vectorstore.encoders.embeddings import SentenceEmbeddings

# Read by the interpreter that runs this, with the code of the folder that it is started in.
_TIMED = """
import sys, time
from pathlib import Path
from ingest.reader_process import ReaderProcess
from vectorstore.errors import UnreadableSource
files = sorted(Path(sys.argv[1]).rglob("*.pdf"))
began, characters = time.perf_counter(), 0
with ReaderProcess() as reader:
    for file in files:
        try:
            characters += len(reader.read(file).text)
        except UnreadableSource:
            pass
print(len(files), characters, time.perf_counter() - began)
"""
_TOLERATED = 0.02  # share of sentences cut, above which a file is named; as asked
_PRODUCT = Path(__file__).parents[2]
_ROWS = {
    "A": "PDF sentences", "B": "raised characters", "C": "tables", "D": "words not seen",
    "E": "words lost", "F": "sentences", "G": "check", "H": "citations", "I": "encodings, silence",
}  # fmt: skip


def fidelity(
    failing: Annotated[Path, typer.Argument(help="The folder of the handed cases.")],
    pdfs: Annotated[Path, typer.Argument(help="A folder of PDF files.")],
    before: Annotated[
        Path | None, typer.Option(help="Another checkout, whose reading speed is compared.")
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Print every fault.")] = False,
) -> None:
    """Try hard documents as cases, and count what six formats and a folder of PDF files lose.

    Also compare the splitter of sentences with others, if they are installed (pysbd, spaCy), and
    try encodings.
    """
    for folder in (failing, pdfs):
        if not folder.is_dir():
            raise typer.BadParameter(f"there is no folder {folder}: skipped.")
    console = Console(width=110, highlight=False)
    console.print(described())
    _cases(failing, console)
    _sentence_ends(pdfs, console, show=show)
    _round_trip(console, show=show)
    splitting(console)
    encodings(failures=show)
    _speed(pdfs, before, console)


def _cases(failing: Path, console: Console) -> None:
    folders = (failing, failing / "metas", DOCUMENTS / "siblings")
    right: dict[tuple[str, bool], list[bool]] = defaultdict(list)
    with Libraries(folders, SentenceEmbeddings()) as libraries:
        for case in track(cases(), "cases", console=Console(stderr=True)):
            wrong = faults(case, libraries)
            right[case.row[0], case.sibling].append(not wrong)
            if wrong:
                console.print(f"WRONG {case.name}", *wrong, sep="\n   ", markup=False)
    table = Table("rows", "handed, right", "of", "siblings, right", "of ", title="Cases")
    for letter, name in _ROWS.items():
        given, own = right[letter, False], right[letter, True]
        table.add_row(f"{letter} {name}", *map(str, (sum(given), len(given), sum(own), len(own))))
    console.print(table)


def _sentence_ends(pdfs: Path, console: Console, *, show: bool) -> None:
    files = rich(sentence_ends(pdfs))
    sentences, cut = sum(one.sentences for one in files), sum(len(one.cut) for one in files)
    prose = sum(len(one.prose) for one in files)
    console.print(
        f"{len(files)} PDF files rich in text: of {sentences:,} sentences, {cut} "
        f"({cut / max(sentences, 1):.2%}) end without a stop before a small letter; {prose} of "
        "those have four words or more, the others are labels and pieces of formulas."
    )
    worst = sorted(files, key=lambda one: len(one.cut) / one.sentences, reverse=True)
    for one in [one for one in worst if len(one.cut) > _TOLERATED * one.sentences]:
        console.print(f"   {len(one.cut)} of {one.sentences} in {one.name}", markup=False)
        for text, following in one.prose if show else ():
            console.print(f"      … {text[-60:]} ‖ {following[:40]}", markup=False)


def _round_trip(console: Console, *, show: bool) -> None:
    table = Table(
        *("format", "words", "missing", "added", "sentences", "broken", "cells", "misread"),
        title="Round trip, ten documents a format",
    )
    for suffix, loss in round_trip().items():
        counts = (loss.words, loss.missing, loss.added, loss.sentences, loss.broken)
        table.add_row(suffix, *(f"{count:,}" for count in (*counts, loss.cells, loss.misread)))
        for example in loss.examples if show else ():
            console.print(example, markup=False)
    console.print(table)


def _speed(pdfs: Path, before: Path | None, console: Console) -> None:
    table = Table("reading", "files", "characters", "s", title=f"Reading {pdfs.name}")
    for name, checkout in (("before", before), ("now", _PRODUCT)):
        if checkout is not None:
            done = subprocess.run(
                [sys.executable, "-c", _TIMED, str(pdfs.absolute())],
                cwd=checkout, capture_output=True, text=True, check=True,
            )  # fmt: skip
            files, characters, seconds = done.stdout.split()[-3:]
            table.add_row(name, files, f"{int(characters):,}", f"{float(seconds):.0f}")
    console.print(table)
