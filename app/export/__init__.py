"""Export answers with footnotes, and the references they cite, as files for other programs.

An export takes answers, the times they were given and the catalog's metadata of their sources, and
returns text or the bytes of a file. Every format states what an answer leaves open: unsupported
sentences, missing parts, disagreements and removed sources. Nothing here reads or writes files.
"""

from app.export.citation_styles import (
    CITATION_STYLE_NAMES,
    CITATION_STYLES,
    CitationStyle,
    load_citation_style,
    save_citation_style,
)
from app.export.files import (
    FORMAT_INFO,
    FORMATS,
    ExportedFile,
    Format,
    cited_sources,
    export,
    file_name,
)
from app.export.footnotes import clipboard_text, footnotes

__all__ = [
    "CITATION_STYLES",
    "CITATION_STYLE_NAMES",
    "FORMATS",
    "FORMAT_INFO",
    "CitationStyle",
    "ExportedFile",
    "Format",
    "cited_sources",
    "clipboard_text",
    "export",
    "file_name",
    "footnotes",
    "load_citation_style",
    "save_citation_style",
]
