"""Taking it with you: answers with footnotes, and the works they cite, in the formats of others.

In go answers with the times they were given and what the catalog knows of their sources; out comes
text or a file. Nothing is prettier on paper than it is: what does not hold, is missing, disagrees
or was removed is told in every format. Nothing is read from or written to disk here.
"""

from app.export.forms import FORMS, Form
from app.export.notes import copied, footnotes

__all__ = ["FORMS", "Form", "copied", "footnotes"]
