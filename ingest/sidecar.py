"""The metadata that a citation needs, as YAML that a person can edit.

Markdown files have it as front matter, other files in `NAME.meta.yaml` beside them.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from ingest.opened import open_file
from vectorstore.errors import UnreadableSource, reason_of
from vectorstore.records import Document, Metadata, ReadingWarning
from vectorstore.text.iso_dates import read_date
from vectorstore.text.languages import language_of
from vectorstore.text.person_names import joined

SIDECAR = ".meta.yaml"
LARGEST_SIDECAR = 64 << 10  # bytes; judged: a sidecar has some hundred
_LONGEST = 1000  # characters of a value; judged: the longest titles have a few hundred
_OF_THE_FILE = ("pdf", "docx", "pptx", "xlsx")  # formats that date the file, not the publication
_OF_PERSONS = {"author", "editor", "translator"}
_KEYS = {field.name for field in fields(Metadata)}


class _NoAliases(yaml.composer.Composer):
    """Refuses aliases, with which a few hundred bytes stand for more than any memory holds."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Return the next node; raise ComposerError for an alias."""
        events: Any = self  # each loader is a parser, too
        if events.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(
                problem="aliases (*name) are not allowed: write the value out",
                problem_mark=events.peek_event().start_mark,
            )
        return super().compose_node(parent, index)


class _Strings(_NoAliases, yaml.BaseLoader):
    """A loader that makes only strings, lists and mappings, so that 0123 stays a string."""


class _Plain(_NoAliases, yaml.SafeLoader):
    """A loader that keeps dates as text, so that an impossible date is not an error."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Raise ConstructorError for a merge key."""
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                raise yaml.constructor.ConstructorError(
                    problem="merge keys (<<) are not allowed: write the values out",
                    problem_mark=key.start_mark,
                )


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if not tag.endswith(":timestamp")]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def metadata_from(text: str) -> Metadata:
    """Return metadata from YAML, skipping unknown keys.

    Raises ValueError, which says what is wrong, if the text is not a YAML mapping.
    """
    return Metadata(**_given(mapping(text)))


def mapping(text: str) -> dict[str, object]:
    """Return the `key: value` lines of a YAML text; raises ValueError that says what is wrong."""
    if len(text) > LARGEST_SIDECAR:
        raise ValueError(f"it has more than {LARGEST_SIDECAR >> 10} KB")
    try:
        values = yaml.load(text, _Plain) if text.strip() else {}  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ArithmeticError, AttributeError, LookupError, RecursionError) as error:
        raise ValueError(reason_of(error, 300)) from error
    if not isinstance(values, dict):
        raise ValueError("it is not a list of `key: value` lines")
    return values


def _given(values: dict[str, object]) -> dict[str, str]:
    return {
        key: _names(values[key]) if key in _OF_PERSONS else _line(values[key])
        for key in _KEYS & values.keys()
    }


def _names(value: object) -> str:
    """Return the names in a value as one line; they may be a list of one line each."""
    return joined(map(_line, value[:100])) if isinstance(value, list) else _line(value)


def _line(value: object) -> str:
    """Return a plain value as one line of text, and anything else as an empty one."""
    if not isinstance(value, str | int | float | date):
        return ""
    return " ".join(str(value)[:_LONGEST].encode(errors="ignore").decode().split())


def sidecar_of(path: Path) -> Path:
    """Return the path of a file's sidecar."""
    return path.with_name(path.name + SIDECAR)


def with_sidecar(path: Path, metadata: Metadata) -> Metadata:
    """Return metadata overridden by that of the file's sidecar; raises ValueError."""
    return replace(metadata, **_given(mapping(_text_beside(path))))


def password_beside(path: Path) -> str:
    """Return the password in a file's sidecar, verbatim; empty if there is none, or no sidecar."""
    with suppress(OSError, ValueError, yaml.YAMLError, RecursionError):
        values = yaml.load(_text_beside(path), _Strings)  # noqa: S506 - it makes only strings
        if isinstance(values, dict) and isinstance(values.get("password"), str):
            return str(values["password"])
    return ""


def _text_beside(path: Path, within: Path | None = None) -> str:
    """Return the text of a file's sidecar, empty if there is none; raises ValueError, OSError."""
    sidecar = sidecar_of(path)
    if not sidecar.is_file():
        return ""
    with open_file(sidecar, within) as file:
        content = file.read(LARGEST_SIDECAR + 1)
    if len(content) > LARGEST_SIDECAR:
        raise ValueError(f"it has more than {LARGEST_SIDECAR >> 10} KB")
    return content.decode("utf-8")


def sidecar_with(path: Path, within: Path, changes: Mapping[str, str]) -> str:
    """Return the text of a file's sidecar after some changes.

    Everything else in it is kept, except comments. Raises ValueError, and what `open_file` raises
    for a sidecar outside the folder `within`.
    """
    values = mapping(_text_beside(path, within))
    text: str = yaml.safe_dump({**values, **changes}, allow_unicode=True, sort_keys=False)
    return text


def describe(file: Path, document: Document) -> Metadata:
    """Return the metadata of a document: its sidecar's, else its own.

    Without a title there, the first heading or the file's name is the title; the language is
    detected. Raise UnreadableSource if the sidecar cannot be read.
    """
    try:
        metadata = with_sidecar(file, document.metadata)
    except ValueError as error:
        raise UnreadableSource(
            f"{file.name}{SIDECAR} cannot be read ({error}): correct it."
        ) from error
    named = document.headings and document.kind != "xlsx"  # a sheet's name is no title
    heading = document.headings[0].text if named else ""
    if metadata.date and metadata.date == document.metadata.date and document.kind in _OF_THE_FILE:
        metadata = replace(metadata, note=metadata.note or "The date is that of the file.")
    stem = " ".join(file.stem.replace("_", " ").split())
    language = metadata.language or language_of(document.text)
    return replace(metadata, title=metadata.title or heading or stem, language=language)


def metadata_warnings(metadata: Metadata) -> tuple[ReadingWarning, ...]:
    """Return what is doubtful about the metadata of a source: a date that is one of two days."""
    if not read_date(metadata.date).ambiguous:
        return ()
    return (ReadingWarning("date_ambiguous", detail=metadata.date),)
