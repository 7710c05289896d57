"""Sentences on three unlike documents, true and false, written by hand: what the verifier says.

None of those that once were certified falsely may be again, and of the others no more than the rule
of the thresholds allows (`benchmarks/fit/verdicts.py`).
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from app.verification.verifier import Verifier
from app.verification.wording import reason
from tests.conftest import ARTICLE

DOCUMENTS = Path(__file__).parents[2] / "documents"
PLACES = {
    "japans-role-in-reinforcing-taiwans-global-standing.md": ARTICLE,
    "ruling-on-the-brenna-ferry.md": DOCUMENTS / "ruling" / "ruling-on-the-brenna-ferry.md",
    "harbour-report.md": DOCUMENTS / "port" / "harbour-report.md",
}
LINES: list[dict[str, Any]] = [
    json.loads(line)
    for line in Path(__file__).with_name("sentences.jsonl").read_text("utf-8").splitlines()
]
TRUE = [line for line in LINES if line["label"] == "true"]
TABLE = [line for line in LINES if line["kind"] == "table"]
FALSE = [line for line in LINES if line["label"] == "false"]


def test_the_evidence_stands_in_the_documents() -> None:
    texts = {name: " ".join(place.read_text("utf-8").split()) for name, place in PLACES.items()}
    for line in LINES:
        for words in line["evidence"]:
            assert " ".join(words.split()) in texts[line["document"]], words
    counts = Counter((line["document"], line["label"]) for line in LINES)
    assert min(counts.values()) >= 15
    assert len(TRUE) >= 50
    assert len(FALSE) >= 50


@pytest.mark.parametrize("line", TABLE, ids=[line["text"][:60] for line in TABLE])
def test_what_once_was_certified_falsely_is_not_supported(line: dict[str, Any]) -> None:
    found = Verifier().check(line["text"], line["evidence"])
    assert found.verdict in ("contradicted", "not_stated", "unverified"), reason(found.findings)
    assert reason(found.findings)


def test_hardly_any_false_sentence_is_supported() -> None:
    passed = [
        line["text"]
        for line in FALSE
        if Verifier().check(line["text"], line["evidence"]).verdict in ("verbatim", "supported")
    ]
    assert len(passed) <= MOST * len(FALSE), passed


def test_true_sentences_are_supported_or_left_open() -> None:
    verdicts = Counter(Verifier().check(one["text"], one["evidence"]).verdict for one in TRUE)
    assert verdicts["supported"] >= SUPPORTED, verdicts
    assert verdicts["contradicted"] <= CONTRADICTED, verdicts
    assert verdicts["verbatim"] == 0


MOST = 0.05  # of the false ones
SUPPORTED, CONTRADICTED = 15, 2  # of the true ones, with the weights that come along
