"""Background work that goes on while the page is redrawn.

Streamlit runs the page again at every click, so work that must not be lost runs in a thread; the
page only looks at its progress. Nothing here draws.
"""

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from vectorstore.errors import KakehashiError

T = TypeVar("T")
_BRIEFLY = 0.3  # seconds
_log = logging.getLogger(__name__)


class Stopped(Exception):
    """The user stopped the job."""


class Job:
    """A thread that can be stopped. `error` is a sentence for the user, or empty.

    `keeps_partial_work` says whether what was done before a stop is stored.
    """

    keeps_partial_work = False

    def __init__(self) -> None:
        """Start at once."""
        self.error = ""
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether it has ended, successfully or not."""
        return not self._thread.is_alive()

    def wait(self, seconds: float) -> None:
        """Wait for the end, at most this long."""
        self._thread.join(seconds)

    def wait_briefly(self) -> None:
        """Wait a moment, so that what ends at once is drawn without progress."""
        self.wait(_BRIEFLY)

    def stop(self) -> None:
        """End soon."""
        self._stopped.set()

    @property
    def stopped(self) -> bool:
        """Whether it was told to end."""
        return self._stopped.is_set()

    def wait_for_stop(self, seconds: float) -> None:
        """Wait, in the job's own thread, until it is told to end, at most this long."""
        self._stopped.wait(seconds)

    def _run(self) -> None:
        try:
            self._work()
        except KakehashiError as error:
            self.error = str(error)
        except Stopped:
            kept = " What was done so far is kept." if self.keeps_partial_work else ""
            self.error = f"Stopped before the end.{kept}"
        except Exception:  # noqa: BLE001 - nothing above a thread could report it
            _log.exception("a background job of the window failed")
            self.error = (
                "Something unexpected went wrong. Nothing is lost: try again. The details are in "
                "the log of the window."
            )

    def _work(self) -> None:
        raise NotImplementedError


class Task(Job, Generic[T]):
    """Runs one function and keeps its `result`.

    `name` says what it does and `progress` how far it is, as (done, total). The function receives
    `report(done, total)`, which raises Stopped once the user has stopped the task.
    """

    def __init__(
        self,
        name: str,
        function: Callable[[Callable[[int, int], None]], T],
        *,
        keeps_partial_work: bool = False,
    ) -> None:
        """Start at once."""
        self.keeps_partial_work = keeps_partial_work
        self.name = name
        self.progress = (0, 0)
        self.result: T | None = None
        self._function = function
        super().__init__()

    def _work(self) -> None:
        self.result = self._function(self._report)

    def _report(self, done: int, total: int) -> None:
        self.progress = (done, total)
        if self._stopped.is_set():
            raise Stopped
