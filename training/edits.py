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
# Words that stand for each other in nearly any sentence
_SYNONYMS = [
    pair.replace("-", " ").split("/")
    for pair in """
    enduring/lasting begin/start began/started begun/started buy/purchase bought/purchased
    help/assist helped/assisted helps/assists large/big small/little quickly/rapidly
    rapid/fast almost/nearly about/roughly approximately/about around/about often/frequently
    rarely/seldom show/demonstrate showed/demonstrated shows/demonstrates use/employ used/employed
    need/require needs/requires needed/required get/obtain got/obtained make-sure/ensure
    ensure/guarantee ensures/guarantees choose/select chose/selected chosen/selected end/conclude
    ended/concluded build/construct built/constructed allow/permit allowed/permitted
    allows/permits ask/request asked/requested answer/reply answered/replied said/stated
    says/states told/informed received/got obtain/get keep/retain kept/retained give/provide
    gave/provided gives/provides given/provided wants/wishes want/wish wanted/wished try/attempt
    tried/attempted important/significant major/main main/principal entire/whole whole/entire
    many/numerous several/a-number-of various/different further/additional extra/additional
    enough/sufficient because/since although/though however/but while/whereas also/too
    firm/company company/firm company/business companies/firms city/town road/street ship/vessel
    vessel/ship ships/vessels doctor/physician lawyer/attorney pupils/students teacher/instructor
    children/kids people/persons home/house job/post work/labour money/funds funds/money
    price/cost fee/charge goods/products goods/merchandise car/automobile cars/automobiles
    illness/disease sickness/illness agreement/accord accord/agreement deal/agreement
    treaty/agreement talks/negotiations negotiations/talks meeting/gathering vote/ballot
    law/statute rule/regulation rules/regulations government/administration country/nation
    nation/country countries/nations nations/countries region/area area/region areas/regions
    leader/head chief/head president/head-of-state minister/member-of-government
    official/functionary soldiers/troops troops/soldiers war/armed-conflict attack/assault
    attacked/assaulted protect/defend protected/defended protects/defends strengthen/reinforce
    strengthened/reinforced improve/enhance improved/enhanced reduce/cut reduced/cut
    lower/reduce lowered/reduced increase/raise increased/raised grow/expand grew/expanded
    decline/fall declined/fell drop/fall dropped/fell halt/stop halted/stopped stop/cease
    stopped/ceased happen/occur happened/occurred happens/occurs live/reside lives/resides
    lived/resided die/pass-away died/passed-away hurt/injured difficult/hard easy/simple
    simple/easy clear/plain famous/well-known wealthy/rich poor/needy dangerous/hazardous
    safe/secure annual/yearly yearly/annual monthly/every-month daily/every-day
    previously/earlier earlier/previously later/afterwards subsequently/later currently/now
    now/at-present today/nowadays immediately/at-once together/jointly jointly/together
    mostly/mainly mainly/chiefly primarily/mainly completely/entirely totally/completely
    partly/in-part especially/particularly particularly/especially likely/probable
    probably/likely perhaps/maybe must/has-to should/ought-to near/close-to within/inside
    between/among regarding/about concerning/about during/in-the-course-of until/till
    throughout/all-through despite/in-spite-of per-cent/percent declared/announced
    announced/declared announcing/declaring warn/caution warned/cautioned criticise/fault
    praised/commended backed/supported supported/backed backs/supports supports/backs
    support/back visit/call-on visited/called-on refuse/decline refused/declined
    rejected/turned-down demanded/insisted-on suggested/proposed proposed/suggested
    recommends/advises recommended/advised explained/set-out noted/remarked remarked/noted
    stressed/emphasised emphasised/stressed underlined/stressed highlighted/stressed
    """.split()
]
_NUMBERS = "two three four five six seven eight nine ten eleven twelve".split()
_SAME = dict(_SYNONYMS) | {word: str(number) for number, word in enumerate(_NUMBERS, start=2)}
_LIST = re.compile(r"\b([A-Z][\w’-]+) and ([A-Z][\w’-]+)\b")
_SHORT = re.compile(r"\b(is|are|was|were|did|does|do|has|have|had|would|could|should) not\b")
_OPPOSITE = {one: other for pair in _OPPOSITES for one, other in (pair, pair[::-1])}
_WORD = re.compile(r"[A-Za-z-]+")
_FILLERS = ("According to the source, ", "The text says that ", "As reported, ", "Reportedly, ")


def edited(evidence: str, sentence: str, chance: random.Random) -> tuple[str, str] | None:
    """Return an edited sentence and its label; None if the drawn rule finds nothing to edit."""
    return chance.choice(_TRUE if chance.random() < 0.5 else _FALSE)(evidence, sentence, chance)


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


def _synonym(evidence: str, sentence: str, chance: random.Random) -> tuple[str, str] | None:
    """One or two words give way to others of the same meaning."""
    found = [one for one in _WORD.finditer(sentence) if one.group() in _SAME]
    if not found:
        return None
    some = sorted(
        chance.sample(found, min(len(found), chance.randint(1, 2))), key=lambda o: -o.start()
    )
    text = sentence
    for one in some:
        text = _put(text, one, _SAME[one.group()])
    return text, "supported"


def _listed(evidence: str, sentence: str, chance: random.Random) -> tuple[str, str] | None:
    """Two names that “and” joins change places."""
    found = _LIST.search(sentence)
    if not found:
        return None
    return _put(sentence, found, f"{found.group(2)} and {found.group(1)}"), "supported"


def _contracted(evidence: str, sentence: str, chance: random.Random) -> tuple[str, str] | None:
    found = _SHORT.search(sentence)
    if not found:
        return None
    return _put(sentence, found, f"{found.group(1)}n’t"), "supported"


_TRUE = (_synonym, _synonym, _synonym, _listed, _contracted, _shortened, _led_in)
_FALSE = (_other_number, _other_name, _swapped, _negated, _opposite)


def _put(text: str, found: re.Match[str], new: str) -> str:
    return text[: found.start()] + new + text[found.end() :]
