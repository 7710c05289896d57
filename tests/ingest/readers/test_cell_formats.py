"""Numbers in their formats, as Excel shows them."""

import pytest

from ingest.readers.cell_formats import builtin, shown, shown_text

ACCOUNTING = '_("$"* #,##0.00_);_("$"* \\(#,##0.00\\);_("$"* "-"??_);_(@_)'


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (20.0, "General", "20"), (0.1 + 0.2, "General", "0.3"), (1 / 3, "General", "0.333333333"),
        (6.02e23, "General", "6.02E+23"), (1.23456e-5, "General", "1.23456E-05"),
        (12345678901234567890.0, "General", "1.23457E+19"), (0.00001, "General", "0.00001"),
        (123456789012345, "General", "123456789012345"), (-7.5, "", "-7.5"),
        (1234567.5, "$#,##0.00", "$1,234,567.50"), (12345678, '#,##0,"k"', "12,346k"),
        (1234567, '0.0,,"M"', "1.2M"), (2.5, "0", "3"), (-2.5, "0", "-3"), (-0.001, "0.00", "0.00"),
        (-250, "#,##0;(#,##0)", "(250)"), (-1234, "#,##0;[Red]-#,##0", "-1,234"),
        (0, '0;-0;"none"', "none"), (3, ";;;", ""), (3, "0;;", "3"), (-3, "0;;", ""),
        (0.125, "0.0%", "12.5%"), (15, "0%", "1500%"), (7, "000", "007"), (0.5, "0.##", "0.5"),
        (5551234567, "(000) 000-0000", "(555) 123-4567"), (1234.567, "0.00E+00", "1.23E+03"),
        (12, '0" kg"', "12 kg"), (12, "0\\ t", "12 t"), (45, 'General" m"', "45 m"),
        (1.5, "[$€-407] #,##0.00", "€ 1.50"), (1000, "#,##0.00 [$kr-414]", "1,000.00 kr"),
        (1234.5, ACCOUNTING, "$1,234.50"), (-1234.5, ACCOUNTING, "$(1,234.50)"),
        (0.75, "# ?/?", "3/4"), (1.75, "# ??/??", "1 3/4"), (0.33, "0/8", "3/8"), (2, "# ?/?", "2"),
        (5, '[<10]"few";[>=10]0', "few"), (12, '[<10]"few";[>=10]0', "12"),
        (44259, "yyyy-mm-dd", "2021-03-04"), (44259, "d mmmm yyyy", "4 March 2021"),
        (44259, "dd.mm.yy", "04.03.21"), (44259, "[$-414]d. mmmm yyyy", "4. mars 2021"),
        (44259, "[$-F800]dddd, mmmm dd, yyyy", "Thursday, March 04, 2021"),
        (44259.75, "m/d/yyyy h:mm AM/PM", "3/4/2021 6:00 PM"), (44259.5, "yyyy-mm-dd hh:mm", "2021-03-04 12:00"),
        (1.2604166666667, "[h]:mm", "30:15"), (1.2604166666667, "[hh]:mm:ss", "30:15:00"),
        (0.0104166666, "[mm]:ss", "15:00"), (0.5, "h:mm", "12:00"), (0.000011, "mm:ss.0", "00:01.0"),
        (44259, '[$-411]ggge"年"m"月"d"日"', "2021-03-04"), (44259, "yyyy\"年\"m\"月\"", "2021年3月"),
        (1, "yyyy-mm-dd", "1900-01-01"), (-5, "yyyy-mm-dd", "-5"), (3e6, "yyyy-mm-dd", "3000000"),
        (1.989e30, "0.0", "1989000000000000000000000000000.0"), (7, "0." + "0" * 2000, "7"),
    ],
)  # fmt: skip
def test_numbers_stand_as_excel_shows_them(value: float, code: str, text: str) -> None:
    assert shown(value, code) == text


def test_what_is_no_number_has_no_form() -> None:
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="no number"):
            shown(value, "#,##0.00")


def test_days_since_1904_and_formats_of_the_computer() -> None:
    assert shown(42797, "yyyy-mm-dd", since_1904=True) == "2021-03-04"
    assert shown(44259, builtin(14)) == "2021-03-04"
    assert shown(0.5, builtin(9)) == "50%"
    assert shown(7, builtin(999)) == "7"
    assert shown_text("tea", '0;0;0;@" leaf"') == "tea leaf"
    assert shown_text("tea", "General") == "tea"
