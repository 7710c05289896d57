"""What counts as the same words: typography does, accents and some hyphens do not."""

import pytest

from app.draft_check.alignment import align_words
from app.draft_check.letters import find_matches, fold_letters, without_accents


def same(quotation: str, source: str) -> bool | None:
    found = list(find_matches(fold_letters(quotation), fold_letters(source)))
    return found[0].same if found else None


@pytest.mark.parametrize(
    ("quotation", "source"),
    [
        ("the town’s pier – now closed", "the town's pier - now closed"),
        ("1\u2009200\u00a0crowns a year", "1 200 crowns a year"),
        ("the ﬁrst ofﬁce", "the first office"),
        ("ｔｈｅ　ｐｉｅｒ", "the pier"),
        ("co-operative of Uji", "cooperative of Uji"),
        ("the re-elected mayor", "the reelected mayor"),
        ("sold the old pier in 1931", "sold the [old pier](https://example.org/old_pier) in 1931"),
        ("the pier, sold", "the *pier*, **sold**"),
    ],
)
def test_typography_changes_no_words(quotation: str, source: str) -> None:
    assert same(quotation, source)
    assert same(source, quotation)


@pytest.mark.parametrize(
    ("quotation", "source"),
    [
        ("resigned the lease", "re-signed the lease"),
        ("recovered the chairs", "re-covered the chairs"),
        ("compliant", "It is non-compliant here."),
        ("governing ports", "self-governing ports"),
        ("twenty", "twenty-one men"),
        ("now here", "nowhere"),
    ],
)
def test_a_hyphen_can_make_another_word(quotation: str, source: str) -> None:
    assert same(quotation, source) is False


def test_a_part_of_a_word_is_no_word() -> None:
    assert same("pie", "the pier") is None
    assert same("stands", "understands") is None


def test_accents_are_changes_word_by_word() -> None:
    mine, theirs = fold_letters("Zoe Lovas of Orrest"), fold_letters("Zoë Løvås of Orrest")
    assert without_accents(mine).text == without_accents(theirs).text
    assert same("Zoe Lovas", "Zoë Løvås") is None
    aligned = align_words("Zoe Lovas of Orrest", "Zoë Løvås of Orrest")
    assert aligned
    assert aligned.changes == (("Zoe", "Zoë"), ("Lovas", "Løvås"))


@pytest.mark.parametrize(
    ("quotation", "source"),
    [("There are 10", "There are 10⁶ of them."), ("It rose by 3", "It rose by 3¾ of a foot.")],
)
def test_a_part_of_a_number_is_no_number(quotation: str, source: str) -> None:
    assert not list(find_matches(fold_letters(quotation), fold_letters(source)))
