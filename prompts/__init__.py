"""The prompts for chat models, as Markdown files in this folder."""

from pathlib import Path
from string import Template


def prompt(name: str, **values: str) -> str:
    """Return the prompt `name`, its `$placeholders` filled. Raise KeyError if one is missing."""
    return Template((Path(__file__).parent / f"{name}.md").read_text("utf-8")).substitute(values)
