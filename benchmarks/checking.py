"""Does the verifier tell supported claims from others? Public sets with human labels."""

import json
import random
import statistics
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from app.verification.support import Features, Support, score, support
from app.verification.verifier import Verifier
from benchmarks.machine import described, keep, percentiles
from benchmarks.retrieval import read_lines
from vectorstore.encoders.token_similarity import token_similarity

ATTRIBUTION = Path("citation_attributionbench", "dev.jsonl.gz")
WICE = Path("citation_wice", "claim_dev_oracle.jsonl.gz")
_SOUND = ("verbatim", "supported")
_FOLDS = 10
_VERIFIER = Verifier()  # without a library there is no entailment model
_CUTS = 80  # thresholds tried
_SEED = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A claim with its human label and what the product says of it."""

    claim_id: str
    source: str
    label: bool
    support: Support
    verdict: str
    milliseconds: float


def checking(
    folder: Annotated[Path, typer.Argument(help="The folder of the data sets.")],
    limit: Annotated[int, typer.Option(help="Use only so many rows of each set; 0 for all.")] = 0,
    ablate: Annotated[
        bool, typer.Option("--ablate", help="Also leave out one feature of the score at a time.")
    ] = False,
) -> None:
    """Measure the verdicts and the score of the verifier, without an entailment model."""
    console = Console(width=max(100, Console().width))
    console.print(described())
    found: dict[str, Any] = {}
    for name, measure in ((ATTRIBUTION, _of_sources), (WICE, _of_claims)):
        if not (folder / name).is_file():
            console.print(f"There is no {folder / name}: skipped.")
            continue
        lines = list(read_lines(folder / name))[: limit or None]
        rows = [_row(line) for line in track(lines, name.parent.name)]
        found[name.parent.name] = measured = {**measure(rows), **_counted(rows)}
        console.print(_table(name.parent.name, measured))
        if ablate:
            measured["ablation"] = _ablation(rows, measure)
            console.print_json(json.dumps(measured["ablation"]))
    if not found:
        raise typer.BadParameter(f"there is no set of claims in {folder}: skipped.")
    keep("checking", {"measured": found})


def _row(line: dict[str, Any]) -> Row:
    quotes = [quote for quote in line.get("evidence_list") or [line["evidence"]] if quote.strip()]
    start = time.perf_counter()
    verdict = _VERIFIER.check(line["claim"], quotes).verdict
    milliseconds = (time.perf_counter() - start) * 1000
    return Row(
        claim_id=line.get("claim_id", line["_id"]),
        source=line.get("source", ""),
        label=bool(line["label"]),
        support=support(line["claim"], quotes, token_similarity),
        verdict=verdict,
        milliseconds=milliseconds,
    )


def _of_sources(rows: Sequence[Row]) -> dict[str, Any]:
    """Return macro-F1 of the verdicts, and of the score with a cross-validated threshold."""
    by_verdict = [row.verdict in _SOUND for row in rows]
    scores = [row.support.score for row in rows]
    by_score = _cross_validated(scores, [row.label for row in rows])
    sources = sorted({row.source for row in rows})
    result: dict[str, Any] = {}
    for name, said in (("verdict", by_verdict), ("score", by_score)):
        each = {
            source: macro_f1(
                [row.label for row in rows if row.source == source],
                [one for one, row in zip(said, rows, strict=True) if row.source == source],
            )
            for source in sources
        }
        result[f"macro-F1 by {name}, mean of sources"] = round(statistics.mean(each.values()), 4)
        result[f"macro-F1 by {name}, pooled"] = round(
            macro_f1([row.label for row in rows], said), 4
        )
        result[f"macro-F1 by {name}"] = {key: round(value, 4) for key, value in each.items()}
    result["AUROC"] = round(auroc([row.label for row in rows], scores), 4)
    return result


def _of_claims(rows: Sequence[Row]) -> dict[str, Any]:
    """Return AUROC of each claim's best score, and macro-F1 where any of its rows is supported."""
    labels: dict[str, bool] = {}
    scores: dict[str, float] = {}
    sound: dict[str, bool] = {}
    for row in rows:
        labels[row.claim_id] = labels.get(row.claim_id, False) or row.label
        scores[row.claim_id] = max(scores.get(row.claim_id, 0.0), row.support.score)
        sound[row.claim_id] = sound.get(row.claim_id, False) or row.verdict in _SOUND
    return {
        "claims": len(labels),
        "AUROC": round(auroc(list(labels.values()), list(scores.values())), 4),
        "macro-F1 by verdict": round(macro_f1(list(labels.values()), list(sound.values())), 4),
    }


def _counted(rows: Sequence[Row]) -> dict[str, Any]:
    """Count the verdicts by human label, and the time of a check."""
    counts = Counter((row.verdict, row.label) for row in rows)
    times = [row.milliseconds for row in rows]
    return {
        "rows": len(rows),
        "verdicts (supported, not)": {
            verdict: [counts[verdict, True], counts[verdict, False]]
            for verdict in sorted({row.verdict for row in rows})
        },
        **{f"milliseconds {name}": value for name, value in percentiles(times).items()},
    }


def _ablation(
    rows: Sequence[Row], measure: Callable[[Sequence[Row]], dict[str, Any]]
) -> dict[str, Any]:
    """Measure the score with one feature at its mean, the weights unchanged; and words alone."""
    features = [row.support.features for row in rows]
    kinds: dict[str, Callable[[Features], Features]] = {
        "words alone": lambda one: replace(one, meaning=None)
    }
    for look in ("words", "near", "absent", "against"):
        mean = statistics.mean(getattr(one, look) for one in features)
        kinds[f"without {look}"] = partial(_at_mean, look, mean)
    result = {}
    for kind, change in kinds.items():
        changed = [
            replace(row, support=replace(row.support, score=score(change(row.support.features))))
            for row in rows
        ]
        measured = measure(changed)
        wanted = ("AUROC", "macro-F1 by score, mean of sources", "macro-F1 by score, pooled")
        result[kind] = {key: measured[key] for key in wanted if key in measured}
    return result


def _at_mean(look: str, mean: float, one: Features) -> Features:
    return replace(one, **{look: mean})


def _cross_validated(scores: Sequence[float], labels: Sequence[bool]) -> list[bool]:
    """Return for each row whether its score exceeds the threshold that is best for other folds."""
    order = list(range(len(scores)))
    random.Random(_SEED).shuffle(order)
    said = [False] * len(scores)
    for fold in range(_FOLDS):
        held = order[fold::_FOLDS]
        kept = sorted(set(order) - set(held))
        cut = _best_cut([scores[at] for at in kept], [labels[at] for at in kept])
        for at in held:
            said[at] = scores[at] > cut
    return said


def _best_cut(scores: Sequence[float], labels: Sequence[bool]) -> float:
    ranked = sorted(scores)
    cuts = [ranked[len(ranked) * step // (_CUTS + 1)] for step in range(1, _CUTS + 1)]
    return max(cuts, key=lambda cut: macro_f1(labels, [value > cut for value in scores]))


def macro_f1(labels: Sequence[bool], said: Sequence[bool]) -> float:
    """Return the mean of the F1 of both classes, 0 to 1; a class that never occurs counts as 0.

    >>> macro_f1([True, True, False, False], [True, False, False, False])
    0.7333333333333334
    """
    counts = Counter(zip(labels, said, strict=True))
    wrong = counts[True, False] + counts[False, True]
    halves = [2 * counts[one, one] / max(1, 2 * counts[one, one] + wrong) for one in (True, False)]
    return statistics.mean(halves)


def auroc(labels: Sequence[bool], scores: Sequence[float]) -> float:
    """Return how often a supported claim scores higher than another, ties counting half; 0 to 1.

    >>> auroc([True, False, True, False], [0.9, 0.1, 0.5, 0.5])
    0.875
    """
    right = np.asarray(labels, dtype=bool)
    _, at, counts = np.unique(
        np.asarray(scores, dtype=float), return_inverse=True, return_counts=True
    )
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[at]
    good, bad = int(right.sum()), int((~right).sum())
    if not good or not bad:
        return 0.5
    return float((ranks[right].sum() - good * (good + 1) / 2) / (good * bad))


def _table(name: str, measured: dict[str, Any]) -> Table:
    table = Table(name, "")
    for key, value in measured.items():
        table.add_row(key, json.dumps(value) if isinstance(value, dict) else str(value))
    return table
