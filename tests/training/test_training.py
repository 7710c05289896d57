"""The rows that train the checker, and a small run from data to weights that can be read."""

import gzip
import json
import random
from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from typer.testing import CliRunner

from training import __main__ as command
from training import model, rows
from training.edits import edited
from training.graph import graph
from training.rows import LABELS, held_out, read, rows_of_a_pass
from training.trainer import Encoder, start_weights
from vectorstore.encoders.bert import GRAPH
from vectorstore.encoders.checker import WEIGHTS, Checker, packaged_checker
from vectorstore.encoders.embedding_model import file_hash

SENTENCES = [
    "The council of Brenna approved the ferry by 7 votes to 2.",
    "Mayor Lind said that the ferry would open in 2031, before the bridge.",
    "The operator, Norland Lines, has not named a price.",
]


def write(file: Path, lines: list[dict[str, object]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(file, "wt") as opened:
        opened.writelines(json.dumps(line) + "\n" for line in lines)


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(rows, "WRITTEN", tmp_path / "none")  # few rows, so that a run is short
    passages = [
        {
            "id": f"p{number}",
            "origin": "written",
            "sentences": SENTENCES,
            "claims": [
                {"text": "Brenna’s council voted for the ferry.", "label": "supported", "sentences": [0]},
                {"text": "The council refused the ferry.", "label": "contradicted", "sentences": [0]},
                {"text": "The ferry will cost 9 euros.", "label": "not_stated", "sentences": [2]},
            ],
            "questions": [
                {"text": "When will it open?", "answer": "2031", "sentences": [1]},
                {"text": "Who owns it?", "answer": None, "sentences": []},
            ],
        }
        for number in range(8)
    ]  # fmt: skip
    for name in ("train", "dev"):
        write(tmp_path / "claims" / f"{name}.jsonl.gz", passages)
    write(
        tmp_path / "nli" / "fm2_dev.jsonl.gz",
        [
            {"set": "fm2_dev", "id": str(at), "premise": SENTENCES[:1], "claim": "It rained.",
             "label": "unsupported"}
            for at in range(40)
        ],
    )  # fmt: skip
    for name in ("timeqa_train", "selqa_dev", "condaqa_dev", "covidqa"):
        write(
            tmp_path / "qa" / f"{name}.jsonl.gz",
            [
                {"set": name, "id": str(at), "question": "When?", "sentences": SENTENCES,
                 "answer_sentences": [1]}
                for at in range(2)
            ],
        )  # fmt: skip
    return tmp_path


def test_a_pass_has_every_kind_of_row_and_the_same_ones_for_a_seed(data: Path) -> None:
    found = read(data)
    drawn = rows_of_a_pass(found, 0)
    assert {row.verdicts for row in drawn if row.verdicts} == set(LABELS.values())
    assert {row.answers for row in drawn} == {True, False, None}
    assert drawn == rows_of_a_pass(found, 0) != rows_of_a_pass(found, 1)


def test_written_claims_bring_their_passage_or_name_one_of_a_question_set(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = [{"text": "It opens in 2031.", "label": "supported", "sentences": [1]}]
    written = [
        {"id": "own", "sentences": SENTENCES[:2], "claims": claims},
        {"id": "selqa_dev:1", "claims": claims},
        {"id": "p0", "claims": claims},
        {"id": "of a folder that is not here", "claims": claims},
    ]
    (data / "written").mkdir()
    (data / "written" / "one.jsonl").write_text("".join(json.dumps(one) + "\n" for one in written))
    monkeypatch.setattr(rows, "WRITTEN", data / "written")
    found = {passage["id"]: passage for passage in read(data).passages}
    assert found["own"]["sentences"] == SENTENCES[:2]
    assert found["selqa_dev:1"]["sentences"] == SENTENCES
    assert len(found["p0"]["claims"]) == 4
    assert len(found) == 10


def test_a_tenth_of_the_reported_sets_is_held_out_by_group(data: Path) -> None:
    lines = [{"set": "fm2_dev", "id": str(at), "group": str(at // 2)} for at in range(2000)]
    kept = [held_out(line) for line in lines]
    assert kept[::2] == kept[1::2]
    assert 0.07 < sum(kept) / len(kept) < 0.13
    assert not held_out({"set": "mnli_dev", "id": "1"})
    assert len(read(data).open_sets["fm2_dev"]) < 40


def test_edits_change_the_sentence_and_know_what_became_of_it() -> None:
    evidence = " ".join(SENTENCES)
    seen = {}
    for seed in range(400):
        chance = random.Random(seed)
        sentence = chance.choice(SENTENCES)
        if edit := edited(evidence, sentence, chance):
            text, label = edit
            assert text != sentence
            seen[text] = label
    assert seen["The operator, Norland Lines, has named a price."] == "contradicted"
    assert seen["Mayor Lind said that the ferry would open in 2031, after the bridge."] == (
        "contradicted"
    )
    assert seen["The council of Brenna refused the ferry by 7 votes to 2."] == "contradicted"
    assert seen["Mayor Lind said that the ferry would open in 2031."] == "supported"
    assert set(seen.values()) == {"supported", "contradicted", "unsupported"}


@pytest.mark.slow
def test_a_run_from_data_to_weights_that_can_be_read(data: Path) -> None:
    out = data / "made" / "checker.safetensors"
    result = CliRunner().invoke(command.cli, [str(data), "--passes", "1", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "after pass 1" in result.output
    trained = Checker(out, file_hash(out))
    (reading,) = trained.read("It rained.", ["It rained."])
    assert 0 < reading.supported < 1
    assert out.stat().st_size < 25_000_000


def test_the_graph_in_the_package_is_the_one_that_is_described() -> None:
    assert onnx.load_model_from_string(GRAPH.read_bytes()) == graph()


@torch.inference_mode()
def test_what_is_trained_is_what_runs() -> None:
    pairs = [("It rained in Ostwick all day.", "It rained."), ("It was dry.", "Did it rain?")]
    verdicts, answers = model.CheckerModel(start_weights(WEIGHTS))(model.batch_of(Encoder()(pairs)))
    verdicts = torch.softmax(verdicts, dim=-1)
    for (evidence, sentence), verdict, answer in zip(
        pairs, verdicts.numpy(), answers.numpy(), strict=True
    ):
        (reading,) = packaged_checker().read(sentence, [evidence])
        assert np.allclose(
            [reading.supported, reading.contradicted, reading.not_stated], verdict, atol=1e-4
        )
        (probability,) = packaged_checker().answer(sentence, [evidence])
        assert np.isclose(probability, 1 / (1 + np.exp(-answer)), atol=1e-4)
