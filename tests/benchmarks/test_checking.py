"""The metrics, and a whole run on claims that the test makes."""

import doctest
import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks import checking, machine, scoring
from benchmarks.__main__ import cli

TEA = ["Tea is grown in Uji.", "The harvest of 1998 was 12 tons."]


def write(file: Path, lines: list[dict[str, object]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(file, "wt") as opened:
        opened.writelines(json.dumps(line) + "\n" for line in lines)


def test_the_metrics_are_the_usual_ones() -> None:
    assert doctest.testmod(scoring).failed == 0
    assert doctest.testmod(machine).failed == 0
    assert scoring.macro_f1([True, False], [True, False]) == 1
    assert scoring.macro_f1([True, False], [False, True]) == 0
    assert scoring.auroc([True, True], [0.1, 0.2]) == 0.5


@pytest.mark.slow
def test_sets_are_measured_from_end_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "RESULTS", tmp_path / "results")
    claims = [
        ("Tea is grown in Uji.", "supported", [0]),
        ("The harvest of 1998 was 14 tons.", "contradicted", [1]),
        ("Rice ripens in Niigata.", "not_stated", [0]),
    ]
    line = {
        "id": "tea",
        "origin": "written",
        "sentences": TEA,
        "claims": [
            {"text": text, "label": label, "sentences": sentences}
            for text, label, sentences in claims
        ],
        "questions": [],
    }
    write(tmp_path / "train" / "claims" / "dev.jsonl.gz", [line])
    public = {"claim": "Tea is grown in Uji.", "evidence": " ".join(TEA), "label": 1}
    write(
        tmp_path / "bench" / "citation_attributionbench" / "dev.jsonl.gz",
        [{**public, "_id": "1", "source": "tea"}],
    )
    write(
        tmp_path / "bench" / "citation_wice" / "claim_dev_oracle.jsonl.gz",
        [
            {**public, "_id": "1#1", "claim_id": "1"},
            {**public, "_id": "1#2", "claim_id": "1", "label": 0, "evidence": "It rained."},
        ],
    )
    result = CliRunner().invoke(
        cli, ["checking", str(tmp_path / "bench"), str(tmp_path / "train"), "--limit", "9"]
    )
    assert result.exit_code == 0, result.output
    assert "FM2 is skipped" in " ".join(result.output.split())
    kept = json.loads((tmp_path / "results" / "checking.json").read_text())
    cited = kept["measured"]["claims, cited"]
    assert (cited["claims"], cited["false called supported"]) == (3, 0)
    assert cited["true called supported"] == cited["AUROC"] == 1
    assert cited["contradicted, rows"] == {"contradicted": 1}
    assert kept["measured"]["WiCE"]["claims"] == 1
    assert kept["measured"]["own sentences"]["false called supported"] == 0
    assert kept["measured"]["time"]["first reading of a process besides, s"] > 0
    assert "torch" in kept["machine"]


def test_sets_that_are_not_there_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "SETS", {"WiCE": checking.SETS["WiCE"]})
    result = CliRunner().invoke(cli, ["checking", str(tmp_path), str(tmp_path)])
    assert result.exit_code == 2
    assert "skipped" in result.output
