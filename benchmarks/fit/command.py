"""`python -m benchmarks fit`: every fitted constant beside the value that the data give today."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.fit import (
    answerability,
    claims,
    follow_ups,
    japanese_words,
    questions,
    quoting,
    ranking,
    sentence_ranking,
    silence,
    support,
    verdicts,
    word_index,
)
from benchmarks.fit.features import Arrays
from benchmarks.fit.report import Fit, show
from benchmarks.machine import described, keep


@dataclass(frozen=True, slots=True)
class _Step:
    """A fit in two steps: the features of its data sets, and the fit on them."""

    collect: Callable[[Path], Arrays]
    fit: Callable[[Arrays], Fit]


FITS = {
    "ranking": _Step(ranking.collect, ranking.fit),
    "word-index": _Step(word_index.collect, word_index.fit),
    "japanese-words": _Step(japanese_words.collect, japanese_words.fit),
    "follow-ups": _Step(follow_ups.collect, follow_ups.fit),
    "sentence-ranking": _Step(questions.collect, sentence_ranking.fit),
    "quoting": _Step(questions.collect, quoting.fit),
    "answerability": _Step(questions.collect, answerability.fit),
    "silence": _Step(questions.collect, silence.fit),
    "support": _Step(claims.collect, support.fit),
    "verdicts": _Step(verdicts.collect, verdicts.fit),
}
_EVERY = "all"


def fit(
    name: Annotated[str, typer.Argument(help=f"One of {', '.join(FITS)}; or {_EVERY}.")],
    folder: Annotated[Path, typer.Argument(help="The folder of the data sets.")],
) -> None:
    """Fit weights and thresholds again; print them beside those in the code.

    The code stays as it is. Features are kept in the user's cache folder until the data or the code
    that computes them change, so a second run takes seconds.
    """
    if name not in (*FITS, _EVERY):
        raise typer.BadParameter(f"there is no fit {name}; there are {', '.join(FITS)}.")
    console = Console(width=max(100, Console().width))
    console.print(described())
    results = {}
    for one in FITS if name == _EVERY else (name,):
        try:
            result = FITS[one].fit(FITS[one].collect(folder))
        except typer.BadParameter as error:
            if name != _EVERY:
                raise
            console.print(f"\n{one}: {error}")
            continue
        show(console, one, result)
        results[one] = result.as_dict()
    for one, values in results.items():
        keep(f"fit-{one}", values)
