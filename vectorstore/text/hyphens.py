"""Words that are others without their hyphen: re-signed and resigned."""

from vectorstore.text.tables import words
from vectorstore.text.terms import terms

_CHANGED = {
    prefix: frozenset(terms(word)[-1] for word in words("hyphens", prefix))
    for prefix in words("hyphens", "prefixes")
}


def hyphen_changes(before: str, after: str) -> bool:
    """Return whether a hyphen between two parts makes another word than the joined one.

    >>> hyphen_changes("re", "signed"), hyphen_changes("co", "operative")
    (True, False)
    """
    return bool(set(terms(after)[-1:]) & _CHANGED.get(before.lower(), frozenset()))
