"""The metrics, and a whole run on claims that the test makes."""

import doctest
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks import checking, machine
from benchmarks.__main__ import cli

TEA = "Tea is grown in Uji. The harvest of 1998 was 12 tons."


def write(file: Path, lines: list[dict[str, object]]) -> None:
    file.parent.mkdir()
    file.write_text("\n".join(json.dumps(line) for line in lines))


def test_the_metrics_are_the_usual_ones() -> None:
    assert doctest.testmod(checking).failed == 0
    assert doctest.testmod(machine).failed == 0
    assert checking.macro_f1([True, False], [True, False]) == 1
    assert checking.macro_f1([True, False], [False, True]) == 0
    assert checking.auroc([True, True], [0.1, 0.2]) == 0.5


def test_a_set_is_measured_from_end_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(checking, "ATTRIBUTION", Path("tea", "dev.jsonl"))
    claims = [
        ("Tea is grown in Uji.", 1),
        ("In Uji, tea is grown.", 1),
        ("The harvest of 1998 was 14 tons.", 0),
        ("Rice ripens in Niigata.", 0),
    ] * 5
    lines = [
        {"_id": str(at), "claim": claim, "evidence": TEA, "label": label, "source": "tea"}
        for at, (claim, label) in enumerate(claims)
    ]
    write(tmp_path / "tea" / "dev.jsonl", lines)
    result = CliRunner().invoke(cli, ["checking", str(tmp_path), "--ablate"])
    assert result.exit_code == 0, result.output
    assert "skipped" in " ".join(result.output.split())
    kept = json.loads((tmp_path / "results" / "checking.json").read_text())
    measured = kept["measured"]["tea"]
    assert measured["macro-F1 by verdict, pooled"] == 1
    assert measured["verdicts (supported, not)"] == {
        "contradicted": [0, 5], "supported": [5, 0], "unsupported": [0, 5], "verbatim": [5, 0],
    }  # fmt: skip
    assert measured["ablation"]["words alone"]["AUROC"] <= measured["AUROC"] == 1
    assert "torch" in kept["machine"]


def test_sets_that_are_not_there_are_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["checking", str(tmp_path)])
    assert result.exit_code == 2
    assert "skipped" in result.output
