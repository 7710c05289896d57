"""Is a damaged library, or a full, read-only or foreign disk, met with a sentence or a rebuild?

Each case damages a copy of one library; a child process then uses it through the real command line
(with vectors from hashes, `hash_vectors.py`).
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.damage_cases import CASES, QUESTION, Place, Skipped
from benchmarks.machine import described

_SENTENCES = 1500  # more than Chroma keeps in its log, so that it writes its own files


def damage(
    only: Annotated[str, typer.Option(help="Run only the cases whose name contains this.")] = "",
) -> None:
    """Damage a library in many ways; each must end in a sentence or a rebuild."""
    out = Console(highlight=False, soft_wrap=True)
    out.print(described())
    broken = 0
    with tempfile.TemporaryDirectory() as made:
        pattern = prepared(Path(made) / "pattern", _SENTENCES)
        for name, trouble in tried(pattern, Path(made), only):
            broken += bool(trouble)
            out.print(
                f"{'BROKEN' if trouble else 'held  '} {name}{': ' if trouble else ''}{trouble}"
            )
    out.print(f"{broken} broken" if broken else "held")
    raise typer.Exit(int(broken > 0))


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


def tried(pattern: Place, where: Path, only: str = "") -> Iterator[tuple[str, str]]:
    """Run each case on a fresh copy; yield its name and what was wrong, empty if nothing was."""
    for name, case in CASES.items():
        if only and only not in name:
            continue
        place = Place(where / "copy")
        shutil.copytree(pattern.folder, place.folder)
        try:
            yield name, case(place)
        except Skipped as reason:
            yield f"{name} (skipped: {reason})", ""
        finally:
            shutil.rmtree(place.folder)
