"""The parts of the readers of Office files: equations, symbols, numbers, lines, packages."""

import doctest
import io
import zipfile

import pytest
from lxml import etree

from ingest.readers import docx_headers, line_text, number_formats, symbol_fonts
from ingest.readers.line_text import Look, Piece, join
from ingest.readers.number_formats import written
from ingest.readers.office_package import Package
from ingest.readers.omml import equation

M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


def built(name: str, properties: str = "", **parts: str) -> str:
    inside = "".join(f"<m:{part}>{run(text)}</m:{part}>" for part, text in parts.items())
    return f"<m:{name}><m:{name}Pr>{properties}</m:{name}Pr>{inside}</m:{name}>"


@pytest.mark.parametrize(
    ("inside", "line"),
    [
        (run("2") + built("f", num="3", den="4"), "2 3/4"),
        (built("f", num="a + b", den="2c"), "(a + b)/(2c)"),
        (built("f", '<m:type m:val="noBar"/>', num="n", den="k"), "(n over k)"),
        (built("sSup", e="10", sup="−6"), "10⁻⁶"),
        (built("sSup", e="a + b", sup="2"), "(a + b)²"),
        (built("sSub", e="x", sub="max"), "x_(max)"),
        (built("sSubSup", e="v", sub="0", sup="2"), "v₀²"),
        (built("sPre", sub="6", sup="14", e="C"), "¹⁴₆C"),
        (built("rad", '<m:degHide m:val="1"/>', deg="", e="a + b"), "√(a + b)"),
        (built("rad", deg="3", e="27"), "∛27"),
        (built("nary", '<m:chr m:val="∑"/>', sub="i=1", sup="n", e="i"), "∑_(i=1)ⁿ i"),
        (built("d", '<m:begChr m:val="["/><m:endChr m:val="]"/>', e="0, 1"), "[0, 1]"),
        (built("func", fName="log", e="x"), "log x"),
        (built("limLow", e="lim", lim="n→0"), "lim_(n→0)"),
        (built("acc", '<m:chr m:val="\u0303"/>', e="p"), "p\u0303"),
        (built("bar", '<m:pos m:val="top"/>', e="x"), "x\u0305"),
        (built("eqArr", e="x = 1"), "x = 1"),
        (built("phant", '<m:show m:val="0"/>', e="unseen"), ""),
        (f"<m:m><m:mr><m:e>{run('1')}</m:e><m:e>{run('0')}</m:e></m:mr></m:m>", "[1, 0]"),
    ],
)
def test_equations_keep_their_value_on_a_line(inside: str, line: str) -> None:
    assert equation(etree.fromstring(f"<m:oMath {M}>{inside}</m:oMath>")) == line


@pytest.mark.parametrize(
    ("pieces", "text"),
    [
        ([("10", ""), ("−", "raised"), ("6", "raised"), (" g", "")], "10⁻⁶ g"),
        ([("the bridge", ""), ("3", "raised"), (" fell", "")], "the bridge fell"),
        ([("rebuilt.", ""), ("12, 13", "raised"), (" The", "")], "rebuilt. The"),
        ([("in 1914", ""), ("2", "raised"), (".", "")], "in 1914."),
        ([("six metres", ""), ("2", "raised")], "six metres²"),
        ([("2", ""), ("3/4", "maths"), ("5", "")], "2 3/4 5"),
        ([("at ", ""), ("nine", "struck"), (" ten", "")], "at ten"),
        ([("nine", "hidden"), (" ten", "")], "ten"),
        ([("un", ""), ("der", "struck"), ("ready", "")], "unready"),
    ],
)
def test_pieces_of_a_line(pieces: list[tuple[str, Look]], text: str) -> None:
    assert join(Piece(*piece) for piece in pieces).text == text


def test_what_a_line_leaves_out_is_counted() -> None:
    looks: list[tuple[str, Look]] = [
        ("a", ""), ("b", "struck"), ("c", "struck"), ("d", ""), ("e", "struck"), ("f", "hidden"),
        (" ", "hidden"), ("in 1914", ""), ("2", "raised"), (" ", "struck"),
    ]  # fmt: skip
    line = join(Piece(*look) for look in looks)
    assert line.text == "adin 1914"
    assert line.left_out == {"struck": 2, "hidden_text": 1, "raised_doubtful": 1}


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        (1994, "upperRoman", "MCMXCIV"), (27, "lowerLetter", "aa"), (112, "ordinal", "112th"),
        (40, "ordinalText", "Fortieth"), (31, "cardinalText", "Thirty-one"), (20, "iroha", "ネ"),
        (12, "japaneseCounting", "十二"), (30, "chineseCounting", "三十"), (5, "unheardOf", "5"),
        (0, "upperRoman", "0"), (3, "bullet", ""), (2, "decimalFullWidth", "２"),
        (21, "decimalEnclosedCircle", "(21)"), (9, "numberInDash", "- 9 -"),
        (10**12, "lowerLetter", "1000000000000"), (10**12, "upperRoman", "1000000000000"),
    ],
)  # fmt: skip
def test_numbers_of_lists(number: int, form: str, text: str) -> None:
    assert written(number, form) == text


@pytest.mark.parametrize("module", [docx_headers, line_text, number_formats, symbol_fonts])
def test_examples_in_the_text_of_modules(module: object) -> None:
    tried = doctest.testmod(module)  # type: ignore[arg-type]
    assert tried.attempted
    assert not tried.failed


def test_symbol_fonts_show_other_characters_than_they_store() -> None:
    assert symbol_fonts.in_font("\uf0fe yes \uf0a8", "Wingdings") == "☑ \ufffd\ufffd\ufffd □"
    assert symbol_fonts.in_font("5 \uf0a3 x", "Calibri") == "5 ≤ x"
    assert symbol_fonts.in_font("\uf0e6", "Symbol") == symbol_fonts.UNKNOWN  # a piece of a bracket


def test_a_package_without_what_it_names_is_read_and_copied() -> None:
    related = "http://schemas.openxmlformats.org/package/2006/relationships"
    office = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(
            "/WORD\\Document.xml", '<a xmlns="http://purl.oclc.org/ooxml/drawingml/x"/>'
        )
        archive.writestr("word/styles.xml", "<not closed")
        archive.writestr(
            "word/_rels/document.xml.rels",
            f'<Relationships xmlns="{related}">'
            f'<Relationship Id="r1" Type="{office}/image" Target="../NULL"/>'
            f'<Relationship Id="r2" Type="{office}/styles" Target="styles.xml"/></Relationships>',
        )
    with zipfile.ZipFile(made) as archive:
        package = Package(archive)
        main = package.main("word/document.xml")
        assert main
        assert main.root is not None
        assert main.root.tag == "{http://schemas.openxmlformats.org/drawingml/2006/x}a"
        assert main.by_id("r1") is None
        assert [part.root for part in main.related("styles")] == [None]
        assert package.missing == {"NULL", "word/styles.xml"}
        with zipfile.ZipFile(package.readable_copy()) as copied:
            links = copied.read("word/_rels/document.xml.rels")
            assert b"r2" in links
            assert b"r1" not in links
            assert b"purl" not in links
