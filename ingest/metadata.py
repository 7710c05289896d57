"""What a citation needs to know of a document, as YAML that a person can edit.

Markdown files carry it as front matter; beside any other file stands `NAME.meta.yaml`.
"""

from dataclasses import fields, replace
from pathlib import Path

import yaml

from vectorstore.records import Metadata

SIDECAR = ".meta.yaml"
_KEYS = {field.name for field in fields(Metadata)}


def metadata_from(text: str) -> Metadata:
    """Metadata from YAML; keys that are not ours are passed over.

    Raises ValueError, with what is wrong, where the text is not a YAML mapping.
    """
    try:
        values = yaml.safe_load(text) if text.strip() else {}
    except yaml.YAMLError as error:
        raise ValueError(" ".join(str(error).split())) from error
    if not isinstance(values, dict):
        raise ValueError("it is not a list of `key: value` lines")
    return Metadata(**{key: str(v) for key, v in values.items() if key in _KEYS and v is not None})


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
