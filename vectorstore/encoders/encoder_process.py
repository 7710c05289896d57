"""Embeds documents in a child process, so that whoever asks meanwhile does not wait for them.

The child (`__main__.py`) has a low priority. It starts with the first batch and ends after a few
minutes without one, which gives its memory back.
"""

import base64
import logging
import signal
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vectorstore.child_process import ChildFailed, ChildProcess
from vectorstore.encoders.pooling import Vectors
from vectorstore.errors import ModelUnavailable

_LONGEST_LINE = 256 << 20  # bytes; judged: more than 64 passages with their sentences need
_TIMEOUT = 1800.0  # seconds for one batch, or for fetching and loading a model; judged: ample
_IDLE = 300.0  # seconds until a child without work ends; judged
_AGAIN = "try again; if it stays so, `kakehashi doctor` tells what is wrong"
_log = logging.getLogger(__name__)


class EncoderProcess:
    """The child that embeds with one model. Its methods are thread-safe."""

    def __init__(self, model: str, sentence_rules: str, models: Path | None) -> None:
        """Start nothing yet; the arguments are those of `SentenceEmbeddings`."""
        name = str(Path(model).absolute()) if Path(model).is_dir() else model
        self._model = {"model": name, "rules": sentence_rules, "models": models and str(models)}
        self._lock = threading.Lock()
        self._closing = False
        self._child: ChildProcess | None = None
        self._timer: threading.Timer | None = None

    @property
    def running(self) -> bool:
        """Whether the child is there."""
        return self._child is not None

    def embed(
        self, texts: Sequence[str], headings: Sequence[str], threads: int
    ) -> list[tuple[Vectors, Vectors]]:
        """Return the vector (d,) of each passage with those of its sentences (sentences, d).

        Raise ModelUnavailable if the model cannot be loaded or fails, if the child was ended
        twice, or if `close` is called meanwhile.
        """
        batch = {**self._model, "texts": texts, "headings": headings, "threads": threads}
        with self._lock:
            self._stop_timer()
            try:
                answer = self._answered(batch)
            finally:
                self._start_timer()
        if "failed" in answer:
            _log.error("the encoder process failed with %s", answer["failed"])
            raise ModelUnavailable(f"The embedding model failed ({answer['failed']}): {_AGAIN}.")
        if "error" in answer:
            raise ModelUnavailable(answer["error"])
        return _unpacked(answer["vectors"], answer["sentences"])

    def close(self) -> None:
        """End the child, also in the middle of a batch; the next batch starts another."""
        self._closing = True
        if child := self._child:
            child.process.kill()
        with self._lock:
            self._stop_timer()
            self._end()
            self._closing = False

    def _answered(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Send a batch, a second time if the child was ended, and return the answer."""
        for attempt in (1, 2):
            try:
                return self._answer(batch)
            except (ChildFailed, TimeoutError, OSError) as error:
                self._end()
                if self._closing:
                    raise ModelUnavailable("Kakehashi was closed meanwhile.") from error
                code = getattr(error, "returncode", None)
                _log.warning("the encoder process ended with %s", code)
                if attempt == 2:
                    why = f"The embedding model was ended twice: {_AGAIN}."
                    if code == -signal.SIGKILL:
                        why = (
                            "The embedding model was ended twice while it read documents, as "
                            "happens when memory runs out: close other programs, then try again."
                        )
                    raise ModelUnavailable(why) from error
        raise AssertionError

    def _answer(self, batch: dict[str, Any]) -> dict[str, Any]:
        if self._child is None:
            self._child = ChildProcess("vectorstore.encoders", _LONGEST_LINE, trusted=True)
        self._child.send(batch, _TIMEOUT)
        answer = self._child.receive(_TIMEOUT)
        if answer is None:
            raise TimeoutError
        return answer

    def _end(self) -> None:
        if self._child:
            self._child.kill()
        self._child = None

    def _start_timer(self) -> None:
        timer = threading.Timer(_IDLE, lambda: self._end_idle(timer))
        timer.daemon = True
        self._timer = timer
        timer.start()

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = None

    def _end_idle(self, timer: threading.Timer) -> None:
        with self._lock:
            if self._timer is timer:  # no batch has come since
                self._end()


def packed(embedded: Sequence[tuple[Vectors, Vectors]]) -> dict[str, object]:
    """Return vectors of passages and sentences as the child sends them."""
    rows = [row for passage, sentences in embedded for row in (passage[None], sentences)]
    content = np.concatenate(rows).tobytes()
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
