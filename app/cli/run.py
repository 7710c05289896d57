"""Run an operation for a command, with its progress on the terminal."""

import sys
from collections.abc import Callable
from typing import Any

from app.cli.terminal import ERR, progress, say, show_steps, step_from

HOLDER = f"`{' '.join(['kakehashi', *sys.argv[1:2]])}`"  # who has the library, for other programs


def run(
    name: str, each_step: Callable[[object], None] = lambda _: None, **values: Any
) -> dict[str, Any]:
    """Run an operation, with its progress; its notices go to standard error."""
    from app.service.executor import executor

    with executor(HOLDER) as execute, progress() as bar:
        show_step = show_steps(bar)

        def report(step: dict[str, Any]) -> None:
            show_step(step_from(step))
            each_step(step)

        result = execute(name, values, report)
    for notice in result.pop("notices"):
        say(notice, ERR)
    return result


def report_undated(result: dict[str, Any]) -> None:
    """Say how many sources a range of dates leaves out."""
    left_out = result.pop("left_out")
    if left_out:
        have, were = ("source has", "was") if left_out == 1 else ("sources have", "were")
        say(f"{left_out} {have} no date and {were} left out.", ERR)
