"""The wording of notices about an answer: silence, doubt, missing parts, failures.

The rest of `app/answering` passes outcomes and values; this module turns them into sentences.
"""

from collections.abc import Sequence

from vectorstore.records import Outcome, Sentence
from vectorstore.text.hidden import hidden_in
from vectorstore.text.languages import language_of

DOUBTFUL = (
    "It is not certain that these sentences answer the question: read what stands around them."
)
_LANGUAGES = {"en": "English", "ja": "Japanese", "ko": "Korean", "zh": "Chinese"}
STOPPED = "Stopped before the end."
CUT_OFF = "The model repeated itself or went on and on, so it was cut off."
NO_MORE = "The model found no more in the sources: part of the question is open."
NOTHING_USABLE = "The model wrote nothing that could be used."
NOTHING_SUPPORTED = "Nothing that the model wrote is borne out by what it cites."
_EMPTY = (
    "The library holds no sources yet: add documents on the Library page, or run `kakehashi sync`."
)
_ELSEWHERE = (
    "The chosen sources do not say, but others in the library do: ask again without the "
    "restriction."
)
_SILENT = "The sources do not say."
_MOST_NAMED = 5  # hidden characters of a quote; judged
_DOUBTED = ("contradicted", "not_stated", "unverified")


def quoted_instead(problem: str) -> str:
    """Return the notice that quotations replace the answer of a model that failed."""
    return f"{problem} The sources’ own words are quoted instead."


def foreign(question: str, quotes: Sequence[str]) -> str:
    """Return a sentence on quotes in another language than the question, or ""."""
    asked = language_of(question)
    found = dict.fromkeys(language_of(quote) for quote in quotes)
    others = [_LANGUAGES[one] for one in found if one and one != asked and (asked or one != "en")]
    if not others:
        return ""
    return f"Quoted in {' and '.join(others)}, the language of the source."


def hidden_characters(quote: str) -> str:
    """Return a warning of characters in a quote that nobody sees or that turn its order, or ""."""
    found = hidden_in(quote)
    if not found:
        return ""
    rest = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    return (
        "The quoted words hold characters that nobody sees or that change the order of what is "
        f"seen; they are shown by their numbers: {', '.join(found[:_MOST_NAMED])}{rest}."
    )


def is_silence(text: str) -> bool:
    """Whether the text of an answer says that there is none."""
    return text.startswith((_EMPTY, _ELSEWHERE, _SILENT))


def silence(outcome: Outcome, *, empty: bool, unknown: Sequence[str], nearest: bool) -> str:
    """Return one or more sentences that say why there is no answer.

    `empty` means that the library has no sources; `unknown` are the words of the question that do
    not occur in it; `nearest` means that the nearest passages are shown anyway.
    """
    if empty:
        return _EMPTY
    if outcome == "out_of_scope":
        return _ELSEWHERE
    text = _SILENT
    if outcome == "too_weak":
        text += " They touch on it, but nothing in them answers the question."
    if unknown:
        text += f" Nowhere in them: {_listed(unknown)}."
    if nearest:
        text += " The nearest passages are shown as such, not as evidence."
    return text


def missing(unanswered: Sequence[str], unknown: Sequence[str]) -> str:
    """Return sentences on the unanswered parts and unknown words of a question, or ""."""
    sentences = []
    if unanswered:
        parts = _listed([part.strip(" ?") for part in unanswered])
        sentences.append(f"The sources do not answer this part: {parts}.")
    if unknown:
        sentences.append(f"Nowhere in the sources: {_listed(unknown)}.")
    return " ".join(sentences)


def with_numbers(text: str, citations: Sequence[int]) -> str:
    """Return a sentence followed by its citation numbers: `It rained. [1][2]`."""
    marks = "".join(f"[{number}]" for number in citations)
    return f"{' '.join(text.split())} {marks}".rstrip()


def with_doubt(sentence: Sentence) -> str:
    """Return a sentence with its citations, and its verdict if they are not known to support it."""
    words = sentence.verdict.replace("_", " ")
    doubt = f" ({words})" if sentence.verdict in _DOUBTED else ""
    return with_numbers(sentence.text, sentence.citations) + doubt


def _listed(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words)
