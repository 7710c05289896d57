"""Vectors of passages and sentences from those of their tokens."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from vectorstore.text.sentences import Span

Vectors = npt.NDArray[np.float32]


def pooled(
    tokens: Vectors, offsets: npt.NDArray[np.int64], spans: Sequence[Span]
) -> tuple[Vectors, Vectors]:
    """Pool token vectors (n, d) with offsets (n, 2) into those of a passage and its spans.

    Return the vector of the passage (d,) and those of the spans (spans, d), all of length one.
    """
    passage = normalised(tokens.mean(axis=0, keepdims=True))[0]
    count = min(len(tokens), len(offsets))
    starts, ends = offsets[:count, 0], offsets[:count, 1]
    parts = np.empty((len(spans), len(passage)), dtype=np.float32)
    for number, (start, end) in enumerate(spans):
        inside = (starts >= start) & (ends <= end) & (ends > starts)
        # A sentence beyond the model's longest input has no tokens: use the vector of the passage.
        parts[number] = tokens[:count][inside].mean(axis=0) if inside.any() else passage
    return passage, normalised(parts)


def normalised(vectors: Vectors) -> Vectors:
    """Return vectors (n, d) scaled to length one, which bfloat16 misses slightly."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    result: Vectors = (vectors / lengths.clip(min=1e-12)).astype(np.float32)
    return result
