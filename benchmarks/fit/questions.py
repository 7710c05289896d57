"""Questions as the product sees them: their sentences, and how they score.

They are those of SQuAD 2, of CLAPnq, and our own. Shared by the fits of the sentence ranking, of
answerability and of quoting.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from app.answering import answerability, extractive
from app.answering.answerability import assess
from app.answering.retrieval import SubQuestion, retrieve_one
from benchmarks.answering import QUESTIONS, holds, own_questions
from benchmarks.fit.features import Arrays, kept, replaced
from benchmarks.retrieval import open_library, read_lines
from vectorstore.library import Library
from vectorstore.ranking import Query

SETS = ("squad2_halfdev", "clapnq_dev", "own questions")
TITLES = ("SQuAD 2", "CLAPnq", "own questions")
SENTENCE = ("meaning", "words", "nearby", "around", "found", "fits", "answers")  # of `Evidence`
STRENGTH = ("_AHEAD", "_NEGATED", "_NUMBERS", "_ANSWERS")  # of `answerability`
_FILES = ("corpus.jsonl.gz", "queries.jsonl", "qrels.tsv")
NEAR_BEST = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5)  # tried for `extractive._NEAR_BEST`


@dataclass
class _Rows:
    """What is collected: lists by question, lists by sentence, and lists by value tried."""

    question: dict[str, list[Any]] = field(
        default_factory=lambda: {
            key: []
            for key in ("set", "article", "answerable", "strength", "near", "features", "starts")
        }
    )
    sentence: list[list[float]] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    quotes: list[list[int]] = field(default_factory=list)
    hits: list[list[bool]] = field(default_factory=list)


def collect(folder: Path) -> Arrays:
    """Return the features of all questions that find anything, computed once.

    `train/`, with our own questions, must stand beside the public sets.

    By question (q,): `set` (index in SETS), `article` (whose text it asks about), `answerable`,
    `strength`, `near` (the nearest sentence, as `assess` compares it), `features`
    (q, len(STRENGTH)), and `quotes` and `hits` (q, len(NEAR_BEST)): sentences quoted, and whether
    one of the first three holds the answer. `starts` (q,) is the first of a question's rows in
    `sentence` (n, len(SENTENCE)) and `right` (n,): whether the sentence holds the answer.
    """
    files = [folder / name / file for name in SETS[:-1] for file in _FILES]
    files.append(folder.parent / "train" / QUESTIONS)
    return kept("questions", files, lambda: _compute(folder))


def _compute(folder: Path) -> Arrays:
    rows = _Rows()
    for at, name in enumerate(SETS):
        corpus, records, asked = _set(folder, name)
        titles = {record["_id"]: record["title"] or record["_id"] for record in records}
        with open_library(corpus, records) as library:
            for query in track(asked, name):
                _add(rows, library, query, at, f"{name}: {titles[query['about']]}")
    return {
        **{key: np.array(values) for key, values in rows.question.items()},
        "sentence": np.array(rows.sentence, dtype=np.float32),
        "right": np.array(rows.right),
        "quotes": np.array(rows.quotes),
        "hits": np.array(rows.hits),
    }


def _set(folder: Path, name: str) -> tuple[Path, list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the file of a set's corpus, its records, and its queries."""
    if name == SETS[-1]:
        train = folder.parent / "train"
        return train / QUESTIONS, *own_questions(train)
    corpus = folder / name / "corpus.jsonl.gz"
    return corpus, list(read_lines(corpus)), list(_queries(folder / name))


def _queries(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the queries of a set, each with the record that it is `about`."""
    lines = (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]
    relevant = {query: record for query, record, *_ in (line.split("\t") for line in lines)}
    for query in read_lines(folder / "queries.jsonl"):
        about = relevant.get(query["_id"]) or query["source_paragraph"]
        yield {**query, "about": about}


def _add(rows: _Rows, library: Library, asked: dict[str, Any], which: int, article: str) -> None:
    part = retrieve_one(library, Query(asked["text"]))
    evidence = part.evidence
    if not evidence:
        return
    right = [asked["answerable"] and holds(one.text, asked["answer"]) for one in evidence]
    seen = {
        "set": which,
        "article": article,
        "answerable": asked["answerable"],
        "strength": _strength(part),
        "near": max(one.meaning + one.around for one in evidence),
        "features": _strength_features(part),
        "starts": len(rows.right),
    }
    for key, value in seen.items():
        rows.question[key].append(value)
    rows.sentence += [[float(getattr(one, name)) for name in SENTENCE] for one in evidence]
    rows.right += right
    quotes, found = [], []
    for value in NEAR_BEST:
        with replaced(extractive, _NEAR_BEST=math.log(value)):
            chosen = extractive.choose([evidence])
        quotes.append(len(chosen))
        found.append(
            asked["answerable"] and any(holds(c.text, asked["answer"]) for c in chosen[:3])
        )
    rows.quotes.append(quotes)
    rows.hits.append(found)


def _strength(part: SubQuestion) -> float:
    return assess(part.query, part.hits, part.evidence, words_only=False).strength


def _strength_features(part: SubQuestion) -> list[float]:
    """Return what each weight of the strength is multiplied with.

    The strength is a logistic function of a weighted sum, so with one weight at 1 and the others at
    0 its log-odds are that feature.
    """
    found = []
    for name in STRENGTH:
        weights = {**dict.fromkeys(STRENGTH, 0.0), "_REST": 0.0, name: 1.0}
        with replaced(answerability, **weights):
            chance = _strength(part)
        found.append(math.log(chance / (1 - chance)))
    return found
