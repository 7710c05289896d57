"""What the name of a model stands for, and loading it: a registered model, a folder, or a hub id.

A registered model that `kakehashi models get` has fetched lies in a folder of its own. By its short
name it is only ever taken from there; by its id on the hub also from the cache of the hub's own
library, or else from the hub, as any other id. Whatever the way, it is a folder in the end, and
that folder is looked through (`model_folder.py`) before anything of it is loaded.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from vectorstore.encoders.model_folder import READ_SAFELY, check_model_folder
from vectorstore.encoders.registry import RegisteredModel, Role, find_model
from vectorstore.errors import ModelUnavailable

SETTINGS: dict[Role, str] = {
    "checker": "KAKEHASHI_ENTAILMENT",
    "embedding": "KAKEHASHI_EMBEDDING_MODEL",
    "reranker": "KAKEHASHI_RERANKER",
}
"""The environment variable that names the model of each role."""
# What is fetched of a model named by its id: its settings, its tokenizer and its safetensors, but
# not the same weights for other programs
_FETCHED = ["*.json", "*.jinja", "*.model", "*.safetensors", "*.txt"]
_NOT_FETCHED = ["onnx/*", "openvino/*", "checkpoint*/*"]
T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A model by name: `id` is shown and stored, `place` is a folder or an id on the hub.

    `place` is empty if the model was named by its short name and has not been fetched; `entry` is
    None if the registry does not list it.
    """

    id: str
    place: str
    entry: RegisteredModel | None

    @property
    def folder(self) -> Path | None:
        """The folder that holds the model, None if it is not in one."""
        return Path(self.place) if self.place and Path(self.place).is_dir() else None


def named_model(name: str, models: Path | None = None) -> NamedModel:
    """Return what a name stands for; `models` is the folder with a subfolder per fetched model."""
    entry = find_model(name)
    if entry is None:
        return NamedModel(name, name, None)
    if entry.packaged:
        return NamedModel(entry.name, entry.name, entry)
    fetched = models / entry.name if models else None
    if fetched and fetched.is_dir():
        return NamedModel(entry.hub, str(fetched), entry)
    return NamedModel(entry.hub, entry.hub if "/" in name else "", entry)


def check_available(named: NamedModel, role: Role) -> None:
    """Raise ModelUnavailable for a model that was not fetched, or that may run code when loaded."""
    entry = named.entry
    if entry and entry.packaged:
        return
    if named.folder:
        check_model_folder(named.folder, SETTINGS[role])
    elif entry and entry.pickled:
        raise ModelUnavailable(pickle_refusal(entry))
    elif entry and not named.place:
        raise ModelUnavailable(
            f"The model “{entry.name}” is not on this machine: run `kakehashi models get "
            f"{entry.name}`, or `kakehashi models use default --role {entry.role}`."
        )


def pickle_refusal(entry: RegisteredModel) -> str:
    """Return why a model whose weights are a pickle is not used, and what to do."""
    instead = (
        f"`kakehashi models get {entry.name} --revision {entry.safetensors_revision}` fetches "
        "safetensors that somebody has proposed there and that the authors have not accepted"
        if entry.safetensors_revision
        else "`kakehashi models get --revision` names a revision with safetensors, if there is one"
    )
    return (
        f"The model “{entry.name}” is published only as a pickle ({entry.weights or 'weights'}), "
        f"which can run code when it is opened, so it is refused: choose another model. {instead}."
    )


def load_named(kind: Callable[..., T], named: NamedModel, role: Role) -> T:
    """Load a sentence-transformers model on the CPU, from disk if possible, else from the hub.

    Weights are read from safetensors only. Raise ModelUnavailable, which says what to do.
    """
    from safetensors import SafetensorError

    check_available(named, role)
    try:
        if folder := named.folder:
            return _loaded(kind, folder)
        try:
            return _loaded_from_hub(kind, named, role, asking=False)
        except (OSError, ValueError):  # not there, or in parts
            _log.info("model %s is not whole in the local cache: asking the model hub", named.id)
            return _loaded_from_hub(kind, named, role, asking=True)
    except (OSError, ValueError, RuntimeError, ImportError, SafetensorError) as error:
        raise ModelUnavailable(_not_loaded(named, role, error)) from error


def _loaded(kind: Callable[..., T], folder: Path) -> T:
    return kind(
        str(folder), device="cpu", local_files_only=True, trust_remote_code=False,
        model_kwargs=dict(READ_SAFELY),
    )  # fmt: skip


def _loaded_from_hub(kind: Callable[..., T], named: NamedModel, role: Role, *, asking: bool) -> T:
    """Load a model from the cache of the hub's library, after fetching it there if `asking`."""
    from huggingface_hub import snapshot_download
    from sentence_transformers.util import ORIGINAL_TRANSFORMER_MODELS

    place = named.place
    owner = getattr(kind, "default_huggingface_organization", None)
    if owner and "/" not in place and place.lower() not in ORIGINAL_TRANSFORMER_MODELS:
        place = f"{owner}/{place}"
    folder = snapshot_download(
        place, revision=(named.entry and named.entry.revision) or None,
        local_files_only=not asking, allow_patterns=_FETCHED, ignore_patterns=_NOT_FETCHED,
    )  # fmt: skip
    if not asking and not any(Path(folder).rglob("*.safetensors")):
        raise FileNotFoundError(folder)
    check_model_folder(Path(folder), SETTINGS[role])
    return _loaded(kind, Path(folder))


def _not_loaded(named: NamedModel, role: Role, error: Exception) -> str:
    if named.entry and named.folder:
        spm = not (named.folder / "tokenizer.json").exists() and any(named.folder.glob("*.model"))
        advice = (
            "its tokenizer needs another package, run `pip install sentencepiece protobuf`"
            if spm
            else f"delete the folder {named.folder} and run `kakehashi models get "
            f"{named.entry.name}`, or name another model in {SETTINGS[role]}"
        )
        return f"The model “{named.id}” could not be loaded ({type(error).__name__}): {advice}."
    return (
        f"The model “{named.id}” could not be loaded: check the name or folder in {SETTINGS[role]} "
        "and, for a model that is not on this machine yet, the network."
    )
