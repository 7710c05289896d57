"""Similarity of two texts by their contextual token vectors.

Each token of the first text is matched with the nearest token of the second; the result is the mean
of those cosines, weighted by rarity: the recall of BERTScore (arXiv 1904.09675) on the packaged
all-MiniLM-L6-v2. It recognises English paraphrases without shared words, but not who did what to
whom.
"""

import math
import threading
from functools import lru_cache

from vectorstore.encoders.minilm import Tokens, packaged_minilm
from vectorstore.errors import ModelUnavailable
from vectorstore.text.terms import terms

_COMMON_IDS = 900  # judged: word pieces are numbered by how common they are; the first are signs
_STOP = 0.15  # of the weight, for a word that is left out of search; judged: it carries little
_lock = threading.Lock()


@lru_cache(maxsize=256)
def token_similarity(text: str, other: str) -> float | None:
    """Return how far the words of `text` are found in `other`, -1 to 1, mostly 0.3 to 0.9.

    Return None if the packaged model is missing or a text has no word. Only the first 256 tokens of
    a text are read.
    """
    try:
        with _lock:
            mine, theirs = packaged_minilm().tokens(text), packaged_minilm().tokens(other)
    except ModelUnavailable:
        return None
    weights = _weights(text, mine)
    if not sum(weights) or not len(theirs.ids):
        return None
    nearest = (mine.vectors @ theirs.vectors.T).max(axis=1).tolist()
    found = sum(w * n for w, n in zip(weights, nearest, strict=True)) / sum(weights)
    return float(found)


def _weights(text: str, tokens: Tokens) -> list[float]:
    """Return the weight of each token: the logarithm of its rank, 0 for punctuation."""
    weights = []
    for number, (start, end) in zip(tokens.ids, tokens.offsets, strict=True):
        token = text[start:end]
        rarity = math.log(max(number - _COMMON_IDS, 100))
        weights.append(rarity * (1 if terms(token) else _STOP) if token[:1].isalnum() else 0.0)
    return weights
