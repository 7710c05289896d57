"""Taking it with you: answers with footnotes, and the works they cite, in the formats of others.

In go answers with the times they were given and what the catalog knows of their sources; out comes
text or a file. Nothing is prettier on paper than it is: what does not hold, is missing, disagrees
or was removed is told in every format. Nothing is read from or written to disk here.
"""

from app.export.citation_styles import FORM_NAMES, FORMS, Form, chosen_form, remember_form
from app.export.files import FORMATS, KINDS, Exported, Format, cited, export, file_name
from app.export.footnotes import copied, footnotes

__all__ = [
    "FORMATS",
    "FORMS",
    "FORM_NAMES",
    "KINDS",
    "Exported",
    "Form",
    "Format",
    "chosen_form",
    "cited",
    "copied",
    "export",
    "file_name",
    "footnotes",
    "remember_form",
]
