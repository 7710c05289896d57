"""Questions that a passage answers.

Rules, no model, like Heilman and Smith's overgenerating transformations (2010): a sentence of a
plain form (“X met Y in Oslo on June 9”) becomes an English question (“When did X meet Y?”).
Japanese and Chinese have their own templates. Many sentences give no question. Nothing here checks
that the library answers: callers try the questions.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.verification.dates import dates
from app.verification.names import full_names, names
from vectorstore.records import Heading, Passage, Source
from vectorstore.text.languages import language_of
from vectorstore.text.months import MONTH_ABBREVIATIONS, MONTHS
from vectorstore.text.numerals import NUMBER_WORDS
from vectorstore.text.openers import OPENERS
from vectorstore.text.person_names import without_full_stop
from vectorstore.text.scripts import HIRAGANA, KANA, cjk_share
from vectorstore.text.sentences import sentences
from vectorstore.text.tables import any_of
from vectorstore.text.terms import terms
from vectorstore.text.titles import BEFORE_NAMES, OCCUPATIONS
from vectorstore.text.verbs import (
    EVENTS,
    EVENTS_IN_PASSIVE,
    EVENTS_WITH_PERSONS,
    EVENTS_WITH_THINGS,
    simple_past,
)

_INFINITIVE_OF = {simple_past(verb): verb for verb in EVENTS}
_CAPITALISED = r"[A-Z][\w’'-]*\w"
_SUBJECT = (
    rf"(?P<subject>(?:[Tt]he )?(?:{_CAPITALISED}|[A-Z]\.)"
    rf"(?: (?:of (?:the )?|and |the |de |von )?(?:{_CAPITALISED}\.?|[A-Z]\.))*)"
)
_LEAD = r"(?:^|(?<=, )|(?<=that ))"
_ACTED = re.compile(rf"{_LEAD}{_SUBJECT} (?P<verb>{'|'.join(_INFINITIVE_OF)}) (?P<rest>[^;:“”]+)")
_WAS_DONE = re.compile(
    rf"{_LEAD}{_SUBJECT} (?P<be>was|were) (?P<verb>{any_of(EVENTS_IN_PASSIVE)})\b"
    r"(?P<rest>[^;:“”]*)"
)
_IS = re.compile(
    rf"^{_SUBJECT}(?: \([^)]*\))? (?P<be>is|was|are|were) "
    r"(?P<what>(?:an?|one of the|the (?:first|largest|main|most|oldest|only|study)) .+)"
)
_HAS = re.compile(
    rf"{_LEAD}{_SUBJECT} (?P<verb>has|have|had|contains?|includes?|comprises?) (?:about |around |"
    r"approximately |nearly |over |more than |some |at least |an estimated )?"
    rf"(?P<number>\d[\d,.]*\d|\d|{any_of(NUMBER_WORDS.keys() - {'zero', 'one'})}) "
    r"(?P<noun>(?:[a-z-]+ ){0,2}[a-z-]{2,}s)\b(?! of)"
)
_PERSON = re.compile(rf"\b(?:{any_of(OCCUPATIONS)})\b")
_TITLED = re.compile(rf"(?:{any_of(BEFORE_NAMES)})\b")
_NO_SUBJECT = re.compile(
    rf"(?:{any_of(word.capitalize() for word in OPENERS)})\b(?! [A-Z])|"
    r"(?:This|That|These|It|He|She|They|In|On|At|As|For|From|But|And|By|Under|During|After) "
)
_POINTING = re.compile(
    r"\b(?:his|her|its|their|this|that|these|those|it|they|them|he|she|him|which|who|whom|where|"
    r"when|while|such|former|latter|same|also|however|so|as)\b",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"(?: (?:in|on|by|during|since)(?: (?:early|late|mid))?|^(?:in|on)) "
    rf"(?=(?:early |late |mid-)?(?:\d|(?:{any_of((*MONTHS, *MONTH_ABBREVIATIONS))})\b|the \d))"
)
_CUT = re.compile(r"[,;:(—–]| - |\band\b|\bbut\b|\bto (?=[a-z])|\bafter\b")
_SHORTEST, _LONGEST = 14, 92  # characters of a question
_SHORTEST_CJK, _LONGEST_CJK = 6, 44
_LONGEST_OBJECT = 9  # words
_JA_TOPIC = re.compile(
    r"^(?P<subject>[^、。（）()「」\s]{2,24}?)(?:[（(][^）)]*[）)])?(?:とは|は)、?(?P<rest>.+)"
)
_JA_IS = re.compile(r"(?:である|です|の一つ|の一種|のひとつ|会社|都市|作品|組織|制度|町|市|島)。?$")
_JA_PERSON = re.compile(
    r"(?:歌手|政治家|作家|小説家|作曲家|画家|学者|研究者|選手|俳優|女優|監督|国王|皇帝|武将|経営者|"
    r"指導者|人物|プロデューサー|ソングライター|軍人|詩人)(?:である|です|の一人)?。?$"
)
_JA_POINTING = re.compile(
    rf"これ|それ|あれ|この|その|あの|彼|ここ|そこ|^[同当又尚本]|[{HIRAGANA}]{{2}}|[年月日]|[をがに]"
)
_ZH_PERSON = re.compile(r"(?:家|人|帝|王|总统|總統|作者|员|員|者|将军|將軍)[。，]")
_ZH_IS = re.compile(
    r"^(?P<subject>[^，。（）()「」《》\s是]{2,14})(?:[（(][^）)]*[）)])?[，,]?是(?P<rest>.{6,})"
)
_ZH_POINTING = re.compile(r"(?:这|那|此|它|他|她|其|這|該|该|我|但|而|因|就|也|又|只|都|于|並|并)")
_TRADITIONAL = re.compile("[國個這說會對時為來們學與於從後將還發經過動實現當種電體業灣]")
_EMPTY = re.compile(
    r"(?:introduction|conclusions?|summary|abstract|references|contents|notes|background|overview|"
    r"preface|appendix|index|chapter|part|section)\b|^\W*\d",
    re.IGNORECASE,
)
_OFTEN = 3  # passages that mention a theme; judged


@dataclass(frozen=True, slots=True)
class GeneratedQuestion:
    """A question, and the stretch of a source that it was made from.

    Questions of one `kind` or `subject` are alike. A `wide` question is about several places.
    """

    text: str
    kind: str
    subject: str
    source_id: str
    start: int
    end: int
    wide: bool = False


def questions_in(passage: Passage) -> list[GeneratedQuestion]:
    """Return the questions that the sentences of a passage answer by their form; often none."""
    made: list[GeneratedQuestion] = []
    for start, end in sentences(passage.text):
        sentence = " ".join(passage.text[start:end].split())
        asking = _in_english if cjk_share(sentence) < 0.3 else _in_cjk
        for kind, subject, text in asking(sentence):
            if _reads_well(text):
                place = passage.start + start, passage.start + end
                made.append(GeneratedQuestion(text, kind, subject, passage.source_id, *place))
    return made


def about_themes(passages: Sequence[Passage]) -> list[GeneratedQuestion]:
    """Return questions on names that recur in the passages of a source, the commonest first."""
    if not passages:
        return []
    counts: Counter[str] = Counter()
    for passage in passages[:80]:
        counts.update({name.text for name in names(passage.text) if name.sure})
    often = [name for name, count in counts.most_common(8) if count >= _OFTEN and len(name) > 3]
    first, made = passages[0], []
    for one, other in pairwise(often):
        if cjk_share(one + other):
            continue
        text = f"What do the sources say about {one} and {other}?"
        made.append(GeneratedQuestion(text, "theme", one, first.source_id, 0, 0, wide=True))
    return made


def about_names(passages: Sequence[Passage], said: str) -> list[GeneratedQuestion]:
    """Return questions on names in passages that were not `said`, in the order of the passages.

    A word that the passages also write without a capital, as “office”, is no name of its own.
    """
    known = set(terms(said))
    words = {word for passage in passages for word in re.findall(r"\w+", passage.text)}
    found = dict.fromkeys(
        name
        for passage in passages
        for name in full_names(passage.text)
        if len(name) > 3 and not cjk_share(name) and not set(terms(name)) & known
        if name.lower() not in words
    )
    return [
        GeneratedQuestion(f"What is said about {one}?", "name", one, "", 0, 0, wide=True)
        for one in found
    ]


def about_source(source: Source, headings: Sequence[Heading]) -> list[GeneratedQuestion]:
    """Return questions on the headings of a source; a heading that asks is a question itself."""
    made = []
    for heading in headings:
        text = " ".join(heading.text.split())
        if _EMPTY.match(text) or not 5 < len(text) < 60:
            continue
        asks = text.endswith(("?", "？"))
        question = text if asks else _on(text)
        made.append(GeneratedQuestion(question, "heading", text, source.id, 0, 0, wide=True))
    return made


def _on(heading: str) -> str:
    language = language_of(heading)
    if language == "ja":
        return f"「{heading}」について何が書かれていますか？"
    if language == "zh":
        return f"关于“{heading}”，资料里说了什么？"
    return f"What is said about “{heading}”?"


def _reads_well(text: str) -> bool:
    if cjk_share(text) > 0.3:
        return _SHORTEST_CJK <= len(text) <= _LONGEST_CJK
    return _SHORTEST <= len(text) <= _LONGEST and text.count("(") == text.count(")")


def _in_english(sentence: str) -> Iterator[tuple[str, str, str]]:
    """Yield kind, subject and question."""
    for asking in (_acted, _was_done, _counted, _defined):
        yield from asking(sentence)


def _acted(sentence: str) -> Iterator[tuple[str, str, str]]:
    for match in _ACTED.finditer(sentence):
        subject, verb = _inside(match["subject"]), _INFINITIVE_OF[match["verb"]]
        if not subject:
            continue
        told = _object(match["rest"])
        dated = _DATED.search(match["rest"]) or (match.start() and dates(sentence[: match.start()]))
        if told and dated:
            yield "when", subject, f"When did {subject} {verb} {told}?"
        elif verb in EVENTS_WITH_THINGS:
            yield "what", subject, f"What did {subject} {verb}?"
        elif verb in EVENTS_WITH_PERSONS and _TITLED.match(told.removeprefix("with ")):
            yield "who", subject, f"Who did {subject} {verb}?"


def _was_done(sentence: str) -> Iterator[tuple[str, str, str]]:
    for match in _WAS_DONE.finditer(sentence):
        subject = _inside(match["subject"])
        if not subject:
            continue
        asked = f"{match['be']} {subject} {match['verb']}"
        if re.match(r" by [A-Z]", match["rest"]):
            yield "who", subject, f"Who {asked} by?"
        elif _DATED.match(match["rest"]):
            yield "when", subject, f"When {asked}?"


def _counted(sentence: str) -> Iterator[tuple[str, str, str]]:
    for match in _HAS.finditer(sentence):
        subject, verb = _inside(match["subject"]), match["verb"].rstrip("s")
        if not subject or _POINTING.search(match["noun"]):
            continue
        did = "did" if verb == "had" else "do" if match["verb"] in ("have", "contain") else "does"
        verb = "have" if verb in ("ha", "had", "have") else verb
        yield "number", subject, f"How many {match['noun']} {did} {subject} {verb}?"


def _defined(sentence: str) -> Iterator[tuple[str, str, str]]:
    match = _IS.match(sentence)
    subject = _inside(match["subject"]) if match else ""
    if match and subject:
        what = match["what"].split(",")[0]
        person = _TITLED.match(subject) or _PERSON.search(" ".join(what.split()[:7]))
        yield "definition", subject, f"{'Who' if person else 'What'} {match['be']} {subject}?"


def _inside(subject: str) -> str:
    """Return a subject as it stands inside a question; empty if it only looks like a subject."""
    if _NO_SUBJECT.match(subject) or len(subject) < 3 or len(subject.split()) > 6:
        return ""
    return subject[0].lower() + subject[1:] if subject.startswith("The ") else subject


def _object(rest: str) -> str:
    """Return what follows a verb, up to a date or a clause; empty if it points elsewhere."""
    dated = _DATED.search(rest)
    cut = _CUT.search(rest)
    ends = [match.start() for match in (dated, cut) if match]
    told = without_full_stop(rest[: min(ends, default=len(rest))].strip(" ,"))
    if not told or len(told.split()) > _LONGEST_OBJECT or _POINTING.search(told):
        return ""
    return "" if told.split()[-1].islower() and len(told.split()[-1]) < 3 else told


def _in_cjk(sentence: str) -> Iterator[tuple[str, str, str]]:
    """Yield kind, subject and question, in Japanese or Chinese."""
    if re.search(f"[{KANA}]", sentence):
        yield from _in_japanese(sentence)
    elif cjk_share(sentence) > 0.5:
        yield from _in_chinese(sentence)


def _in_japanese(sentence: str) -> Iterator[tuple[str, str, str]]:
    match = _JA_TOPIC.match(sentence)
    if not match or _JA_POINTING.search(match["subject"]):
        return
    subject, rest = match["subject"], match["rest"]
    if _JA_PERSON.search(rest):
        yield "definition", subject, f"{subject}はどんな人物ですか？"
    elif _JA_IS.search(rest):
        yield "definition", subject, f"{subject}とは何ですか？"


def _in_chinese(sentence: str) -> Iterator[tuple[str, str, str]]:
    match = _ZH_IS.match(sentence)
    if not match or _ZH_POINTING.search(match["subject"]):
        return
    subject = match["subject"]
    what, who = ("什麼", "誰") if _TRADITIONAL.search(sentence) else ("什么", "谁")
    asked = who if _ZH_PERSON.search(match["rest"][:40]) else what
    yield "definition", subject, f"{subject}是{asked}？"
