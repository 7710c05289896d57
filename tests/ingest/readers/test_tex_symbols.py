"""Signs of TeX's fonts."""

import pytest

from ingest.readers.tex_symbols import SLASH, sign


@pytest.mark.parametrize(
    ("font", "text", "shown"),
    [
        ("CMEX10", "Q", "∏"),
        ("CMSY8", "k", "‖"),
        ("CMSY10", "6", SLASH),
        ("CMSY10", "∈", None),
        ("Times", "Q", None),
        ("CMMI10", "k", None),
    ],
)
def test_codes_of_fonts_are_signs(font: str, text: str, shown: str | None) -> None:
    assert sign(font, text) == shown
