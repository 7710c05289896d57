"""The words given to a model, as Markdown files in this folder."""

from pathlib import Path
from string import Template


def prompt(name: str, **values: str) -> str:
    """The prompt `name` with its `$placeholders` filled; KeyError names one that is missing."""
    return Template((Path(__file__).parent / f"{name}.md").read_text("utf-8")).substitute(values)
