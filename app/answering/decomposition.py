"""Split a question that asks for several things, so that each part is searched for by itself.

“Who met Peña, and what was signed?” contains two questions; the second depends on the first. “How
do Vilnius and Asunción differ?” compares two subjects, so it is searched as a whole and once for
each of them. Only clear cases are split; any other question is a single part.
"""

import re
from dataclasses import replace

from app.answering.answer_forms import answer_form
from app.answering.query_rewriting import leans
from vectorstore.ranking import Query
from vectorstore.text.terms import terms

_ASKING = (
    r"(?:what|who|whom|whose|when|where|why|how|which|did|does|do|is|are|was|were|has|have|can|"
    r"will)\b"
)
_AND = re.compile(  # “Japan, which …” is a relative clause, “…, what …” a new question
    rf"(?:[,;]? and(?: also)?|[;?]) +(?={_ASKING})|, +(?=(?:what|how|why)\b)", re.IGNORECASE
)
_ASKS = re.compile(rf"^(?:and |also )*{_ASKING}", re.IGNORECASE)
_OPENS = (
    r"(?:what|which|how|where|why|in what (?:ways?|respects?))?"
    r"(?: (?:is|are|was|were|do|does|did|can|could))?\b ?"
)
_SIDE = r"[^,;?]{2,80}?"
_ONE, _OTHER = rf"(?P<one>{_SIDE})", rf"(?P<other>{_SIDE})"
_END = r"(?: each other| (?:in|on|over) [^,;?]*)?\W*$"
_COMPARED = (
    rf"\b(?:differences?|contrasts?|comparison) between {_ONE} and {_OTHER}\W*$",
    rf"^(?:please )?(?:compare|contrast) {_ONE} (?:and|with|to) {_OTHER}\W*$",
    rf"^{_OPENS}{_ONE} (?:differs?|different|compares?) (?:from|with|to) {_OTHER}\W*$",
    rf"^{_OPENS}{_ONE} and {_OTHER} (?:differ|compare|contrast|complement|alike|similar){_END}",
    rf"^{_OPENS}{_ONE} (?:versus|vs\.?|unlike) {_OTHER}\W*$",
)
_JOINT = re.compile(r" (?:and|to|with|from) (?!with |of |in |for )", re.IGNORECASE)
_LEADING = re.compile(r"^(?:with|of|in|for|to|from|by|that of|those of) ", re.IGNORECASE)
# “Boxes or wood, which …?”, “Latin America or the South Pacific?”
_ALTERNATIVES = re.compile(
    r"(?:^|[,:;] )(?P<one>(?:[\w’'-]+ ){0,3}[\w’'-]+) (?:or|versus|vs\.?) "
    r"(?P<other>(?:[\w’'-]+ ){0,3}[\w’'-]+)(?=[,?.;:]|$)",
    re.IGNORECASE,
)
_MOST = 4  # parts


def parts_of(query: Query) -> list[Query]:
    """Return the parts of a question, in order; a question with one part is returned unchanged.

    >>> [part.text for part in parts_of(Query("Who met Peña in Tokyo, and what was signed?"))]
    ['Who met Peña in Tokyo', 'what was signed?']
    """
    several = [part.strip() for part in _AND.split(query.text) if part.strip()]
    if 1 < len(several) <= _MOST and all(_ASKS.match(part) and terms(part) for part in several):
        first, *others = several
        return [replace(query, text=first)] + [
            replace(
                query, text=part, context=(first, *query.context) if leans(part) else query.context
            )
            for part in others
        ]
    return [query, *sides_of(query)]


def sides_of(query: Query) -> list[Query]:
    """Return the sides that a question compares, each with the question as context; mostly none.

    >>> [side.text for side in sides_of(Query("Timber or grain, which had the better year?"))]
    ['Timber', 'grain']
    """
    for pattern in _COMPARED:
        if pair := re.search(pattern, query.text, re.IGNORECASE):
            sides = [_LEADING.sub("", pair[name]) for name in ("one", "other")]
            clear = pattern not in _COMPARED[:2] or not any(map(_JOINT.search, sides))
            if clear and all(terms(side) for side in sides):
                return [Query(side, (query.text, *query.context)) for side in sides]
    alternatives = _ALTERNATIVES.search(query.text)
    if alternatives and answer_form(query.text) == "comparison":
        sides = [alternatives[name] for name in ("one", "other")]
        return [Query(side, (query.text, *query.context)) for side in sides]
    return []
