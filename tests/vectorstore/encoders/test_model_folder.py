"""Folders of models that would run code when they are loaded: refused before a library opens them.

The pickles here are real: opened without care, they write a file.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.vectorstore.encoders.test_embeddings import tiny_model
from tests.vectorstore.encoders.tiny_models import tiny_checker, tiny_reranker
from vectorstore.encoders.bert import GRAPH
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.encoders.entailment import Entailment
from vectorstore.encoders.reranker import Reranker
from vectorstore.errors import ModelUnavailable


class Trap:
    """Writes a file when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Path]]:
        return Path.touch, (self.mark,)


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """The file that a pickle writes if it is opened."""
    return tmp_path / "the pickle was opened"


def pickled(weights: Path, mark: Path, name: str = "pytorch_model.bin") -> Path:
    """Replace safetensors by a pickle of the same weights that writes `mark` when it is opened."""
    import torch
    from safetensors.torch import load_file

    there = weights.with_name(name)
    torch.save({**load_file(weights), "trap": Trap(mark)}, there)
    weights.unlink()
    return there


def change(file: Path, **values: Any) -> None:
    """Set values of a JSON file, which may be new."""
    before = json.loads(file.read_text()) if file.exists() else {}
    file.write_text(json.dumps({**before, **values}))


def careless(folder: Path) -> None:
    """Let the folder's own settings ask for pickles to be read without care."""
    change(
        folder / "sentence_bert_config.json",
        model_kwargs={"weights_only": False, "use_safetensors": False},
    )
    change(folder / "config.json", dtype=None)  # then transformers heeds them


def refused(load: Callable[[], Any], mark: Path, *said: str) -> None:
    with pytest.raises(ModelUnavailable) as caught:
        load()
    for part in said:
        assert part in str(caught.value)
    assert not mark.exists()


def embeds(folder: Path) -> Callable[[], Any]:
    return SentenceEmbeddings(str(folder)).warm


def test_an_embedding_model_as_a_pickle_is_refused(tmp_path: Path, mark: Path) -> None:
    folder = tiny_model(tmp_path)
    careless(folder)
    weights = pickled(folder / "model.safetensors", mark)
    refused(embeds(folder), mark, str(weights), "pickle", "KAKEHASHI_EMBEDDING_MODEL")
    refused(lambda: SentenceEmbeddings(str(folder)).fingerprint, mark, str(weights))


@pytest.mark.parametrize("name", ["pytorch_model.pt", "tf_model.h5", "model.ckpt", "model.pkl"])
def test_no_other_kind_of_weights_is_read(name: str, tmp_path: Path, mark: Path) -> None:
    folder = tiny_model(tmp_path)
    refused(embeds(folder), mark, str(pickled(folder / "model.safetensors", mark, name)))


def test_a_reranker_as_a_pickle_is_refused(tmp_path: Path, mark: Path) -> None:
    folder = tiny_reranker(tmp_path / "reranker")
    careless(folder)
    weights = pickled(folder / "model.safetensors", mark)
    refused(Reranker(str(folder)).warm, mark, str(weights), "pickle", "KAKEHASHI_RERANKER")


def test_a_checker_as_a_pickle_is_refused(tmp_path: Path, mark: Path) -> None:
    folder = tiny_checker(tmp_path / "checker", ["entailment", "contradiction"], 0)
    weights = pickled(folder / "model.safetensors", mark)
    refused(Entailment(str(folder)).warm, mark, str(weights), "pickle", "KAKEHASHI_ENTAILMENT")


def test_a_pickle_in_the_folder_of_a_module_is_refused(tmp_path: Path, mark: Path) -> None:
    folder = tiny_reranker(tmp_path / "reranker")
    weights = pickled(folder / "2_Dense" / "model.safetensors", mark)
    refused(Reranker(str(folder)).warm, mark, str(weights), "pickle")


def test_an_index_cannot_bring_a_pickle_in(tmp_path: Path, mark: Path) -> None:
    folder = tiny_model(tmp_path)
    careless(folder)
    weights = pickled(folder / "model.safetensors", mark)
    index = folder / "model.safetensors.index.json"
    change(index, metadata={}, weight_map={"embeddings.word_embeddings.weight": weights.name})
    refused(embeds(folder), mark, str(index), weights.name)


def test_weights_in_several_files_are_read(tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    whole = tiny_model(tmp_path)
    wanted = SentenceEmbeddings(str(whole)).encode_query("Who?")
    weights = load_file(whole / "model.safetensors")
    (whole / "model.safetensors").unlink()
    names = {key: f"model-0000{1 + at % 2}-of-00002.safetensors" for at, key in enumerate(weights)}
    for name in set(names.values()):
        some = {key: value for key, value in weights.items() if names[key] == name}
        save_file(some, whole / name, metadata={"format": "pt"})
    change(whole / "model.safetensors.index.json", metadata={}, weight_map=names)
    assert SentenceEmbeddings(str(whole)).encode_query("Who?") == pytest.approx(wanted)


def test_a_pickle_beside_safetensors_is_left_alone(tmp_path: Path, mark: Path) -> None:
    folder = tiny_model(tmp_path)
    wanted = SentenceEmbeddings(str(folder)).encode_query("Who?")
    kept = (folder / "model.safetensors").read_bytes()
    careless(folder)
    pickled(folder / "model.safetensors", mark)
    (folder / "model.safetensors").write_bytes(kept)
    assert np.allclose(SentenceEmbeddings(str(folder)).encode_query("Who?"), wanted)
    assert not mark.exists()


@pytest.mark.parametrize(
    ("module", "said"),
    [
        ({"type": "custom_model.Transformer"}, "custom_model.Transformer"),
        ({"type": "sentence_transformers.base.model.torch"}, "base.model.torch"),
        ({"type": "sentence_transformers.util.misc.import_from_string"}, "import_from_string"),
        ({"path": "../elsewhere"}, "outside the folder"),
        ({"path": "/etc"}, "outside the folder"),
    ],
)
def test_modules_are_those_of_sentence_transformers(
    module: dict[str, str], said: str, tmp_path: Path, mark: Path
) -> None:
    folder = tiny_model(tmp_path)
    (folder / "custom_model.py").write_text(f"open({str(mark)!r}, 'w').close()\n")
    listing = folder / "modules.json"
    modules = json.loads(listing.read_text())
    modules[1] |= module
    listing.write_text(json.dumps(modules))
    refused(embeds(folder), mark, str(listing), said)


def test_the_modules_of_a_router_are_looked_at_too(tmp_path: Path, mark: Path) -> None:
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Dense, Router

    plain = SentenceTransformer(str(tiny_model(tmp_path)), device="cpu")
    router = Router.for_query_document([Dense(16, 8)], [Dense(16, 8)])
    SentenceTransformer(modules=[*plain, router], device="cpu").save(str(tmp_path / "routed"))
    folder = tmp_path / "routed"
    assert SentenceEmbeddings(str(folder)).encode_query("Who?").shape == (8,)
    (settings,) = folder.glob("*_Router/router_config.json")
    types = json.loads(settings.read_text())["types"]
    weights = settings.parent / next(iter(types)) / "model.safetensors"
    refused(embeds(folder), mark, str(pickled(weights, mark)), "pickle")
    change(settings, types=dict.fromkeys(types, "custom_model.Dense"))
    refused(embeds(folder), mark, str(settings), "custom_model.Dense")


@pytest.mark.parametrize("name", ["config.json", "tokenizer_config.json"])
def test_a_folder_with_code_of_its_own_is_refused(name: str, tmp_path: Path, mark: Path) -> None:
    folder = tiny_model(tmp_path)
    (folder / "code.py").write_text(f"open({str(mark)!r}, 'w').close()\n")
    change(folder / name, auto_map={"AutoModel": "code.Model", "AutoTokenizer": "code.Words"})
    refused(embeds(folder), mark, str(folder / name), "auto_map")


@pytest.mark.parametrize("key", ["activation_fn", "sbert_ce_default_activation_function"])
def test_an_activation_is_one_of_torch(key: str, tmp_path: Path, mark: Path) -> None:
    """sentence-transformers calls whatever lies below `torch.` without asking."""
    folder = tiny_reranker(tmp_path / "reranker")
    settings = folder / "config_sentence_transformers.json"
    change(settings, **{key: "torch.hub.get_dir"})
    refused(Reranker(str(folder)).warm, mark, str(settings), "torch.hub.get_dir")
    change(settings, **{key: "torch.nn.modules.activation.Sigmoid"})
    Reranker(str(folder)).warm()


def test_settings_that_cannot_be_read_are_named(tmp_path: Path, mark: Path) -> None:
    folder = tiny_model(tmp_path)
    (folder / "config.json").write_text("[" * 100_000)
    refused(embeds(folder), mark, str(folder / "config.json"), "cannot be read")


def test_a_model_in_the_cache_of_the_hub_is_looked_through(
    tmp_path: Path, mark: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Named by its id, it is in a folder too: that of the hub's own library."""
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    model = tmp_path / "hub" / "models--someone--tea"
    (model / "refs").mkdir(parents=True)
    (model / "refs" / "main").write_text("0" * 40)
    (model / "snapshots").mkdir()
    folder = model / "snapshots" / ("0" * 40)
    tiny_model(tmp_path).rename(folder)
    assert SentenceEmbeddings("someone/tea").encode_query("Who?").shape == (16,)
    change(folder / "config.json", auto_map={"AutoModel": "code.Model"})
    refused(SentenceEmbeddings("someone/tea").warm, mark, "config.json", "auto_map")
    change(folder / "config.json", auto_map={})
    careless(folder)
    pickled(folder / "model.safetensors", mark)
    refused(SentenceEmbeddings("someone/tea").warm, mark, "KAKEHASHI_EMBEDDING_MODEL")


def test_onnxruntime_reads_no_file_that_a_graph_names(tmp_path: Path) -> None:
    """No user names a graph; the one that ships is loaded as bytes, and weights are given to it."""
    import onnx
    import onnxruntime

    named = tmp_path / "weights"
    named.write_bytes(bytes(4))
    graph = onnx.load(str(GRAPH), load_external_data=False).graph
    places = {
        entry.value for one in graph.initializer for entry in one.external_data
        if entry.key == "location"
    }  # fmt: skip
    assert places == {"given by the program"}
    made = onnx.parser.parse_model("""
        <ir_version: 8, opset_import: ["" : 17]>
        hostile (float[1] x) => (float[1] y) { y = Add(x, w) }
    """)
    weight = made.graph.initializer.add(
        name="w", dims=[1], data_type=onnx.TensorProto.FLOAT,
        data_location=onnx.TensorProto.EXTERNAL,
    )  # fmt: skip
    for place in (str(named), f"../{tmp_path.name}/weights", "/etc/passwd"):
        del weight.external_data[:]
        weight.external_data.add(key="location", value=place)
        with pytest.raises(Exception, match=r"Absolute path not allowed|escapes"):
            onnxruntime.InferenceSession(
                made.SerializeToString(), providers=["CPUExecutionProvider"]
            )
