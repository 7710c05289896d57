"""Claims with evidence and human labels, from the public sets and those of the checker's data.

None of them is trained on: of the sets of inference only the tenth that `training/rows.py` holds
out is read here.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from benchmarks.retrieval import read_lines
from training.rows import held_out

ATTRIBUTION = Path("citation_attributionbench", "dev.jsonl.gz")
WICE = Path("citation_wice", "claim_dev_oracle.jsonl.gz")
CLAIMS = Path("claims", "dev.jsonl.gz")
OWN = Path(__file__).parents[1] / "tests" / "app" / "verification" / "sentences.jsonl"
Label = Literal["supported", "contradicted", "not_stated", "unsupported"]


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence beside its evidence, with the label that people gave it.

    `group` names the rows of one claim: where it has several, the best one counts. `kind` says what
    is wrong with a false one, or where it comes from.
    """

    group: str
    text: str
    evidence: tuple[str, ...]
    label: Label
    kind: str = ""


def _attribution(bench: Path, _: Path) -> Iterator[Claim]:
    for line in read_lines(bench / ATTRIBUTION):
        yield _public(line, str(line["_id"]), line["source"])


def _wice(bench: Path, _: Path) -> Iterator[Claim]:
    for line in read_lines(bench / WICE):
        yield _public(line, str(line["claim_id"]), "")


def _public(line: dict[str, Any], group: str, kind: str) -> Claim:
    evidence = line.get("evidence_list") or [line["evidence"]]
    return Claim(
        group,
        line["claim"],
        tuple(quote for quote in evidence if quote.strip()),
        "supported" if line["label"] else "unsupported",
        kind,
    )


def _cited(_: Path, train: Path) -> Iterator[Claim]:
    for line in read_lines(train / CLAIMS):
        for number, one in enumerate(line["claims"]):
            evidence = tuple(line["sentences"][at] for at in one["sentences"])
            yield Claim(
                f"{line['id']}.{number}",
                one["text"],
                evidence or tuple(line["sentences"]),
                one["label"],
                line["origin"],
            )


def _passages(_: Path, train: Path) -> Iterator[Claim]:
    for line in read_lines(train / CLAIMS):
        for number, one in enumerate(line["claims"]):
            whole = (" ".join(line["sentences"]),)
            yield Claim(f"{line['id']}.{number}", one["text"], whole, one["label"], line["origin"])


def _inference(*names: str) -> Callable[[Path, Path], Iterator[Claim]]:
    def read(_: Path, train: Path) -> Iterator[Claim]:
        for name in names:
            for line in read_lines(train / "nli" / f"{name}.jsonl.gz"):
                if held_out(line):
                    yield Claim(
                        f"{name}.{line['id']}",
                        line["claim"],
                        tuple(line["premise"]),
                        line["label"],
                        str(line.get("kind", name)),
                    )

    return read


def _own(_: Path, __: Path) -> Iterator[Claim]:
    for number, text in enumerate(OWN.read_text(encoding="utf-8").splitlines()):
        line = json.loads(text)
        label: Label = "supported" if line["label"] == "true" else "unsupported"
        yield Claim(str(number), line["text"], tuple(line["evidence"]), label, line["kind"])


SETS: dict[str, Callable[[Path, Path], Iterator[Claim]]] = {
    "claims, cited": _cited,
    "claims, passage": _passages,
    "AttributionBench": _attribution,
    "WiCE": _wice,
    "FM2": _inference("fm2_dev"),
    "HANS-like": _inference("hans_generated"),
    "minimal edits": _inference("scone_train", "cad_nli", "fever_symmetric_dev"),
    "own sentences": _own,
}
DEVELOPMENT = ("claims, cited", "claims, passage", "AttributionBench", "WiCE")


def claims_of(name: str, bench: Path, train: Path) -> list[Claim]:
    """Read one of SETS. Raise FileNotFoundError where its file is missing."""
    return list(SETS[name](bench, train))
