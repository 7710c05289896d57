"""What kind of thing a question asks for, and which words of a sentence are of that kind.

Rules, no model: dates, numbers and names as English, Chinese and Japanese prose writes them.
spaCy's small pipeline finds no more of them (`docs/decisions/0009-no-spacy.md`), and is 200 MB.
"""

import re

from app.answering.answer_forms import answer_form
from vectorstore.text.countries import COUNTRY_OF
from vectorstore.text.months import MONTH_ABBREVIATIONS, MONTHS, WEEKDAYS
from vectorstore.text.numerals import HAN_NUMERALS, NUMBER_WORDS, SCALES
from vectorstore.text.openers import FITTED_OPENERS
from vectorstore.text.sentences import Span
from vectorstore.text.tables import any_of
from vectorstore.text.terms import terms
from vectorstore.text.titles import BEFORE_NAMES, OCCUPATIONS_ASKED_FOR

_MONTH = rf"(?:{any_of(MONTHS)}|(?:{any_of(MONTH_ABBREVIATIONS)})\.)"
_YEAR = r"(?:1\d{3}|20\d\d)"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b{_DAY} (?:of )?{_MONTH}(?:,? {_YEAR})?\b|"
    rf"\b{_MONTH} {_DAY}\b(?:\s?[–-]\s?{_DAY}\b)?(?:,? {_YEAR}\b)?|"
    rf"\b{_MONTH}(?:,? (?:of )?{_YEAR}\b|(?= |[,.;:)]|$))|"
    r"\b\d{1,2}(?:st|nd|rd|th)(?:(?:,| and| or| to) \d{1,2}(?:st|nd|rd|th))* centur(?:y|ies)\b|"
    r"\b\d{1,4} (?:BCE?|AD|CE)\b|"
    rf"\b{_YEAR}s?\b(?:\s?[–-]\s?\d{{2,4}}\b)?|"
    rf"\b(?:{any_of(WEEKDAYS)})\b|"
    r"(?:令和|平成|昭和|大正|明治)[\d元]+年|\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月\d{1,2}日"
)
_COUNT = rf"(?:{any_of(NUMBER_WORDS.keys() - {'zero', 'one'})}|(?:{any_of(SCALES)})s?|half|twice)"
_HAN_NUMBER = rf"[{HAN_NUMERALS}]+(?=[人年月日个個名国國]|%)"
_NUMBER = re.compile(
    r"[$€£¥]?\d+(?:[.,]\d+)*"
    rf"(?:\s?%| (?:percent|per cent|{any_of(SCALES.keys() - {'dozen'})})\b)?"
    rf"|\b{_COUNT}(?:[- ](?:and )?{_COUNT})*\b|{_HAN_NUMBER}",
    re.IGNORECASE,
)
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w'’.-]*\w"
_JOINED = r"(?: (?:of|the|de|von|van|der|la|al|bin|and the) | )"
_NAME = re.compile(rf"(?:\b{_CAPITAL}|\b[A-Z]\.)(?:{_JOINED}(?:{_CAPITAL}|[A-Z]\.))*")
_WHEN = re.compile(
    r"^\W*when\b(?!.*, (?:what|who|which|how|where)\b)|\bsince when\b|"
    r"\bwhen (?:did|do|does|was|were|is|are|will|has|had|have|can)\b|"
    r"\b(?:what|which) (?:year|month|day|date|century|decade)\b|"
    r"いつ|何年|何月|何日|什[么麼]时候|何时|哪年",
    re.IGNORECASE,
)
_HOW_MANY = re.compile(
    r"\bhow (?:many|much|long|old|far|high|tall|large|big)\b|"
    r"\bwhat (?:percentage|percent|number|share|proportion)\b|"
    r"いくつ|何人|何か国|いくら|多少|几个",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"\bwhere\b|\b(?:what|which) (?:country|city|state|place|continent|region|town|"
    r"county|river|area|location|capital)\b|どこ|哪里|哪裡|哪儿",
    re.IGNORECASE,
)
_WHO = re.compile(
    r"^\W*(?:and )?who(?:m|se)?\b|"
    r"(?:,|\b(?:by|to|from|with|of|for|and|under)) who(?:m|se)?\b|"
    rf"\b(?:what|which) (?:person|people|{any_of(OCCUPATIONS_ASKED_FOR)})\b|誰|だれ|谁",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\bwhy\b|\bwhat (?:is|was) the (?:reason|cause)\b|\bwhat caused\b|なぜ|为什么|為什麼",
    re.IGNORECASE,
)
_ASKED = {"when": _WHEN, "many": _HOW_MANY, "where": _WHERE, "who": _WHO, "why": _WHY}
_BECAUSE = re.compile(
    r"\b(?:because(?: of)?|due to|owing to|since|as a result(?: of)?|in order to|so that|caused|"
    r"reasons?|therefore|led to)\b|ため|から|ので|因为|因為|由于",
    re.IGNORECASE,
)
_OF_KIND = {"when": _DATE, "many": _NUMBER, "why": _BECAUSE}
_COUNTRIES = frozenset(COUNTRY_OF.values())
_TITLE = re.compile(rf"^(?:(?:{any_of(BEFORE_NAMES)})\.? )+")
_MOST = 2  # stretches marked in a sentence
_CLAUSE = re.compile(r"[^,;:—–()]+(?:,\d+)*")
_JOINS = re.compile(r"\s*(?:(?:and|but|while|whereas|although|though|that|which|who)\s+)?", re.I)
_COUNTED = re.compile(r"(?: [\w’'-]+){1,3}")
_INSIDE = re.compile(r"\b(?:in|at|near|outside|across|around) (?:the )?$", re.IGNORECASE)
_PLACED = re.compile(
    r"\b(?:in|at|to|near|from|on|of|around|outside|across) (?:the )?$", re.IGNORECASE
)


def answer_type(question: str) -> str:
    """Return the kind asked for: `when`, `many`, `where`, `who` or `why`; empty for any other."""
    return next((kind for kind, pattern in _ASKED.items() if pattern.search(question)), "")


def candidate_spans(kind: str, question: str, sentence: str) -> list[Span]:
    """Return the stretches of a sentence that are of the kind asked for and not in the question.

    >>> s = "Ishiba met him in Tokyo on June 9, 2025."
    >>> [s[a:b] for a, b in candidate_spans("when", "When did they meet?", s)]
    ['June 9, 2025']
    """
    if not kind:
        return []
    if kind in ("who", "where"):
        names = [span for span in _names(sentence) if not _known(sentence[slice(*span)], question)]
        return [span for span in names if kind == "where" or not _is_place(sentence[slice(*span)])]
    found = [match.span() for match in _OF_KIND[kind].finditer(sentence)]
    if kind == "many":
        dates = [match.span() for match in _DATE.finditer(sentence)]
        found = [(a, b) for a, b in found if not any(c <= a and b <= d for c, d in dates)]
    return [(a, b) for a, b in found if kind == "why" or sentence[a:b] not in question]


def marks(question: str, sentence: str) -> tuple[Span, ...]:
    """Return the stretches that probably answer the question, judged by kind and place.

    These are at most two, in order, the nearest to the words of the question. A person does not
    stand after “in” or “at”; a place rather does; a number goes with what is counted. What answers
    yes or no is the clause that has most of the question's words.
    """
    kind = answer_type(question)
    if kind == "why":
        return ()  # a reason is a clause, and the rules do not see where it ends
    if not kind and answer_form(question) == "yes_no":
        return _clause(question, sentence)
    found = candidate_spans(kind, question, sentence)
    wanted = set(terms(question))
    places = [m.start() for m in re.finditer(r"[^\W_]+", sentence) if wanted & set(terms(m[0]))]

    if kind == "who":
        found = [span for span in found if not _INSIDE.search(sentence, 0, span[0])]
    placed = {span for span in found if kind == "where" and _PLACED.search(sentence, 0, span[0])}
    if placed and re.match(r"\W*where\b", question, re.IGNORECASE):
        found = sorted(placed)

    def distance(span: Span) -> tuple[bool, int]:
        """Return whether its place makes it less likely, then how far it is."""
        counted = terms(sentence[span[1] :])[:1]  # “12 allies” to “How many allies”
        near = min((min(abs(p - span[0]), abs(p - span[1])) for p in places), default=0)
        unlikely = kind == "many" and not wanted.intersection(counted)
        return unlikely or (bool(placed) and span not in placed), near

    chosen = sorted(sorted(found, key=distance)[:_MOST])
    return tuple(
        (a, _end_of_counted(sentence, b, wanted) if kind == "many" else b) for a, b in chosen
    )


def _clause(question: str, sentence: str) -> tuple[Span, ...]:
    """Return the clause with most of the question's words, the last of several; none if it has few.

    >>> text = "The chair spoke first, but the harbour master did not vote."
    >>> [text[a:b] for a, b in _clause("Did the harbour master vote?", text)]
    ['the harbour master did not vote']
    """
    wanted = set(terms(question))
    counted = [
        (len(wanted & set(terms(match[0]))), match.start(), match.end())
        for match in _CLAUSE.finditer(sentence)
    ]
    most, start, end = max(counted, default=(0, 0, 0))
    if not most:
        return ()
    joined = _JOINS.match(sentence, start)
    start = joined.end() if joined else start
    return ((start, start + len(sentence[start:end].rstrip(" .!?。"))),)


def _end_of_counted(sentence: str, end: int, wanted: set[str]) -> int:
    """Return where what a number counts ends, if the question asks for it: “12 *allies*”."""
    counted = _COUNTED.match(sentence, end)
    words = list(re.finditer(r"[\w’'-]+", counted[0])) if counted else []
    named = [word for word in words if wanted & set(terms(word[0]))]
    return end + named[-1].end() if named else end


def _names(sentence: str) -> list[Span]:
    """Return runs of capitalised words but for peoples, dates and openers of the sentence."""
    spans = []
    for match in _NAME.finditer(sentence):
        start, end = match.span()
        first = match[0].split()[0]
        if first.lower() in FITTED_OPENERS:
            start += len(first) + 1
        name = sentence[start:end]
        if not name or (start == 0 and " " not in name):
            continue
        if name.lower() not in COUNTRY_OF and not _DATE.fullmatch(name):
            spans.append((start, end))
    return spans


def _is_place(name: str) -> bool:
    """Return whether a name is a country, a people or a possessive (`Taiwan’s`), not a person."""
    *_, last = name.lower().split()
    whole = name.lower() in _COUNTRIES or (last.split("-")[0] in _COUNTRIES and "-" in last)
    return whole or last in COUNTRY_OF or name.endswith(("'s", "’s"))


def _known(name: str, question: str) -> bool:
    """Return whether the question has the name, with or without the title."""
    return set(terms(_TITLE.sub("", name))) <= set(terms(question))
