"""Render an export document as a Word file with real footnotes, as Word and LibreOffice write them.

python-docx cannot write footnotes, so this module writes the few parts of such a file itself
(ECMA-376, part 1, §17.11). A second reference to a footnote is a field, so that the note exists
once and its number follows when the text is edited. Text is escaped; `on_one_line` has removed what
XML cannot hold.
"""

import io
import zipfile
from datetime import UTC, datetime
from datetime import date as Date  # noqa: N812 - as in `citation_styles`
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from app.export.document import ExportDocument, Inline, Paragraph
from app.export.footnotes import Footnote

_HERE = Path(__file__).parent
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORDS = (
    f'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="{_OFFICE}"'
)
_PARTS = {
    "word/document.xml": "document.main",
    "word/styles.xml": "styles",
    "word/settings.xml": "settings",
    "word/footnotes.xml": "footnotes",
}
_STYLES = {"said": "BodyText", "quote": "Quote", "about": "About", "warning": "Warning"}
_RULES = (  # the lines above footnotes, which every document with footnotes has
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/>'
    "</w:r></w:p></w:footnote>"
)


def render(document: ExportDocument, made: Date) -> bytes:
    """Return the whole file; the same document on the same day gives the same bytes."""
    links = {note.permalink: f"rId{n}" for n, note in enumerate(document.notes, start=1)}
    files = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relationships(
            [
                ("rId1", f"{_OFFICE}/officeDocument", "word/document.xml"),
                ("rId2", f"{_PACKAGE}/relationships/metadata/core-properties", "docProps/core.xml"),
            ]
        ),
        "docProps/core.xml": _properties(document, made),
        "word/document.xml": _document(document),
        "word/_rels/document.xml.rels": _relationships(
            [
                (f"rId{n}", f"{_OFFICE}/{name}", f"{name}.xml")
                for n, name in enumerate(("styles", "settings", "footnotes"), start=1)
            ]
        ),
        "word/styles.xml": (_HERE / "word_styles.xml").read_text(encoding="utf-8"),
        "word/settings.xml": (
            f"{_HEAD}<w:settings {_WORDS}><w:footnotePr>"
            '<w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr></w:settings>'
        ),
        "word/footnotes.xml": _footnotes(document, links),
        "word/_rels/footnotes.xml.rels": _relationships(
            [(identity, f"{_OFFICE}/hyperlink", address) for address, identity in links.items()],
            external=True,
        ),
    }
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, (max(made.year, 1980), made.month, made.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode())
    return file.getvalue()


def _document(document: ExportDocument) -> str:
    writer = _Writer()
    body = [_paragraph("Title", _run(document.title))]
    for section in document.sections:
        if section.question:
            body.append(_paragraph("Heading1", _run(section.question)))
        body += [writer.paragraph(one) for one in section.paragraphs]
    body.append(_paragraph("About", _run(document.colophon)))
    page = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1418" w:right="1418" '
        'w:bottom="1418" w:left="1418" w:header="709" w:footer="709" w:gutter="0"/></w:sectPr>'
    )
    return f"{_HEAD}<w:document {_WORDS}><w:body>{''.join(body)}{page}</w:body></w:document>"


class _Writer:
    """Renders paragraphs; the first reference to a note is a real one, later ones are fields."""

    def __init__(self) -> None:
        self._placed: set[int] = set()

    def paragraph(self, paragraph: Paragraph) -> str:
        """Return a paragraph with its references."""
        lead = _run("Note: ", "<w:b/>") if paragraph.kind == "warning" else ""
        runs = [lead]
        before: Inline = ""
        for piece in paragraph.pieces:
            if isinstance(piece, int):
                if isinstance(before, int):
                    runs.append(_run(",", '<w:rStyle w:val="FootnoteReference"/>'))
                runs.append(self._reference(piece))
            else:
                runs.append(_run(piece))
            before = piece
        return _paragraph(_STYLES[paragraph.kind], "".join(runs))

    def _reference(self, number: int) -> str:
        style = '<w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr>'
        if number in self._placed:
            return (
                f'<w:fldSimple w:instr=" NOTEREF note{number} \\f \\h "><w:r>{style}'
                f"<w:t>{number}</w:t></w:r></w:fldSimple>"
            )
        self._placed.add(number)
        return (
            f'<w:bookmarkStart w:id="{number}" w:name="note{number}"/>'
            f'<w:r>{style}<w:footnoteReference w:id="{number}"/></w:r>'
            f'<w:bookmarkEnd w:id="{number}"/>'
        )


def _footnotes(document: ExportDocument, links: dict[str, str]) -> str:
    notes = "".join(
        f'<w:footnote w:id="{number}">{_note(note, links)}</w:footnote>'
        for number, note in enumerate(document.notes, start=1)
    )
    return f"{_HEAD}<w:footnotes {_WORDS}>{_RULES}{notes}</w:footnotes>"


def _note(note: Footnote, links: dict[str, str]) -> str:
    text = " ".join(part for part in (note.reference, note.quote, *note.remarks, note.read) if part)
    return _paragraph(
        "FootnoteText",
        '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
        + _run(f" {text} ")
        + f'<w:hyperlink r:id="{links[note.permalink]}">'
        + _run(note.permalink, '<w:rStyle w:val="Hyperlink"/>')
        + "</w:hyperlink>",
    )


def _paragraph(style: str, runs: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def _run(text: str, properties: str = "") -> str:
    kept = f'<w:t xml:space="preserve">{escape(text)}</w:t>'
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{kept}</w:r>"


def _content_types() -> str:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    parts = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}.{what}+xml"/>'
        for name, what in _PARTS.items()
    )
    return (
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'{parts}<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )


def _relationships(given: list[tuple[str, str, str]], *, external: bool = False) -> str:
    mode = ' TargetMode="External"' if external else ""
    each = "".join(
        f'<Relationship Id="{identity}" Type="{kind}" Target={quoteattr(target)}{mode}/>'
        for identity, kind, target in given
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _properties(document: ExportDocument, made: Date) -> str:
    moment = datetime(made.year, made.month, made.day, tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f'{_HEAD}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(document.title)}</dc:title><dc:creator>Kakehashi</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
        "</cp:coreProperties>"
    )
