"""Does the verifier tell supported claims from others? Public sets and claims written for it.

Each set is read with the checker that comes along, and beside it by words alone: the score of
shared words and the rule by which it once decided. Nothing here is trained on (`claim_sets.py`).
"""

import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from app.verification.support import Features, Support, support
from app.verification.verifier import Verifier
from app.verification.weighing import CITATION, PASSAGE, decisive, probability
from benchmarks.claim_sets import SETS, Claim, claims_of
from benchmarks.machine import described, keep, percentiles
from benchmarks.scoring import auroc, macro_f1
from vectorstore.encoders.checker import LONGEST, packaged_checker

_SOUND = ("verbatim", "supported")
# By words alone, a claim once counted as supported from these on (score, words, near)
_ONCE = (0.55, 0.5, 0.3)
_PAIRS = 200  # timed alone
_FIRST = """
import time
from vectorstore.encoders.minilm import packaged_minilm
from vectorstore.encoders.checker import packaged_checker
packaged_minilm().encode("A question that is asked first.")
start = time.perf_counter()
packaged_checker().read("It rained.", ["In June it rained."])
print(time.perf_counter() - start)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """A claim and what the product says of it: verdict, weighed probability, score of its words."""

    claim: Claim
    verdict: str
    weighed: float
    found: Support
    milliseconds: float


def checking(
    bench: Annotated[Path, typer.Argument(help="The folder of the public sets.")],
    train: Annotated[Path, typer.Argument(help="The folder with claims/ and nli/.")],
    limit: Annotated[int, typer.Option(help="Use only so many rows of each set; 0 for all.")] = 0,
) -> None:
    """Measure the verdicts, the checker beside words alone, and what a check takes."""
    console = Console(width=max(100, Console().width))
    console.print(described())
    verifier = Verifier()
    found: dict[str, Any] = {}
    for name in SETS:
        try:
            claims = claims_of(name, bench, train)
        except FileNotFoundError as error:
            console.print(f"There is no {error.filename}: {name} is skipped.")
            continue
        claims = claims[:: max(1, len(claims) // limit)] if limit else claims
        rows = [_row(verifier, claim) for claim in track(claims, name)]
        found[name] = measured(rows)
        console.print(_table(name, found[name]))
    if not found:
        raise typer.BadParameter(f"there is no set of claims in {bench} or {train}: skipped.")
    found["time"] = _times(rows)
    console.print(_table("time", found["time"]))
    keep("checking", {"measured": found})


def _row(verifier: Verifier, claim: Claim) -> Row:
    start = time.perf_counter()
    verdict = verifier.check(claim.text, claim.evidence).verdict
    milliseconds = (time.perf_counter() - start) * 1000
    found = support(claim.text, claim.evidence)
    readings = packaged_checker().read(claim.text, found.pieces)
    weights = PASSAGE if found.long else CITATION
    weighed = probability(weights, found.features, decisive(readings))
    return Row(claim, verdict, weighed, found, milliseconds)


def measured(rows: Sequence[Row]) -> dict[str, Any]:
    """Return the figures of a set; a claim with several rows counts by its best one."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.claim.group, []).append(row)
    best = list(groups.values())
    true = [any(row.claim.label == "supported" for row in some) for some in best]
    said = [any(row.verdict in _SOUND for row in some) for some in best]
    once = [any(_once(row.found) for row in some) for some in best]
    weighed = [max(row.weighed for row in some) for some in best]
    words = [max(row.found.score for row in some) for some in best]
    counts = Counter((row.claim.label, row.verdict) for row in rows)
    return {
        "claims": len(best),
        "AUROC, words alone": round(auroc(true, words), 4),
        "AUROC": round(auroc(true, weighed), 4),
        "true called supported, words alone": _share(once, true),
        "true called supported": _share(said, true),
        "false called supported, words alone": _share(once, [not one for one in true]),
        "false called supported": _share(said, [not one for one in true]),
        "macro-F1 of the verdicts, words alone": round(macro_f1(true, once), 4),
        "macro-F1 of the verdicts": round(macro_f1(true, said), 4),
        **{
            f"{label}, rows": {
                verdict: number
                for (other, verdict), number in sorted(counts.items())
                if other == label
            }
            for label in sorted({label for label, _ in counts})
        },
        "false called supported, by kind": _by_kind(rows),
        **{
            f"milliseconds of a check, {name}": value
            for name, value in percentiles([row.milliseconds for row in rows]).items()
        },
    }


def _by_kind(rows: Sequence[Row]) -> dict[str, str]:
    """Return, for each kind of false claim, how many of how many are called supported."""
    false = [row for row in rows if row.claim.label != "supported"]
    every = Counter(row.claim.kind for row in false)
    passed = Counter(row.claim.kind for row in false if row.verdict in _SOUND)
    return {kind: f"{passed[kind]} of {number}" for kind, number in sorted(every.items())}


def _once(found: Support) -> bool:
    least, words, near = _ONCE
    features: Features = found.features
    return (
        not found.findings
        and found.score >= least
        and features.words >= words
        and features.near >= near
    )


def _share(said: Sequence[bool], counted: Sequence[bool]) -> float:
    some = [one for one, counts in zip(said, counted, strict=True) if counts]
    return round(statistics.mean(some), 4) if some else 0.0


def _times(rows: Sequence[Row]) -> dict[str, Any]:
    """Time a pair on one thread, five sentences with and without the checker, and the first use."""
    pairs = [(row.claim.text, row.found.pieces[0]) for row in rows[:_PAIRS]]
    times = []
    for sentence, piece in pairs:
        start = time.perf_counter()
        packaged_checker().read(sentence, [piece])
        times.append((time.perf_counter() - start) * 1000)
    answers, without = [], []
    for at in range(0, len(rows) - 4, 5):
        some = rows[at : at + 5]
        start = time.perf_counter()
        for row in some:
            support(row.claim.text, row.claim.evidence)
        middle = time.perf_counter()
        for row in some:
            packaged_checker().read(row.claim.text, row.found.pieces)
        without.append((middle - start) * 1000)
        answers.append((time.perf_counter() - middle) * 1000)
    first = subprocess.run(
        [sys.executable, "-c", _FIRST], capture_output=True, text=True, check=True
    )
    return {
        f"a pair of at most {LONGEST} tokens on one thread, ms": percentiles(times),
        "comparing the words of five sentences, ms": percentiles(without or [0.0]),
        "reading five sentences besides, ms": percentiles(answers or [0.0]),
        "first reading of a process besides, s": round(float(first.stdout), 3),
    }


def _table(name: str, values: dict[str, Any]) -> Table:
    table = Table(name, "")
    for key, value in values.items():
        if isinstance(value, dict):
            table.add_row(key, ", ".join(f"{one}: {number}" for one, number in value.items()))
        else:
            table.add_row(key, f"{value:.3f}" if isinstance(value, float) else str(value))
    return table
