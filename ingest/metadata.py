"""What a citation needs to know of a document, as YAML that a person can edit.

Markdown files carry it as front matter; beside any other file stands `NAME.meta.yaml`.
"""

from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import yaml

from vectorstore.records import Metadata

SIDECAR = ".meta.yaml"
_LONGEST = 1000  # characters
_KEYS = {field.name for field in fields(Metadata)}


def metadata_from(text: str) -> Metadata:
    """Metadata from YAML; keys that are not ours are passed over.

    Raises ValueError, with what is wrong, where the text is not a YAML mapping.
    """
    try:
        values = yaml.safe_load(text) if text.strip() else {}
    except (yaml.YAMLError, ArithmeticError, AttributeError, LookupError, RecursionError) as error:
        raise ValueError(" ".join(str(error).split())[:300]) from error
    if not isinstance(values, dict):
        raise ValueError("it is not a list of `key: value` lines")
    return Metadata(**{key: _line(values[key]) for key in _KEYS & values.keys()})


def _line(value: object) -> str:
    """A value as one line that can be stored; what is not a plain value has none."""
    if not isinstance(value, str | int | float | date):
        return ""
    return " ".join(str(value)[:_LONGEST].encode(errors="ignore").decode().split())


def sidecar_of(path: Path) -> Path:
    """Where the metadata of a file stands that has no place for it inside."""
    return path.with_name(path.name + SIDECAR)


def with_sidecar(path: Path, metadata: Metadata) -> Metadata:
    """The metadata of a file, what its sidecar says coming first; raises ValueError."""
    sidecar = sidecar_of(path)
    if not sidecar.is_file():
        return metadata
    said = metadata_from(sidecar.read_text(encoding="utf-8"))
    return replace(metadata, **{key: value for key in _KEYS if (value := getattr(said, key))})
