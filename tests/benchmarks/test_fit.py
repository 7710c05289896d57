"""Each regression recovers known weights, each fit reads its features, and the command runs them."""

import gzip
import json
import math
import os
from pathlib import Path

import numpy as np
import pytest
import typer
from typer.testing import CliRunner

from app.answering import answerability as product_answerability
from app.answering import extractive
from app.answering import sentence_ranking as product_ranking
from app.verification import support as product_support
from benchmarks import machine, retrieval
from benchmarks.__main__ import cli
from benchmarks.fit import (
    answerability,
    claims,
    command,
    features,
    follow_ups,
    japanese_words,
    questions,
    quoting,
    ranking,
    sentence_ranking,
    silence,
    support,
    verdicts,
    word_index,
)
from benchmarks.fit.regression import conditional_logistic, first_hits, logistic, out_of_fold
from benchmarks.fit.report import Fit
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.index import word_index as product_word_index
from vectorstore.ranking import Weights

CORPUS = {
    "a": "Tea is grown in Uji. The harvest of 1998 was 12 tons.",
    "b": "Rice ripens in Niigata. It is cut in September.",
    "c": "Cloves come from Ambon. They are dried in the sun.",
}


def values(fit: Fit) -> dict[str, float | None]:
    return {one.name: one.fitted for one in fit.constants}


def synthetic_questions(number: int = 1500, sentences: int = 8) -> features.Arrays:
    """Questions whose answers follow the weights in the code, but for the thresholds."""
    random = np.random.default_rng(0)
    rows = random.uniform(0, 1, (number, sentences, len(questions.SENTENCE)))
    weights = [getattr(product_ranking, name) for name in sentence_ranking.WEIGHTS]
    noise = random.gumbel(size=(number, sentences))  # the largest is then chosen by softmax
    best = (rows @ weights + noise).argmax(axis=1)
    seen = random.uniform(-1, 1, (number, len(questions.STRENGTH)))
    *slopes, rest = (getattr(product_answerability, name) for name in answerability.WEIGHTS)
    strength = 1 / (1 + np.exp(-(seen @ slopes + rest + 4.4)))
    answerable = random.uniform(size=number) < strength
    right = (np.arange(sentences) == best[:, None]) & answerable[:, None]
    tried = len(questions.NEAR_BEST)
    return {
        "set": (np.arange(number) >= number * 0.9).astype(int),
        "article": np.array([f"article {at % 12}" for at in range(number)]),
        "answerable": answerable,
        "strength": strength,
        "near": np.ones(number),
        "features": seen,
        "starts": np.arange(number) * sentences,
        "sentence": rows.reshape(number * sentences, -1),
        "right": right.ravel(),
        "quotes": np.tile(np.arange(tried, 0, -1), (number, 1)),
        "hits": np.ones((number, tried), dtype=bool),
    }


def synthetic_claims(number: int = 4000) -> features.Arrays:
    """Claims that are supported as the score in the code says."""
    random = np.random.default_rng(1)
    rows = random.uniform(0, 1, (number, len(claims.FEATURES)))
    rows[:, 2:4] = rows[:, 2:4] > 0.7
    constant, *slopes = product_support._WEIGHTS
    chance = 1 / (1 + np.exp(-(constant + rows @ np.array(slopes))))
    return {
        "set": np.arange(number) % 2,
        "claim": np.array([f"claim {at // 4}" for at in range(number)]),
        "features": rows,
        "label": random.uniform(size=number) < chance,
        "differs": rows[:, 2] > 0,
    }


def test_a_logistic_regression_recovers_its_weights() -> None:
    random = np.random.default_rng(2)
    rows = random.normal(size=(4_000, 2))
    labels = random.uniform(size=4_000) < 1 / (1 + np.exp(-(rows @ [2.0, -1.0] + 0.5)))
    found = logistic(rows, labels, np.ones(4_000))
    assert found == pytest.approx([2, -1, 0.5], abs=0.2)
    shrunk = logistic(rows, labels, np.ones(4_000), ridge=1000)
    assert abs(shrunk[0]) < abs(found[0])


def test_a_conditional_logit_recovers_its_weights_from_groups_with_a_right_row() -> None:
    data = synthetic_questions(4000)
    found = conditional_logistic(data["sentence"], data["starts"], data["right"])
    wanted = [getattr(product_ranking, name) for name in sentence_ranking.WEIGHTS]
    assert found == pytest.approx(wanted, rel=0.15, abs=0.15)
    shrunk = conditional_logistic(data["sentence"], data["starts"], data["right"], ridge=0.1)
    assert np.linalg.norm(shrunk) < np.linalg.norm(found)


def test_folds_hold_groups_together() -> None:
    groups = np.array(["a", "b", "c", "a", "b", "c"])
    seen: list[set[str]] = []

    def score(train: features.Array, test: features.Array) -> features.Array:
        assert not set(groups[train]) & set(groups[test])
        seen.append(set(groups[test]))
        return np.ones(int(test.sum()))

    assert out_of_fold(groups, 3, score).tolist() == [1] * 6
    assert sorted(map(len, seen)) == [1, 1, 1]


def test_hits_are_counted_among_the_best_rows_of_each_group() -> None:
    scores, right = np.array([0.9, 0.1, 0.2, 0.8]), np.array([True, False, True, False])
    assert first_hits(scores, np.array([0, 2]), right, (1, 2)) == [0.5, 1.0]


def test_the_sentence_weights_are_recovered() -> None:
    result = sentence_ranking.fit(synthetic_questions())
    found = values(result)
    for name in sentence_ranking.WEIGHTS:
        assert found[name] == pytest.approx(getattr(product_ranking, name), rel=0.5), name
    assert set(sentence_ranking.LOOKS) < set(found)
    assert {"in the code", "fitted", "the looks alone, fitted"} < set(result.figures)


def test_the_weights_of_the_strength_are_recovered() -> None:
    result = answerability.fit(synthetic_questions(6000))
    found = values(result)
    for name in questions.STRENGTH:
        assert found[name] == pytest.approx(getattr(product_answerability, name), abs=0.6), name


def test_the_weights_of_the_support_are_recovered() -> None:
    found = values(support.fit(synthetic_claims()))
    for name, weight in zip(claims.FEATURES, product_support._WEIGHTS[1:], strict=True):
        assert found[f"_WEIGHTS, {name}"] == pytest.approx(weight, abs=0.6), name


def synthetic_readings(number: int = 6000) -> features.Arrays:
    """Claims that follow as the checker says, half of them beside long evidence."""
    random = np.random.default_rng(5)
    logits = random.normal(0, 3, (number, 2))
    looks = (random.uniform(0, 1, (number, 2)) > 0.8).astype(float)
    true = random.uniform(size=number) < 1 / (1 + np.exp(-(logits[:, 0] - 0.5 * logits[:, 1])))
    odds = np.exp(np.column_stack([logits, np.zeros(number)]))
    return {
        "set": np.arange(number) % len(verdicts.SETS),
        "claim": np.array([f"claim {at // 2}" for at in range(number)]),
        "values": np.column_stack([np.ones(number), looks, logits]),
        "reading": odds / odds.sum(axis=1, keepdims=True),
        "label": np.where(true, 0, 3),
        "long": random.uniform(size=number) < 0.5,
        "differs": np.zeros(number, dtype=bool),
        "never": ~true & (np.arange(number) < 20),
    }


def test_the_weights_of_the_verdicts_are_recovered_and_few_false_claims_pass() -> None:
    result = verdicts.fit(synthetic_readings())
    found = values(result)
    for name in ("CITATION", "PASSAGE"):
        assert found[f"{name}, supported"] == pytest.approx(1, abs=0.2)
        assert found[f"{name}, contradicted"] == pytest.approx(-0.5, abs=0.2)
        for one in verdicts.SETS:
            assert result.figures[f"{name}, {one}"]["false, supported"] <= 0.05
        assert result.figures[f"{name}, WiCE"]["AUROC"] > 0.8


def test_thresholds_are_compared_and_judged_ones_have_no_fitted_value() -> None:
    asked = synthetic_questions()
    assert set(values(silence.fit(asked)).values()) == {None}
    assert values(quoting.fit(asked)) == {"exp(_NEAR_BEST)": None}


def test_the_search_weights_are_those_that_reach_every_goal() -> None:
    """Only the sentence tells here, so more weight on it is better."""
    random = np.random.default_rng(3)
    queries, hits = 200, 12
    right = np.tile(np.arange(hits) == 0, queries)
    scores = random.uniform(0, 1, (queries * hits, 4))
    scores[right, 1] = 1.5
    result = ranking.fit(
        {
            "set": np.arange(queries) % len(ranking.SETS),
            "relevant": np.ones(queries, dtype=int),
            "starts": np.arange(queries) * hits,
            "record": np.array([f"record {at}" for at in range(queries * hits)]),
            "right": right,
            "copy": np.zeros(queries * hits, dtype=bool),
            "scores": scores.astype(np.float32),
        }
    )
    found = values(result)
    assert sum(value or 0 for value in found.values()) == pytest.approx(1)
    assert found["Weights.sentence"] == max(value or 0 for value in found.values())
    assert 40 <= len(ranking.grid()) <= 50
    assert all(isinstance(one, Weights) for one in ranking.grid())


def test_values_of_a_grid_are_chosen_by_their_mean() -> None:
    figures = np.zeros((16, 8))
    figures[5] = 1
    assert values(word_index.fit({"figures": figures})) == {"K1": 0.9, "B": 0.5}
    tried = sum(len(one) for _, one in follow_ups.TRIED.values())
    rising = np.tile(np.arange(tried, dtype=float)[:, None], 2)
    assert values(follow_ups.fit({"figures": rising}))["_FEW_LOOSE"] == 5
    data = {"_ENDINGS": np.eye(6)[:, :2], "_CJK_EXTRA": np.eye(5)[:, :2]}
    assert set(values(japanese_words.fit(data))) == {"_ENDINGS", "_CJK_EXTRA"}


def test_the_pair_in_the_code_is_tried_even_off_the_grid(monkeypatch: pytest.MonkeyPatch) -> None:
    number = len(word_index.grid())
    monkeypatch.setattr(product_word_index, "K1", 1.05)
    assert len(word_index.grid()) == number + 1
    figures = np.zeros((number + 1, 8))
    figures[-1] = 1
    assert values(word_index.fit({"figures": figures}))["K1"] == 1.05


def test_features_are_computed_once_until_the_data_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file, computed = tmp_path / "data", []

    def compute() -> features.Arrays:
        computed.append(1)
        return {"numbers": np.array([1, 2])}

    file.write_text("one")
    for _ in range(2):
        assert features.kept("tea", [file], compute)["numbers"].tolist() == [1, 2]
    assert len(computed) == 1
    file.write_text("two")
    features.kept("tea", [file], compute)
    assert len(computed) == 2


@pytest.mark.parametrize(
    ("changed", "text", "counts"),
    [
        ("vectorstore/ranking.py", "A = 1  # judged", False),
        ("vectorstore/ranking.py", "A = 2", True),
        ("vectorstore/text/data/verbs.toml", "# from a list\nverbs = ['go']", False),
        ("vectorstore/text/data/verbs.toml", "verbs = ['went']", True),
        ("benchmarks/fit/words.py", "DEPTH = 10", True),
        ("benchmarks/retrieval.py", "DEPTH = 10", True),
        ("benchmarks/answering.py", "DEPTH = 10", True),
        ("benchmarks/window.py", "PAGES = 10", False),
    ],
)
def test_all_code_and_tables_that_features_depend_on_count_but_for_comments(
    tmp_path: Path, changed: str, text: str, counts: bool
) -> None:
    for name in ("vectorstore/text/data", "benchmarks/fit"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "vectorstore/ranking.py").write_text("A = 1")
    (tmp_path / "vectorstore/text/data/verbs.toml").write_text("verbs = ['go']")
    before = features.code_version(tmp_path)
    (tmp_path / changed).write_text(text)
    assert (features.code_version(tmp_path) != before) == counts


def test_constants_are_replaced_only_for_the_block() -> None:
    before = product_answerability.ENOUGH
    with features.replaced(product_answerability, ENOUGH=0.1):
        assert product_answerability.ENOUGH == 0.1
    assert before == product_answerability.ENOUGH
    with pytest.raises(AttributeError), features.replaced(product_answerability, NOTHING=1):
        pass


def write_set(folder: Path, asked: list[dict[str, object]]) -> None:
    folder.mkdir(parents=True)
    records = [{"_id": key, "title": key, "text": text} for key, text in CORPUS.items()]
    (folder / "corpus.jsonl.gz").write_bytes(
        gzip.compress("\n".join(map(json.dumps, records)).encode())
    )
    (folder / "queries.jsonl").write_text("\n".join(map(json.dumps, asked)))
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\ta\t1\n2\tb\t1\n")


def write_own(file: Path) -> None:
    """The same questions, as the held back passages of the checker's data have them."""
    asked = {
        "a": ("Where is tea grown?", "Uji"),
        "b": ("Where does rice ripen?", "Niigata"),
        "c": ("Who sells cloves in 1998?", None),
    }
    lines = [
        {
            "id": key,
            "sentences": CORPUS[key].split(". "),
            "questions": [{"text": text, "answer": answer, "sentences": []}],
        }
        for key, (text, answer) in asked.items()
    ]
    file.parent.mkdir(parents=True)
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))


def test_the_product_computes_the_features_of_questions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, embeddings: SentenceEmbeddings
) -> None:
    monkeypatch.setattr(retrieval, "SentenceEmbeddings", lambda: embeddings)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    asked: list[dict[str, object]] = [
        {"_id": "1", "text": "Where is tea grown?", "answerable": True, "answer": ["Uji"]},
        {"_id": "2", "text": "Where does rice ripen?", "answerable": True, "answer": ["Niigata"]},
        {
            "_id": "3", "text": "Who sells cloves in 1998?", "answerable": False, "answer": [],
            "source_paragraph": "c",
        },
    ]  # fmt: skip
    for name in questions.SETS[:-1]:
        write_set(tmp_path / "bench" / name, asked)
    write_own(tmp_path / "train" / questions.QUESTIONS)
    data = questions.collect(tmp_path / "bench")
    assert data["answerable"].tolist() == [True, True, False] * 3
    assert data["set"].tolist() == [0] * 3 + [1] * 3 + [2] * 3
    starts = data["starts"].tolist()
    assert [bool(data["right"][at]) for at in starts] == [True, True, False] * 3
    weights = [getattr(product_ranking, name) for name in sentence_ranking.WEIGHTS]
    first = (data["sentence"] @ np.array(weights))[starts[0] : starts[1]]
    assert first.tolist() == sorted(first, reverse=True)
    *slopes, rest = (getattr(product_answerability, name) for name in answerability.WEIGHTS)
    odds = data["features"] @ np.array(slopes) + rest
    assert data["strength"] == pytest.approx(1 / (1 + np.exp(-odds)))


def test_questions_without_their_relevant_records_are_refused_in_a_sentence(tmp_path: Path) -> None:
    for name in questions.SETS[:-1]:
        write_set(tmp_path / "bench" / name, [])
    (tmp_path / "bench" / questions.SETS[0] / "qrels.tsv").unlink()
    with pytest.raises(typer.BadParameter, match=r"there is no .*qrels\.tsv.*dev\.jsonl\.gz"):
        questions.collect(tmp_path / "bench")


def test_help_names_every_fit_and_an_unknown_one_is_refused(tmp_path: Path) -> None:
    shown = " ".join(CliRunner().invoke(cli, ["fit", "--help"]).output.replace("│", " ").split())
    assert all(name in shown for name in [*command.FITS, "all"])
    refused = CliRunner().invoke(cli, ["fit", "nothing", str(tmp_path)])
    assert refused.exit_code == 2
    missing = CliRunner().invoke(cli, ["fit", "support", str(tmp_path)])
    assert missing.exit_code == 2
    assert "skipped" in missing.output


def test_all_fits_pass_over_what_is_missing_and_keep_their_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "RESULTS", tmp_path / "results")
    step = command._Step(lambda _: synthetic_questions(), quoting.fit)
    monkeypatch.setitem(command.FITS, "quoting", step)
    result = CliRunner().invoke(cli, ["fit", "all", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert "support: there is no" in " ".join(result.output.split())
    (file,) = (tmp_path / "results").iterdir()
    kept = json.loads(file.read_text())
    assert kept["constants"][0]["in_code"] == pytest.approx(math.exp(extractive._NEAR_BEST))
    assert "torch" in kept["machine"]


@pytest.mark.skipif(
    not Path(os.environ.get("BENCHMARK_DATA", "nowhere")).is_dir(),
    reason="set BENCHMARK_DATA to the folder of the public data sets to run every fit on them",
)
def test_the_weights_in_the_code_have_the_signs_of_those_of_the_data() -> None:
    folder = Path(os.environ["BENCHMARK_DATA"])
    for name in ("sentence-ranking", "answerability", "support"):
        step = command.FITS[name]
        for one in step.fit(step.collect(folder)).constants:
            assert one.fitted is not None
            assert one.fitted * one.in_code > 0, f"{name} {one.name} has another sign"
