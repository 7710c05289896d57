"""What a text denies or leaves open: “not”, “failed to”, “denied that”; “asked whether”.

Each cue comes with the words that it governs, to the end of its clause: no parser, but the words
that begin and end clauses, in English; for Japanese and Chinese, the stretch between two stops.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from vectorstore.text import negation
from vectorstore.text.reporting_verbs import CLAUSE_VERBS
from vectorstore.text.scripts import HAN
from vectorstore.text.terms import terms

_NEAR = 4  # terms after a cue that it certainly governs; judged
_MOST = 0.7  # share of them that the other text must have; judged
_CUE = re.compile(
    rf"\b(?:{negation.ENGLISH_CUES})\b|{negation.CONTRACTED}\b|"
    rf"ない|なかった|ません|ず(?=[、に])|不(?=[{HAN}])(?![同断断过過少仅僅但])|沒有|没有|"
    rf"并非|並非|未(?=[{HAN}])(?!来|來)",
    re.IGNORECASE,
)
_AFTERWARDS = ("ない", "なかった", "ません", "ず")  # Japanese: they stand after what they govern
# Cues before a noun or a clause, whose own verb is still to come.
_BEFORE_VERB = re.compile(
    r"(?:no|none|neither|nobody|nothing|no one|nowhere|never|not true that|not the case that)$|"
    r"(?:den[iy]|doubt|dismiss|disput|reject|refut|false|untrue)",
    re.IGNORECASE,
)
_AUXILIARY = (
    r"(?:was|were|is|are|has|had|have|will|would|did|does|do|can|could|should|must|shall|may)"
)
_CONJUNCTIONS = (
    r"(?:but|while|although|though|whereas|because|since|until|till|unless|before|after|when|"
    r"where|which|who|whose|whom|if|nor|so that)"
)
_SUBJECT = r"(?:that|it|he|she|they|we|there|this|these|those|the|a|an|its|his|her|their|our)"
_CLAUSE_END = re.compile(
    rf"[;:。；，]|,(?= )(?! (?:[\w’'-]+, )*[\w’'-]+,? (?:or|nor)\b)|[.!?](?=\s|$)|"
    rf"\b{_CONJUNCTIONS}\b|\band (?={_AUXILIARY}\b|that\b|(?:it|he|she|they|we|there)\b|"
    rf"{_SUBJECT} (?:[\w’'-]+ ){{1,3}}{_AUXILIARY}\b)",
    re.IGNORECASE,
)
_FINITE = re.compile(rf"\b{_AUXILIARY}\b", re.IGNORECASE)
_LIMITED = re.compile(r"\s*,?\s*(?:until|till|unless|before|except)\b", re.IGNORECASE)
_PREPOSITION = re.compile(
    r"\b(?:in|on|at|to|for|from|by|with|under|over|during|about|against|into|as|than|through|near|"
    r"within|across|among|between|despite|upon|below|above|behind|beside|beyond|inside|outside|"
    r"beneath|along|around|off|onto|towards?|throughout)\b",
    re.IGNORECASE,
)
_COORDINATED = re.compile(r",? (?:or|nor) |, ", re.IGNORECASE)
_LIGHT = frozenset(
    "ani anyon anyth anybodi ever yet even still either actual realli longer".split()
)
_BETWEEN_CUES = re.compile(r"\s+(?:\w+ly\s+)?$")
_RELATIVE = re.compile(
    r"(?P<noun>[\w’'-]+),? (?:that|which|whom)\s+(?:[\w’'-]+\s+){1,4}(?:[\w’'-]+)?$", re.IGNORECASE
)
_RELATIVE_START = re.compile(r"\s*(?:which|who|whom|whose|that|where)\b", re.IGNORECASE)
_WHETHER = re.compile(
    r"\b(?:(?P<asks>(?:ask|wonder|question|inquire|enquire|doubt|discuss|debate|consider|decide|"
    r"know|see|check|examine|investigate|determine|say)(?:s|d|ed|ing)?|asked|unclear|uncertain|"
    r"unsure|unknown|question(?: of)?) )?(?:(?:\w+ )?whether)(?! or not to)\b|"
    r"\b(?:ask(?:s|ed|ing)?|wonder(?:s|ed|ing)?|inquired?|enquired?)(?: \w+){0,2} if\b|"
    r"\b(?:unclear|uncertain|unsure|unknown|not (?:clear|certain|sure|known|say|know)) if\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(
    r"(?:^|(?<=[,;.] )|(?<=\band )|(?<=\bbut )|(?<=\bor )|(?<=\bthat ))(?:if|unless|in case)\b",
    re.IGNORECASE,
)

Reading = tuple[tuple[str, ...], tuple[str, ...]]
"""The terms that a denial certainly governs, and those that may follow: (sell, pier), (lind)."""


@dataclass(frozen=True, slots=True)
class Denial:
    """A cue at `start` to `end` with the terms that it `governs`, up to `reach`.

    `readings` are those terms for each of several verbs or objects; `subject` are the terms of its
    clause before it. A `limited` one (“not until May”) denies no more than a part.
    """

    text: str
    governs: tuple[str, ...]
    start: int
    end: int
    readings: tuple[Reading, ...] = ()
    subject: tuple[str, ...] = ()
    reach: int = 0
    limited: bool = False

    def bears_on(self, others: frozenset[str], *, fully: bool = False) -> bool:
        """Return whether what is denied is among `others`, terms with verbs as infinitives.

        With `fully`, the others say nothing that the denying sentence does not, so that what
        follows the object (“in the wall”) may be left out.
        """
        return any(
            _mostly(core + rest, others) or (fully and core[:1] and _has_core(core, others))
            for core, rest in self.readings
        )


def negations(text: str) -> list[Denial]:
    """Return the words that deny something, with what they govern.

    >>> [(cue.text, cue.governs) for cue in negations("It did not sign the treaty, but met him.")]
    [('not', ('sign', 'treati'))]
    """
    found = list(_CUE.finditer(text))
    twice = {
        at
        for at in range(len(found) - 1)
        if _BETWEEN_CUES.fullmatch(text, found[at].end(), found[at + 1].start())
    }  # “did not deny that …” denies nothing
    kept = [m for at, m in enumerate(found) if at not in twice and at - 1 not in twice]
    return [_denial(text, match.start(), match.end()) for match in kept]


def open_questions(text: str) -> list[Denial]:
    """Return the clauses that a text asks or supposes, and does not state.

    >>> [cue.text for cue in open_questions("He was asked whether it had sold the dock.")]
    ['asked whether']
    """
    found = [_denial(text, *m.span()) for m in _WHETHER.finditer(text)]
    found += [_denial(text, *m.span()) for m in _CONDITION.finditer(text)]
    return found


def _mostly(wanted: tuple[str, ...], others: frozenset[str]) -> bool:
    near = frozenset(wanted[:_NEAR])
    return bool(near) and len(near & others) >= _MOST * len(near)


def _has_core(core: tuple[str, ...], others: frozenset[str]) -> bool:
    return frozenset(core[:1]) <= others and _mostly(core, others)


def _denial(text: str, start: int, end: int) -> Denial:
    cue = text[start:end]
    if not cue.isascii() and not cue.lower().endswith(("’t", "'t")):
        return _east_asian(text, start, end)
    before_verb = bool(_BEFORE_VERB.match(cue))
    end_of_scope = _scope_end(text, end, before_verb=before_verb)
    scope = text[end:end_of_scope]
    before = _clause_before(text, start)
    readings = tuple(_readings(scope, before_verb=before_verb))
    relative = _RELATIVE.search(before)
    if relative and relative["noun"].lower() not in CLAUSE_VERBS and readings and readings[0][0]:
        # “the inn that the town did not buy burned”: the object stands before the verb
        readings += ((readings[0][0][:1] + terms(relative["noun"]), ()),)
    return Denial(
        cue,
        _heavy(scope),
        start,
        end,
        readings,
        terms(before),
        end_of_scope,
        limited=bool(_LIMITED.match(text, end_of_scope)),
    )


def _east_asian(text: str, start: int, end: int) -> Denial:
    cue, rest = text[start:end], text[end:]
    stop = re.search(r"[;。；，]|,(?= )", rest)
    governs = terms(rest[: stop.start()] if stop else rest)
    if cue.startswith(_AFTERWARDS):
        governs = terms(re.split(r"[。、，；]", text[:end])[-1])
    return Denial(cue, governs, start, end)


def _heavy(text: str) -> tuple[str, ...]:
    return tuple(term for term in terms(text) if term not in _LIGHT)


def _scope_end(text: str, start: int, *, before_verb: bool) -> int:
    """Return where the clause ends that a cue denies: at its next finite verb at the latest."""
    stop = _CLAUSE_END.search(text, start)
    end = stop.start() if stop else len(text)
    verbs = [
        m.start() for m in _FINITE.finditer(text, start, end) if _heavy(text[start : m.start()])
    ]
    if before_verb:
        verbs = verbs[1:]
    return verbs[0] if verbs else end


def _readings(
    scope: str, *, before_verb: bool
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Yield what is denied: of “sell or lease the pier to Lind” (sell, pier), (leas, pier)."""
    parts = _COORDINATED.split(scope)
    *_, last = parts
    for at, part in enumerate(parts):
        core, rest = _split(part, before_verb=before_verb)
        if at < len(parts) - 1 and len(core) == 1:
            shared, rest = _split(last, before_verb=before_verb)
            core += shared[1:]
        if core or rest:
            yield core, rest


def _split(part: str, *, before_verb: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the terms up to a preposition after two of them, and those that follow."""
    if before_verb:
        return (), _heavy(part)
    for match in _PREPOSITION.finditer(part):
        core = _heavy(part[: match.start()])
        if len(core) >= 2:
            return core, _heavy(part[match.start() :])
    return _heavy(part), ()


def _clause_before(text: str, start: int) -> str:
    """Return the words of the clause before a cue; of a relative clause, also those before it."""
    starts = [0, *(m.end() for m in _CLAUSE_END.finditer(text, 0, start))]
    for at in range(len(starts) - 1, -1, -1):
        clause = text[starts[at] : start]
        stop = text[starts[at] - 1 : starts[at]]
        if terms(clause) and not _RELATIVE_START.match(clause):
            return clause
        if stop in ".!?;。":
            return clause
    return text[:start]
