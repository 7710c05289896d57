"""Edits of a sentence that keep it true, or make it false, by rules whose result is certain enough.

False ones share nearly all words with the sentence (after FactCC, arXiv 1910.12840), so that shared
words do not come to mean support.
"""

import random
import re

_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w]|[.,]\d)")
_NAME = re.compile(r"(?<=[a-z,;:] )(?:[A-Z][\w’'-]+)(?: (?:[A-Z][\w’'-]+))*(?![\w])")
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|will|would|can|could|should|must|has|have|had)\b(?! not\b| never\b|n't)"
)
_NEGATION = re.compile(r"\b(is|are|was|were|will|would|can|could|should|must|has|have|had) not\b ")
_OPPOSITES = [
    pair.split("/")
    for pair in """
    more/less higher/lower increase/decrease increased/decreased increases/decreases rise/fall
    rose/fell rising/falling before/after first/last largest/smallest all/none always/never
    accepted/rejected approved/refused allowed/forbidden won/lost with/without above/below
    gained/lost opened/closed began/ended support/oppose supported/opposed supports/opposes
    agreed/refused north/south east/west northern/southern eastern/western public/private
    many/few most/few early/late earlier/later best/worst highest/lowest longer/shorter
    strengthen/weaken strengthened/weakened include/exclude includes/excludes included/excluded
    import/export imports/exports present/absent majority/minority minimum/maximum
    at-least/at-most success/failure successful/unsuccessful possible/impossible legal/illegal
    older/younger faster/slower better/worse stronger/weaker buyer/seller bought/sold lend/borrow
    expanded/reduced expand/reduce joined/left ally/enemy allies/enemies confirmed/denied
    remembered/forgot praised/criticised welcomed/condemned permanent/temporary old/new
    lowered/raised cut/raised encourage/discourage improved/worsened improve/worsen gain/lose
    true/false positive/negative upper/lower inside/outside up/down maximum/minimum
    """.split()
]
_OPPOSITE = {one: other for pair in _OPPOSITES for one, other in (pair, pair[::-1])}
_WORD = re.compile(r"[A-Za-z-]+")
_FILLERS = ("According to the source, ", "The text says that ", "As reported, ", "Reportedly, ")


def edited(evidence: str, sentence: str, chance: random.Random) -> tuple[str, str] | None:
    """Return an edited sentence and its label; None if the drawn rule finds nothing to edit."""
    rule = chance.choice(
        (_other_number, _other_name, _swapped, _negated, _opposite, _shortened, _led_in)
    )
    return rule(evidence, sentence, chance)


def _other_number(evidence: str, sentence: str, chance: random.Random) -> tuple[str, str] | None:
    found = list(_NUMBER.finditer(sentence))
    if not found:
        return None
    number = chance.choice(found)
    said = number.group()
    others = sorted({one.group() for one in _NUMBER.finditer(evidence)} - {said})
    if others and chance.random() < 0.5:
        new = chance.choice(others)
    else:
        digits = [at for at, sign in enumerate(said) if sign.isdigit()]
        at = chance.choice(digits)
        new = said[:at] + str((int(said[at]) + chance.randint(1, 9)) % 10) + said[at + 1 :]
        if new.startswith("0"):
            new = "1" + new
    return _put(sentence, number, new), "contradicted"


def _other_name(evidence: str, sentence: str, chance: random.Random) -> tuple[str, str] | None:
    found = list(_NAME.finditer(sentence))
    others = sorted({one.group() for one in _NAME.finditer(evidence)})
    if not found:
        return None
    name = chance.choice(found)
    others = [one for one in others if one not in name.group() and name.group() not in one]
    if not others:
        return None
    return _put(sentence, name, chance.choice(others)), "unsupported"


def _swapped(evidence: str, sentence: str, chance: random.Random) -> tuple[str, str] | None:
    """Two names of the sentence change places, unless they stand in one list."""
    found = list(_NAME.finditer(sentence))
    if len(found) < 2:
        return None
    first, second = sorted(chance.sample(found, 2), key=lambda one: one.start())
    between = sentence[first.end() : second.start()]
    if first.group() == second.group() or len(between.split()) < 2:
        return None
    text = sentence[: first.start()] + second.group() + between + first.group()
    return text + sentence[second.end() :], "unsupported"


def _negated(evidence: str, sentence: str, chance: random.Random) -> tuple[str, str] | None:
    there = list(_NEGATION.finditer(sentence))
    if there:
        one = chance.choice(there)
        return _put(sentence, one, f"{one.group(1)} "), "contradicted"
    found = list(_AUXILIARY.finditer(sentence))
    if not found:
        return None
    one = found[0]
    if re.search(r"\b(?:no|none|never|nobody|nothing|neither)\b", sentence[: one.end() + 12]):
        return None
    return _put(sentence, one, f"{one.group()} not"), "contradicted"


def _opposite(evidence: str, sentence: str, chance: random.Random) -> tuple[str, str] | None:
    found = [one for one in _WORD.finditer(sentence) if one.group().lower() in _OPPOSITE]
    if not found:
        return None
    one = chance.choice(found)
    other = _OPPOSITE[one.group().lower()].replace("-", " ")
    return _put(sentence, one, other.capitalize() if one.group()[0].isupper() else other), (
        "contradicted"
    )


def _shortened(evidence: str, sentence: str, chance: random.Random) -> tuple[str, str] | None:
    """A clause at the end, after a comma, is left out."""
    cut = sentence.rfind(", ")
    if cut < len(sentence) / 2 or " not " in sentence[cut:] or " unless " in sentence[cut:]:
        return None
    return sentence[:cut] + ".", "supported"


def _led_in(evidence: str, sentence: str, chance: random.Random) -> tuple[str, str] | None:
    return chance.choice(_FILLERS) + sentence[:1].lower() + sentence[1:], "supported"


def _put(text: str, found: re.Match[str], new: str) -> str:
    return text[: found.start()] + new + text[found.end() :]
