"""What a fit reports: each constant as it stands in the code and as the data would have it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, slots=True)
class Constant:
    """A constant of the product: its name, its value in the code and the fitted value.

    `fitted` is None for a judged constant, whose figures show a trade-off and no optimum.
    """

    name: str
    in_code: float
    fitted: float | None


@dataclass(frozen=True, slots=True)
class Fit:
    """The result of one fit.

    `module` is the product module that holds the constants; `trained_on` names the data sets and
    their sizes, `optimises` the figure or the likelihood that the fitted values maximise. `figures`
    compares sets of values: for each of them, what the data sets give. `remark` says what the
    numbers do not: how the value in the code was chosen where no optimum decides.
    """

    module: str
    trained_on: str
    optimises: str
    constants: Sequence[Constant]
    figures: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    remark: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the fit as JSON values."""
        return asdict(self)


def constants_of(
    module: object, names: Sequence[str], fitted: Sequence[float | None]
) -> tuple[Constant, ...]:
    """Pair constants of a module with their fitted values.

    Raises AttributeError for a name that the module does not define.
    """
    return tuple(
        Constant(name, float(getattr(module, name)), None if value is None else float(value))
        for name, value in zip(names, fitted, strict=True)
    )


def show(console: Console, name: str, fit: Fit) -> None:
    """Print a fit: its provenance, its constants, and the figures of each set of values."""
    console.print(f"\n[bold]{name}[/bold] ({fit.module})", highlight=False)
    console.print(f"trained on {fit.trained_on}", highlight=False)
    console.print(f"optimises {fit.optimises}", highlight=False)
    constants = Table("constant", "in the code", "fitted")
    for one in fit.constants:
        fitted = "judged" if one.fitted is None else f"{one.fitted:.3g}"
        constants.add_row(one.name, f"{one.in_code:g}", fitted)
    console.print(constants)
    if fit.figures:
        console.print(_figures(fit.figures))
    if fit.remark:
        console.print(fit.remark, highlight=False)


def _figures(figures: Mapping[str, Mapping[str, float]]) -> Table:
    """Return a table with a row for each set of values; the other way round where that is wide."""
    columns = list(dict.fromkeys(key for values in figures.values() for key in values))
    if len(columns) > len(figures):
        figures = {
            column: {name: values[column] for name, values in figures.items() if column in values}
            for column in columns
        }
        columns = list(dict.fromkeys(key for values in figures.values() for key in values))
    table = Table("values", *columns)
    for name, values in figures.items():
        table.add_row(
            name, *(f"{values[column]:.4f}" if column in values else "" for column in columns)
        )
    return table
