"""What the doctor says of the process that reads documents."""

import re

import pytest

from app.service.doctor import _kept_from, inspect_installation
from ingest.reader_process import ReaderProcess
from vectorstore.confinement import Confinement


def test_the_doctor_asks_the_reader_itself() -> None:
    with ReaderProcess() as reader:
        held, ocr = reader.confinement()
    found = {check.part: check for check in inspect_installation()}
    assert found["reader"].well
    assert found["reader"].text == _kept_from(held)
    assert found["ocr"].text.startswith("Tesseract" if ocr else "none")


@pytest.mark.parametrize(
    ("held", "says", "hides"),
    [
        (Confinement(True, True), "without network, programs and other files", "could"),
        (Confinement(False, True), "no Landlock, so it could read yours", "use the network"),
        (Confinement(True, False), "no seccomp: the process .* could use the network$", "Landlock"),
        (Confinement(), "could use the network and your files", "documents are read in"),
    ],
)
def test_the_doctor_says_what_is_missing(held: Confinement, says: str, hides: str) -> None:
    assert re.search(says, _kept_from(held))
    assert hides not in _kept_from(held)
