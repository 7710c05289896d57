import pytest

from vectorstore.text.iso_dates import ReadDate, iso_date, read_date
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
    ("written", "iso", "what"),
    [
        ("Spring 1952", "1952", ""), ("c. 1954", "1954", "doubtful"), ("[1959?]", "1959", "doubtful"),
        ("1998年頃", "1998", "doubtful"), ("03/04/1958", "1958", "ambiguous"),
        ("3-4-1958", "1958", "ambiguous"), ("1953/54", "1953", ""), ("1903/04", "1903", ""),
        ("1953–54", "1953", ""), ("12–14 March 1957", "1957", ""), ("4 mai 2019", "2019", ""),
        ("2023-02-31", "2023", ""), ("Decision 2019", "2019", ""), ("c1998", "1998", ""),
    ],
)  # fmt: skip
def test_of_a_date_that_says_more_only_the_year_is_certain(
    written: str, iso: str, what: str
) -> None:
    read = read_date(written)
    assert (read.iso, read.whole) == (iso, False)
    assert read.doubtful == (what == "doubtful")
    assert read.ambiguous == (what == "ambiguous")


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("05/05/1958", "1958-05-05"), ("12.03.1957", "1957-03-12"), ("１９５６年３月", "1956-03"),
        ("Friday, 19 May 2023", "2023-05-19"), ("Published 4 May 2019", "2019-05-04"),
        ("2023/04", "2023-04"), ("©1998", "1998"), ("May 4, 2019 10:00 am", "2019-05-04"),
    ],
)  # fmt: skip
def test_a_date_that_can_only_be_one_day_is_whole(written: str, iso: str) -> None:
    assert read_date(written) == ReadDate(iso, whole=True)


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
