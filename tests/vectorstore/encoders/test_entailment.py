"""Tiny entailment models, made here and real: sentence-transformers loads and runs them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.verification.verifier import Verifier
from app.verification.wording import reason
from vectorstore.encoders.embedding_model import packaged_model
from vectorstore.encoders.entailment import Entailment
from vectorstore.encoders.pair_classifier import Labels, labels_of
from vectorstore.errors import ModelUnavailable
from vectorstore.library import Library

QUOTE = "In February 2025, Prime Minister Ishiba met with Palauan President Surangel Whipps Jr."
CLAIM = "Ishiba met President Whipps in February 2025."
THREE = {0: "contradiction", 1: "entailment", 2: "neutral"}


@pytest.fixture(scope="session")
def make_model(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Saves a BERT of one layer, on the packaged tokenizer, whose output is always `sure`."""

    def make(labels: dict[int, str], sure: int = 0, value: float = 9.0) -> Path:
        import torch
        from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

        torch.manual_seed(7)
        folder = tmp_path_factory.mktemp("entailment")
        config = BertConfig(
            hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=64,
            num_labels=len(labels), id2label=labels, label2id={v: k for k, v in labels.items()},
        )  # fmt: skip
        model = BertForSequenceClassification(config)
        with torch.no_grad():
            model.classifier.weight.mul_(0.01)
            model.classifier.bias[sure] = value
        model.save_pretrained(folder)
        AutoTokenizer.from_pretrained(packaged_model()).save_pretrained(folder)
        return folder

    return make


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (["contradiction", "entailment", "neutral"], Labels(1, 0)),
        (["CONTRADICTION", "NEUTRAL", "ENTAILMENT"], Labels(2, 0)),
        (["entailment", "not_entailment"], Labels(0, None)),
        (["SUPPORTS", "REFUTES", "NOT ENOUGH INFO"], Labels(0, 1)),
        (["unsupported", "supported"], Labels(1, None)),
        (["hallucinated", "consistent"], Labels(1, None)),
        (["LABEL_0"], Labels(None, None)),
        (["LABEL_0", "LABEL_1", "LABEL_2"], None),
    ],
)
def test_labels_are_read_by_their_names(names: list[str], labels: Labels | None) -> None:
    assert labels_of(dict(enumerate(names))) == labels


@pytest.mark.parametrize(
    ("sure", "verdict"), [(0, "contradicted"), (1, "supported"), (2, "unverified")]
)
def test_the_model_has_the_last_word_on_what_words_leave_open(
    article: Library, make_model: Callable[..., Path], sure: int, verdict: str
) -> None:
    article.entailment = Entailment(str(make_model(THREE, sure)))
    try:
        found = Verifier(article).check(CLAIM, [QUOTE])
        assert found.verdict == verdict
        assert "entailment model" in reason(found.findings)
        assert Verifier(article).check(QUOTE, [QUOTE]).verdict == "verbatim"
        invented = Verifier(article).check("Ishiba met President Whipps in May 2021.", [QUOTE])
        assert invented.verdict == "contradicted"
        assert "2021" in reason(invented.findings)
    finally:
        article.entailment = None


def test_a_model_with_two_labels_or_one_score(make_model: Callable[..., Path]) -> None:
    two = Entailment(str(make_model({0: "entailment", 1: "not_entailment"}, 1)))
    (found,) = two.judge(CLAIM, [QUOTE])
    assert found.follows < 0.01
    assert found.against is None
    one = Entailment(str(make_model({0: "LABEL_0"}, 0, 2.0)))
    assert one.judge(CLAIM, [QUOTE])[0].follows == pytest.approx(0.88, abs=0.02)


def test_without_time_only_the_first_are_read(make_model: Callable[..., Path]) -> None:
    model = Entailment(str(make_model(THREE)), seconds=0)
    assert len(model.judge(CLAIM, [QUOTE] * 9)) == 4
    assert model.judge(CLAIM, []) == []


def test_a_model_that_cannot_be_used_becomes_a_notice(
    article: Library, make_model: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    nameless = make_model({0: "LABEL_0", 1: "LABEL_1"})
    for folder in (tmp_path / "empty", nameless):
        model = Entailment(str(folder))
        with pytest.raises(ModelUnavailable, match="KAKEHASHI_ENTAILMENT"):
            model.warm()
        article.entailment = model
        try:
            assert Verifier(article).check(CLAIM, [QUOTE]).verdict == "unverified"
            assert "KAKEHASHI_ENTAILMENT" in " ".join(article.notices)
        finally:
            article.entailment = None
