"""The speakers that a sentence gives a quotation to, and those that its source names.

Rules over English sentences (a reporting verb with a name before or after it, “according to”, a
name and a colon, a name and a year in brackets) and the commonest Japanese and Chinese forms. A
name starts with a capital letter; titles do not count. Pronouns are not followed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.draft_check.parsing import parse_draft
from vectorstore.records import Metadata
from vectorstore.text.countries import COUNTRY_OF, COUNTRY_OF_CAPITAL
from vectorstore.text.months import MONTHS, WEEKDAYS
from vectorstore.text.reporting_verbs import CHINESE_BESIDE_QUOTATIONS, QUOTATION_VERBS
from vectorstore.text.sentences import Span
from vectorstore.text.stop_words import STOP_WORDS
from vectorstore.text.tables import any_of
from vectorstore.text.terms import fold, terms
from vectorstore.text.titles import AFTER_CJK_NAMES, AFTER_CJK_NAMES_ALSO_WORDS, TITLE_WORDS

_SAYS = re.compile(rf"\b(?:(?:{any_of(QUOTATION_VERBS)})\b|(?:tells|told|puts?) |(?:put|has) it\b)")
_ACCORDING = re.compile(
    r"(?:[Aa]ccording to|[Ii]n the words of|[Aa]s quoted (?:by|in)|[Aa]s told by|— ?|– ?|― ?)\s*$"
    r"|(?:[Aa]ccording to|[Ii]n the words of)\s+"
)
_NAME = re.compile(
    r"[^\W\d_][\w’'-]*\.?(?:\s+(?:(?:of|de|da|del|la|van|von|bin|al)\s+)?[^\W\d_][\w’'-]*\.?)*"
)
_YEAR = re.compile(r"\(\s*([^\W\d_][^()\d]{1,80}?),?\s+\d{4}[a-z]?\s*(?:,[^()]*)?\)")
_NOT_IDENTIFYING = (
    frozenset(
        """
    in on at by as after before during since yet also today yesterday former then-prime
    section article chapter
    """.split()
    )
    | TITLE_WORDS
    | frozenset(map(str.lower, (*MONTHS, *WEEKDAYS)))
)
_OURS = "[^\\s、。，「」『』“”：:（）()]"
_CJK_TITLE = rf"(?:{any_of((*AFTER_CJK_NAMES, *AFTER_CJK_NAMES_ALSO_WORDS))})"
_SAID_IN_CHINESE = any_of(CHINESE_BESIDE_QUOTATIONS)
_CJK_SPEAKERS = (
    re.compile(rf"({_OURS}{{2,16}}?){_CJK_TITLE}?[はが][^。「」]{{0,40}}〓"),
    re.compile(
        rf"({_OURS}{{2,12}}?)(?:则|則|也|又|还|還|曾)?(?:在[^，。]{{1,20}})?"
        rf"(?:{_SAID_IN_CHINESE})[：:，,]?\s*〓"
    ),
    re.compile(rf"〓と、?([^\s、。はが]{{2,16}}?){_CJK_TITLE}?[はが]"),
)
_CJK_TITLES = re.compile(rf"{any_of((*AFTER_CJK_NAMES, '代表'))}|氏$")
_OUTLETS = frozenset(
    "agency broadcasting chronicle daily gazette herald journal magazine media news newspaper "
    "post press review shimbun standard television times tribune weekly".split()
)
_BESIDE_VERB = re.compile(r"\s*(?:the\s+|then-)?[^\W\d_a-z]")  # “…,” said Justice Haugen
_MARKS = "“”„«»「」『』\"‘’' \n"
_HERE = "〓"  # stands for the quotation
_JOINING = frozenset("of de da del la van von bin al".split())
_PREPOSITIONS = frozenset("with in at to from of for on against between".split())
_REACH = 60  # characters between a verb of saying and its name
_BESIDE = 1200  # characters around a place in which its speaker is looked for


@dataclass(frozen=True, slots=True)
class SourceSpeech:
    """Whether words are a quotation in a source, and whose.

    `around` is the paragraph.
    """

    quoted: bool
    speakers: tuple[str, ...]
    around: str


def speakers_of(
    sentence: str, quoted: Span, known: Callable[[str], bool] = bool
) -> tuple[str, ...]:
    """Return the names to which a sentence gives what stands at `quoted`; often none.

    A name that only has a colon counts if it has a title or is `known`, because datelines and
    headings look the same.

    >>> text = 'As Justice Ingrid Haugen said: “It rains.”'
    >>> speakers_of(text, (32, 40))
    ('Justice Ingrid Haugen',)
    """
    before, after = _plain(sentence[: quoted[0]]), _plain(sentence[quoted[1] :])
    whole = f"{before.rstrip(_MARKS)}{_HERE}{after.lstrip(_MARKS)}"
    found = [name for pattern in _CJK_SPEAKERS for name in pattern.findall(whole)]
    found += [m[1] for m in _YEAR.finditer(after)]
    found += _labelling(before.rstrip(_MARKS), known)
    found += _speaking(before.rstrip(_MARKS), nearest_last=True)
    found += _speaking(after.lstrip(_MARKS), nearest_last=False)
    told = [name for name in map(named, found) if name and not _is_place(name)]
    return tuple(dict.fromkeys(told))


def _plain(text: str) -> str:
    """Return a text with its quotations blanked out."""
    return re.sub(r"“[^“”]*”|«[^«»]*»|「[^「」]*」|\"[^\"]*\"", "…", text)


def _speaking(text: str, *, nearest_last: bool) -> list[str]:
    """Return the names beside reporting verbs in the text before, or after, a quotation."""
    found: list[str] = []
    verbs = list(_SAYS.finditer(text if nearest_last else text[: 2 * _REACH]))
    chosen = verbs[-1:] if nearest_last else verbs[:1]
    since = max([0, *(verb.end() for verb in verbs[:-1])]) if nearest_last else 0
    for verb in chosen:
        beside = _BESIDE_VERB.match(text, verb.end())
        right = _names(text[verb.end() : verb.end() + _REACH])[:1] if beside else []
        found += _names(text[max(verb.start() - 2 * _REACH, since) : verb.start()]) or right
    for match in _ACCORDING.finditer(text):
        found += _names(text[match.end() : match.end() + _REACH])[:1]
    return found


def _labelling(text: str, known: Callable[[str], bool]) -> list[str]:
    """Return the name before a colon at the end of a text without a reporting verb."""
    colon = re.search(r"([^.;!?:]+):\s*$", text)
    if not colon or _SAYS.search(colon[1]):
        return []
    dated = re.search(r"\d", colon[1])  # “Osaka, May 15:”
    return [
        name
        for name in map(named, _names(colon[1])[-1:])
        if TITLE_WORDS & set(name.lower().split()) or (known(name) and not dated)
    ]


def _is_place(name: str) -> bool:
    """Return whether a name is only a country, its people or its capital, and so no speaker."""
    words = [word for word in fold(name).split() if word not in _NOT_IDENTIFYING]
    return all(
        w in COUNTRY_OF or w in COUNTRY_OF.values() or w in COUNTRY_OF_CAPITAL for w in words
    )


def is_outlet(name: str, text: str) -> bool:
    """Return whether a name in a text is rather a newspaper or an agency than a person."""
    words = name.lower().split()
    if TITLE_WORDS & set(words):
        return False
    article = re.search(rf"\b[Tt]he {re.escape(name)}(?!\w)", text)
    return bool(article or _OUTLETS & set(words) or (name.isupper() and name.isascii()))


def _names(text: str) -> list[str]:
    """Return what is written like a name, in order, without possessives and places."""
    found: list[str] = []
    inside: list[str] = []  # after a preposition: “in Oslo”, “with Justice Haugen”
    before = ""
    for match in _NAME.finditer(text):
        run: list[str] = []
        for word in [*match[0].split(), ""]:
            owns = word.endswith(("’s", "'s"))
            if (word[:1].isupper() and not owns) or (run and word in _JOINING):
                run.append(word)
            else:
                (inside if before in _PREPOSITIONS else found).append(" ".join(run))
                run, before = [], word
    return [name for name in found if named(name)] or [name for name in inside if named(name)]


def named(name: str) -> str:
    """Return a name without possessive and stray words; empty if only titles are left."""
    words = [re.sub(r"['’]s$", "", word).strip(".,;:") for word in name.split()]
    while words and words[0].lower() in STOP_WORDS | {"as", "while", "when", "then", "later"}:
        words.pop(0)
    while words and words[-1].lower() in STOP_WORDS | {"of", "de", "la"}:
        words.pop()
    return " ".join(words) if key(" ".join(words)) else ""


def key(name: str) -> set[str]:
    """Return the terms of a name that identify a person."""
    words = [
        word
        for word in re.split(r"[\s,]+", name)
        if word.lower().strip(".") not in _NOT_IDENTIFYING
    ]
    return set(terms(_CJK_TITLES.sub("", " ".join(words))))


def same_person(name: str, others: tuple[str, ...]) -> bool:
    """Return whether a name shares a word that is no title with one of the others."""
    return any(key(name) & key(other) for other in others)


def written_by(name: str, metadata: Metadata) -> bool:
    """Return whether a name is that of the author or the publisher."""
    known = set(terms(f"{metadata.author} {metadata.publisher}"))
    return bool(key(name)) and key(name) <= known


def said_in(text: str, start: int, end: int) -> SourceSpeech:
    """Return whether a stretch of a source is a quotation there, and whose."""
    first = max(text.rfind("\n\n", 0, start), start - _BESIDE, 0)
    last = text.find("\n\n", end)
    last = min(last if last >= 0 else len(text), end + _BESIDE)
    around = text[first:last]
    place = (start - first, end - first)
    for one in parse_draft(around):
        if one.start <= place[0] < one.end:
            sentence = around[one.start : max(one.end, place[1])]
            inside = [q for q in one.quoted if q[0] <= place[0] and place[1] <= q[1] + 1]
            at = inside[0] if inside else (place[0], min(place[1], one.end))
            if inside:
                found = speakers_of(sentence, (at[0] - one.start, at[1] - one.start))
            else:
                found = tuple(_speaking(sentence[: place[1] - one.start], nearest_last=False))
            return SourceSpeech(bool(inside), found, around)
    return SourceSpeech(quoted=False, speakers=(), around=around)
