"""`python -m supply`: licences, locks and the bill of materials. CONTRIBUTING.md says when."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from supply.licences import all_licensed
from supply.lock import renew
from supply.sbom import bill_of_materials

cli = typer.Typer(add_completion=False, help=__doc__)
_console = Console(highlight=False, soft_wrap=True)


@cli.command()
def licences() -> None:
    """Print the licence of every pinned package; exit with 1 if one is refused or unknown."""
    refused = False
    for one in all_licensed():
        refused = refused or not one.accepted
        sign = "ok" if one.accepted else "REFUSED"
        _console.print(sign, one.name, one.version, one.licence or "unknown", one.reason, sep="\t")
    raise typer.Exit(refused)


@cli.command()
def sbom(file: Annotated[Path, typer.Argument()] = Path("sbom.cdx.json")) -> None:
    """Write the bill of materials as CycloneDX 1.6."""
    file.write_text(json.dumps(bill_of_materials(), indent=2) + "\n", encoding="utf-8")
    _console.print(f"{file} is written.")


@cli.command()
def lock(uv: Annotated[Path, typer.Argument(help="The program uv.")]) -> None:
    """Renew the locks from constraints.txt, with the package index."""
    renew(uv)


if __name__ == "__main__":
    cli()
