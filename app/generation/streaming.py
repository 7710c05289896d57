"""Stream text from a chat model with timeouts and retries.

The model runs in a separate thread, so that a stop takes effect while it is silent. Transient
failures before the first piece are retried; a later failure or a timeout raises ModelUnavailable.
"""

import contextlib
import contextvars
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vectorstore.errors import ModelUnavailable, reason_of
from vectorstore.text.hidden import CONTEXT, without_hidden

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

MOST_WRITTEN = (
    400_000  # characters of a stream, reasoning included; judged: far more than an answer has
)
_POLL = 0.05  # seconds between two checks of `stopped`; judged: nobody notices
_AHEAD = 64  # pieces that a model may be ahead of their reader; judged: bounds memory
_ENDLESS = (
    f"The model wrote more than {MOST_WRITTEN:,} characters without coming to an end, so it was "
    "stopped: choose another one."
)
_TRANSIENT_STATUS = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_TRANSIENT_NAMES = (
    "connect", "timeout", "timedout", "ratelimit", "overloaded", "unavailable", "internalserver",
    "remoteprotocol", "readerror", "writeerror",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class StreamTimeouts:
    """Timeouts of a stream in seconds, and the number of attempts.

    `first_piece` limits all attempts until the first piece, for which a slow CPU with a long prompt
    needs time; `between_pieces` limits later silences; `total` everything, reasoning included.
    `backoff` is the wait before the second attempt, doubled before the third. All are judged.
    """

    first_piece: float = 120.0
    between_pieces: float = 60.0
    total: float = 600.0
    attempts: int = 3
    backoff: float = 1.0


DEFAULT_TIMEOUTS = StreamTimeouts()


def stream_with_timeout(
    model: "BaseChatModel",
    messages: "Sequence[BaseMessage]",
    stopped: Callable[[], bool] = lambda: False,
    timeouts: StreamTimeouts = DEFAULT_TIMEOUTS,
) -> Iterator[str]:
    """Yield the pieces of text as they arrive, some empty, until `stopped` returns True.

    They lack what nobody would see, so that what is checked is what is shown. Raise
    ModelUnavailable, which says what happened and what to do.
    """
    begun = time.monotonic()
    before = ""
    for attempt in range(1, timeouts.attempts + 1):
        heard = False
        try:
            for piece in _stream(model, messages, stopped, timeouts, begun):
                heard = heard or bool(piece)
                seen = without_hidden(piece, before)
                before = (before + seen)[-CONTEXT:]
                yield seen
            return
        except ModelUnavailable:
            raise
        except Exception as error:  # providers raise exceptions of any type
            if refused := _own(error):
                raise refused from error
            late = time.monotonic() - begun > timeouts.first_piece
            if heard or late or attempt == timeouts.attempts or not is_transient(error):
                raise ModelUnavailable(_failure(error, attempt, midway=heard)) from error
        if not _pause(timeouts.backoff * 2 ** (attempt - 1), stopped):
            return


def is_transient(error: BaseException) -> bool:
    """Return whether a failure may be transient: connection, overload, 429, 5xx, timeout."""
    status = getattr(error, "status_code", None)
    status = status or getattr(getattr(error, "response", None), "status_code", None)
    if isinstance(status, int):
        return status in _TRANSIENT_STATUS
    names = [kind.__name__.lower() for kind in type(error).__mro__]
    return isinstance(error, ConnectionError | TimeoutError) or any(
        part in name for name in names for part in _TRANSIENT_NAMES
    )


def _own(error: BaseException) -> ModelUnavailable | None:
    """Return our own error that a provider's package has wrapped into one of its own, if any."""
    cause = error.__cause__
    while cause:
        if isinstance(cause, ModelUnavailable):
            return cause
        cause = cause.__cause__
    return None


def _stream(
    model: "BaseChatModel",
    messages: "Sequence[BaseMessage]",
    stopped: Callable[[], bool],
    timeouts: StreamTimeouts,
    begun: float,
) -> Iterator[str]:
    pieces: queue.Queue[str | Exception | None] = queue.Queue(_AHEAD)
    abandoned = threading.Event()

    def put(piece: str | Exception | None) -> bool:
        """Pass a piece on as soon as there is room; return False if nobody reads any more."""
        while not abandoned.is_set() and time.monotonic() < begun + timeouts.total:
            with contextlib.suppress(queue.Full):
                pieces.put(piece, timeout=_POLL)
                return True
        return False

    def work() -> None:
        try:
            if all(map(put, _written(model, messages))):
                put(None)
        except Exception as error:  # noqa: BLE001 - raised again in the caller's thread
            put(error)

    threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True).start()
    try:
        deadline = begun + timeouts.first_piece
        while not stopped():
            try:
                piece = pieces.get(timeout=_POLL)
            except queue.Empty:
                _check_timeouts(deadline, begun, timeouts)
                continue
            if piece is None:
                return
            if isinstance(piece, Exception):
                raise piece
            yield piece
            deadline = time.monotonic() + timeouts.between_pieces
            _check_timeouts(deadline, begun, timeouts)
    finally:
        abandoned.set()


def _written(model: "BaseChatModel", messages: "Sequence[BaseMessage]") -> Iterator[str]:
    """Yield what a model writes; raise ModelUnavailable if that is more than any answer has."""
    written = 0
    for chunk in model.stream(list(messages)):
        text = str(chunk.text)
        written += len(text)
        if written > MOST_WRITTEN:
            raise ModelUnavailable(_ENDLESS)
        yield text


def _check_timeouts(deadline: float, begun: float, timeouts: StreamTimeouts) -> None:
    now = time.monotonic()
    if now > begun + timeouts.total:
        raise ModelUnavailable(
            f"The model did not finish within {timeouts.total:.0f} seconds. Choose a faster one."
        )
    if now > deadline:
        raise ModelUnavailable(
            f"The model fell silent ({now - begun:.0f} seconds after it was asked). Check that its "
            "server is running well."
        )


def _pause(seconds: float, stopped: Callable[[], bool]) -> bool:
    """Wait; return False if stopped meanwhile."""
    end = time.monotonic() + seconds
    while not (halted := stopped()) and time.monotonic() < end:
        time.sleep(min(_POLL, seconds))
    return not halted


def _failure(error: Exception, attempt: int, *, midway: bool) -> str:
    tries = f" in {attempt} tries" if attempt > 1 else ""
    what = "The model broke off" if midway else f"The model did not answer{tries}"
    return (
        f"{what} ({type(error).__name__}: {reason_of(error)}). Check that its server is running "
        "and that the key and name are right."
    )
