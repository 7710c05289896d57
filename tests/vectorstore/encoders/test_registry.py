"""The registry of models, and what the code does with what it says."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from app.verification.support import support
from app.verification.verifier import _by_model
from tests.vectorstore.encoders.test_embeddings import tiny_model
from tests.vectorstore.encoders.tiny_models import tiny_checker, tiny_reranker
from vectorstore.encoders.embedding_model import DEFAULT_MODEL, SHA256
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.encoders.entailment import Entailment
from vectorstore.encoders.evidence_chunks import evidence_chunks
from vectorstore.encoders.pair_classifier import EntailmentScores
from vectorstore.encoders.registry import (
    ROLES,
    RegisteredModel,
    find_model,
    registered_models,
    require_model,
)
from vectorstore.encoders.reranker import Reranker
from vectorstore.errors import BadInput, ModelUnavailable
from vectorstore.records import Hit, Passage

THREE = ["contradiction", "entailment", "neutral"]
EVIDENCE = "Uji grows green tea. Kyoto sells it every spring."
CLAIM = "Uji grows tea."
PASSAGE = Passage("", "", "", 0, 0, None, None, "")
every_model = pytest.mark.parametrize("entry", registered_models(), ids=lambda one: one.name)


@every_model
def test_every_entry_can_be_used(entry: RegisteredModel) -> None:
    assert entry.role in ROLES
    assert entry.about
    assert re.fullmatch(r"[a-zA-Z0-9.-]+", entry.name)
    assert entry.packaged or re.fullmatch(r"[\w.-]+/[\w.-]+", entry.hub)
    assert re.fullmatch(r"([0-9a-f]{40})?", entry.revision)
    assert re.fullmatch(r"([0-9a-f]{64})?", entry.sha256)
    assert bool(entry.figure) == bool(entry.figure_source)
    assert not entry.sha256 or entry.weights
    if entry.role == "checker" and not entry.packaged:
        assert entry.supports is not None
        assert entry.supports != entry.contradicts
    if entry.template:
        assert set(re.findall(r"\{(\w+)\}", entry.template)) == {"evidence", "claim"}
    assert find_model(entry.name.upper()) is entry
    if entry.hub:
        assert find_model(entry.hub) is entry


def test_names_are_unique_and_the_default_is_among_them() -> None:
    names = [name for one in registered_models() for name in (one.name, one.hub) if name]
    assert len({name.lower() for name in names}) == len(names)
    default = find_model(DEFAULT_MODEL)
    assert default
    assert default.packaged
    assert default.sha256 == SHA256
    assert find_model("") is None
    assert find_model("./fast") is None


@pytest.mark.parametrize(
    ("name", "meant"), [("factg", "factcg-deberta-v3-large"), ("Multilingal", "multilingual")]
)
def test_a_name_nearly_right_is_understood(name: str, meant: str) -> None:
    with pytest.raises(BadInput, match=f"did you mean .*{meant}"):
        require_model(name)
    with pytest.raises(BadInput, match=r"there are .*nli-deberta-v3-small, "):
        require_model("gpt")


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """Puts a tiny checker where a model of the registry would be; returns the folder of models."""

    def make(name: str, labels: list[str], sure: int | None = None, kind: str = "deberta") -> Path:
        tiny_checker(tmp_path / "models" / name, labels, sure, kind)
        return tmp_path / "models"

    return make


@pytest.mark.parametrize("kind", ["deberta", "t5"])
@pytest.mark.parametrize(
    ("name", "labels", "sure", "follows", "against"),
    [
        ("nli-deberta-v3-small", THREE, 1, True, False),
        ("nli-deberta-v3-small", THREE, 0, False, True),
        ("deberta-v3-base-mnli-fever-anli", ["entailment", "neutral", "contradiction"], 0, True, 0),
        # names that say nothing: the registry knows the order
        ("deberta-v3-base-mnli-fever-anli", ["LABEL_0", "LABEL_1", "LABEL_2"], 2, False, True),
        ("minicheck-deberta-v3-large", ["0", "1"], 1, True, None),
        ("minicheck-deberta-v3-large", ["0", "1"], 0, False, None),
        ("factcg-deberta-v3-large", ["LABEL_0", "LABEL_1"], 1, True, None),
        ("factcg-deberta-v3-large", ["LABEL_0", "LABEL_1"], 0, False, None),
    ],
)
def test_outputs_mean_what_the_registry_says(
    put: Callable[..., Path], name: str, labels: list[str], sure: int, follows: bool,
    against: bool | None, kind: str,
) -> None:  # fmt: skip
    models = put(name, labels, sure, kind)
    checker = Entailment(name, seconds=60, models=models)
    (found,) = checker.judge(CLAIM, [EVIDENCE])
    assert checker.notice == ""
    assert (found.follows > 0.9) == follows
    assert found.against is None if against is None else (found.against > 0.9) == bool(against)
    by_id = Entailment(require_model(name).hub, seconds=60, models=models)
    assert by_id.judge(CLAIM, [EVIDENCE]) == [found]
    assert by_id.model == checker.model == require_model(name).hub


def test_the_names_in_a_configuration_come_before_the_registry(put: Callable[..., Path]) -> None:
    models = put("nli-deberta-v3-base", ["entailment", "neutral", "contradiction"], 0)
    (found,) = Entailment("nli-deberta-v3-base", seconds=60, models=models).judge(CLAIM, [EVIDENCE])
    assert found.follows > 0.9


def test_a_folder_with_silent_labels_is_refused_as_before(tmp_path: Path) -> None:
    folder = tiny_checker(tmp_path / "other", ["0", "1"], 1)
    with pytest.raises(ModelUnavailable, match="not an entailment model"):
        Entailment(str(folder)).warm()


def test_a_template_is_read_as_one_text(put: Callable[..., Path]) -> None:
    """The outputs are those of the template that FactCG was trained with, in one text."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    models = put("factcg-deberta-v3-large", ["LABEL_0", "LABEL_1"])
    folder = str(models / "factcg-deberta-v3-large")
    texts = [
        f'{evidence}\n\nChoose your answer: based on the paragraph above can we conclude that '
        f'"{CLAIM}"?\n\nOPTIONS:\n- Yes\n- No\nI think the answer is '
        for evidence in (EVIDENCE, "No.")
    ]  # fmt: skip
    batch = AutoTokenizer.from_pretrained(folder)(texts, padding=True, return_tensors="pt")
    with torch.inference_mode():
        logits = AutoModelForSequenceClassification.from_pretrained(folder)(**batch).logits
    found = Entailment("factcg-deberta-v3-large", seconds=60, models=models).judge(
        CLAIM, [EVIDENCE, "No."]
    )
    wanted = logits.softmax(dim=-1)[:, 1].tolist()
    assert [one.follows for one in found] == pytest.approx(wanted, abs=1e-5)
    assert wanted[0] != pytest.approx(wanted[1], abs=1e-3)


def test_evidence_cannot_fill_a_slot_of_the_template() -> None:
    entry = require_model("factcg-deberta-v3-large")
    text = entry.filled_in("{claim} is {evidence}", "rain")
    assert isinstance(text, str)
    assert text.startswith("{claim} is {evidence}\n\n")
    assert text.count("rain") == 1


def test_long_evidence_is_read_in_chunks_and_the_highest_counts(put: Callable[..., Path]) -> None:
    models = put("minicheck-deberta-v3-large", ["0", "1"])
    checker = Entailment("minicheck-deberta-v3-large", seconds=60, models=models)
    sentences = [f"{word.capitalize()} grows tea in the hills of Kyoto every spring." for word in
                 ("uji", "kyoto", "spring")] * 20  # fmt: skip
    long = " ".join(sentences)  # 660 tokens, and 400 are read at once
    tokenizer = checker._loaded._model.tokenizer
    size = lambda text: len(tokenizer(text, add_special_tokens=False).input_ids)  # noqa: E731
    chunks = evidence_chunks(long, 400, size)
    assert len(chunks) == 2
    assert [chunk in long for chunk in chunks] == [True, True]
    assert " ".join(chunks) == long
    assert max(map(size, chunks)) <= 400
    (whole,) = checker.judge(CLAIM, [long])
    single = [one.follows for one in checker.judge(CLAIM, chunks)]
    assert whole.follows == max(single)
    assert len(checker.judge(CLAIM, [long, EVIDENCE])) == 2


def test_without_time_a_part_of_long_evidence_is_read(put: Callable[..., Path]) -> None:
    models = put("minicheck-deberta-v3-large", ["0", "1"])
    checker = Entailment("minicheck-deberta-v3-large", seconds=0, models=models)
    long = "Uji grows tea in the hills of Kyoto every spring. " * 400
    assert len(checker.judge(CLAIM, [long, EVIDENCE])) == 1


def test_chunks_are_whole_sentences() -> None:
    size = lambda text: len(text.split())  # noqa: E731
    assert evidence_chunks("Tea grew.", 9, size) == ["Tea grew."]
    text = "A very long first sentence stands here. Tea grew. It rained.\n\nUji sold it."
    assert evidence_chunks(text, 5, size) == [
        "A very long first sentence stands here.", "Tea grew. It rained.", "Uji sold it.",
    ]  # fmt: skip


def test_a_threshold_of_the_registry_decides() -> None:
    found = support("In Uji, tea is grown.", ["Tea is grown in Uji."])
    assert _by_model(found, EntailmentScores(0.6, None)).verdict == "supported"
    assert _by_model(found, EntailmentScores(0.6, None, 0.7)).verdict == "unverified"
    assert _by_model(found, EntailmentScores(0.4, None, 0.3)).verdict == "supported"


def test_a_checker_gets_its_threshold_from_the_registry(
    put: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    models = put("factcg-deberta-v3-large", ["LABEL_0", "LABEL_1"], 1)
    (found,) = Entailment("factcg-deberta-v3-large", models=models).judge(CLAIM, [EVIDENCE])
    assert found.threshold == require_model("factcg-deberta-v3-large").threshold == 0.5


def test_a_preset_brings_its_prompts_and_they_are_in_the_fingerprint(tmp_path: Path) -> None:
    from sentence_transformers import SentenceTransformer

    tiny_model(tmp_path, pooling="mean").rename(tmp_path / "multilingual")
    preset = SentenceEmbeddings("multilingual", models=tmp_path)
    assert preset.model == "intfloat/multilingual-e5-small"
    assert not preset.english_only
    bare = SentenceTransformer(str(tmp_path / "multilingual"), device="cpu")
    wanted = bare.encode(["query: Who?", "passage: Uji grows tea."], normalize_embeddings=True)
    assert preset.encode_query("Who?") @ wanted[0] > 0.999
    embedded = preset.encode(["Uji grows tea."])[0]
    assert embedded.passage @ wanted[1] > 0.999
    plain = SentenceEmbeddings(str(tmp_path / "multilingual"))
    weights = plain.fingerprint.removeprefix(plain.model).split(":")[1]
    assert weights in preset.fingerprint
    assert ":prompts " in preset.fingerprint
    assert ":prompts " not in plain.fingerprint
    again = preset.stored(preset.model, preset.fingerprint)
    assert again.fingerprint == preset.fingerprint
    assert again.encode_query("Who?") @ wanted[0] > 0.999


def test_a_model_with_a_dense_layer_is_not_taken_for_the_mean_of_its_tokens(tmp_path: Path) -> None:
    """As mdbr-leaf-ir has one: vectors of questions and of passages must be of one length."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Dense

    torch.manual_seed(5)
    plain = SentenceTransformer(str(tiny_model(tmp_path, pooling="mean")), device="cpu")
    dense = Dense(16, 24)
    SentenceTransformer(modules=[*plain, dense], device="cpu").save(str(tmp_path / "fast"))
    model = SentenceEmbeddings("fast", models=tmp_path)
    assert model.english_only
    first = model.fingerprint
    embedded = model.encode(["Uji grows tea. Kyoto sells it."])[0]
    assert embedded.passage.shape == model.encode_query("Who?").shape == (24,)
    assert embedded.sentences.shape == (2, 24)
    (weights,) = (tmp_path / "fast").glob("2_Dense/model.safetensors")
    from safetensors.torch import load_file, save_file

    save_file({name: value + 1 for name, value in load_file(weights).items()}, weights)
    assert SentenceEmbeddings("fast", models=tmp_path).fingerprint != first


def test_a_reranker_of_several_modules_is_taken(tmp_path: Path) -> None:
    """As the Ettin rerankers are; one whose last part was not trained is still refused."""
    tiny_reranker(tmp_path / "ettin-reranker-32m")
    reranker = Reranker("ettin-reranker-32m", seconds=60, models=tmp_path)
    texts = ["Uji grows green tea.", "Kyoto sells it.", "Spring in the hills."]
    hits = [
        Hit(replace(PASSAGE, id=str(at), text=text), 0.0, 0.0, 0.0) for at, text in enumerate(texts)
    ]
    found = reranker.rerank("Who grows tea?", hits)
    scores = [hit.reranked or 0.0 for hit in found]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3
    with pytest.raises(ModelUnavailable, match="not a reranking model"):
        Reranker(str(tmp_path / "ettin-reranker-32m-base")).warm()


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (SentenceEmbeddings, "multilingual"),
        (Entailment, "factcg-deberta-v3-large"),
        (Reranker, "ettin-reranker-32m"),
    ],
)
def test_a_model_that_was_not_fetched_is_told_in_a_sentence(
    make: Callable[..., SentenceEmbeddings], name: str, tmp_path: Path
) -> None:
    with pytest.raises(ModelUnavailable, match=f"run `kakehashi models get {name}`"):
        make(name, models=tmp_path).warm()


def test_a_pickle_is_refused_even_by_its_id_on_the_hub(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"only as a pickle .* --revision refs/pr/1"):
        Entailment("lytang/MiniCheck-DeBERTa-v3-Large", models=tmp_path).warm()
    folder = tiny_checker(tmp_path / "minicheck-deberta-v3-large", ["0", "1"], 1)
    (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    with pytest.raises(ModelUnavailable, match=r"pytorch_model\.bin holds weights as a pickle"):
        Entailment("minicheck-deberta-v3-large", models=tmp_path).warm()
