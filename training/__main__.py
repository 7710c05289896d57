"""`python -m training DATA`: train the checker and write its weights."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from training.measure import measured
from training.rows import read
from training.trainer import Plan, Weights, save, start_weights, train
from vectorstore.encoders.checker import WEIGHTS

cli = typer.Typer(add_completion=False)
_console = Console(highlight=False, soft_wrap=True)


@cli.command()
def main(
    data: Annotated[Path, typer.Argument(help="The folder with claims/, nli/ and qa/.")],
    *,
    passes: Annotated[int, typer.Option(help="Passes over the data.")] = 6,
    rate: Annotated[float, typer.Option(help="The highest learning rate.")] = 2e-4,
    dropout: Annotated[float, typer.Option(help="Share of values left out.")] = 0.1,
    seed: Annotated[int, typer.Option(help="Of the order, the draws and the heads.")] = 0,
    start: Annotated[Path | None, typer.Option(help="Weights to go on from.")] = None,
    out: Annotated[Path, typer.Option(help="Where the weights go.")] = WEIGHTS,
) -> None:
    """Train the checker from the packaged embedding model and the data sets."""
    read_once = read(data)

    def after_pass(number: int, weights: Weights) -> None:
        save(weights, out)
        _console.print(f"after pass {number}: {measured(data, weights)}")

    weights = start_weights(start)
    train(read_once, weights, Plan(passes, rate, dropout, seed), _console.print, after_pass)


if __name__ == "__main__":
    cli()
