"""Claims of AttributionBench and WiCE as the product sees them: what their words' score is of."""

from dataclasses import fields
from pathlib import Path

import numpy as np
from rich.progress import track

from app.verification.support import Features, support
from benchmarks.claim_sets import ATTRIBUTION, WICE
from benchmarks.fit.features import Arrays, kept
from benchmarks.retrieval import read_lines

SETS = (ATTRIBUTION, WICE)
FEATURES = tuple(one.name for one in fields(Features))


def collect(folder: Path) -> Arrays:
    """Return the features of all claims, a row for each claim and piece of evidence.

    `set` (n,) is the index in SETS, `claim` (n,) names the rows of one claim, and `features` has
    shape (n, len(FEATURES)). `label` (n,) is whether the evidence fully supports the claim, and
    `differs` (n,) whether a comparison decides the verdict.
    """
    return kept("claims", [folder / name for name in SETS], lambda: _compute(folder))


def _compute(folder: Path) -> Arrays:
    rows: dict[str, list[object]] = {
        key: [] for key in ("set", "claim", "features", "label", "differs")
    }
    for at, file in enumerate(SETS):
        for line in track(list(read_lines(folder / file)), file.parent.name):
            evidence = line.get("evidence_list") or [line["evidence"]]
            quotes = [quote for quote in evidence if quote.strip()]
            found = support(line["claim"], quotes)
            rows["set"].append(at)
            rows["claim"].append(f"{at}:{line.get('claim_id', line['_id'])}")
            values = [getattr(found.features, name) for name in FEATURES]
            rows["features"].append(values)
            rows["label"].append(bool(line["label"]))
            rows["differs"].append(bool(found.findings))
    return {key: np.array(values) for key, values in rows.items()}
