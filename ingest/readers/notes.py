"""Writes foot- and endnotes as paragraphs of their own that name the words they belong to."""

_WORDS = 4  # before the mark that the note repeats; judged: they stand once in a paragraph


def note_paragraph(mark: str, before: str, text: str) -> str:
    """Return a note: `Note 3 (“… bridge was rebuilt.”): See the yearbook.`

    `before` is the text before the mark, empty if the mark was not found.
    """
    words = before.split()
    shown = " ".join(words[-_WORDS:]).replace("“", "‘").replace("”", "’")
    tie = f" (“{'… ' if len(words) > _WORDS else ''}{shown}”)" if words else ""
    return f"Note {mark}{tie}: {' '.join(text.split())}"
