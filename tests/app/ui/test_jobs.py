"""What a job says when it is stopped."""

import threading
from collections.abc import Callable

import pytest

from app.ui.state.jobs import Task


@pytest.mark.parametrize(
    ("keeps_partial_work", "said"),
    [
        (False, "Stopped before the end."),
        (True, "Stopped before the end. What was done so far is kept."),
    ],
)
def test_only_a_task_that_stores_its_parts_says_that_they_are_kept(
    keeps_partial_work: bool, said: str
) -> None:
    stopped = threading.Event()

    def work(report: Callable[[int, int], None]) -> None:
        stopped.wait(60)
        report(1, 2)

    task = Task("Working", work, keeps_partial_work=keeps_partial_work)
    task.stop()
    stopped.set()
    task.wait(60)
    assert (task.result, task.error) == (None, said)
