"""Who is said to have said it: the speakers a sentence gives a quotation, and those of its source.

Rules over English sentences (a verb of saying with a name before or after it, “according to”, a
name and a colon, a name and a year in brackets) and the commonest Japanese and Chinese forms. A
name is what is written with a capital letter; titles do not count. Pronouns are not followed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from app.draft_check.parsing import statements
from app.verification.names import seat_of
from vectorstore.records import Metadata
from vectorstore.text.demonyms import COUNTRY_OF
from vectorstore.text.sentences import Span
from vectorstore.text.terms import STOP_WORDS, fold, terms

_SAYS = re.compile(
    r"\b(?:sa(?:id|ys|ying)|(?:declar|stat|argu|not|announc|acknowledg|observ|conced|describ|"
    r"propos|urg|pledg|promis|emphasiz|emphasis|criticiz|criticis|prais)(?:ed|es|ing|e)|"
    r"(?:claim|add|remark|explain|insist|warn|call|affirm|reaffirm|suggest|report|conclud|comment|"
    r"assert|contend|maintain|stress|testif|complain|repeat|respond|answer|boast)"
    r"(?:s|es|ed|ied|ies|ing)|(?:writ|quot)(?:es|ing|ed)|wrote|(?:tells|told|puts?) |"
    r"(?:put|has) it\b|thanking|thank(?:s|ed))",
)
_ACCORDING = re.compile(
    r"(?:[Aa]ccording to|[Ii]n the words of|[Aa]s quoted (?:by|in)|[Aa]s told by|— ?|– ?|― ?)\s*$"
    r"|(?:[Aa]ccording to|[Ii]n the words of)\s+"
)
_NAME = re.compile(
    r"[^\W\d_][\w’'-]*\.?(?:\s+(?:(?:of|de|da|del|la|van|von|bin|al)\s+)?[^\W\d_][\w’'-]*\.?)*"
)
_YEAR = re.compile(r"\(\s*([^\W\d_][^()\d]{1,80}?),?\s+\d{4}[a-z]?\s*(?:,[^()]*)?\)")
_HONORIFICS = frozenset(
    "president prime minister representative mr mrs ms dr prof professor secretary chairman chair "
    "ambassador king queen prince general director senator governor mayor chancellor premier "
    "foreign vice deputy sir lady spokesman spokesperson spokeswoman judge justice chief state "
    "pope".split()
)
_TITLES = _HONORIFICS | frozenset(
    "in on at by as after before since during yet also today yesterday former then-prime "
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday section article chapter".split()
)
_OURS = "[^\\s、。，「」『』“”：:（）()]"
_CJK_SPEAKERS = (
    re.compile(rf"({_OURS}{{2,16}}?)(?:氏|首相|大統領|総統|外相|代表|大使|議員)?[はが][^。「」]{{0,40}}〓"),
    re.compile(rf"({_OURS}{{2,12}}?)(?:则|則|也|又|还|還|曾)?(?:在[^，。]{{1,20}})?"
               r"(?:表示|說|说|指出|稱|称|強調|强调|宣布|認為|认为|聲明|声明|回應|回应)[：:，,]?\s*〓"),
    re.compile(r"〓と、?([^\s、。はが]{2,16}?)(?:氏|首相|大統領|総統|外相|代表|大使)?[はが]"),
)  # fmt: skip
_CJK_TITLE = re.compile(
    "總統|总统|大統領|首相|主席|總理|总理|総統|部長|部长|外長|外长|外相|代表|大使|議員|先生|女士|氏$"
)
_OUTLETS = frozenset(
    "agency broadcasting chronicle daily gazette herald journal magazine media news newspaper "
    "post press review shimbun standard television times tribune weekly".split()
)
_BESIDE_VERB = re.compile(r"\s*(?:the\s+|then-)?[^\W\d_a-z]")  # “…,” said President Peña
_MARKS = "“”„«»「」『』\"‘’' \n"
_HERE = "〓"  # stands for the quotation
_JOINING = frozenset("of de da del la van von bin al".split())
_PREPOSITIONS = frozenset("with in at to from of for on against between".split())
_REACH = 60  # characters between a verb of saying and its name
_BESIDE = 1200  # characters around a place in which its speaker is looked for


@dataclass(frozen=True, slots=True)
class Said:
    """Where the words stand in a source: are they a quotation there, and whose?

    `around` is the paragraph.
    """

    quoted: bool
    speakers: tuple[str, ...]
    around: str


def speakers_of(
    sentence: str, quoted: Span, known: Callable[[str], bool] = bool
) -> tuple[str, ...]:
    """Whom a sentence names as saying what stands at `quoted` in it; often nobody.

    A name with no more than a colon counts if it has a title or is `known`, for datelines and
    headings look like it.

    >>> text = 'As President Gitanas Nausėda said: “It rains.”'
    >>> speakers_of(text, (37, 45))
    ('President Gitanas Nausėda',)
    """
    before, after = _plain(sentence[: quoted[0]]), _plain(sentence[quoted[1] :])
    whole = f"{before.rstrip(_MARKS)}{_HERE}{after.lstrip(_MARKS)}"
    found = [name for pattern in _CJK_SPEAKERS for name in pattern.findall(whole)]
    found += [m[1] for m in _YEAR.finditer(after)]
    found += _labelling(before.rstrip(_MARKS), known)
    found += _speaking(before.rstrip(_MARKS), nearest_last=True)
    found += _speaking(after.lstrip(_MARKS), nearest_last=False)
    told = [name for name in map(named, found) if name and not _is_place(name)]
    return tuple(dict.fromkeys(told))


def _plain(text: str) -> str:
    """A text without what other quotations in it say."""
    return re.sub(r"“[^“”]*”|«[^«»]*»|「[^「」]*」|\"[^\"]*\"", "…", text)


def _speaking(text: str, *, nearest_last: bool) -> list[str]:
    """The names beside verbs of saying in what stands before, or after, a quotation."""
    found: list[str] = []
    verbs = list(_SAYS.finditer(text if nearest_last else text[: 2 * _REACH]))
    chosen = verbs[-1:] if nearest_last else verbs[:1]
    since = max([0, *(verb.end() for verb in verbs[:-1])]) if nearest_last else 0
    for verb in chosen:
        beside = _BESIDE_VERB.match(text, verb.end())
        right = _names(text[verb.end() : verb.end() + _REACH])[:1] if beside else []
        found += _names(text[max(verb.start() - 2 * _REACH, since) : verb.start()]) or right
    for match in _ACCORDING.finditer(text):
        found += _names(text[match.end() : match.end() + _REACH])[:1]
    return found


def _labelling(text: str, known: Callable[[str], bool]) -> list[str]:
    """The name before a colon at the end of a text without a verb of saying: `Peña: “…”`."""
    colon = re.search(r"([^.;!?:]+):\s*$", text)
    if not colon or _SAYS.search(colon[1]):
        return []
    dated = re.search(r"\d", colon[1])  # “Osaka, May 15:”
    return [
        name
        for name in map(named, _names(colon[1])[-1:])
        if _HONORIFICS & set(name.lower().split()) or (known(name) and not dated)
    ]


def _is_place(name: str) -> bool:
    """Whether a name is only a country, its people or its capital: not who says something."""
    words = [word for word in fold(name).split() if word not in _TITLES]
    return all(w in COUNTRY_OF or w in COUNTRY_OF.values() or seat_of(w) for w in words)


def is_outlet(name: str, text: str) -> bool:
    """Whether a name in a text is rather a paper, an agency or the like than a person."""
    words = name.lower().split()
    if _HONORIFICS & set(words):
        return False
    article = re.search(rf"\b[Tt]he {re.escape(name)}(?!\w)", text)
    return bool(article or _OUTLETS & set(words) or (name.isupper() and name.isascii()))


def _names(text: str) -> list[str]:
    """What is written like a name, in order; not whose something is, nor where it was said."""
    found: list[str] = []
    inside: list[str] = []  # after a preposition: “in Tokyo”, “with Prime Minister Ishiba”
    before = ""
    for match in _NAME.finditer(text):
        run: list[str] = []
        for word in [*match[0].split(), ""]:
            owns = word.endswith(("’s", "'s"))
            if (word[:1].isupper() and not owns) or (run and word in _JOINING):
                run.append(word)
            else:
                (inside if before in _PREPOSITIONS else found).append(" ".join(run))
                run, before = [], word
    return [name for name in found if named(name)] or [name for name in inside if named(name)]


def named(name: str) -> str:
    """A name without possessive and stray words; empty where only titles are left."""
    words = [re.sub(r"['’]s$", "", word).strip(".,;:") for word in name.split()]
    while words and words[0].lower() in STOP_WORDS | {"as", "while", "when", "then", "later"}:
        words.pop(0)
    while words and words[-1].lower() in STOP_WORDS | {"of", "de", "la"}:
        words.pop()
    return " ".join(words) if key(" ".join(words)) else ""


def key(name: str) -> set[str]:
    """The terms of a name that tell one person from another."""
    words = [word for word in re.split(r"[\s,]+", name) if word.lower().strip(".") not in _TITLES]
    return set(terms(_CJK_TITLE.sub("", " ".join(words))))


def same_person(name: str, others: tuple[str, ...]) -> bool:
    """Whether a name shares a word that is no title with one of the others."""
    return any(key(name) & key(other) for other in others)


def written_by(name: str, metadata: Metadata) -> bool:
    """Whether a name is the author's or the publisher's."""
    known = set(terms(f"{metadata.author} {metadata.publisher}"))
    return bool(key(name)) and key(name) <= known


def said_in(text: str, start: int, end: int) -> Said:
    """Whose words a stretch of a source's text is, there."""
    first = max(text.rfind("\n\n", 0, start), start - _BESIDE, 0)
    last = text.find("\n\n", end)
    last = min(last if last >= 0 else len(text), end + _BESIDE)
    around = text[first:last]
    place = (start - first, end - first)
    for one in statements(around):
        if one.start <= place[0] < one.end:
            sentence = around[one.start : max(one.end, place[1])]
            inside = [q for q in one.quoted if q[0] <= place[0] and place[1] <= q[1] + 1]
            at = inside[0] if inside else (place[0], min(place[1], one.end))
            if inside:
                found = speakers_of(sentence, (at[0] - one.start, at[1] - one.start))
            else:
                found = tuple(_speaking(sentence[: place[1] - one.start], nearest_last=False))
            return Said(bool(inside), found, around)
    return Said(quoted=False, speakers=(), around=around)
