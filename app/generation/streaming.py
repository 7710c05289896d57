"""A chat model's stream, listened to with patience that ends.

Messages in, pieces of text out. The model works in a thread of its own, so that a stop is heeded
while it is silent. What fails in passing before the first word is tried again; a failure after it,
or a silence that is too long, ends with ModelUnavailable. It knows nothing of what is said.
"""

import contextvars
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

from vectorstore.errors import ModelUnavailable

_LOOK = 0.05  # seconds between two looks at `stopped`; judged: nobody notices
_PASSING_STATUS = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_PASSING_NAMES = (
    "connect", "timeout", "timedout", "ratelimit", "overloaded", "unavailable", "internalserver",
    "remoteprotocol", "readerror", "writeerror",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StreamTimeouts:
    """How long a model is waited for, in seconds, and how often it is tried.

    `first` is for all tries until the first sign of life, which a slow processor with a long
    prompt needs; `between` for a silence after that; `whole` for everything, reasoning included.
    `pause` is the wait before the second try, twice that before the third.
    """

    first_piece: float = 120.0
    between_pieces: float = 60.0
    total: float = 600.0
    attempts: int = 3
    backoff: float = 1.0


DEFAULT_TIMEOUTS = StreamTimeouts()


def stream_with_timeout(
    model: BaseChatModel,
    messages: Sequence[BaseMessage],
    stopped: Callable[[], bool] = lambda: False,
    timeouts: StreamTimeouts = DEFAULT_TIMEOUTS,
) -> Iterator[str]:
    """The pieces of text as they come, some empty; ends when `stopped` says so.

    Raises ModelUnavailable, a sentence that says what happened and what to do.
    """
    begun = time.monotonic()
    for attempt in range(1, timeouts.attempts + 1):
        heard = False
        try:
            for piece in _stream(model, messages, stopped, timeouts, begun):
                heard = heard or bool(piece)
                yield piece
            return
        except ModelUnavailable:
            raise
        except Exception as error:  # each provider raises what it likes
            late = time.monotonic() - begun > timeouts.first_piece
            if heard or late or attempt == timeouts.attempts or not is_transient(error):
                raise ModelUnavailable(_told(error, attempt, midway=heard)) from error
        if not _pause(timeouts.backoff * 2 ** (attempt - 1), stopped):
            return


def is_transient(error: BaseException) -> bool:
    """Whether a failure may be gone a moment later: connection, overload, 429, 5xx, timeout."""
    status = getattr(error, "status_code", None)
    status = status or getattr(getattr(error, "response", None), "status_code", None)
    if isinstance(status, int):
        return status in _PASSING_STATUS
    names = [kind.__name__.lower() for kind in type(error).__mro__]
    return isinstance(error, ConnectionError | TimeoutError) or any(
        part in name for name in names for part in _PASSING_NAMES
    )


def _stream(
    model: BaseChatModel,
    messages: Sequence[BaseMessage],
    stopped: Callable[[], bool],
    timeouts: StreamTimeouts,
    begun: float,
) -> Iterator[str]:
    told: queue.SimpleQueue[str | Exception | None] = queue.SimpleQueue()
    left = threading.Event()

    def work() -> None:
        try:
            for chunk in model.stream(list(messages)):
                told.put(str(chunk.text))
                if left.is_set():
                    return
            told.put(None)
        except Exception as error:  # noqa: BLE001 - a thread has nobody else to tell
            told.put(error)

    threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True).start()
    try:
        deadline = begun + timeouts.first_piece
        while not stopped():
            try:
                said = told.get(timeout=_LOOK)
            except queue.Empty:
                _look_at_the_clock(deadline, begun, timeouts)
                continue
            if said is None:
                return
            if isinstance(said, Exception):
                raise said
            yield said
            deadline = time.monotonic() + timeouts.between_pieces
            _look_at_the_clock(deadline, begun, timeouts)
    finally:
        left.set()


def _look_at_the_clock(deadline: float, begun: float, timeouts: StreamTimeouts) -> None:
    now = time.monotonic()
    if now > begun + timeouts.total:
        raise ModelUnavailable(
            f"The model was not done after {timeouts.total:.0f} seconds. Choose a faster one."
        )
    if now > deadline:
        raise ModelUnavailable(
            f"The model fell silent and did not go on ({now - begun:.0f} seconds after it was "
            "asked). Check that its server is well."
        )


def _pause(seconds: float, stopped: Callable[[], bool]) -> bool:
    """Wait; False if that was ended by a stop."""
    end = time.monotonic() + seconds
    while not (halted := stopped()) and time.monotonic() < end:
        time.sleep(min(_LOOK, seconds))
    return not halted


def _told(error: Exception, attempt: int, *, midway: bool) -> str:
    tries = f" in {attempt} tries" if attempt > 1 else ""
    what = "The model broke off" if midway else f"The model did not answer{tries}"
    reason = " ".join(str(error).split())[:200]
    return (
        f"{what} ({type(error).__name__}: {reason}). Check that its server is running and that "
        "the key and name are right."
    )
