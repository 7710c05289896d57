"""Find words in a source, ignoring case, character width and accents.

Any white space matches any other. Between Chinese or Japanese characters it may be missing, because
lines break anywhere there.
"""

import re
from functools import lru_cache

from vectorstore.text.folding import FOR_SEARCH, FoldedText, Span
from vectorstore.text.scripts import UNSPACED

MAX_QUERY = 200  # characters
_BETWEEN_CJK = re.compile(rf"(?<=[{UNSPACED}])(?=[{UNSPACED}])")


def find_all(text: str, words: str) -> list[Span]:
    """Return the spans of the text that match the words, in order; none for empty words."""
    tokens = [FOR_SEARCH.text(token) for token in words[:MAX_QUERY].split()]
    pattern = r"\s+".join(
        r"\s*".join(map(re.escape, _BETWEEN_CJK.split(token))) for token in tokens if token
    )
    if not pattern:
        return []
    folded = _folded(text)
    return [folded.raw_span(*match.span()) for match in re.finditer(pattern, folded.text)]


@lru_cache(maxsize=4)
def _folded(text: str) -> FoldedText:
    if text.isascii():
        return FoldedText(text, text.lower(), range(len(text)))
    return FOR_SEARCH.with_places(text)
