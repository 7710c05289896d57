"""Taking it with you: answers with footnotes, and the works they cite, in the formats of others.

In go answers with the times they were given and what the catalog knows of their sources; out comes
text or a file. Nothing is prettier on paper than it is: what does not hold, is missing, disagrees
or was removed is told in every format. Nothing is read from or written to disk here.
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
