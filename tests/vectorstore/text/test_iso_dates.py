import pytest

from vectorstore.text.iso_dates import iso_date
from vectorstore.text.languages import language_code


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2023-05-19", "2023-05-19"), ("2023-05", "2023-05"), ("2023", "2023"), ("c. 1998", "1998"),
        ("2023/5/9", "2023-05-09"), ("20230519", "2023-05-19"), ("2023年5月19日", "2023-05-19"),
        ("19 May 2023", "2023-05-19"), ("May 19, 2023", "2023-05-19"), ("Sept. 2023", "2023-09"),
        ("19.05.2023", "2023-05-19"), ("5/19/2023", "2023-05-19"), ("19th July 2023", "2023-07-19"),
        ("2023-05-19T10:00:00Z", "2023-05-19"), ("", ""), ("undated", ""), ("12345678901", ""),
    ],
)  # fmt: skip
def test_dates_are_read_as_they_are_written(written: str, day: str) -> None:
    assert iso_date(written) == day


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("en_US", "en"),
        ("English", "en"),
        ("zh-TW", "zh"),
        ("日本語", "ja"),
        ("", ""),
    ],
)
def test_languages_are_two_letters(written: str, code: str) -> None:
    assert language_code(written) == code
