import threading
from pathlib import Path

import numpy as np
import pytest

from vectorstore.encoders import embeddings as module
from vectorstore.encoders.embedding_model import packaged_model
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.encoders.pooling import Vectors
from vectorstore.errors import ModelUnavailable
from vectorstore.text.sentences import sentences

TEXTS = [
    "What did Japan's G7 presidency do for Taiwan?",
    "Kishida",
    "駐立陶宛台灣代表處",
    " ".join(["The communiqué spoke of peace and stability."] * 80),  # longer than the model reads
]


def test_questions_and_documents_are_embedded_alike(embeddings: SentenceEmbeddings) -> None:
    """The quick path for questions gives what sentence-transformers gives in float32."""
    from sentence_transformers import SentenceTransformer

    exact = SentenceTransformer(str(packaged_model()), device="cpu").encode(
        TEXTS, normalize_embeddings=True
    )
    quick = np.stack([embeddings.encode_query(text) for text in TEXTS])
    assert (quick * exact).sum(axis=1).min() > 0.99999
    fast = np.stack([embedded.passage for embedded in embeddings.encode(TEXTS)])
    assert (fast * exact).sum(axis=1).min() > 0.999


def test_torch_and_onnxruntime_give_passages_and_sentences_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Also where the processor lets one of them do it: the vectors have one fingerprint."""
    texts = ["Japan met Peña. They signed a memorandum.", *TEXTS]
    found = []
    for in_torch in (True, False):
        monkeypatch.setattr(module, "multiplies_in_bfloat16", lambda answer=in_torch: answer)
        some = SentenceEmbeddings().embed_batch(texts, ["A treaty"] * len(texts), threads=2)
        found.append(np.concatenate([np.vstack([one.passage, one.sentences]) for one in some]))
    assert (found[0] * found[1]).sum(axis=1).min() > 0.999


def test_every_sentence_has_a_vector_of_length_one(embeddings: SentenceEmbeddings) -> None:
    text = "Japan met Peña. They signed a memorandum. " * 60
    embedded = embeddings.encode([text])[0]
    assert embedded.sentences.shape == (len(sentences(text)), 384)
    assert np.allclose(np.linalg.norm(embedded.sentences, axis=1), 1, atol=1e-5)


def test_sentences_are_told_apart_by_what_they_mean(embeddings: SentenceEmbeddings) -> None:
    embedded = embeddings.encode(["The two leaders signed a treaty. It rained in Kyiv all week."])[
        0
    ]
    question = embeddings.encode_query("What was signed?")
    assert embedded.sentences[0] @ question > embedded.sentences[1] @ question


def test_the_order_of_the_texts_is_kept(embeddings: SentenceEmbeddings) -> None:
    texts = ["short", "a somewhat longer text about rice", "mid length"] * 30
    seen: list[tuple[int, int]] = []
    some = embeddings.encode(texts, lambda done, total: seen.append((done, total)))
    assert np.allclose(some[1].passage, embeddings.encode([texts[1]])[0].passage, atol=0.02)
    assert seen[-1] == (90, 90)
    assert embeddings.encode([]) == []


def test_langchain_sees_ordinary_embeddings(embeddings: SentenceEmbeddings) -> None:
    assert len(embeddings.embed_query("rice")) == 384
    assert [len(vector) for vector in embeddings.embed_documents(["rice", "tea"])] == [384, 384]


def test_another_model_is_taken_from_a_folder(tmp_path: Path) -> None:
    """A tiny real model of another kind: CLS pooling, so its sentences are embedded on their own."""
    folder = tiny_model(tmp_path)
    other = SentenceEmbeddings(str(folder))
    assert other.fingerprint.startswith(str(folder))
    embedded = other.encode(["One sentence here. Another one there."])[0]
    assert embedded.passage.shape == (16,)
    assert embedded.sentences.shape == (2, 16)
    assert other.encode_query("Who?").shape == (16,)


def test_the_prompts_of_a_model_are_respected(tmp_path: Path) -> None:
    """As multilingual-e5 has them; with a prompt, sentences are embedded on their own."""
    from sentence_transformers import SentenceTransformer

    folder = tiny_model(tmp_path, pooling="mean")
    plain = SentenceTransformer(str(folder), device="cpu")
    plain.prompts = {"query": "query: ", "passage": "passage: "}
    plain.save(str(tmp_path / "prompted"))
    model = SentenceEmbeddings(str(tmp_path / "prompted"))
    bare = SentenceTransformer(str(folder), device="cpu")
    wanted = bare.encode(["query: Who?", "passage: Uji grows tea."], normalize_embeddings=True)
    assert model.encode_query("Who?") @ wanted[0] > 0.999
    embedded = model.encode(["Uji grows tea."])[0]
    assert embedded.passage @ wanted[1] > 0.999
    assert embedded.sentences[0] @ wanted[1] > 0.999


def test_a_heading_is_read_with_its_passage(embeddings: SentenceEmbeddings) -> None:
    text = "Ten dollars a year. Pay at the desk."
    question = embeddings.encode_query("What does a library card cost?")
    (bare,) = embeddings.encode([text])
    (headed,) = embeddings.encode([text], headings=["Fees for a library card"])
    assert headed.passage @ question > bare.passage @ question + 0.1
    assert headed.sentences.shape == bare.sentences.shape
    assert headed.sentences[0] @ question > bare.sentences[0] @ question


def test_a_model_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="holds no model weights"):
        _ = SentenceEmbeddings(str(tmp_path)).fingerprint


def tiny_model(folder: Path, pooling: str = "cls") -> Path:
    """A sentence-transformers model with random weights, saved to a folder."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(0)
    base, saved = folder / "base", folder / "saved"
    config = BertConfig(
        vocab_size=30522, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32,
    )  # fmt: skip
    BertModel(config).save_pretrained(base)
    BertTokenizerFast.from_pretrained(packaged_model()).save_pretrained(base)
    transformer = Transformer(str(base))
    modules = [transformer, Pooling(16, pooling_mode=pooling)]
    SentenceTransformer(modules=modules, device="cpu").save(str(saved))
    return saved


def test_a_question_does_not_wait_for_documents(embeddings: SentenceEmbeddings) -> None:
    found: list[Vectors] = []
    asking = threading.Thread(target=lambda: found.append(embeddings.encode_query("Who waits?")))
    with embeddings._lock:  # held while a batch of documents is embedded
        asking.start()
        asking.join(60)
        assert len(found) == 1
