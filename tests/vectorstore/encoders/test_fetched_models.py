"""Fetching from a hub of our own on loopback, whatever it does on the way."""

import json
import os
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from filelock import FileLock

from tests.vectorstore.encoders.hub import LocalHub, serving
from vectorstore.encoders.fetched_models import Fetched, FetchedModels, needed_files
from vectorstore.encoders.hub import Hub
from vectorstore.encoders.registry import RegisteredModel, require_model
from vectorstore.errors import (
    BadInput,
    KakehashiError,
    LibraryBusy,
    ModelUnavailable,
    StorageFailure,
)

COMMIT = "0123456789abcdef0123456789abcdef01234567"
MODEL = RegisteredModel("tea", "checker", "for tests", hub="uji/tea", revision=COMMIT)
WEIGHTS = os.urandom(300_000)
FETCHED = {
    "config.json", "tokenizer.json", "spm.model", "modules.json", "1_Pooling/config.json",
    "2_Dense/model.safetensors", "model.safetensors", "fetched.json",
}  # fmt: skip
LEFT_OUT = (
    "README.md", "pytorch_model.bin", "modeling_tea.py", "onnx/model.onnx", "config.py",
    "openvino/model.safetensors", "model.fp16.safetensors", "training_args.bin", ".gitattributes",
)  # fmt: skip


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[LocalHub]:
    folder = tmp_path / "served"
    for name in (*FETCHED - {"fetched.json"}, *LEFT_OUT):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(WEIGHTS if name == "model.safetensors" else name.encode())
    made = LocalHub(cut_after=120_000)
    made.add(MODEL.hub, folder, COMMIT)
    with serving(made):
        yield made


@pytest.fixture
def models(tmp_path: Path) -> FetchedModels:
    return FetchedModels(tmp_path / "data" / "models")


def fetch(
    models: FetchedModels, hub: LocalHub, entry: RegisteredModel = MODEL, revision: str = ""
) -> Fetched:
    return models.fetch(entry, Hub(hub.address), lambda *_: None, revision)


def content_of(folder: Path) -> set[str]:
    return {one.relative_to(folder).as_posix() for one in folder.rglob("*") if one.is_file()}


def test_only_what_is_needed_is_fetched_and_it_is_recorded(
    models: FetchedModels, hub: LocalHub
) -> None:
    reports: list[tuple[str, int, int]] = []
    fetched = models.fetch(MODEL, Hub(hub.address + "/"), lambda *one: reports.append(one))
    assert fetched == Fetched(models.path / "tea", COMMIT, new=True)
    assert content_of(fetched.folder) == FETCHED
    assert (fetched.folder / "model.safetensors").read_bytes() == WEIGHTS
    assert not [path for _, path, _ in hub.asked if path.endswith(LEFT_OUT)]
    record = json.loads((fetched.folder / "fetched.json").read_text())
    assert record["hub"] == "uji/tea"
    assert record["revision"] == models.revision_of(MODEL) == COMMIT
    assert set(record["files"]) == FETCHED - {"fetched.json"}
    done = [there for _, there, _ in reports]
    assert done == sorted(done)
    assert reports[-1] == ("model.safetensors", reports[-1][2], reports[-1][2])
    assert reports[-1][2] > len(WEIGHTS)
    assert models.bytes_of(MODEL) > len(WEIGHTS)
    assert [p.name for p in models.path.iterdir() if p.name != ".tea.lock"] == ["tea"]


def test_what_is_here_is_not_fetched_again_unless_it_is_damaged(
    models: FetchedModels, hub: LocalHub
) -> None:
    folder = fetch(models, hub).folder
    asked = len(hub.asked)
    assert fetch(models, hub) == Fetched(folder, COMMIT, new=False)
    assert len(hub.asked) == asked
    (folder / "model.safetensors").write_bytes(b"cut")
    assert fetch(models, hub).new
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS


def test_a_model_without_a_pinned_revision_is_taken_as_it_is_now(
    models: FetchedModels, hub: LocalHub
) -> None:
    loose = replace(MODEL, revision="")
    assert fetch(models, hub, loose) == Fetched(models.path / "tea", COMMIT, new=True)
    asked = len(hub.asked)
    assert not fetch(models, hub, loose).new
    assert len(hub.asked) == asked
    assert not fetch(models, hub, loose, "main").new  # asks the hub, which has nothing newer
    assert hub.asked[asked:] == [("GET", "/api/models/uji/tea/revision/main", "")]


def test_another_revision_replaces_the_one_that_is_here(
    models: FetchedModels, hub: LocalHub, tmp_path: Path
) -> None:
    fetch(models, hub)
    newer = tmp_path / "newer"
    newer.mkdir()
    (newer / "model.safetensors").write_bytes(b"new")
    hub.models[MODEL.hub, "refs/pr/1"] = hub.models[MODEL.hub, "f" * 40] = newer
    assert fetch(models, hub, revision="refs/pr/1").revision == "f" * 40
    assert content_of(models.path / "tea") == {"model.safetensors", "fetched.json"}
    assert [p.name for p in models.path.iterdir() if p.name != ".tea.lock"] == ["tea"]


def test_a_connection_that_is_cut_is_taken_up_again(models: FetchedModels, hub: LocalHub) -> None:
    hub.cuts = 1
    assert (fetch(models, hub).folder / "model.safetensors").read_bytes() == WEIGHTS
    assert hub.fetched("/model.safetensors")[-2:] == ["", "bytes=120000-"]


def test_a_download_that_broke_off_continues_with_the_next_command(
    models: FetchedModels, hub: LocalHub
) -> None:
    hub.cuts, hub.down = 1, True
    with pytest.raises(ModelUnavailable, match=r"after 0\.1 of 0\.3 MB .* continues from there"):
        fetch(models, hub)
    assert models.revision_of(MODEL) is None
    before = len(hub.asked)
    hub.down = False
    assert (fetch(models, hub).folder / "model.safetensors").read_bytes() == WEIGHTS
    again = [(path, span) for method, path, span in hub.asked[before:] if method == "GET"]
    assert [path.rpartition("/")[2] for path, _ in again] == [COMMIT, "model.safetensors"]
    assert again[-1][1] == "bytes=120000-"


def test_a_hub_that_sends_everything_again_is_believed(
    models: FetchedModels, hub: LocalHub
) -> None:
    hub.cuts, hub.ignores_ranges = 1, True
    assert (fetch(models, hub).folder / "model.safetensors").read_bytes() == WEIGHTS


def test_a_hub_may_keep_large_files_at_another_host(models: FetchedModels, hub: LocalHub) -> None:
    hub.stored_elsewhere, hub.cuts = True, 1
    assert (fetch(models, hub).folder / "model.safetensors").read_bytes() == WEIGHTS
    stored = [(path, span) for _, path, span in hub.asked if path.startswith("/store/")]
    assert [span for _, span in stored] == ["", "bytes=120000-"]


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_a_file_with_another_hash_than_stated_is_deleted(
    models: FetchedModels, hub: LocalHub, name: str
) -> None:
    digest = "a" * (64 if name == "model.safetensors" else 40)
    hub.claims[name] = {"ETag": f'"{digest}"', "X-Linked-ETag": f'"{digest}"'}
    with pytest.raises(ModelUnavailable, match=rf"{name} .* \(its hash or size differs\)"):
        fetch(models, hub)
    assert models.revision_of(MODEL) is None
    assert not list(models.path.glob(f".tea-*/{name}*"))


def test_weights_that_are_not_the_published_ones_are_not_fetched(
    models: FetchedModels, hub: LocalHub
) -> None:
    pinned = replace(MODEL, weights="model.safetensors", sha256="b" * 64)
    with pytest.raises(ModelUnavailable, match="not the published one"):
        fetch(models, hub, pinned)
    assert not hub.fetched("/model.safetensors")


def test_without_room_nothing_is_fetched(models: FetchedModels, hub: LocalHub) -> None:
    hub.claims["model.safetensors"] = {"X-Linked-Size": str(10**16)}
    with pytest.raises(StorageFailure, match=r"needs 10,000,000,\d+ MB.*Nothing was fetched"):
        fetch(models, hub)
    assert not hub.fetched("/model.safetensors")
    assert not hub.fetched("/config.json")


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"X-Repo-Commit": "f" * 40}, "another revision"),
        ({"ETag": '"5f2b-61"'}, "states no size or no hash"),
    ],
)
def test_a_hub_that_cannot_be_verified_is_not_used(
    models: FetchedModels, hub: LocalHub, claims: dict[str, str], said: str
) -> None:
    hub.claims["config.json"] = claims
    with pytest.raises(ModelUnavailable, match=said):
        fetch(models, hub)


def test_a_missing_revision_or_model_is_named(models: FetchedModels, hub: LocalHub) -> None:
    with pytest.raises(ModelUnavailable, match=f"no revision {'c' * 40} of uji/tea"):
        fetch(models, hub, replace(MODEL, revision="c" * 40))
    with pytest.raises(ModelUnavailable, match=r"no uji/rice that anybody may fetch \(HTTP 401\)"):
        fetch(models, hub, replace(MODEL, hub="uji/rice"))


def test_a_revision_that_stands_for_another_commit_is_refused(
    models: FetchedModels, hub: LocalHub, tmp_path: Path
) -> None:
    hub.models[MODEL.hub, "d" * 40] = hub.models[MODEL.hub, COMMIT]
    hub.models = dict(sorted(hub.models.items(), key=lambda one: one[0][1] != COMMIT))
    with pytest.raises(ModelUnavailable, match="hands out another revision"):
        fetch(models, hub, replace(MODEL, revision="d" * 40))


def test_a_hub_that_is_not_there_or_is_none_is_told_in_a_sentence(
    models: FetchedModels, hub: LocalHub
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(ModelUnavailable, match=r"cannot be reached .* set HF_ENDPOINT"):
        models.fetch(MODEL, Hub(f"http://127.0.0.1:{port}"), lambda *_: None)
    with pytest.raises(BadInput, match="HF_ENDPOINT is no address"):
        Hub("file:///tmp")
    with pytest.raises(ModelUnavailable, match="has no uji/tea"):
        models.fetch(MODEL, Hub(f"{hub.address}/elsewhere"), lambda *_: None)


def test_two_downloads_of_a_model_do_not_meet(models: FetchedModels, hub: LocalHub) -> None:
    models.path.mkdir(parents=True)
    with FileLock(models.path / ".tea.lock"), pytest.raises(LibraryBusy, match="is fetching tea"):
        fetch(models, hub)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path, hub: LocalHub) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageFailure, match="cannot be written"):
        fetch(FetchedModels(tmp_path / "file" / "models"), hub)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["config.json", "pytorch_model.bin"], "only as a pickle"),
        (["config.json", "2_Dense/model.safetensors"], "no weights"),
        (["config.json", "../model.safetensors", "x/model.safetensors"], "no weights"),
    ],
)
def test_weights_must_be_safetensors(names: list[str], said: str) -> None:
    with pytest.raises(ModelUnavailable, match=said):
        needed_files(MODEL, names)


def test_the_files_of_weights_in_parts_are_needed() -> None:
    names = ["model.safetensors.index.json", "model-00002-of-00002.safetensors",
             "model-00001-of-00002.safetensors", "pytorch_model-00001-of-00002.bin",
             "../../config.json", "vocab.txt"]  # fmt: skip
    assert needed_files(MODEL, names) == [
        "model.safetensors.index.json", "vocab.txt",
        "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors",
    ]  # fmt: skip


def test_choices_are_kept_by_role(models: FetchedModels) -> None:
    assert models.chosen() == {}
    models.choose({"embedding": "fast"})
    models.choose({"checker": "factcg-deberta-v3-large", "reranker": ""})
    assert models.chosen() == {"embedding": "fast", "checker": "factcg-deberta-v3-large"}
    models.choose({"embedding": ""})
    assert models.chosen() == {"checker": "factcg-deberta-v3-large"}
    (models.path / "chosen.json").write_text("{")
    assert models.chosen() == {}


@pytest.mark.parametrize("name", ["gone", "fast"])
def test_a_choice_of_no_model_of_its_role_is_told(models: FetchedModels, name: str) -> None:
    models.choose({"checker": name})
    with pytest.raises(KakehashiError, match="is no checker of this version"):
        models.chosen()


def test_every_pinned_hash_is_of_a_file_that_would_be_fetched_or_refused() -> None:
    entry = require_model("multilingual")
    assert needed_files(entry, ["config.json", entry.weights])[-1] == entry.weights
