"""The packaged encoders of texts: BERT (arXiv 1810.04805) with six layers, run by onnxruntime.

Both the packaged MiniLM (`minilm.py`) and the checker (`checker.py`) have these layers. torch takes
three seconds to import and sentence_transformers five, too long for one question on the command
line; onnxruntime takes a twentieth of one, and half the time for short texts. Every text is run
alone, so that nothing is padded, and as many at a time as there are processor cores.

`data/bert.onnx` holds the operations without the weights; `training/graph.py` writes it.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from vectorstore.child_process import usable_cores
from vectorstore.encoders.pooling import Vectors

EMBEDDINGS = "embeddings."
GRAPH = Path(__file__).parent / "data" / "bert.onnx"
LAYERS, HEADS, WIDTH, INNER, EPSILON = 6, 12, 384, 1536, 1e-12  # of all-MiniLM-L6-v2
SPLIT = "attention.self", ("query", "key", "value")  # three products that are one in the graph

Weights = Mapping[str, Vectors]
Tokens = npt.NDArray[np.int64]
_In = TypeVar("_In")
_Out = TypeVar("_Out")


class Bert:
    """The encoder over its weights, which have the names that transformers gives them.

    Its methods are thread-safe and use one core.
    """

    def __init__(self, weights: Weights) -> None:
        """Load the layers. `weights` may hold other weights too."""
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # which versions from 1.29 on have
        import onnxruntime

        self.embeddings = {
            name: weights[name].astype(np.float32, copy=False)
            for name in weights
            if name.startswith(EMBEDDINGS)
        }
        given = _given(weights)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors only
        options.add_external_initializers(
            list(given), [onnxruntime.OrtValue.ortvalue_from_numpy(one) for one in given.values()]
        )
        self._session = onnxruntime.InferenceSession(
            GRAPH.read_bytes(), options, providers=["CPUExecutionProvider"]
        )

    def embedded(self, ids: Tokens, kinds: Tokens) -> Vectors:
        """Return the vectors (tokens, width) with which the layers begin.

        `ids` and `kinds` have the shape (tokens,); kind 0 is the first text, 1 the second.
        """
        x = (
            self.embeddings["embeddings.word_embeddings.weight"][ids]
            + self.embeddings["embeddings.position_embeddings.weight"][: len(ids)]
            + self.embeddings["embeddings.token_type_embeddings.weight"][kinds]
        )
        x -= x.mean(axis=1, keepdims=True)
        x /= np.sqrt(np.square(x).mean(axis=1, keepdims=True) + EPSILON)
        scale, shift = (
            self.embeddings[f"embeddings.LayerNorm.{name}"] for name in ("weight", "bias")
        )
        normed: Vectors = x * scale + shift
        return normed

    def layers(self, x: Vectors) -> Vectors:
        """Return the last hidden states (tokens, width) of `x`, which has the same shape."""
        hidden: Vectors = self._session.run(None, {"x": x})[0]
        return hidden


def _given(weights: Weights) -> Weights:
    """Return the weights of the layers by the names of the graph."""
    split, parts = SPLIT
    given = {
        name: value
        for name, value in weights.items()
        if name.startswith("encoder.") and f".{split}." not in name
    }
    for at in (f"encoder.layer.{number}.{split}" for number in range(LAYERS)):
        for kind in ("weight", "bias"):
            given[f"{at}.{kind}"] = np.concatenate(
                [weights[f"{at}.{part}.{kind}"] for part in parts]
            )
    return {name: np.ascontiguousarray(value, np.float32) for name, value in given.items()}


def at_once(
    run: Callable[[_In], _Out], inputs: Sequence[_In], threads: int | None = None
) -> list[_Out]:
    """Return what `run` makes of each input, on `threads` cores, all of them if None."""
    threads = threads or usable_cores()
    if min(threads, len(inputs)) < 2:
        return [run(one) for one in inputs]
    return list(_pool(threads).map(run, inputs))


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, thread_name_prefix="encoder")
