"""What a citation needs to know of a document, as YAML that a person can edit.

Markdown files carry it as front matter; beside any other file stands `NAME.meta.yaml`.
"""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import yaml

from vectorstore.records import Metadata

SIDECAR = ".meta.yaml"
_LONGEST = 1000  # characters
_KEYS = {field.name for field in fields(Metadata)}


class _Plain(yaml.SafeLoader):
    """YAML whose dates stay as they are written: one that cannot be is no reason to stop."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if not tag.endswith(":timestamp")]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def metadata_from(text: str) -> Metadata:
    """Metadata from YAML; keys that are not ours are passed over.

    Raises ValueError, with what is wrong, where the text is not a YAML mapping.
    """
    return Metadata(**_given(mapping(text)))


def mapping(text: str) -> dict[str, object]:
    """The `key: value` lines of a YAML text; raises ValueError with what is wrong."""
    try:
        values = yaml.load(text, _Plain) if text.strip() else {}  # noqa: S506 - a SafeLoader
    except (yaml.YAMLError, ArithmeticError, AttributeError, LookupError, RecursionError) as error:
        raise ValueError(" ".join(str(error).split())[:300]) from error
    if not isinstance(values, dict):
        raise ValueError("it is not a list of `key: value` lines")
    return values


def _given(values: dict[str, object]) -> dict[str, str]:
    return {key: _line(values[key]) for key in _KEYS & values.keys()}


def _line(value: object) -> str:
    """A value as one line that can be stored; what is not a plain value has none."""
    if not isinstance(value, str | int | float | date):
        return ""
    return " ".join(str(value)[:_LONGEST].encode(errors="ignore").decode().split())


def sidecar_of(path: Path) -> Path:
    """Where the metadata of a file stands that has no place for it inside."""
    return path.with_name(path.name + SIDECAR)


def with_sidecar(path: Path, metadata: Metadata) -> Metadata:
    """The metadata of a file, where what its sidecar says comes first; raises ValueError."""
    sidecar = sidecar_of(path)
    if not sidecar.is_file():
        return metadata
    return replace(metadata, **_given(mapping(sidecar.read_text(encoding="utf-8"))))


def sidecar_with(path: Path, changes: Mapping[str, str]) -> str:
    """What the sidecar of a file says after some changes; raises ValueError.

    Everything else that stands there is kept, except comments.
    """
    sidecar = sidecar_of(path)
    values = mapping(sidecar.read_text(encoding="utf-8")) if sidecar.is_file() else {}
    text: str = yaml.safe_dump({**values, **changes}, allow_unicode=True, sort_keys=False)
    return text
