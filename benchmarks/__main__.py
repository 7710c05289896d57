"""`python -m benchmarks`: measure on this machine what benchmarks/README.md states."""

import typer

from benchmarks import (
    answering,
    article,
    checking,
    crash,
    crowd,
    damage,
    endurance,
    first_use,
    gate,
    ingest,
    lose,
    question_kinds,
    readers,
    retrieval,
    scale,
    swap,
    walk,
    window,
    written,
)
from benchmarks.fidelity.command import fidelity
from benchmarks.fit import command as fit
from benchmarks.trust.command import trust

cli = typer.Typer(no_args_is_help=True, help=__doc__, add_completion=False)
cli.command()(first_use.first_use)
cli.command()(article.article)
cli.command()(answering.answering)
cli.command()(gate.gate)
cli.command()(retrieval.retrieval)
cli.command()(checking.checking)
cli.command()(fit.fit)
cli.command()(question_kinds.question_kinds)
cli.command()(fidelity)
cli.command()(scale.scale)
cli.command()(ingest.ingest)
cli.command()(swap.swap)
cli.command()(readers.readers)
cli.command()(crash.crash)
cli.command()(damage.damage)
cli.command()(written.written)
cli.command()(window.window)
cli.command()(crowd.crowd)
cli.command()(crowd.steer)
cli.command()(lose.lose)
cli.command()(endurance.endure)
cli.command()(trust)
cli.command()(walk.walk)

if __name__ == "__main__":
    cli()
