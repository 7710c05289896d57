"""Does the product's reader turn every file of a folder into text or into a plain sentence?

Each file is read in a fresh child process, so that its time is its own and no failure hides
another.
"""

import re
import shutil
import statistics
import time
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from benchmarks.machine import described
from ingest.reader_process import ReaderProcess
from ingest.scan import walk
from vectorstore.errors import UnreadableSource

_LONGEST = 30.0  # seconds
_LEAK = re.compile(r"\b\w+(?:Error|Exception|Warning)\b|Traceback|0x[0-9a-f]{6}|<class|NoneType")
_KINDS = {
    "no text": r"has no (?:text|words)|is empty",
    "protected": r"protected by a password|password",
    "damaged": r"damaged|cannot be read|is not",
    "too much": r"takes too long|more than|needs more",
}


def readers(
    folder: Annotated[Path, typer.Argument(help="The folder of the files.")],
) -> None:
    """Read all files of a folder: each must give text or a plain error that names it."""
    if not folder.is_dir():
        raise typer.BadParameter(f"there is no folder {folder}: skipped.")
    out = Console(highlight=False, soft_wrap=True)
    out.print(described())
    out.print(f"OCR: {'Tesseract' if shutil.which('tesseract') else 'none installed'}")
    ends: Counter[str] = Counter()
    seconds: dict[str, float] = {}
    broken = []
    for name in track(walk(folder).files, "files", console=Console(stderr=True)):
        began = time.perf_counter()
        with ReaderProcess() as reading:
            try:
                document = reading.read(folder / name)
                said = ""
                ends["text, some pages marked" if document.warnings else "text"] += 1
            except UnreadableSource as error:
                said = str(error)
                ends[_kind(said)] += 1
            except Exception as error:  # noqa: BLE001 - this is what the benchmark looks for
                broken.append(f"{name}: {type(error).__name__} came through")
        seconds[name] = time.perf_counter() - began
        if said and (_LEAK.search(said) or Path(name).name not in said):
            broken.append(f"{name}: {said}")
        if seconds[name] > _LONGEST:
            broken.append(f"{name}: {seconds[name]:.0f} s")
    for kind, number in ends.most_common():
        out.print(f"{number:5}  {kind}")
    slowest = max(seconds, key=lambda name: seconds[name])
    out.print(
        f"{len(seconds)} files; median {statistics.median(seconds.values()):.2f} s, "
        f"slowest {seconds[slowest]:.1f} s ({slowest})"
    )
    for what in broken:
        out.print(what)
    out.print(f"{len(broken)} broken" if broken else "held")
    raise typer.Exit(int(bool(broken)))


def _kind(said: str) -> str:
    return next((kind for kind, words in _KINDS.items() if re.search(words, said)), "other")
