"""Formulas on one line."""

import pytest
from lxml.html import fragment_fromstring

from ingest.readers.mathml import formula_text


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("<mfrac><mn>3</mn><mn>4</mn></mfrac>", "3/4"),
        ("<mn>2</mn><mfrac><mn>1</mn><mn>2</mn></mfrac>", "2 1/2"),
        ("<msup><mn>10</mn><mrow><mo>-</mo><mn>6</mn></mrow></msup>", "10⁻⁶"),
        ("<msup><mi>e</mi><mfrac><mi>a</mi><mn>2</mn></mfrac></msup>", "e^(a/2)"),
        ("<msub><mi>x</mi><mi>max</mi></msub><mo>≥</mo><mn>0</mn>", "x_(max) ≥ 0"),
        ("<msqrt><mi>a</mi><mo>+</mo><mi>b</mi></msqrt>", "√(a + b)"),
        ("<mroot><mi>x</mi><mn>3</mn></mroot>", "³√(x)"),
        ("<munderover><mo>∑</mo><mn>1</mn><mi>n</mi></munderover><mi>i</mi>", "∑₁ⁿi"),
        ("<mfenced><mi>a</mi><mi>b</mi></mfenced>", "(a, b)"),
        ("<semantics><mi>x</mi><annotation>\\xi</annotation></semantics>", "x"),
        ("<mtext>rate </mtext><mi>r</mi>", "rate r"),
    ],
)
def test_formulas_keep_their_value(formula: str, text: str) -> None:
    assert formula_text(fragment_fromstring(f"<math>{formula}</math>")) == text


def test_a_formula_without_elements_is_its_alternative_text() -> None:
    assert formula_text(fragment_fromstring("<math alttext='a  = b'></math>")) == "a = b"
