"""A tiny cross-encoder, made here and real: sentence-transformers loads and runs it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from vectorstore.encoders.embedding_model import packaged_model
from vectorstore.encoders.reranker import Reranker
from vectorstore.errors import ModelUnavailable
from vectorstore.library import Library
from vectorstore.ranking import Query

QUESTION = "Who stood beside President Peña?"


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two layers with random weights and one label, on the packaged tokenizer."""
    import torch
    from transformers import AutoTokenizer, BertConfig, BertForSequenceClassification

    torch.manual_seed(7)
    folder = tmp_path_factory.mktemp("cross-encoder")
    config = BertConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        num_labels=1, initializer_range=0.5,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(packaged_model()).save_pretrained(folder)
    return folder


@pytest.fixture
def reranked(article: Library, tiny: Path) -> Iterator[Library]:
    """The article's library, with the reranker."""
    article.searcher.reranker = Reranker(str(tiny), seconds=60)
    yield article
    article.searcher.reranker = None


def test_the_hits_come_in_the_order_of_the_model(reranked: Library, tiny: Path) -> None:
    from sentence_transformers import CrossEncoder

    hits = reranked.search(QUESTION, 8)
    scores = CrossEncoder(str(tiny)).predict([(QUESTION, hit.passage.text) for hit in hits])
    assert [hit.reranked for hit in hits] == pytest.approx(scores.tolist(), rel=1e-3)
    assert [hit.reranked for hit in hits] == sorted((hit.reranked for hit in hits), reverse=True)
    reranker, reranked.searcher.reranker = reranked.searcher.reranker, None
    assert [hit.passage.id for hit in hits] != [h.passage.id for h in reranked.search(QUESTION, 8)]
    reranked.searcher.reranker = reranker


def test_without_time_only_the_first_are_read_again(article: Library, tiny: Path) -> None:
    hits = article.search(QUESTION, 100)
    assert len(hits) > 8
    again = Reranker(str(tiny), seconds=0).rerank(QUESTION, hits)
    assert {h.passage.id for h in again[:8]} == {h.passage.id for h in hits[:8]}
    assert all(hit.reranked is not None for hit in again[:8])
    assert again[8:] == hits[8:]
    assert Reranker(str(tiny)).rerank(QUESTION, []) == []


def test_a_model_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelUnavailable, match="KAKEHASHI_RERANKER"):
        Reranker(str(tmp_path / "empty")).warm()


def test_searching_goes_on_without_a_model_that_cannot_be_loaded(
    article: Library, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    article.searcher.reranker = Reranker(str(tmp_path / "empty"))
    assert "Lee I-yang" in article.search(QUESTION, 1)[0].passage.text
    assert "KAKEHASHI_RERANKER" in " ".join(article.notices)
    assert article.searcher.reranker is None
    article.searcher.notice = ""


def test_the_candidates_are_read_again_too(reranked: Library) -> None:
    ranked = list(reranked.searcher.search(Query(QUESTION), 3, keep_rejected=True).hits)
    assert ranked[:3] == reranked.search(QUESTION, 3)
    assert all(hit.reranked is not None for hit in ranked)
