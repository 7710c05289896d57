"""Take a compound sentence apart into the statements that it joins.

Only clear joints count: a semicolon, or a comma before “and”, “but”, “while” or “whereas”. A part
need not have a subject of its own; whoever reads it must see the whole sentence beside it.
"""

import re

from vectorstore.text.scripts import UNSPACED

_JOINT = re.compile(r"\s*[;；]\s*|,\s+(?:and|but|while|whereas)\s+", re.IGNORECASE)
_WORD = re.compile(rf"[{UNSPACED}]{{2}}|[^\W_{UNSPACED}]+")
_FEWEST = 3  # words of a part; judged: fewer are an item of a list
_MOST = 4  # parts; judged: a longer sentence is a list, not a compound


def clauses(sentence: str) -> tuple[str, ...]:
    """Return the parts of a compound sentence in order; nothing for any other sentence.

    >>> clauses("The mayor opened the bridge in May, and named it after a ferryman.")
    ('The mayor opened the bridge in May', 'named it after a ferryman')
    >>> clauses("They grow rice, tea, and cloves.")
    ()
    """
    parts = tuple(part.strip(" \t\n.。") for part in _JOINT.split(sentence))
    clear = 1 < len(parts) <= _MOST and all(count_words(part) >= _FEWEST for part in parts)
    return parts if clear else ()


def count_words(text: str) -> int:
    """Return how many words a text has; two Chinese or Japanese characters count as one."""
    return len(_WORD.findall(text))
