"""The records that everything passes around: frozen, plain, without behaviour of their own.

Offsets count Unicode code points in the stored text of a source, zero-based, end exclusive.
Pages count from 1.
"""

from dataclasses import dataclass, field
from typing import Literal

from vectorstore.findings import EarlierFinding as EarlierFinding
from vectorstore.findings import EarlierVerdict as EarlierVerdict
from vectorstore.findings import Finding as Finding
from vectorstore.findings import FindingKind as FindingKind
from vectorstore.findings import Verdict as Verdict

ADDRESS = "http://127.0.0.1:8501"  # of the window, unless it says another; permalinks begin with it
Outcome = Literal["answered", "not_found", "too_weak", "out_of_scope"]
DisagreementKind = Literal["", "number", "date", "name", "negation", "antonym"]
# What `vectorstore/reading_warnings.py` puts into words.
WarningKind = Literal[
    "attached_files", "damaged", "date_ambiguous", "encoding_guessed", "form_unread",
    "formula_without_value", "garbled", "hidden_cells", "hidden_sheet", "hidden_slide",
    "hidden_text", "hyphens_doubtful", "late", "maybe_hidden_text", "missing_parts", "no_layout",
    "no_text", "ocr", "pages_left_out", "picture", "raised_doubtful", "rows_left_out", "struck",
    "unread", "unread_objects",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadingWarning:
    """Something that a reader left out, guessed or doubts, and how often.

    `page` is the number of a page, slide, sheet or chapter; None for the whole document. `detail`
    names what is meant, where the kind does not say it: a sheet, another possible encoding.
    """

    kind: WarningKind
    count: int = 1
    page: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page, slide, sheet or chapter: the stored text from `start` to `end` stands on it.

    `warning` says in a sentence why its text may not be what is printed there; empty if it is.
    `label` is what the document itself calls it: the printed page number, the name of the sheet,
    the heading of the chapter; empty if it has no name.
    """

    number: int
    start: int
    end: int
    warning: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line: `start`/`end` cover the whole line, `text` is without markup."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a citation needs to know of a document; empty where the document does not say.

    Semicolons separate persons. `vectorstore/text/person_names.py` takes them apart, and
    `vectorstore/text/iso_dates.py` reads what is certain of the date.
    """

    title: str = ""
    author: str = ""
    publisher: str = ""
    date: str = ""
    url: str = ""
    language: str = ""
    note: str = ""
    editor: str = ""
    translator: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader makes of a file: its text and where pages and headings stand in it."""

    text: str
    kind: str
    metadata: Metadata = Metadata()
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()
    warnings: tuple[ReadingWarning, ...] = ()


UNITS = {"pptx": "slide", "xlsx": "sheet", "epub": "chapter"}  # by kind; the others have pages


@dataclass(frozen=True, slots=True)
class Source:
    """A document that is in the library. `path` is relative to the sources folder."""

    id: str
    path: str
    kind: str
    sha256: str
    size: int
    modified_ns: int
    added: str
    characters: int
    passages: int
    pages: int
    metadata: Metadata
    warnings: tuple[ReadingWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file of the sources folder that could not be read, with the reason."""

    path: str
    size: int
    modified_ns: int
    reason: str


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a source that is embedded and searched as one.

    Invariant: the stored text of the source, from `start` to `end`, is `text`.
    """

    id: str
    source_id: str
    text: str
    start: int
    end: int
    first_page: int | None
    last_page: int | None
    heading: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Which part of the library is searched; what is empty does not restrict.

    `sources` are ids; `languages` are codes like `en` or `ja`; `since` and `until` are days,
    months or years (`2023`, `2023-05`, `2023-05-19`), both included.
    """

    sources: tuple[str, ...] | None = None
    languages: tuple[str, ...] = ()
    since: str = ""
    until: str = ""


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found. `score` is the joint one, 0 to 1 within one search.

    `dense` and `sentence` are cosines to the query (-1 to 1), of the passage and of its best
    sentence; `lexical` and `phrases` are BM25 scores (0 and up) of its words and pairs of words;
    `reranked` is the score a reranking model gave, None where none did. `copies` are the ids of
    passages that say the same nearly word for word and are therefore not hits themselves.
    """

    passage: Passage
    score: float
    dense: float
    lexical: float
    sentence: float = 0.0
    phrases: float = 0.0
    reranked: float | None = None
    copies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """The exact words a sentence rests on, copied by code from the stored text.

    `warning` says why the text of the page may not be what is printed there. `state` is `changed`
    where the source does not hold these words any more, `removed` where it is not in the library
    any more (the quote is then empty), and else empty. `unit` is what `page` counts, `label` what
    the document calls that page; `also` are the titles of other sources that say nearly the same.
    """

    number: int
    source_id: str
    passage_id: str
    title: str
    path: str
    page: int | None
    start: int
    end: int
    quote: str
    permalink: str
    unit: str = "page"
    warning: str = ""
    state: Literal["", "changed", "removed"] = ""
    also: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer with the numbers of its citations and what checking it gave.

    The verdict is one of `EarlierVerdict` only in answers that earlier versions stored.
    `reason` puts the gravest of the `findings` into words for a reader. `span` are the words that
    decided the verdict: the number of a citation, and where they begin and end in the text of its
    source. `marks` are the stretches of `text` that answer a question for a name, a date, a place
    or a number.
    """

    text: str
    citations: tuple[int, ...]
    verdict: Verdict | EarlierVerdict
    reason: str = ""
    span: tuple[int, int, int] | None = None
    marks: tuple[tuple[int, int], ...] = ()
    findings: tuple[Finding | EarlierFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two citations, by number, that do not say the same, and in which point.

    `ours` are the words of the first citation that differ, `theirs` those of the second; `reason`
    says so to a reader. Answers stored by earlier versions have only the reason.
    """

    citations: tuple[int, int]
    reason: str
    kind: DisagreementKind = ""
    ours: str = ""
    theirs: str = ""


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing said in a conversation; `alone` if it was searched without what came before."""

    role: Literal["user", "assistant"]
    text: str
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything said to one question. `timings` are seconds by step.

    `more` are further sentences that bear on the question and are no part of the answer, their
    numbers following those of `citations`. `missing` says what part of the question the sources
    do not answer; `strength` is how sure it is that they answer, 0 to 1. `raw` is what the model
    wrote, before its markers were read. `library` is the fingerprint of the library that was
    asked, and `scope` the part of it. `checked_by` names the checker that gave the verdicts, and
    the second reader if it settled any; it is empty in answers of earlier versions, which compared
    words. `did_you_mean` is the question with words that the library does not know replaced by the
    nearest ones that it knows; empty if there are none.
    """

    question: str
    query: str
    outcome: Outcome
    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    hits: tuple[Hit, ...]
    model: str
    notice: str = ""
    timings: dict[str, float] = field(default_factory=dict)
    more: tuple[Citation, ...] = ()
    missing: str = ""
    strength: float = 0.0
    conflicts: tuple[Conflict, ...] = ()
    raw: str = ""
    library: str = ""
    scope: Scope = EVERYTHING
    checked_by: str = ""
    did_you_mean: str = ""
