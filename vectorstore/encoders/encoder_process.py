"""Embeds documents in a child process, so that whoever asks meanwhile does not wait for them.

The child (`__main__.py`) has a low priority. It starts with the first batch and ends after a few
minutes without one, which gives its memory back.
"""

import base64
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from vectorstore.child_process import ChildFailed, ChildProcess
from vectorstore.errors import ModelUnavailable

# How a model is found and loaded: what `silence_libraries` and the user have set.
_ENVIRONMENT = ("HF_", "TOKENIZERS_", "DISABLE_SAFETENSORS", "DO_NOT_TRACK", "MKL_", "KMP_")
_LONGEST_LINE = 256 << 20  # bytes; judged: more than 64 passages with their sentences need
_TIMEOUT = 600.0  # seconds for one batch, or for loading a model; judged: ample for a busy machine
_IDLE = 300.0  # seconds until a child without work ends; judged
Vectors = npt.NDArray[np.float32]


class EncoderProcess:
    """The child that embeds with one model. Its methods are thread-safe."""

    def __init__(self, model: str, sentence_rules: str, models: Path | None) -> None:
        """Start nothing yet; the arguments are those of `SentenceEmbeddings`."""
        self._model = {"model": model, "rules": sentence_rules, "models": models and str(models)}
        self._lock = threading.Lock()
        self._child: ChildProcess | None = None
        self._timer: threading.Timer | None = None

    def embed(
        self, texts: Sequence[str], headings: Sequence[str], threads: int
    ) -> list[tuple[Vectors, Vectors]]:
        """Return the vector (d,) of each passage with those of its sentences (sentences, d).

        Raise ModelUnavailable if the model cannot be loaded, or the child was ended twice.
        """
        batch = {**self._model, "texts": texts, "headings": headings, "threads": threads}
        with self._lock:
            if self._timer:
                self._timer.cancel()
            try:
                answer = self._answer(batch)
            except (ChildFailed, TimeoutError, OSError):
                self._end()
                answer = self._again(batch)
            self._timer = threading.Timer(_IDLE, self.close)
            self._timer.daemon = True
            self._timer.start()
        if "error" in answer:
            raise ModelUnavailable(str(answer["error"]))
        return _unpacked(answer["vectors"], answer["sentences"])

    def close(self) -> None:
        """End the child, if it has no batch."""
        with self._lock:
            self._end()

    def _again(self, batch: dict[str, Any]) -> dict[str, Any]:
        try:
            return self._answer(batch)
        except (ChildFailed, TimeoutError, OSError) as error:
            self._end()
            raise ModelUnavailable(
                "The embedding model was ended twice while it read documents, as happens when "
                "memory runs out: close other programs, then try again."
            ) from error

    def _answer(self, batch: dict[str, Any]) -> dict[str, Any]:
        if self._child is None:
            self._child = ChildProcess("vectorstore.encoders", _LONGEST_LINE, _ENVIRONMENT)
        self._child.send(batch, _TIMEOUT)
        answer = self._child.receive(_TIMEOUT)
        if answer is None:
            raise TimeoutError
        return answer

    def _end(self) -> None:
        if self._child:
            self._child.kill()
        self._child = None


def packed(embedded: Sequence[tuple[Vectors, Vectors]]) -> dict[str, object]:
    """Return vectors of passages and sentences as the child sends them."""
    rows = [row for passage, sentences in embedded for row in (passage[None], sentences)]
    content = np.concatenate(rows).astype(np.float32).tobytes() if rows else b""
    return {
        "vectors": base64.b64encode(content).decode(),
        "sentences": [len(sentences) for _, sentences in embedded],
    }


def _unpacked(content: str, sentences: Sequence[int]) -> list[tuple[Vectors, Vectors]]:
    total = len(sentences) + sum(sentences)
    rows = np.frombuffer(base64.b64decode(content), np.float32).reshape(total, -1)
    found, at = [], 0
    for count in sentences:
        found.append((rows[at], rows[at + 1 : at + 1 + count]))
        at += 1 + count
    return found


def cores() -> int:
    """Return the number of processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
