"""In which encoding a text is: what is certain, what is guessed, and when doubt is told."""

from pathlib import Path

import pytest

from benchmarks.fidelity.encodings import samples
from ingest.readers.encodings import NotText, decode, web_encoding
from tests.ingest.readers.made_files import read

RUSSIAN = "Паром ходил четыре раза в день, но мост заменил его."


@pytest.mark.parametrize(
    "text", ["Plain words.", "tilde ~{ and } ~", "Nausėda 李逸洋 – ½", "é", ""]
)
def test_ascii_and_utf_8_are_never_in_doubt(text: str) -> None:
    decoded = decode(text.encode())
    assert (decoded.text, decoded.encoding, decoded.others) == (text, "utf-8", ())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides(encoding: str) -> None:
    assert decode(RUSSIAN.encode(encoding)).text == RUSSIAN


def test_long_texts_of_all_encodings_are_read_right() -> None:
    wrong = [
        (encoding, text[:30])
        for encoding, length, text, data in samples()
        if length == 2000 and decode(data).text != text and encoding != "cp1258"
    ]
    assert wrong == []


@pytest.mark.parametrize("encoding", ["koi8-r", "cp1251", "cp866", "iso8859-5", "mac-cyrillic"])
def test_a_sentence_of_russian_in_its_code_pages(encoding: str) -> None:
    assert decode(RUSSIAN.encode(encoding)).text == RUSSIAN


def test_what_a_file_declares_decides_where_letters_do_not() -> None:
    data = "gemäß".encode("cp850")
    assert decode(data, "ibm850").text == "gemäß"
    assert decode(data).others  # no other evidence than five letters


def test_a_declared_encoding_that_cannot_be_right_is_doubted() -> None:
    text = RUSSIAN * 5
    decoded = decode(text.encode("cp1251"), "iso-8859-1")
    assert decoded.text == text
    assert decoded.others == ("cp1252",)


def test_utf_8_with_a_broken_byte_is_still_utf_8() -> None:
    decoded = decode(RUSSIAN.encode() * 10 + b"\xff")
    assert decoded.text == RUSSIAN * 10 + "\ufffd"
    assert decoded.others


@pytest.mark.parametrize("data", [b"\0\1\2" * 50, bytes(range(256)) * 4])
def test_data_are_no_text(data: bytes) -> None:
    with pytest.raises(NotText):
        decode(data)


def test_a_guess_is_told_with_the_other_candidates(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("Größe,gemäß\n1,2\n".encode("cp850"))
    [warning] = read(tmp_path / "a.csv").warnings
    assert warning.kind == "encoding_guessed"
    assert "cp850" in warning.detail
    assert "cp1252" in warning.detail


@pytest.mark.parametrize(
    ("label", "encoding"),
    [("latin1", "cp1252"), ("Shift_JIS", "cp932"), ("GBK", "gb18030"), ("zlib", ""), ("?", "")],
)
def test_labels_mean_what_browsers_take_them_for(label: str, encoding: str) -> None:
    assert web_encoding(label) == encoding
