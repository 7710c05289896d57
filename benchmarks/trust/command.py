"""`python -m benchmarks trust`: do the promises of SECURITY.md hold?"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchmarks.browser import NoBrowser, chromium
from benchmarks.connections import CannotWatch
from benchmarks.machine import described, keep
from benchmarks.silence import control as reaching_out
from benchmarks.silence import silence
from benchmarks.trust.canary import canary_server
from benchmarks.trust.faults import fault_measures
from benchmarks.trust.injections import PLACES, injections, sample
from benchmarks.trust.measures import Measure, at_least, injection_measures, none_of, try_injections
from benchmarks.trust.visit import control

_WANTED = 120  # hostile texts


def trust(
    number: Annotated[int, typer.Option(help="How many hostile texts; 0 for all.")] = 0,
    tests: Annotated[bool, typer.Option(help="Run the tests of each fault.")] = True,
    quiet: Annotated[bool, typer.Option(help="Watch the network, too.")] = True,
    fast: Annotated[bool, typer.Option("--fast", help="Hostile texts only.")] = False,
) -> None:
    """Put hostile texts everywhere, run the tests of each known fault, watch the network.

    Prints a line for each measure: what, its target, its result, and `held` or `short`. Exits with
    1 if one is short.
    """
    console = Console(width=max(120, Console().width), highlight=False, soft_wrap=True)
    console.print(described())
    short = [_printed(one, console) for one in _injections(number)]
    if tests and not fast:
        short += [_printed(one, console) for one in fault_measures()]
    if quiet and not fast:
        short += [_printed(one, console) for one in _silence()]
    held = not any(short)
    console.print("held" if held else f"short: {sum(short)} of {len(short)} measures")
    raise typer.Exit(int(not held))


def _printed(one: Measure, console: Console) -> bool:
    """Print a measure; return whether it is short."""
    console.print(str(one), markup=False)
    if not one.held:
        for example in one.examples:
            console.print(f"   {ascii(example)[:300]}", markup=False)
    return not one.held


def _injections(number: int) -> Iterator[Measure]:
    yield at_least(f"hostile texts, each in {len(PLACES)} places", len(injections()), _WANTED)
    try:
        with chromium() as browser, canary_server() as canary, tempfile.TemporaryDirectory() as at:
            controlled = control(browser, canary.host, Path(at))
            canary.asked.clear()
            every = injections(canary.host)
            chosen = sample(every, number) if number else every
            tried = try_injections(browser, chosen, canary)
            measures = list(injection_measures(tried, controlled))
            if not number:
                results = {one.name: one.result for one in measures}
                keep("trust", {"chromium": browser.version, "measures": results})
            yield from measures
    except NoBrowser as error:
        yield Measure("hostile texts in Chromium", "opened", str(error), held=False)


def _silence() -> Iterator[Measure]:
    try:
        reached = [one.to for one in reaching_out().attempts]
        yield at_least("attempts seen of a program that does reach out", len(reached), 3)
        with tempfile.TemporaryDirectory() as folder:
            steps = silence(Path(folder) / "library")
    except CannotWatch as error:
        yield Measure("attempts to reach another machine", "0", str(error), held=False)
        return
    for step in steps:
        tried = [str(one) for one in step.attempts]
        failed = [f"{step.name} ended with {step.code}: {step.words}"] if step.code else []
        yield none_of(f"attempts of `{step.name}` to reach another machine", tried + failed)
