"""How long does a user wait? From process start, in a warm process, and for a second sync."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import typer

from benchmarks.article import QUESTIONS, SOURCES, questions
from benchmarks.machine import described, percentiles

_ROOT = Path(__file__).parent.parent
_RUNS = 5


def first_use() -> None:
    """Time --help, ask and two syncs from process start, then questions in a warm process."""
    typer.echo(described())
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "KAKEHASHI_DATA": folder}
        environment["KAKEHASHI_SOURCES"] = str(SOURCES)
        _time("kakehashi --help", environment, "--help")
        _time("kakehashi sync (first)", environment, "sync", runs=1)
        _time("kakehashi sync (second)", environment, "sync")
        _time("kakehashi ask", environment, "ask", "Who stood beside President Peña?")
        _own_work(Path(folder))


def _time(name: str, environment: dict[str, str], *words: str, runs: int = _RUNS) -> None:
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "app.cli", *words],
            env=environment, check=True, capture_output=True, cwd=_ROOT,
        )  # fmt: skip
        seconds.append(time.perf_counter() - start)
    typer.echo(
        f"{name:<26} median {statistics.median(seconds):6.2f} s of {runs} "
        f"(from process start; {min(seconds):.2f}–{max(seconds):.2f})"
    )


def _own_work(data: Path) -> None:
    """Time sync and questions in this process, once everything is loaded."""
    from app.answering.assistant import Assistant
    from ingest.sync import sync
    from vectorstore.encoders.embeddings import SentenceEmbeddings
    from vectorstore.library import Library

    with Library(data, SentenceEmbeddings()) as library:
        start = time.perf_counter()
        changes = sync(library, SOURCES)
        seconds = time.perf_counter() - start
        typer.echo(
            f"{'sync again, own work':<26} {seconds * 1000:.1f} ms, "
            f"{', '.join(change.outcome for change in changes)}"
        )
        assistant = Assistant(library)
        library.searcher.warm()
        times = []
        for question in questions(QUESTIONS):
            start = time.perf_counter()
            assistant.ask(question.text, question.history)
            times.append((time.perf_counter() - start) * 1000)
    found = percentiles(times)
    typer.echo(
        f"{'question to full answer':<26} p50 {found['p50']} ms, "
        f"p95 {found['p95']} ms, worst {max(times):.1f} ms "
        f"over {len(times)} questions on the article, warm process, no model"
    )
