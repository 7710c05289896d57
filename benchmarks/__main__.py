"""`python -m benchmarks`: every figure that the project states, on this machine."""

import typer

from benchmarks import article, first_use, retrieval, scale

cli = typer.Typer(no_args_is_help=True, help=__doc__, add_completion=False)
cli.command()(first_use.first_use)
cli.command()(article.article)
cli.command()(retrieval.retrieval)
cli.command()(scale.scale)

if __name__ == "__main__":
    cli()
