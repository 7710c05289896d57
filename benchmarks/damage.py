"""Is a damaged library, or a full, read-only or foreign disk, met with a sentence or a rebuild?

Each case damages a copy of one library; a child process then uses it through the real command line
(with vectors from hashes, `hash_vectors.py`).
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from benchmarks.damage_cases import CASES, QUESTION, Place, Skipped
from benchmarks.machine import described

Outcome = Literal["held", "BROKEN", "skipped"]
_SENTENCES = 1500  # more than Chroma keeps in its log, so that it writes its own files


def damage(
    only: Annotated[str, typer.Option(help="Run only the cases whose name contains this.")] = "",
) -> None:
    """Damage a library in many ways; each must end in a sentence or a rebuild."""
    out = Console(highlight=False, soft_wrap=True)
    out.print(described())
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as made:
        pattern = prepared(Path(made) / "pattern", _SENTENCES)
        for name, outcome, reason in tried(pattern, Path(made), only):
            counts[outcome] += 1
            out.print(f"{outcome:<7} {name}{': ' if reason else ''}{reason}")
    out.print(_summary(counts))
    raise typer.Exit(int(counts["BROKEN"] > 0))


def prepared(folder: Path, sentences: int) -> Place:
    """Make the library that is copied for each case."""
    place = Place(folder)
    (folder / "sources").mkdir(parents=True)
    for part in range(3):
        text = "\n\n".join(
            f"# Number {part}-{n}\n\nThe clove harbour treaty has {n} articles."
            for n in range(sentences // 3)
        )
        (folder / "sources" / f"part-{part}.md").write_text(text)
    code, said = place.run("sync")
    if code:
        raise RuntimeError(said)
    place.run("search", QUESTION)
    return place


def tried(pattern: Place, where: Path, only: str = "") -> Iterator[tuple[str, Outcome, str]]:
    """Run each case on a fresh copy; yield its name, its outcome and the reason for it.

    The reason is empty where the case held.
    """
    for name, case in CASES.items():
        if only and only not in name:
            continue
        place = Place(where / "copy")
        shutil.copytree(pattern.folder, place.folder)
        try:
            trouble = case(place)
            yield name, "BROKEN" if trouble else "held", trouble
        except Skipped as reason:
            yield name, "skipped", str(reason)
        finally:
            shutil.rmtree(place.folder)


def _summary(counts: Counter[str]) -> str:
    """Return the last line: `held` or how many are broken, and how many were skipped."""
    verdict = f"{counts['BROKEN']} broken" if counts["BROKEN"] else "held"
    return f"{verdict}, {counts['skipped']} skipped" if counts["skipped"] else verdict
