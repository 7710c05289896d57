"""Options and arguments that several commands share."""

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Sources = Annotated[
    list[str] | None, typer.Option(metavar="ID", help="Only from this source; repeatable.")
]
Languages = Annotated[
    list[str] | None,
    typer.Option(metavar="CODE", help="Only sources in this language (en, ja …); repeatable."),
]
Since = Annotated[
    str, typer.Option(metavar="DATE", help="Only sources of this date or later: 2023, 2023-05 …")
]
Until = Annotated[
    str, typer.Option(metavar="DATE", help="Only sources of this date or earlier: 2023, 2023-05 …")
]
SourceId = Annotated[str, typer.Argument(metavar="ID", help="The source, as `sources` lists it.")]
Model = Annotated[
    str | None,
    typer.Option(metavar="PROVIDER:NAME", help="The model that writes; beats KAKEHASHI_MODEL."),
]
