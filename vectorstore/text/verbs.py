"""The forms of English verbs."""

from vectorstore.text.tables import mapping, words

IRREGULAR_PASTS = mapping("verbs", "irregular_pasts")
"""Infinitives by their irregular past forms: `met` → `meet`."""
EVENTS = words("verbs", "events")
"""Verbs of events, in their bare forms."""
EVENTS_WITH_THINGS = frozenset(words("verbs", "events_with_things"))
EVENTS_WITH_PERSONS = frozenset(words("verbs", "events_with_persons"))
EVENTS_IN_PASSIVE = words("verbs", "events_in_passive")
"""Participles: `founded`, `written` …"""
_PASTS: dict[str, list[str]] = {}
for _past, _verb in IRREGULAR_PASTS.items():
    _PASTS.setdefault(_verb, []).append(_past)


def regular_past(verb: str) -> str:
    """Return the past tense of a regular verb.

    >>> [regular_past(verb) for verb in ("claim", "state", "deny", "stay")]
    ['claimed', 'stated', 'denied', 'stayed']
    """
    if verb.endswith("e"):
        return f"{verb}d"
    return f"{verb[:-1]}ied" if _ends_in_consonant_y(verb) else f"{verb}ed"


def simple_past(verb: str) -> str:
    """Return the past tense of a verb, of irregular ones the first that is listed.

    >>> simple_past("meet"), simple_past("adopt")
    ('met', 'adopted')
    """
    return _PASTS[verb][0] if verb in _PASTS else regular_past(verb)


def third_person(verb: str) -> str:
    """Return the form of a verb after “she”.

    >>> [third_person(verb) for verb in ("claim", "deny", "stress", "teach")]
    ['claims', 'denies', 'stresses', 'teaches']
    """
    if _ends_in_consonant_y(verb):
        return f"{verb[:-1]}ies"
    return f"{verb}es" if verb.endswith(("s", "x", "z", "ch", "sh", "o")) else f"{verb}s"


def participle(verb: str) -> str:
    """Return the form of a verb in -ing.

    >>> [participle(verb) for verb in ("claim", "state", "flee")]
    ['claiming', 'stating', 'fleeing']
    """
    silent = verb.endswith("e") and not verb.endswith("ee")
    return f"{verb[:-1] if silent else verb}ing"


def active_forms(verb: str) -> tuple[str, ...]:
    """Return the forms of a verb that a subject has before it, other than the bare one.

    >>> active_forms("write"), active_forms("argue")
    (('writes', 'wrote', 'writing'), ('argues', 'argued', 'arguing'))
    """
    return third_person(verb), simple_past(verb), participle(verb)


def forms(verb: str) -> tuple[str, ...]:
    """Return all forms of a verb, the bare one first.

    >>> forms("fall")
    ('fall', 'falls', 'fell', 'fallen', 'falling')
    """
    pasts = _PASTS.get(verb) or [regular_past(verb)]
    return (verb, third_person(verb), *pasts, participle(verb))


def _ends_in_consonant_y(verb: str) -> bool:
    return verb[-1] == "y" and verb[-2] not in "aeiou"
