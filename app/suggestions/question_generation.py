"""From a passage to the questions that it answers.

Rules, no model, like Heilman and Smith's overgenerating transformations (2010): a sentence of a
plain form (“X met Y in Tokyo on June 9”) becomes a question that reads as English (“When did X meet
Y?”); Japanese and Chinese have templates of their own. Many sentences give none. Whether the
library really answers is not seen here: whoever uses the questions tries them.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.verification.dates import dates
from app.verification.names import names
from vectorstore.records import Heading, Passage, Source
from vectorstore.text.sentences import sentences
from vectorstore.text.terms import cjk_share, language_of

_REGULAR = (
    "accept acquire adopt announce appoint argue arrive attack attend call close conclude "
    "conquer create cross declare defeat describe design develop die discover enter establish "
    "expand express finish form found host identify inherit introduce invade invent join launch "
    "marry migrate move name negotiate note occupy open order pass perform permit produce promise "
    "promote propose publish purchase ratify reach receive reject release replace resign retire "
    "return settle sign start study suggest support surrender train translate visit warn welcome"
).split()
_IRREGULAR = {
    "became": "become", "began": "begin", "bought": "buy", "broke": "break", "brought": "bring",
    "built": "build", "came": "come", "fell": "fall", "fled": "flee", "fought": "fight",
    "gave": "give", "grew": "grow", "held": "hold", "led": "lead", "left": "leave", "lost": "lose",
    "met": "meet", "rose": "rise", "said": "say", "sent": "send", "sold": "sell", "spoke": "speak",
    "thought": "think", "took": "take", "taught": "teach", "went": "go", "won": "win",
    "wrote": "write", "permitted": "permit",
}  # fmt: skip


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return f"{verb}d"
    return f"{verb[:-1]}ied" if verb[-1] == "y" and verb[-2] not in "aeiou" else f"{verb}ed"


_BASE = {_past(verb): verb for verb in _REGULAR} | _IRREGULAR
_WHAT = frozenset(
    "announce argue bring build buy create declare design develop discover establish found give "
    "invent introduce lead lose note produce promise promote propose publish reject say sell send "
    "sign suggest support teach win write".split()
)
_WHOM = frozenset("defeat host marry meet visit welcome".split())
_CAPITALISED = r"[A-Z][\w’'-]*\w"
_SUBJECT = (
    rf"(?P<subject>(?:[Tt]he )?(?:{_CAPITALISED}|[A-Z]\.)"
    rf"(?: (?:of (?:the )?|and |the |de |von )?(?:{_CAPITALISED}\.?|[A-Z]\.))*)"
)
_LEAD = r"(?:^|(?<=, )|(?<=that ))"
_ACTED = re.compile(rf"{_LEAD}{_SUBJECT} (?P<verb>{'|'.join(_BASE)}) (?P<rest>[^;:“”]+)")
_WAS_DONE = re.compile(
    rf"{_LEAD}{_SUBJECT} (?P<be>was|were) (?P<verb>founded|built|established|created|opened|"
    r"published|written|invented|discovered|introduced|signed|born|launched|formed|designed|"
    r"adopted|abolished|destroyed|completed|elected|appointed|crowned|defeated|occupied)\b"
    r"(?P<rest>[^;:“”]*)"
)
_IS = re.compile(
    rf"^{_SUBJECT}(?: \([^)]*\))? (?P<be>is|was|are|were) "
    r"(?P<what>(?:an?|one of the|the (?:first|largest|main|most|oldest|only|study)) .+)"
)
_HAS = re.compile(
    rf"{_LEAD}{_SUBJECT} (?P<verb>has|have|had|contains?|includes?|comprises?) (?:about |around |"
    r"approximately |nearly |over |more than |some |at least |an estimated )?"
    r"(?P<number>\d[\d,.]*\d|\d|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve) "
    r"(?P<noun>(?:[a-z-]+ ){0,2}[a-z-]{2,}s)\b(?! of)"
)
_PERSON = re.compile(
    r"\b(?:king|queen|emperor|president|minister|politician|author|writer|poet|composer|singer|"
    r"actor|actress|scientist|physicist|mathematician|chemist|engineer|inventor|architect|painter|"
    r"artist|general|leader|explorer|philosopher|historian|economist|lawyer|player|director|"
    r"duke|bishop|pope|saint|man|woman)\b"
)
_TITLED = re.compile(
    r"(?:President|Prime Minister|Minister|King|Queen|Representative|Professor|Dr|Sir|Pope)\b"
)
_NO_SUBJECT = re.compile(
    r"(?:The|A|An|This|That|These|Those|It|He|She|They|We|I|There|His|Her|Its|Their|Our|In|On|At|"
    r"As|For|From|But|And|Also|Both|Many|Some|One|Two|Most|Each|Such|Other|However|Thus|What|When|"
    r"Since|While|After|Before|By|Under|During|Through|With)\b(?! [A-Z])|"
    r"(?:This|That|These|It|He|She|They|In|On|At|As|For|From|But|And|By|Under|During|After) ",
)
_POINTING = re.compile(
    r"\b(?:his|her|its|their|this|that|these|those|it|they|them|he|she|him|which|who|whom|where|"
    r"when|while|such|former|latter|same|also|however|so|as)\b",
    re.IGNORECASE,
)
_DATED = re.compile(
    r"(?: (?:in|on|by|during|since)(?: (?:early|late|mid))?|^(?:in|on)) "
    r"(?=(?:early |late |mid-)?(?:\d|Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|the \d))"
)
_CUT = re.compile(r"[,;:(—–]| - |\band\b|\bbut\b|\bto (?=[a-z])|\bafter\b|\bwith bilateral\b")
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
    r"これ|それ|あれ|この|その|あの|彼|ここ|そこ|^[同当又尚本]|[\u3041-\u309f]{2}|[年月日]|[をがに]"
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
_OFTEN = 3  # passages that a theme stands in at least


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question, and the stretch of a source that it was made of.

    `kind` and `subject` tell which others are like it; `wide`, it is about more than one place.
    """

    text: str
    kind: str
    subject: str
    source_id: str
    start: int
    end: int
    wide: bool = False


def questions_in(passage: Passage) -> list[Candidate]:
    """The questions that the sentences of a passage answer by their form; often none."""
    made: list[Candidate] = []
    for start, end in sentences(passage.text):
        sentence = " ".join(passage.text[start:end].split())
        asking = _in_english if cjk_share(sentence) < 0.3 else _in_cjk
        for kind, subject, text in asking(sentence):
            if _reads_well(text):
                place = passage.start + start, passage.start + end
                made.append(Candidate(text, kind, subject, passage.source_id, *place))
    return made


def about_themes(passages: Sequence[Passage]) -> list[Candidate]:
    """Questions on the names that stand in several passages of a source, the commonest first."""
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
        made.append(Candidate(text, "theme", one, first.source_id, 0, 0, wide=True))
    return made


def about_source(source: Source, headings: Sequence[Heading]) -> list[Candidate]:
    """Questions on what the headings of a source name; a heading that asks is one itself."""
    made = []
    for heading in headings:
        text = " ".join(heading.text.split())
        if _EMPTY.match(text) or not 5 < len(text) < 60:
            continue
        asks = text.endswith(("?", "？"))
        question = text if asks else _on(text)
        made.append(Candidate(question, "heading", text, source.id, 0, 0, wide=True))
    return made


def _on(heading: str) -> str:
    language = language_of(heading) if cjk_share(heading) > 0.3 else "en"
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
    """Kind, subject and question."""
    for asking in (_acted, _was_done, _counted, _defined):
        yield from asking(sentence)


def _acted(sentence: str) -> Iterator[tuple[str, str, str]]:
    for match in _ACTED.finditer(sentence):
        subject, verb = _inside(match["subject"]), _BASE[match["verb"]]
        if not subject:
            continue
        told = _object(match["rest"])
        dated = _DATED.search(match["rest"]) or (match.start() and dates(sentence[: match.start()]))
        if told and dated:
            yield "when", subject, f"When did {subject} {verb} {told}?"
        elif verb in _WHAT:
            yield "what", subject, f"What did {subject} {verb}?"
        elif verb in _WHOM and _TITLED.match(told.removeprefix("with ")):
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
    """A subject as it stands inside a question; empty where it only looks like one."""
    if _NO_SUBJECT.match(subject) or len(subject) < 3 or len(subject.split()) > 6:
        return ""
    return subject[0].lower() + subject[1:] if subject.startswith("The ") else subject


def _object(rest: str) -> str:
    """What stands after a verb, as far as it stands on its own; empty where it does not."""
    dated = _DATED.search(rest)
    cut = _CUT.search(rest)
    ends = [match.start() for match in (dated, cut) if match]
    told = rest[: min(ends, default=len(rest))].strip(" .,")
    if not told or len(told.split()) > _LONGEST_OBJECT or _POINTING.search(told):
        return ""
    return "" if told.split()[-1].islower() and len(told.split()[-1]) < 3 else told


def _in_cjk(sentence: str) -> Iterator[tuple[str, str, str]]:
    """Kind, subject and question, in Japanese or Chinese."""
    if re.search("[\u3041-\u30ff]", sentence):
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
