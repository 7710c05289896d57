"""Does the draft check notice changed quotations? Real sentences, changed by known rules."""

import random
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from app.draft_check.alignment import word_spans
from app.draft_check.checker import check_draft
from app.draft_check.letters import fold_letters
from app.draft_check.records import DraftReport
from benchmarks.article import article_library
from benchmarks.machine import described, percentiles
from benchmarks.retrieval import open_library, read_lines
from vectorstore.library import Library
from vectorstore.records import Passage
from vectorstore.text.sentences import sentences

_SHORTEST, _LONGEST = 10, 45  # words of a sentence that is used
_SEED = 7
_SPEAKER = "President Nausėda"  # of the article, where he is quoted with nothing
_LIGATURES = {"ffi": "ﬃ", "fi": "ﬁ", "fl": "ﬂ", "ff": "ﬀ"}
_STRAIGHT = str.maketrans("‘’“”–—", "''''--")
_INVENTED = (
    "Taiwan will never forget the friendship of the people of Paraguay",
    "Japan intends to recognise Taiwan formally before the end of the decade",
    "We regard the security of the Strait as our own security",
    "The two presidents agreed to open a joint trade office in Osaka",
    "No country in Europe has done more for Taipei than Poland",
    "Beijing has warned Tokyo of consequences for its meddling",
    "A licence must be returned within ninety days of its withdrawal",
    "Every auditor shall publish the fees that clients paid him last year",
    "The fund may not lend more than half of what its members own",
    "Semiconductors were the reason for the visit and nothing else",
    "Lithuania paid a high price and would gladly pay it again",
    "Small island states cannot choose their neighbours but they choose their friends",
)


@dataclass(frozen=True, slots=True)
class Tried:
    """A draft, the right verdict on its quotation, and the kind of change that was made."""

    kind: str
    draft: str
    right: str


Change = Callable[[str, random.Random], str]


def gate(
    corpus: Annotated[
        Path | None, typer.Argument(help="A corpus.jsonl.gz; the article if none is given.")
    ] = None,
    number: Annotated[int, typer.Option(help="Sentences for each kind of change.")] = 60,
    show: Annotated[bool, typer.Option("--show", help="Print every wrong verdict.")] = False,
) -> None:
    """Check quotations changed by known rules: how many verdicts are right, and how fast?"""
    console = Console(width=100)
    console.print(described())
    with open_library(corpus, list(read_lines(corpus))) if corpus else article_library() as library:
        library.searcher.warm()
        passages = list(library.passages.all())
        console.print(f"{len(passages)} passages")
        _report(library, changed(passages, number, speaker=not corpus), console, show=show)


def changed(passages: Sequence[Passage], number: int, *, speaker: bool) -> Iterator[Tried]:
    """Yield up to `number` drafts for each rule, each with one quotation, the same in every run."""
    dice = random.Random(_SEED)
    found = [s for p in passages for s in _sentences(p.text)]
    dice.shuffle(found)
    for kind, (change, right) in _CHANGES.items():
        made = 0
        for sentence in found:
            new = change(sentence, dice)
            if new and made < number:
                made += 1
                yield Tried(kind, f"It is written: “{new}”", right)
    for one, other in list(zip(found[::2], found[1::2], strict=False))[:number]:
        yield Tried("two sentences spliced", f"It is written: “{_spliced(one, other)}”", "stitched")
    for sentence in [s for s in found if speaker and not re.search("Nausėda|Lithuani", s)][:number]:
        yield Tried("wrong speaker", f"{_SPEAKER} said: “{sentence}”", "misattributed")
    for sentence in _INVENTED:
        yield Tried("invented", f"It is written: “{sentence}.”", "not_found")


def judge(library: Library, tried: Tried) -> tuple[bool, DraftReport]:
    """Return whether the verdict is right and, for a found quotation, its words are shown."""
    report = check_draft(library, tried.draft)
    quotations = [one for sentence in report.sentences for one in sentence.quotations]
    for citation in report.citations:
        text = library.catalog.text(citation.source_id)
        if text[citation.start : citation.end] != citation.quote:
            return False, report
    right = [one.verdict for one in quotations] == [tried.right]
    if right and tried.right == "found" and len(quotations[0].citations) == 1:
        quote = report.citations[quotations[0].citations[0] - 1].quote
        right = fold_letters(quote).text == fold_letters(quotations[0].text).text
    return right, report


def _report(library: Library, drafts: Iterator[Tried], console: Console, *, show: bool) -> None:
    counts: dict[str, list[bool]] = {}
    quoted, plain = [], []
    for tried in drafts:
        start = time.perf_counter()
        right, report = judge(library, tried)
        quoted.append((time.perf_counter() - start) * 1000)
        counts.setdefault(tried.kind, []).append(right)
        if show and not right:
            said = [(q.verdict, q.reason) for s in report.sentences for q in s.quotations]
            console.print(f"WRONG {tried.kind}: {tried.draft}\n   {said}", markup=False)
        if tried.kind in ("one word changed", "invented"):  # the same, said without quoting
            words = tried.draft.partition("“")[2].rstrip("”").replace("“", "").replace("”", "")
            start = time.perf_counter()
            check_draft(library, words)
            plain.append((time.perf_counter() - start) * 1000)
    table = Table("what was done", "judged rightly", "of", title="Quotations")
    for kind, verdicts in counts.items():
        table.add_row(kind, str(sum(verdicts)), str(len(verdicts)))
    every = [verdict for verdicts in counts.values() for verdict in verdicts]
    table.add_row("all", str(sum(every)), str(len(every)))
    console.print(table)
    for name, times in (("with a quotation", quoted), ("without", plain)):
        found = percentiles(times)
        console.print(f"a sentence {name}: p50 {found['p50']}, p95 {found['p95']} ms")


def _sentences(text: str) -> list[str]:
    """Sentences that can be quoted: plain prose, whole, without quotations of their own."""
    found = [" ".join(text[a:b].split()) for a, b in sentences(text)]
    return [
        s
        for s in found
        if _SHORTEST <= len(word_spans(s)) <= _LONGEST
        and re.match(r"[A-Z]", s)
        and s.endswith(".")
        and not re.search(r"[“”\"«»「」\[\]|#*…]|\.\.", s)
    ]


def _straight(sentence: str, _: random.Random) -> str:
    new = sentence.translate(_STRAIGHT)
    return new if new != sentence else ""


def _hyphenated(sentence: str, dice: random.Random) -> str:
    long = list(re.finditer(r"[a-z]{7,}", sentence))
    if not long:
        return ""
    at = dice.choice(long).start() + 4
    return f"{sentence[:at]}-\n{sentence[at:]}"


def _ligatures(sentence: str, _: random.Random) -> str:
    new = sentence
    for plain, joined in _LIGATURES.items():
        new = new.replace(plain, joined)
    return new if new != sentence else ""


def _wide(sentence: str, _: random.Random) -> str:
    new = re.sub(r"\d", lambda m: chr(ord(m[0]) + 0xFEE0), sentence).replace(" ", "\u00a0")
    return new.replace("\u00a0", "\n", 1)


def _shortened(sentence: str, _: random.Random) -> str:
    words = sentence.split()
    return " ".join([*words[: len(words) // 3], "…", *words[-(len(words) // 3) :]])


def _bracketed(sentence: str, dice: random.Random) -> str:
    words = sentence.split()
    words[dice.randrange(3, len(words) - 3)] = "[so to say]"
    return f"[{sentence[0].lower()}]{' '.join(words)[1:]}"


def _number(sentence: str, dice: random.Random) -> str:
    found = list(re.finditer(r"(?<![\d.,])\d+(?![\d.,]*\d)", sentence))
    if not found:
        return ""
    one = dice.choice(found)
    return f"{sentence[: one.start()]}{int(one[0]) + 1}{sentence[one.end() :]}"


def _word(sentence: str, dice: random.Random) -> str:
    words = sentence.split()
    words[dice.randrange(1, len(words) - 1)] = "marmalade"
    return " ".join(words)


def _left_out(sentence: str, dice: random.Random) -> str:
    words = sentence.split()
    del words[dice.randrange(3, len(words) - 3)]
    return " ".join(words)


def _shuffled(sentence: str, dice: random.Random) -> str:
    words = sentence.rstrip(".").split()
    dice.shuffle(words)
    return " ".join(words)


def _spliced(one: str, other: str) -> str:
    first, second = one.split(), other.split()
    return " ".join([*first[: len(first) // 2], *second[len(second) // 2 :]])


_CHANGES: dict[str, tuple[Change, str]] = {
    "verbatim": (lambda sentence, _: sentence, "found"),
    "straight marks": (_straight, "found"),
    "hyphenated at a line end": (_hyphenated, "found"),
    "ligatures": (_ligatures, "found"),
    "wide digits, other spaces": (_wide, "found"),
    "shortened with an ellipsis": (_shortened, "found"),
    "words in brackets": (_bracketed, "found"),
    "one number changed": (_number, "altered"),
    "one word changed": (_word, "altered"),
    "one word left out": (_left_out, "altered"),
    "words shuffled": (_shuffled, "not_found"),
}
