"""Form fields, annotations and attached files of PDF files are read or told."""

from pathlib import Path

import pytest
from fpdf import FPDF
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    FloatObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

from ingest.readers.pdf import read_pdf


def plain(path: Path, *lines: str) -> PdfWriter:
    pdf = FPDF()
    pdf.set_font("Helvetica", size=12)
    pdf.add_page()
    for number, line in enumerate(lines):
        pdf.text(20, 20 + 10 * number, line)
    pdf.output(str(path))
    return PdfWriter(clone_from=path)


def put(writer: PdfWriter, *annotations: dict) -> None:
    page = writer.pages[0]
    made = [writer._add_object(annotation(values)) for values in annotations]
    page[NameObject("/Annots")] = ArrayObject(made)


def annotation(values: dict) -> DictionaryObject:
    kinds = {str: TextStringObject, int: NumberObject, tuple: box}
    found = DictionaryObject({NameObject("/Rect"): box((60, 600, 200, 620))})
    for key, value in values.items():
        name = isinstance(value, str) and value.startswith("/")
        made = NameObject(value) if name else kinds[type(value)](value)
        found[NameObject(key)] = made
    return found


def box(numbers: tuple[float, ...]) -> ArrayObject:
    return ArrayObject(map(FloatObject, numbers))


def text_with(tmp_path: Path, *annotations: dict) -> str:
    writer = plain(tmp_path / "a.pdf", "The permit of the mill.")
    put(writer, *annotations)
    writer.write(tmp_path / "b.pdf")
    return read_pdf(tmp_path / "b.pdf").text


FIELD = {"/Subtype": "/Widget"}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"/FT": "/Tx", "/T": "owner", "/V": "Jon Aas"}, "Form field Owner: Jon Aas"),
        ({"/FT": "/Tx", "/T": "f1[0].owner_name[0]", "/V": "Jon"}, "Form field Owner name: Jon"),
        ({"/FT": "/Btn", "/T": "paid", "/V": "/Yes", "/AS": "/Yes"}, "Form field Paid: ticked"),
        ({"/FT": "/Ch", "/T": "rate", "/V": "half"}, "Form field Rate: half"),
        ({"/FT": "/Tx", "/T": "owner", "/V": ""}, None),
        ({"/FT": "/Btn", "/T": "paid", "/V": "/Off", "/AS": "/Off"}, None),
        ({"/FT": "/Btn", "/Ff": 1 << 16, "/T": "print", "/V": "/Yes", "/AS": "/Yes"}, None),
        ({"/FT": "/Tx", "/Ff": 1 << 13, "/T": "password", "/V": "hunter"}, None),
        ({"/FT": "/Tx", "/F": 2, "/T": "note", "/V": "for us only"}, None),
    ],
)
def test_what_is_entered_in_a_form_is_read(tmp_path: Path, values: dict, said: str | None) -> None:
    text = text_with(tmp_path, FIELD | values)
    assert text == "The permit of the mill." + (f"\n\n{said}" if said else "")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"/Subtype": "/FreeText", "/Contents": "Void."}, "Text box: Void."),
        ({"/Subtype": "/Text", "/Contents": "Why?", "/T": "Ada"}, "Comment by Ada: Why?"),
        ({"/Subtype": "/Stamp", "/Name": "/Draft"}, "Stamp: Draft"),
        ({"/Subtype": "/Square", "/Contents": "Look\rhere."}, "Comment: Look here."),
        ({"/Subtype": "/Caret", "/Contents": "old"}, "Comment (to be inserted): old"),
        ({"/Subtype": "/Link", "/Contents": "https://example.org"}, None),
        ({"/Subtype": "/Popup", "/Contents": "Why?"}, None),
    ],
)
def test_what_is_written_on_a_page_is_read(tmp_path: Path, values: dict, said: str | None) -> None:
    text = text_with(tmp_path, values)
    assert text == "The permit of the mill." + (f"\n\n{said}" if said else "")


def test_a_damaged_annotation_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    broken = {"/Subtype": "/Text", "/Contents": "Lost.", "/Rect": (1.0,)}
    text = text_with(tmp_path, broken, {"/Subtype": "/FreeText", "/Contents": "Void."})
    assert text == "The permit of the mill.\n\nText box: Void."


def test_attached_files_are_told(tmp_path: Path) -> None:
    writer = plain(tmp_path / "a.pdf", "The permit of the mill.")
    writer.add_attachment("map.txt", b"north")
    writer.write(tmp_path / "b.pdf")
    (warning,) = read_pdf(tmp_path / "b.pdf").warnings
    assert (warning.kind, warning.count) == ("attached_files", 1)
