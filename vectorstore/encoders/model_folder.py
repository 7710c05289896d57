"""What the folder of a model may hold: weights that are only numbers, and classes that are known.

A pickle (`pytorch_model.bin`, `.pt`, `.ckpt` …) runs code when it is read, and settings of a folder
can name classes and functions to import. So the folder is looked through before a library opens it:
weights are read from safetensors alone, and every module, activation and tokenizer must be one that
sentence-transformers, torch and transformers bring along. Files that nothing opens may lie there.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from vectorstore.errors import ModelUnavailable

READ_SAFELY = {"use_safetensors": True, "weights_only": True}
"""Options of a transformers model, which beat those that the folder's own settings give."""
_WEIGHTS = "model.safetensors"
_INDEX = "model.safetensors.index.json"
_PICKLES = {".bin", ".ckpt", ".h5", ".joblib", ".npy", ".npz", ".pickle", ".pkl", ".pt", ".pth"}
_TRANSFORMER, _ROUTER = "Transformer", "Router"
# Those of sentence-transformers 6 for texts; `models.` is where they were before
_MODULE = re.compile(
    r"sentence_transformers\.(?:models|(?:base|cross_encoder|sentence_transformer)\.modules)"
    rf"(?:\.[a-z_]+)?\.({_TRANSFORMER}|Pooling|Normalize|Dense|Dropout|LayerNorm|LogitScore|CNN|LSTM"
    rf"|BoW|WordWeights|StaticEmbedding|WeightedLayerPooling|{_ROUTER})"
)
_ACTIVATION = re.compile(r"torch\.nn\.(?:modules\.(?:activation|linear)\.)?[A-Z]\w*")
_ACTIVATIONS = {"activation_fn", "activation_function", "sbert_ce_default_activation_function"}


def check_model_folder(folder: Path, setting: str) -> None:
    """Raise ModelUnavailable if loading the folder could run code, or if it holds no safetensors.

    `setting` is the environment variable that names the model, for the advice.
    """
    _check_settings(folder, setting)
    safe = False
    for part, kind in _parts(folder, setting):
        _check_settings(part, setting)
        whole = (part / _WEIGHTS).is_file()
        whole = (kind == _TRANSFORMER and _in_several_files(part, setting)) or whole
        pickled = sorted(one for one in _files(part) if one.suffix in _PICKLES)
        if pickled and not whole:
            raise _refused(
                pickled[0], "holds weights as a pickle, which can run code when opened", setting
            )
        safe = safe or whole or any(one.suffix == ".safetensors" for one in _files(part))
    if not safe:
        raise ModelUnavailable(
            f"The folder {folder} holds no model weights as safetensors, the only kind that is "
            f"read: set {setting} to a folder saved by sentence-transformers, or to a model’s name."
        )


def _parts(folder: Path, setting: str) -> Iterator[tuple[Path, str]]:
    """Yield the folders of a model's modules with the kind of each; without modules, the folder."""
    listing = folder / "modules.json"
    if not listing.is_file():
        yield folder, _TRANSFORMER
        return
    try:
        modules = [(one["type"], one["path"]) for one in _read(listing, setting)]
    except (KeyError, TypeError) as error:
        raise _refused(listing, "is no list of modules", setting) from error
    for kind, path in modules:
        yield from _module(listing, kind, path, folder, setting)


def _module(
    listing: Path, kind: object, path: object, folder: Path, setting: str
) -> Iterator[tuple[Path, str]]:
    known = _MODULE.fullmatch(str(kind))
    if not known:
        raise _refused(listing, f"names a class that Kakehashi does not know, “{kind}”", setting)
    inside = PurePosixPath(str(path))
    if inside.is_absolute() or ".." in inside.parts:
        raise _refused(listing, f"names a place outside the folder, “{path}”", setting)
    part = folder / inside
    yield part, known[1]
    if known[1] == _ROUTER:
        for name in ("router_config.json", "config.json"):
            if (part / name).is_file():
                for below, its_kind in _table(_read(part / name, setting), "types").items():
                    yield from _module(part / name, its_kind, below, part, setting)


def _in_several_files(part: Path, setting: str) -> bool:
    """Return whether weights are there in several files, all of them safetensors of the folder."""
    index = part / _INDEX
    if not index.is_file():
        return False
    names = {str(one) for one in _table(_read(index, setting), "weight_map").values()}
    for name in names:
        if not re.fullmatch(r"[\w.-]+\.safetensors", name):
            raise _refused(index, f"names weights that are no safetensors, “{name}”", setting)
    return bool(names)


def _check_settings(part: Path, setting: str) -> None:
    for file in _files(part):
        if file.suffix != ".json" or "config" not in file.name:
            continue
        for key, value in _pairs(_read(file, setting)):
            if key == "auto_map" and value:
                raise _refused(file, "asks for code of its own (“auto_map”)", setting)
            if key in _ACTIVATIONS and "." in str(value) and not _ACTIVATION.fullmatch(str(value)):
                raise _refused(file, f"names a function that is no activation, “{value}”", setting)
            if key == "tokenizer_class" and "." in str(value):
                raise _refused(file, f"names a tokenizer by its place, “{value}”", setting)


def _pairs(found: Any) -> Iterator[tuple[str, Any]]:
    """Yield every key with its value, at any depth."""
    left = [found]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            yield from one.items()
        left += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()


def _table(found: Any, key: str) -> dict[str, Any]:
    table = found.get(key) if isinstance(found, dict) else None
    return table if isinstance(table, dict) else {}


def _files(part: Path) -> list[Path]:
    return [one for one in part.iterdir() if one.is_file()] if part.is_dir() else []


def _read(file: Path, setting: str) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _refused(file, f"cannot be read ({type(error).__name__})", setting) from error


def _refused(file: Path, why: str, setting: str) -> ModelUnavailable:
    return ModelUnavailable(
        f"The model’s file {file} {why}, so the model is refused: name one with safetensors and "
        f"without code of its own in {setting}, or none."
    )
