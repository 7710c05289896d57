"""The formats of an export and the styles of its citations, by name; nothing is imported for it."""

from dataclasses import dataclass
from typing import Literal, get_args

Format = Literal["markdown", "docx", "html", "bibtex", "ris", "csl"]
FORMATS: tuple[Format, ...] = get_args(Format)
CitationStyle = Literal["chicago", "apa", "plain"]
CITATION_STYLES: tuple[CitationStyle, ...] = get_args(CitationStyle)
CITATION_STYLE_NAMES: dict[CitationStyle, str] = {
    "chicago": "Chicago notes",
    "apa": "APA",
    "plain": "Plain",
}


@dataclass(frozen=True, slots=True)
class FormatInfo:
    """The label of a format, and the suffix and media type of its files."""

    label: str
    suffix: str
    media_type: str


_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
FORMAT_INFO: dict[Format, FormatInfo] = {
    "markdown": FormatInfo("Markdown", ".md", "text/markdown"),
    "docx": FormatInfo("Word", ".docx", _WORD),
    "html": FormatInfo("Web page", ".html", "text/html"),
    "bibtex": FormatInfo("BibTeX", ".bib", "application/x-bibtex"),
    "ris": FormatInfo("RIS", ".ris", "application/x-research-info-systems"),
    "csl": FormatInfo("CSL-JSON", ".json", "application/vnd.citationstyles.csl+json"),
}
