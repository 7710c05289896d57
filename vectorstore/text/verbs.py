"""The forms of English verbs."""

from vectorstore.text.tables import mapping

IRREGULAR_PASTS = mapping("verbs", "irregular_pasts")
"""Infinitives by their irregular past forms: `met` → `meet`."""
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


def inflected(verb: str) -> tuple[str, ...]:
    """Return the forms of a verb other than the bare one.

    >>> inflected("say"), inflected("argue")
    (('says', 'said', 'saying'), ('argues', 'argued', 'arguing'))
    """
    pasts = _PASTS.get(verb) or [regular_past(verb)]
    return (third_person(verb), *pasts, participle(verb))


def forms(verb: str) -> tuple[str, ...]:
    """Return all forms of a verb, the bare one first."""
    return (verb, *inflected(verb))


def _ends_in_consonant_y(verb: str) -> bool:
    return verb[-1] == "y" and verb[-2] not in "aeiou"
