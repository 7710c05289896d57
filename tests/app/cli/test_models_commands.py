"""`kakehashi models`, from the hub to an answer. The hub is one of our own, on loopback."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.service.bootstrap import model_hub, open_library
from tests.command_line import CommandLine, failed
from tests.vectorstore.encoders.hub import LocalHub, serving
from tests.vectorstore.encoders.tiny_models import tiny_checker, tiny_reranker
from vectorstore.encoders.embedding_model import packaged_model
from vectorstore.encoders.registry import require_model
from vectorstore.errors import BadInput

CHECKER = require_model("factcg-deberta-v3-large")
ENGLISH = require_model("english")
PICKLED = require_model("minicheck-deberta-v3-large")
EVIDENCE = "Uji grows green tea in the hills."


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> LocalHub:
    """Models in the layouts of the registry: the packaged one to embed, tiny ones for the rest."""
    folder = tmp_path_factory.mktemp("hub")
    hub = LocalHub(cut_after=50_000)
    checker = tiny_checker(folder / "factcg", ["LABEL_0", "LABEL_1"], 1)
    hub.add(CHECKER.hub, checker, CHECKER.revision)
    hub.add(ENGLISH.hub, packaged_model(), ENGLISH.revision)
    reranker = require_model("ettin-reranker-32m")
    hub.add(reranker.hub, tiny_reranker(folder / "ettin"), "e" * 40)
    proposed = tiny_checker(folder / "minicheck", ["0", "1"], 1)
    hub.models[PICKLED.hub, "refs/pr/1"] = hub.models[PICKLED.hub, "d" * 40] = proposed
    pickled = folder / "pickled"
    pickled.mkdir()
    for file in proposed.iterdir():
        name = "pytorch_model.bin" if file.suffix == ".safetensors" else file.name
        (pickled / name).write_bytes(file.read_bytes())
    hub.add(PICKLED.hub, pickled, PICKLED.revision)
    return hub


@pytest.fixture
def hub(served: LocalHub, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalHub]:
    """The hub, as the mirror that HF_ENDPOINT names."""
    served.asked.clear()
    with serving(served):
        monkeypatch.setenv("HF_ENDPOINT", served.address)
        yield served


def in_use(shell: CommandLine, **settings: str) -> dict[str, str]:
    """The names of the models in use by role, as `models --json` lists them."""
    listed = json.loads(shell("models", "--json", **settings).stdout)["models"]
    return {one["role"]: one["name"] for one in listed if one["used"]}


def test_the_list_says_what_is_known_and_what_is_not(small: CommandLine) -> None:
    result = small("models")
    assert result.returncode == 0
    assert "* all-MiniLM-L6-v2: the default, installed along" in result.stdout
    assert f"  {CHECKER.name}: " in result.stdout
    assert CHECKER.hub in result.stdout
    assert CHECKER.figure in result.stdout
    assert "size unknown, MIT, en ja zh and others, no revision pinned" in result.stdout
    assert "languages unknown" in result.stdout
    listed = json.loads(small("models", "--json").stdout)["models"]
    defaults = [(one["name"], one["here"], one["hub"]) for one in listed if one["used"]]
    assert defaults == [("kakehashi-checker-1", True, ""), ("all-MiniLM-L6-v2", True, "")]
    unknown = next(one for one in listed if one["name"].startswith("mdeberta"))
    assert unknown["bytes"] is unknown["parameters"] is None
    assert in_use(small, KAKEHASHI_RERANKER="someone/reranker") == {
        "checker": "kakehashi-checker-1", "embedding": "all-MiniLM-L6-v2", "reranker": "someone/reranker",
    }  # fmt: skip


def test_a_checker_is_fetched_verified_and_judges(small: CommandLine, hub: LocalHub) -> None:
    hub.cuts = 1
    result = small("models", "get", "factcg-deberta-v3-large")
    assert result.returncode == 0, result.stderr
    assert f"(revision {CHECKER.revision})" in result.stdout
    assert "It is the checker from now on." in result.stdout
    assert "after a restart" in result.stdout
    assert hub.fetched("/model.safetensors") == ["", "bytes=50000-"]
    assert in_use(small)["checker"] == CHECKER.name
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KAKEHASHI_DATA", str(small.data))
        with open_library("a test") as library:
            assert library.entailment
            (found,) = library.entailment.judge("Uji grows tea.", [EVIDENCE])
            assert found.follows > 0.9
    assert f"{CHECKER.hub}" in small("doctor").stdout
    asked = len(hub.asked)
    again = small("models", "get", CHECKER.hub)  # by its id on the hub
    assert "is here already" in again.stdout
    assert "nothing was fetched" in again.stdout
    assert len(hub.asked) == asked


def test_a_setting_comes_before_a_choice_and_is_named(small: CommandLine, hub: LocalHub) -> None:
    result = small(
        "models", "get", CHECKER.name, KAKEHASHI_ENTAILMENT="nli-deberta-v3-small"
    )  # fmt: skip
    assert "KAKEHASHI_ENTAILMENT names nli-deberta-v3-small and comes first" in result.stdout
    assert in_use(small)["checker"] == CHECKER.name
    assert in_use(small, KAKEHASHI_ENTAILMENT="nli-deberta-v3-small")["checker"] == (
        "nli-deberta-v3-small"
    )
    said = small("models", "use", CHECKER.name, KAKEHASHI_ENTAILMENT=CHECKER.hub).stdout
    assert "comes first" not in said


def test_a_chosen_model_that_is_gone_is_told_by_doctor(small: CommandLine, hub: LocalHub) -> None:
    small("models", "get", CHECKER.name)
    (small.data / "models" / CHECKER.name).rename(small.data / "elsewhere")
    asked = len(hub.asked)
    result = small("doctor")
    assert result.returncode == 1
    assert f"is not on this machine: run `kakehashi models get {CHECKER.name}`" in result.stdout
    assert small("models", "use", "default", "--role", "checker").returncode == 0
    assert in_use(small)["checker"] == "kakehashi-checker-1"
    assert small("doctor").returncode == 0
    assert len(hub.asked) == asked  # nothing is fetched unasked
    failed(small("models", "use", CHECKER.name), "is not on this machine")


@pytest.mark.slow
def test_an_embedding_model_is_fetched_and_the_library_embedded_with_it(
    small: CommandLine, hub: LocalHub
) -> None:
    result = small("models", "get", "english")
    assert result.returncode == 0, result.stderr
    assert "until `kakehashi sync` has embedded it again" in result.stdout
    assert "1_Pooling" in {one.name for one in (small.data / "models" / "english").iterdir()}
    assert "changes it to ibm-granite" in small("search", "tea").stderr
    assert small("sync").returncode == 0
    result = small("search", "Who grows tea?")
    assert "Uji grows green tea." in result.stdout
    assert result.stderr == ""
    assert ENGLISH.hub in small("doctor").stdout
    assert "embedding model is all-MiniLM-L6-v2 again" in small("models", "use", "default").stdout
    assert in_use(small) == {
        "checker": "kakehashi-checker-1", "embedding": "all-MiniLM-L6-v2",
    }  # fmt: skip
    assert "changes it to all-MiniLM-L6-v2" in small("search", "tea").stderr


def test_a_reranker_is_fetched_at_its_newest_revision(small: CommandLine, hub: LocalHub) -> None:
    result = small("models", "get", "ettin-reranker-32m")
    assert result.returncode == 0, result.stderr
    assert f"(revision {'e' * 40})" in result.stdout
    assert in_use(small)["reranker"] == "ettin-reranker-32m"
    assert json.loads(small("search", "tea", "--json").stdout)["hits"][0]["reranked"] is not None


def test_a_pickle_is_refused_and_a_proposal_with_safetensors_can_be_named(
    small: CommandLine, hub: LocalHub
) -> None:
    failed(small("models", "get", PICKLED.name), "only as a pickle")
    assert not hub.fetched(".bin")
    assert not (small.data / "models" / PICKLED.name).exists()
    result = small("models", "get", PICKLED.name, "--revision", "refs/pr/1")
    assert result.returncode == 0, result.stderr
    assert f"(revision {'d' * 40})" in result.stdout
    assert in_use(small)["checker"] == PICKLED.name


def test_a_model_that_does_not_work_is_not_used(
    small: CommandLine, hub: LocalHub, tmp_path: Path
) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in hub.models[CHECKER.hub, CHECKER.revision].iterdir():
        (broken / file.name).write_bytes(file.read_bytes())
    (broken / "model.safetensors").write_bytes(b"nothing of the kind")
    small_nli = require_model("nli-deberta-v3-small")
    hub.add(small_nli.hub, broken, "a" * 40)
    failed(small("models", "get", small_nli.name), "It was fetched, but is not used.")
    assert in_use(small)["checker"] == "kakehashi-checker-1"


def test_what_cannot_be_done_is_told_in_a_sentence(small: CommandLine, hub: LocalHub) -> None:
    failed(small("models", "get", "factg"), "did you mean factcg-deberta-v3-large?")
    failed(small("models", "get", "fast"), "has no MongoDB/mdbr-leaf-ir")
    failed(small("models", "get", CHECKER.name, HF_HUB_OFFLINE="1"), "HF_HUB_OFFLINE")
    failed(small("models", "get", CHECKER.name, HF_ENDPOINT="hub"), "HF_ENDPOINT is no address")
    failed(small("models", "use", "default", "--role", "writer"), "There is no role")
    failed(small("models", "use", "fast", "--role", "checker"), "no checker")
    assert "installed along" in small("models", "get", "all-MiniLM-L6-v2").stdout
    assert in_use(small) == {
        "checker": "kakehashi-checker-1", "embedding": "all-MiniLM-L6-v2",
    }  # fmt: skip


def test_the_hub_is_the_public_one_unless_a_mirror_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    assert model_hub().endpoint == "https://huggingface.co"
    monkeypatch.setenv("HF_ENDPOINT", "https://mirror.example/hub/")
    assert model_hub().endpoint == "https://mirror.example/hub"
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(BadInput):
        model_hub()
