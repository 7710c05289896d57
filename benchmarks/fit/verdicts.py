"""Fit how the checker and the words are weighed, and from where on a verdict is given."""

from functools import partial
from pathlib import Path

import numpy as np
import typer
from rich.progress import track

from app.verification import weighing
from app.verification.support import support
from app.verification.weighing import Weights, decisive, values
from benchmarks.claim_sets import ATTRIBUTION, CLAIMS, DEVELOPMENT, OWN, WICE, claims_of
from benchmarks.fit.features import Array, Arrays, kept
from benchmarks.fit.regression import logistic, out_of_fold
from benchmarks.fit.report import Constant, Fit
from benchmarks.scoring import auroc, macro_f1
from vectorstore.encoders.checker import packaged_checker
from vectorstore.errors import ModelUnavailable

SETS = (*DEVELOPMENT, "own sentences")
LABELS = ("supported", "contradicted", "not_stated", "unsupported")
NAMES = ("constant", "absent", "against", "supported", "contradicted")
_FOLDS = 10  # of claims
_SEED = 0
_RIDGE = 0.5  # judged: the looks go together
# Of the false claims of a set that may be called supported: the rule. The public sets' labels err
# more often, and their long evidence is read in pieces (judged)
_FALSE = {"AttributionBench": 0.10, "WiCE": 0.10}
_FALSE_ELSE = 0.05
_TRUE = 0.005  # of the true claims that may be called contradicted; judged: it accuses
_OPEN = 0.05  # of the true claims that may be called not stated; judged
NEVER = "table"  # kind of the own sentences that must not be supported
_ROUNDED = 0.01  # of a probability; judged: bfloat16 and float32 read so far apart
_CUTS = np.arange(0.02, 0.999, 0.002)


def collect(folder: Path) -> Arrays:
    """Return what is weighed of each claim; `train/` must stand beside the benchmarks.

    `values` (n, 5) as in `weighing.values`, `reading` (n, 3), `set` (n,) an index of SETS, `label`
    (n,) one of LABELS, `claim` (n,) the group, `long` (n,) whether the evidence is, `differs` (n,)
    whether exact comparison finds a difference, and `never` (n,) whether it must not be supported.
    """
    train = folder.parent / "train"
    files = [folder / ATTRIBUTION, folder / WICE, train / CLAIMS, OWN]
    return kept("verdicts", files, lambda: _compute(folder, train))


def _compute(folder: Path, train: Path) -> Arrays:
    try:
        packaged_checker().warm()
    except ModelUnavailable as error:
        raise typer.BadParameter(str(error)) from error
    rows: dict[str, list[object]] = {
        key: []
        for key in ("set", "claim", "values", "reading", "label", "long", "differs", "never")
    }
    for at, name in enumerate(SETS):
        for claim in track(claims_of(name, folder, train), name):
            found = support(claim.text, claim.evidence)
            reading = decisive(packaged_checker().read(claim.text, found.pieces))
            rows["set"].append(at)
            rows["claim"].append(f"{at}:{claim.group}")
            rows["values"].append(values(found.features, reading))
            rows["reading"].append((reading.supported, reading.contradicted, reading.not_stated))
            rows["label"].append(LABELS.index(claim.label))
            rows["long"].append(found.long)
            rows["differs"].append(bool(found.findings))
            rows["never"].append(claim.kind == NEVER)
    return {key: np.array(found) for key, found in rows.items()}


def fit(data: Arrays) -> Fit:
    """Fit the weights of citations and of longer evidence, and the thresholds of each."""
    constants: list[Constant] = []
    figures: dict[str, dict[str, float]] = {}
    for name, long in (("CITATION", False), ("PASSAGE", True)):
        some = {key: found[data["long"] == long] for key, found in data.items()}
        in_code: Weights = getattr(weighing, name)
        fitted = _weights(some)
        held_out = out_of_fold(some["claim"], _FOLDS, partial(_held, some), seed=_SEED)
        thresholds = _thresholds(some, held_out)
        code = (*in_code.coefficients, in_code.supported, in_code.contradicted, in_code.not_stated)
        names = (*NAMES, "threshold supported", "threshold contradicted", "threshold not_stated")
        constants += [
            Constant(f"{name}, {which}", before, float(now))
            for which, before, now in zip(names, code, (*fitted, *thresholds), strict=True)
        ]
        for at, which in enumerate(SETS):
            rows = some["set"] == at
            if rows.any():
                figures[f"{name}, {which}"] = _figures(some, rows, held_out, thresholds)
    counted = ", ".join(f"{name}: {(data['set'] == at).sum()}" for at, name in enumerate(SETS))
    return Fit(
        module="app/verification/weighing.py",
        trained_on=f"{counted} rows; the weights on all but the own sentences, each set and both "
        f"classes of it with the same weight; {_FOLDS} folds by claim; figures and thresholds from "
        "the fold that was left out",
        optimises="the likelihood of supported or not; the threshold of supported is the least at "
        f"which at most {_FALSE_ELSE:.0%} of the false claims of each set, 10% of those of a "
        f"public one, and none of the {data['never'].sum()} that must not, come out supported",
        constants=constants,
        figures=figures,
    )


def _weights(data: Arrays) -> Array:
    """Return the coefficients (5,), the constant first."""
    rows = data["set"] < len(DEVELOPMENT)
    true = data["label"][rows] == 0
    cells = data["set"][rows] * 2 + true
    counts = np.bincount(cells, minlength=2 * len(SETS))
    weights = len(cells) / (np.count_nonzero(counts) * counts[cells])
    *slopes, constant = logistic(data["values"][rows][:, 1:], true, weights, _RIDGE)
    return np.array([constant, *slopes])


def _held(data: Arrays, train: Array, test: Array) -> Array:
    weights = _weights({key: found[train] for key, found in data.items()})
    return np.asarray(1 / (1 + np.exp(-data["values"][test] @ weights)))


def _thresholds(data: Arrays, scores: Array) -> tuple[float, float, float]:
    """Return the thresholds of supported, contradicted and not stated."""
    true = data["label"] == 0
    against, silent = data["reading"][:, 1], data["reading"][:, 2]
    contradicted = float(next((cut for cut in _CUTS if _share(against[true] >= cut) <= _TRUE), 1))
    passing = ~data["differs"] & (against < contradicted)

    def held(cut: float) -> bool:
        said = (scores >= cut) & passing & ~true
        close = (scores >= cut - _ROUNDED) & passing & data["never"]
        sets = [data["set"] == at for at in range(len(SETS))]
        return not close.any() and all(
            _share(said[rows & ~true]) <= _FALSE.get(name, _FALSE_ELSE)
            for name, rows in zip(SETS, sets, strict=True)
            if (rows & ~true).any()
        )

    supported = float(next((cut for cut in _CUTS if held(cut)), 1.0))
    below = true & (scores < supported)
    not_stated = float(
        next((cut for cut in _CUTS if (below & (silent >= cut)).sum() <= _OPEN * true.sum()), 1)
    )
    return supported, contradicted, not_stated


def _share(said: Array) -> float:
    return float(said.mean()) if len(said) else 0.0


def _figures(
    data: Arrays, rows: Array, scores: Array, thresholds: tuple[float, float, float]
) -> dict[str, float]:
    """AUROC of what is weighed and of the checker alone; what the thresholds call the rows."""
    true = data["label"][rows] == 0
    reading, differs = data["reading"][rows], data["differs"][rows]
    supported, contradicted, _ = thresholds
    accused = reading[:, 1] >= contradicted
    said = (scores[rows] >= supported) & ~differs & ~accused
    return {
        "true": float(true.sum()),
        "false": float((~true).sum()),
        "AUROC": auroc(true.tolist(), scores[rows].tolist()),
        "checker alone": auroc(true.tolist(), reading[:, 0].tolist()),
        "true, supported": _share(said[true]),
        "false, supported": _share(said[~true]),
        "true, contradicted": _share((accused | differs)[true]),
        "macro-F1": macro_f1(true.tolist(), said.tolist()),
    }
