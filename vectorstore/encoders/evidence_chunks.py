"""Cut long evidence into chunks of whole sentences that a checker can read."""

from collections.abc import Callable

from vectorstore.text.sentences import sentences


def evidence_chunks(text: str, longest: int, size: Callable[[str], int]) -> list[str]:
    """Return consecutive parts of a text, each of whole sentences and at most `longest` in `size`.

    A sentence that is longer than that is a chunk of its own. The parts are exact slices.

    >>> evidence_chunks("It rained. Tea grew. Uji sold it.", 4, lambda text: len(text.split()))
    ['It rained. Tea grew.', 'Uji sold it.']
    """
    if size(text) <= longest:
        return [text]
    chunks: list[tuple[int, int]] = []
    filled = 0
    for start, end in sentences(text):
        length = size(text[start:end])
        if chunks and filled + length <= longest:
            chunks[-1] = (chunks[-1][0], end)
            filled += length
        else:
            chunks.append((start, end))
            filled = length
    return [text[start:end] for start, end in chunks] or [text]
