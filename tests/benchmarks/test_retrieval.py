"""The metrics, and a whole run on a data set of four records that the test makes."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks import machine, retrieval
from benchmarks.__main__ import cli


def test_the_metrics_are_those_of_trec_eval() -> None:
    found = retrieval.score(["a", "x", "b"], frozenset("abc"))
    assert found["R@10"] == pytest.approx(2 / 3)
    assert found["MAP@10"] == pytest.approx((1 + 2 / 3) / 3)
    assert found["nDCG@10"] == pytest.approx((1 + 0.5) / (1 + 0.6309 + 0.5), abs=1e-4)
    assert (found["hit@1"], found["hit@5"]) == (1, 1)
    none = retrieval.score([], frozenset("a"))
    assert set(none.values()) == {0}
    assert set(none) == set(retrieval.METRICS)


def test_a_data_set_is_measured_from_end_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(machine, "RESULTS", tmp_path / "results")
    folder = tmp_path / "tea"
    folder.mkdir()
    records = {
        "a": "Tea is grown in Uji.",
        "b": "Rice is grown in Niigata.",
        "c": "",
        "d": "Cloves.",
    }
    corpus = [{"_id": key, "title": "", "text": text} for key, text in records.items()]
    (folder / "corpus.jsonl").write_text("\n".join(map(json.dumps, corpus)))
    queries = [
        {"_id": "1", "text": "Where is tea grown?", "history": []},
        {
            "_id": "2",
            "text": "and rice?",
            "history": [{"role": "user", "text": "Where is tea grown?"}],
        },
        {"_id": "3", "text": "not judged"},
    ]
    (folder / "queries_dev.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (folder / "qrels_dev.tsv").write_text("query-id\tcorpus-id\tscore\n1\ta\t1\n1\tb\t0\n2\tb\t1\n")
    command = ["retrieval", str(folder), "--split", "dev", "--corpus", str(folder / "corpus.jsonl")]
    for options in (["--history"], ["--ablate"], []):
        result = CliRunner().invoke(cli, [*command, *options])
        assert result.exit_code == 0, result.output
    assert "the BM25 reference is skipped" in result.output
    kept = json.loads((tmp_path / "results" / "retrieval-tea_dev_history.json").read_text())
    assert kept["measured"]["Kakehashi with history"]["hit@1"] == 1
    assert set(kept["measured"]["Kakehashi"]) == set(retrieval.METRICS)
    assert "torch" in kept["machine"]


def test_a_data_set_that_is_not_there_is_told(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["retrieval", str(tmp_path / "nothing")])
    assert result.exit_code == 2
    assert "skipped" in result.output
