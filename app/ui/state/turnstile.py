"""How many questions are answered at once, in the order in which they came."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from app.answering.assistant import Assistant

_WITH_MODEL = 8  # answers that a chat model writes at once; it mostly waits for the model; judged
_POLL = 0.5  # seconds between two looks whether the one who waits has left


class Turnstile:
    """Lets as many through as can be served, first come, first served.

    Answers without a chat model keep a processor core busy each: more at once would only make all
    of them slower.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self._changed = threading.Condition()
        self._queue: list[object] = []  # those inside, then those who wait

    @contextmanager
    def passing(self, assistant: Assistant, waiting: Callable[[int], bool]) -> Iterator[bool]:
        """Wait for a place and hold it until the block ends; yield whether there is one.

        While it waits, `waiting` is called with the number of those before; it returns False to
        leave.
        """
        ticket, places = object(), _places(assistant)
        with self._changed:
            self._queue.append(ticket)
            going = True
            while going and (before := self._queue.index(ticket) - places + 1) > 0:
                going = waiting(before)
                if going:
                    self._changed.wait(_POLL)
        try:
            yield going
        finally:
            with self._changed:
                self._queue.remove(ticket)
                self._changed.notify_all()


def _places(assistant: Assistant) -> int:
    return _WITH_MODEL if assistant.model else os.cpu_count() or 1
