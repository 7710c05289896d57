"""Do the quotes contain the answer, and is silence right? Public data sets, the product's answers.

There is no model, and one set of defaults for all data sets.
"""

import random
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import track

from app.answering.assistant import Assistant
from app.answering.wording import DOUBTFUL
from benchmarks.machine import described, keep, percentiles
from benchmarks.retrieval import open_library, read_lines
from benchmarks.scoring import auroc
from vectorstore.library import Library
from vectorstore.records import EVERYTHING, Answer, Scope, Turn
from vectorstore.text.terms import fold

_SETS = ("squad2_halfdev", "clapnq_dev")
QUESTIONS = Path("claims", "dev.jsonl.gz")
FOLLOW_UPS = Path(__file__).with_name("follow_ups.jsonl")  # on passages of QUESTIONS
_TIMED = 500  # questions
_NOISE = 4  # of the five passages that RGB's noise test gives


@dataclass
class Counted:
    """What the answers to the questions of one set were like, question by question."""

    answerable: list[bool] = field(default_factory=list)
    strength: list[float] = field(default_factory=list)
    first: list[bool] = field(default_factory=list)
    three: list[bool] = field(default_factory=list)
    quotes: list[int] = field(default_factory=list)
    silent: list[bool] = field(default_factory=list)
    doubted: list[bool] = field(default_factory=list)
    citations: int = 0
    broken: int = 0


def answering(
    folder: Annotated[Path, typer.Argument(help="The folder of the data sets.")],
    train: Annotated[
        Path | None, typer.Argument(help="The folder of the checker's data, with its questions.")
    ] = None,
    sample: Annotated[
        int, typer.Option(help="Ask at most so many questions of each set, drawn by a fixed seed.")
    ] = 0,
) -> None:
    """Measure quotes that answer, silence, citations that resolve, and the time to an answer."""
    typer.echo(described())
    results: dict[str, dict[str, float]] = {}
    broken = 0
    for name in _SETS:
        if not (folder / name).is_dir():
            typer.echo(f"{name}: there is no such folder in {folder}; skipped.")
            continue
        corpus = folder / name / "corpus.jsonl.gz"
        queries = _drawn(list(read_lines(folder / name / "queries.jsonl")), sample)
        counted = _ask_all(name, corpus, list(read_lines(corpus)), queries)
        broken += counted.broken
        results[name] = _figures(counted, in_words=name.startswith("squad"))
    if train and (train / QUESTIONS).is_file():
        records, queries = own_questions(train)
        queries = _drawn(queries, sample)
        counted = _ask_all("own questions", train / QUESTIONS, records, queries)
        broken += counted.broken
        results["own questions"] = _figures(counted, in_words=True)
        results["follow-ups"] = follow_ups(train)
    else:
        typer.echo("own questions: without the folder of the checker's data, they are skipped.")
    if (folder / "rgb" / "en_fact").is_dir():
        results["rgb en_fact"], wrong = _noise(folder / "rgb" / "en_fact")
        broken += wrong
    else:
        typer.echo(f"rgb en_fact: there is no such folder in {folder}; skipped.")
    if (folder / "obliqa").is_dir():
        results["time"], wrong = _timed(folder / "obliqa")
        broken += wrong
    else:
        typer.echo(f"obliqa: there is no such folder in {folder}; the time is not measured.")
    for name, figures in results.items():
        typer.echo(f"{name}: " + ", ".join(f"{key} {value}" for key, value in figures.items()))
    keep("answering", {"measured": results})
    typer.echo("every citation resolves" if not broken else f"{broken} citations do NOT resolve")
    if broken:
        raise typer.Exit(1)


def _drawn(queries: list[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """Return at most so many of the queries, all if that is 0; the same ones in every run."""
    if not most or most >= len(queries):
        return queries
    return random.Random(1).sample(queries, most)


def holds(text: str, answers: Any) -> bool:
    """Return whether a text contains one of the answers as whole words, ignoring case and accents.

    Answers are a string or nested lists of strings, as the data sets have them.
    """
    if isinstance(answers, str):
        return bool(_plain(answers)) and f" {_plain(answers)} " in f" {_plain(text)} "
    return any(holds(text, one) for one in answers or ())


def own_questions(train: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the held back passages of the checker's data as records, and the questions on them.

    Half of these are near misses: questions that no passage answers.
    """
    records, queries = [], []
    for line in read_lines(train / QUESTIONS):
        records.append({"_id": line["id"], "title": "", "text": " ".join(line["sentences"])})
        queries += [
            {
                "_id": f"{line['id']}:{at}",
                "text": question["text"],
                "answerable": question["answer"] is not None,
                "answer": question["answer"] or "",
                "about": line["id"],
            }
            for at, question in enumerate(line["questions"])
        ]
    return records, queries


def follow_ups(train: Path) -> dict[str, float]:
    """Ask the follow-ups of `FOLLOW_UPS`, each after a question that was answered in the text."""
    records, _ = own_questions(train)
    passages = {line["id"]: line["sentences"] for line in read_lines(train / QUESTIONS)}
    first, three, silent, quotes = [], [], [], []
    with open_library(train / QUESTIONS, records) as library:
        for dialogue in track(list(read_lines(FOLLOW_UPS)), "follow-ups"):
            sentences = passages[dialogue["passage"]]
            told = Turn("assistant", f"{sentences[dialogue['answer']]} [1]")
            history = [Turn("user", dialogue["first"]), told]
            answer = Assistant(library).ask(dialogue["followup"], history)
            said = [one.text for one in answer.sentences] if answer.outcome == "answered" else []
            gold = [_plain(sentences[at]) for at in dialogue["gold"]]
            right = [any(_plain(one) in g or g in _plain(one) for g in gold) for one in said]
            first.append(any(right[:1]))
            three.append(any(right[:3]))
            silent.append(not said)
            quotes.append(len(said))
    return {
        "questions": len(first),
        "first quote": _mean(first),
        "first three": _mean(three),
        "silent": _mean(silent),
        "quotes an answer": _mean(quotes),
    }


def unresolved(library: Library, answer: Answer) -> int:
    """Return how many citations differ from the words at their place in the source."""
    cited = [*answer.citations, *answer.more]
    texts = {one.source_id: library.catalog.text(one.source_id) for one in cited}
    return sum(texts[one.source_id][one.start : one.end] != one.quote for one in cited)


def _ask_all(
    name: str, corpus: Path, records: list[dict[str, Any]], queries: list[dict[str, Any]]
) -> Counted:
    counted = Counted()
    with open_library(corpus, records) as library:
        assistant = Assistant(library)
        for query in track(queries, name):
            answer = assistant.ask(query["text"])
            counted.answerable.append(query["answerable"])
            counted.strength.append(answer.strength)
            counted.silent.append(answer.outcome != "answered")
            counted.doubted.append(answer.outcome != "answered" or DOUBTFUL in answer.notice)
            counted.citations += len(answer.citations) + len(answer.more)
            counted.broken += unresolved(library, answer)
            if not query["answerable"]:
                continue
            said = [sentence.text for sentence in answer.sentences]
            counted.quotes.append(len(said))
            gold = query["answer"]
            counted.first.append(any(holds(text, gold) for text in said[:1]))
            counted.three.append(any(holds(text, gold) for text in said[:3]))
    return counted


def _figures(counted: Counted, *, in_words: bool) -> dict[str, float]:
    """Return the figures of a set; with `in_words`, its answers are in the words of its sources."""
    silent, doubted = dict.fromkeys((True, False), 0), dict.fromkeys((True, False), 0)
    for is_answerable, quiet, doubt in zip(
        counted.answerable, counted.silent, counted.doubted, strict=True
    ):
        silent[is_answerable] += quiet
        doubted[is_answerable] += doubt
    answerable = sum(counted.answerable)
    others = len(counted.answerable) - answerable
    figures: dict[str, float] = {"questions": len(counted.answerable)}
    if in_words:
        figures |= {"first quote": _mean(counted.first), "first three": _mean(counted.three)}
    return figures | {
        "quotes an answer": _mean(counted.quotes),
        "answerable AUROC": round(auroc(counted.answerable, counted.strength), 4),
        "silent though answerable": _part(silent[True], answerable),
        "silent where unanswerable": _part(silent[False], others),
        "silent or doubtful though answerable": _part(doubted[True], answerable),
        "silent or doubtful where unanswerable": _part(doubted[False], others),
        "citations": counted.citations,
    }


def _noise(folder: Path) -> tuple[dict[str, float], int]:
    """Ask within RGB's closed contexts: one good passage among four bad ones, and five bad ones."""
    corpus = folder / "corpus.jsonl.gz"
    found, refused, told, asked, broken = [], [], [], 0, 0
    with open_library(corpus, list(read_lines(corpus))) as library:
        assistant = Assistant(library)

        def ask(text: str, ids: Iterable[str]) -> Answer:
            nonlocal broken
            answer = assistant.ask(text, scope=Scope(sources=tuple(ids)))
            broken += unresolved(library, answer)
            return answer

        for query in track(list(read_lines(folder / "queries.jsonl")), "rgb en_fact"):
            asked += 1
            good, bad, wrong = (query[key] for key in ("positive", "negative", "positive_wrong"))
            noisy = ask(query["text"], [good[0], *bad[:_NOISE]])
            found.append(any(holds(one.text, query["answer"]) for one in noisy.sentences))
            refused.append(ask(query["text"], bad[: _NOISE + 1]).outcome != "answered")
            both = ask(query["text"], [good[0], wrong[0]])
            told.append(bool(both.conflicts))
    return {
        "questions": asked,
        "answer among the quotes, four of five passages noise": _mean(found),
        "refused, all five noise": _mean(refused),
        "disagreement told, one passage falsified": _mean(told),
    }, broken


def _timed(folder: Path) -> tuple[dict[str, float], int]:
    corpus = folder / "corpus.jsonl.gz"
    with open_library(corpus, list(read_lines(corpus))) as library:
        assistant = Assistant(library)
        queries = list(read_lines(folder / "queries_devclean.jsonl"))
        chosen = random.Random(1).sample(queries, _TIMED)
        times, broken = [], 0
        for query in track(chosen, "time to an answer"):
            start = time.perf_counter()
            answer = assistant.ask(query["text"], scope=EVERYTHING)
            times.append((time.perf_counter() - start) * 1000)
            broken += unresolved(library, answer)
        passages = library.database.count("passage")
    return {
        "passages": passages,
        **{f"{name} ms": value for name, value in percentiles(times).items()},
    }, broken


def _mean(values: Sequence[Any]) -> float:
    return round(float(sum(values)) / max(len(values), 1), 4)


def _part(some: int, every: int) -> float:
    return round(some / max(every, 1), 4)


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split())
