r"""Take the citations out of a sentence: (Holm 2019, 4), Holm (2019), [3], a footnote's mark.

They say where a statement is from, and are no part of it: neither their years nor their pages are
to be found in the source.
"""

import re
from collections.abc import Callable

from vectorstore.text.countries import COUNTRY_OF, COUNTRY_OF_CAPITAL
from vectorstore.text.figures import RAISED
from vectorstore.text.months import MONTH_NUMBERS
from vectorstore.text.reporting_verbs import CLAUSE_VERBS, QUOTATION_VERBS
from vectorstore.text.tables import any_of

_PART = r"(?:(?:d’|d'|de |del |van |von |der |den |al-)*[^\W\d_a-z][\w’'-]*\.?)"
_NAME = rf"{_PART}(?: {_PART}){{0,3}}"
_NAMES = rf"{_NAME}(?:(?:, | and | & |, and |, & ){_NAME}){{0,4}}(?:,? et al\.?)?"
_YEAR = r"(?:[12]\d{3}[a-z]?(?:[–/-]\d{2,4})?|n\.d\.|forthcoming|in press)"
_PLACE = (
    r"(?:(?:pp?|ch(?:ap)?|sec|vol|no|fig|para|ll?|nn?|col|f|§§?)\.? ?)?"
    r"[\divxlc]+(?:[–-][\divxlc]+)?(?: ?ff?\.)?"
)
_LEAD = r"(?:(?:see(?: also)?|cf\.?|e\.g\.,?|quoted in|cited in|as in|after) )?"
_IN_BRACKETS = re.compile(
    rf"\s*[(\[]{_LEAD}(?P<names>{_NAMES}),? {_YEAR}(?:, {_YEAR})*(?P<place>(?:[,:] ?{_PLACE})*)"
    rf"(?:; ?{_LEAD}{_NAMES},? {_YEAR}(?:[,:] ?{_PLACE})*)*[)\]]"
)
_AFTER_NAME = re.compile(
    rf"(?P<name>{_NAMES})(?P<year>\s\({_YEAR}(?:[,:;] ?(?:{_PLACE}|{_YEAR}))*\))"
)
_NUMBERED = re.compile(
    r"\s?\[(?:\^[^\s\[\]]{1,12}|\d{1,4}(?:\s?[,;–-]\s?\d{1,4})*(?:,\s?pp?\. ?\d+(?:[–-]\d+)?)?)\]|"
    rf"(?:(?<=[.,;:!?”’\"')])|(?<=[^\W\d_]{4}))[{RAISED}]+(?=[\s.,;:!?”’\"')]|$)"
)
_SAYS = any_of((*CLAUSE_VERBS, *QUOTATION_VERBS, "finds", "found", "shows", "showed"))
_AFTER = re.compile(rf"\s(?:has |have |had |also )?(?:{_SAYS}) that\s")
_BEFORE = re.compile(
    r"(?:^|(?<=\s))(?:(?:according to|in the words of|following|as (?:shown|argued|reported|"
    r"described|noted|stated) by|see|per|by)\s)$",
    re.IGNORECASE,
)
_ATTRIBUTES = re.compile(r"(?:according to|in the words of)\s$", re.IGNORECASE)


def without_citations(sentence: str, is_author: Callable[[str], bool]) -> str:
    """Return a sentence without its citations; `is_author` tells the authors of the library.

    Of what is said to be according to an author of the library, only the statement is left.

    >>> without_citations("It asks for aid (Holm 2019, 4).[3]", bool)
    'It asks for aid.'
    >>> without_citations("According to Holm (2019), it rained.", bool)
    'it rained.'
    """
    plain = _NUMBERED.sub("", sentence)
    plain = _IN_BRACKETS.sub(lambda m: m[0] if _is_date(m, is_author) else "", plain)
    found = _AFTER_NAME.search(plain)
    while found:
        before, after = plain[: found.start()], plain[found.end() :]
        ours = is_author(_surname(found["name"]))
        verb = _AFTER.match(after)
        if ours and not before.strip() and verb:
            plain = after[verb.end() :]
        elif ours and (lead := _ATTRIBUTES.search(before)):
            plain = before[: lead.start()] + after.lstrip(", ")
        elif ours or verb or _BEFORE.search(before) or " et al" in found["name"]:
            plain = before + found["name"] + after
        found = _AFTER_NAME.search(plain, len(plain) - len(after))
    return plain


def _is_date(match: re.Match[str], is_author: Callable[[str], bool]) -> bool:
    """Return whether brackets may say when and where, not by whom: (Tokyo 2020), (May 1931)."""
    names = match["names"]
    if match["place"] or " et al" in names or is_author(_surname(names)):
        return False
    if f"{names}," not in match[0] and not re.search(r" and | & ", names):
        return True  # (Bergen 1985), (Holm 2019): a year that is claimed unless Holm is known
    words = [word.strip(".,").lower() for word in re.split(r"[\s&]+", names)]
    return any(
        word in MONTH_NUMBERS
        or word in COUNTRY_OF
        or word in COUNTRY_OF.values()
        or word in COUNTRY_OF_CAPITAL
        or word
        in ("spring", "summer", "autumn", "fall", "winter", "born", "died", "since", "until")
        for word in words
    )


def _surname(names: str) -> str:
    """Return the last word of the first of some names."""
    first = re.split(r",| and | & | et al", names)[0]
    return (first.split() or [""])[-1]
