"""The wording of verdicts and disagreements.

All other code passes findings as kinds and values; only this module turns them into sentences. A
translation of Kakehashi would begin here.
"""

from collections.abc import Callable, Sequence
from typing import Literal

from vectorstore.records import Finding, FindingKind

Basis = Literal["cited", "nearest"]
_SHOWN = 2  # findings worded: more are too much for a reader (judged)
_NAMED: dict[Basis, tuple[str, str]] = {  # subject of a clause, object of one
    "cited": ("The cited words", "what it cites"),
    "nearest": ("The nearest words", "the nearest words"),
}


def reason(findings: Sequence[Finding], basis: Basis = "cited") -> str:
    """Return the reason for a verdict: the two gravest of its findings in words.

    `basis` is what the sentence was compared with: the words it cites or, for a sentence without
    citations, the nearest words found.

    >>> reason([Finding("contradicted", "number", "3 presidents", "two presidents")])
    'It says “3 presidents”, the source “two presidents”.'
    """
    sentences = (sentence(finding, basis) for finding in findings[:_SHOWN])
    return " ".join(dict.fromkeys(sentences))


def sentence(finding: Finding, basis: Basis = "cited") -> str:
    """Return one finding as a sentence."""
    return _SENTENCES[finding.kind](finding, *_NAMED[basis])


def unread(model: str, problem: str) -> str:
    """Return the notice that a second reader could not be used, or not for every sentence."""
    return f"The second reader {model} left sentences unverified. {problem}"


def disagreement(ours: str, theirs: str) -> str:
    """Return the point in which two citations disagree.

    >>> disagreement("12", "13")
    '“12” against “13”'
    """
    return " against ".join(f"“{side or '…'}”" for side in (ours, theirs))


def _difference(one: Finding, words: str, _: str) -> str:
    if one.theirs:
        return f"It says “{one.ours}”, the source “{one.theirs}”."
    if one.kind == "number" and one.verdict == "unverified":
        return f"{words} do not say “{one.ours}”."
    return f"{words} do not have: {one.ours}."


def _negation(one: Finding, *_: str) -> str:
    if one.ours and one.theirs:
        return "The sentence and the source deny different things: compare them."
    if one.ours:
        return f"The sentence says “{one.ours}”, the source does not."
    return f"The source says “{one.theirs} …”."


def _attribution(one: Finding, *_: str) -> str:
    if one.ours:
        return f"The source gives this as the word of {one.theirs}, not of {one.ours}."
    return f"The source gives this as the word of {one.theirs}: say whose it is."


def _report(one: Finding, *_: str) -> str:
    if one.verdict == "not_stated":
        return f"The source leaves this open (“{one.theirs} …”)."
    return f"The source only reports this (“{one.theirs}”): see whose word it is."


def _quantifier(one: Finding, *_: str) -> str:
    if one.theirs:
        return f"It says “{one.ours}”, the source only “{one.theirs}”."
    return f"The source does not say “{one.ours}”."


def _overlap(one: Finding, words: str, cited: str) -> str:
    if one.verdict == "unverified":
        return (
            f"Its words stand in {cited}, but nobody established that it follows: compare the two."
        )
    return f"{words} hardly share a word with it."


def _reading(one: Finding, _: str, cited: str) -> str:
    if one.verdict == "supported":
        return f"The checker reads it in {cited}."
    if one.verdict == "contradicted":
        return f"The checker reads the opposite in {cited}."
    if one.verdict == "not_stated":
        return f"The checker does not find it in {cited}."
    return f"The checker is not sure that it follows from {cited}: compare the two."


def _entailment(one: Finding, words: str, _: str) -> str:
    if one.verdict == "supported":
        return f"The entailment model reads it there ({one.share:.0%} sure)."
    if one.verdict == "contradicted":
        return f"The entailment model reads the opposite there ({one.share:.0%} sure)."
    if one.verdict == "unverified":
        return "Its words are there, but the entailment model does not see it follow."
    return f"The entailment model does not see it follow from {words[0].lower()}{words[1:]}."


def _judgement(one: Finding, _: str, cited: str) -> str:
    said = f"“{one.theirs}”"
    if one.verdict == "supported":
        return f"The language model {one.ours} reads it in {said}."
    if one.verdict == "contradicted":
        return f"The language model {one.ours} reads the opposite in {said}."
    return f"The language model {one.ours} does not find it in {cited}."


def _fixed(text: str) -> Callable[..., str]:
    return lambda *_: text


_SENTENCES: dict[FindingKind, Callable[..., str]] = {
    "number": _difference,
    "date": _difference,
    "name": _difference,
    "antonym": _difference,
    "date_precision": lambda one, words, _: f"{words} do not give the whole date “{one.ours}”.",
    "negation": _negation,
    "argument_order": lambda one, *_: (
        f"It has {one.ours} before {one.theirs}, the source after: compare who does what."
    ),
    "hedge": lambda one, *_: f"The source is less sure: it says “{one.theirs}”.",
    "attribution": _attribution,
    "report": _report,
    "quantifier": _quantifier,
    "word_overlap": _overlap,
    "reading": _reading,
    "entailment": _entailment,
    "judgement": _judgement,
    "own_words": _fixed("The source’s own words."),
    "longer_sentence": _fixed("These words stand so in a longer sentence of the source."),
    "language": _fixed("It is in another language than what it cites: compare the two yourself."),
    "question": _fixed("It asks, and claims nothing."),
    "no_claim": _fixed("It makes no claim."),
    "no_citation": _fixed("It cites nothing."),
}
