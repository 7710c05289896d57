"""The rows that train the checker: claims over passages, open sets of inference, questions.

Each pass draws its rows anew: what a passage offers as evidence (the named sentences, those among
others, the passage without them), which rows of the large sets, and which edits.
"""

import gzip
import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.edits import edited
from vectorstore.encoders.checker import CONTRADICTED, NOT_STATED, SUPPORTED

WRITTEN = Path(__file__).parent / "written"
LABELS = {
    "supported": (SUPPORTED,),
    "contradicted": (CONTRADICTED,),
    "not_stated": (NOT_STATED,),
    "unsupported": (CONTRADICTED, NOT_STATED),
}
# Rows of a set in each pass; judged: few of the sets in which shared words alone tell the label,
# of tiny vocabulary, or of doubtful labels (../README.md of the data names them). Others: all
_AT_MOST = {
    "hans_generated": 500,
    "conjnli": 600,
    "breaking_nli": 300,
    "entailmentbank_train": 1000,
    "help_andor": 400,
    "dnc_megaveridicality_train": 500,
    "fever_dev": 3000,
    "mnli_dev": 4500,
    "snli_dev": 1200,
    "cad_nli": 2500,
    "med": 800,
    "scone_train": 500,
    "citint_train": 800,
    "taxinli_mnli10k": 300,
    "negation_nli": 700,
    "sufficient_facts": 3000,
    "factcheckgpt_stance": 1800,
}
_LEFT_OUT = {"janli_train", "jnli_dev", "jsem", "jamp_train"}  # Japanese: the base reads none
_HELD_OUT = 10  # one group in ten of the sets that are reported
REPORTED = ("fm2_dev", "hans_generated", "scone_train", "cad_nli", "fever_symmetric_dev", "med")
_QUESTIONS = ("timeqa_train", "selqa_dev", "condaqa_dev", "covidqa")


@dataclass(frozen=True, slots=True)
class Row:
    """Evidence and sentence, and what the heads should say.

    `verdicts` are the outputs that are right, or `answers` whether the evidence answers.
    """

    evidence: str
    sentence: str
    verdicts: tuple[int, ...] = ()
    answers: bool | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Data:
    """What is read once: passages with claims and questions, open sets, question sets."""

    passages: list[dict[str, Any]]
    open_sets: dict[str, list[dict[str, Any]]]
    questions: list[dict[str, Any]]


def read(folder: Path) -> Data:
    """Read the data of a folder with `claims/`, `nli/` and `qa/`.

    The claims of `training/written/` join those of the passages that the folder has, those that
    they bring along, and those of the question sets, which `SET:ID` names.
    """
    questions = [line for name in _QUESTIONS for line in lines(folder / "qa" / f"{name}.jsonl.gz")]
    asked = {f"{line['set']}:{line['id']}": line["sentences"] for line in questions}
    passages = {line["id"]: line for line in lines(folder / "claims" / "train.jsonl.gz")}
    for path in sorted(WRITTEN.glob("*.jsonl")):
        for line in lines(path):
            name = line["id"]
            if name not in passages and (found := line.get("sentences") or asked.get(name)):
                passages[name] = {"id": name, "sentences": found, "claims": [], "questions": []}
            if name in passages:
                passages[name]["claims"] += line["claims"]
    open_sets = {
        path.name.removesuffix(".jsonl.gz"): [line for line in lines(path) if not held_out(line)]
        for path in sorted((folder / "nli").glob("*.jsonl.gz"))
        if path.name.removesuffix(".jsonl.gz") not in _LEFT_OUT
    }
    return Data(list(passages.values()), open_sets, questions)


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """Read a file of JSON lines, packed or not."""
    with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as file:
        for line in file:
            yield json.loads(line)


def held_out(line: dict[str, Any]) -> bool:
    """Say whether a row of an open set is kept for measuring; a group stays on one side."""
    group = str(line.get("group", line["id"]))
    return line["set"] in REPORTED and _bucket(line["set"] + group) == 0


def _bucket(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16) % _HELD_OUT


def rows_of_a_pass(data: Data, seed: int) -> list[Row]:
    """Draw the rows of one pass over the data, shuffled."""
    chance = random.Random(seed)
    rows: list[Row] = []
    for at, passage in enumerate(data.passages):
        other = data.passages[(at + chance.randrange(1, len(data.passages))) % len(data.passages)]
        rows += _of_claims(passage, other, chance)
        rows += _of_sentences(passage, chance)
        rows += _of_questions(passage, chance)
    for name, found in data.open_sets.items():
        most = _AT_MOST.get(name, len(found))
        for line in found if most >= len(found) else chance.sample(found, most):
            rows.append(_of_open_set(line))
            if chance.random() < 0.1 and len(text := " ".join(line["premise"]).split()) > 8:
                rows += _edits(" ".join(text), " ".join(text), chance, name)
    for line in chance.sample(data.questions, len(data.questions) // 4):
        rows += _of_question(line["sentences"], line["answer_sentences"], line["question"], chance)
    chance.shuffle(rows)
    return rows


def _of_open_set(line: dict[str, Any]) -> Row:
    evidence = " ".join(line["premise"])
    return Row(evidence, line["claim"], LABELS[line["label"]], origin=line["set"])


def _of_claims(
    passage: dict[str, Any], other: dict[str, Any], chance: random.Random
) -> Iterator[Row]:
    """Each claim beside its sentences, among their neighbours, and beside others."""
    sentences: list[str] = passage["sentences"]
    for claim in passage["claims"]:
        named = [at for at in claim["sentences"] if at < len(sentences)]
        right = LABELS[claim["label"]]
        text = claim["text"]
        named = named or [chance.randrange(len(sentences))]
        yield Row(_joined(sentences, named), text, right, origin="claims")
        wide = sorted({*named, *_neighbours(named, len(sentences), chance)})
        if len(wide) > len(named):
            yield Row(_joined(sentences, wide), text, right, origin="claims")
        if chance.random() < 0.25:
            yield Row(" ".join(sentences), text, right, origin="claims")
        if claim["label"] == "supported":
            yield from _edits(_joined(sentences, wide), text, chance, "claims")
        if claim["label"] != "not_stated":
            rest = [at for at in range(len(sentences)) if at not in named]
            if rest and chance.random() < 0.35:
                some = sorted(chance.sample(rest, min(len(rest), chance.randint(1, 3))))
                # Another sentence may well say it too, or conflict with it
                wrong = LABELS["unsupported"] if right == (CONTRADICTED,) else (NOT_STATED,)
                yield Row(_joined(sentences, some), text, wrong, origin="claims")
        if chance.random() < 0.1:
            count = min(len(other["sentences"]), chance.randint(1, 3))
            some = sorted(chance.sample(range(len(other["sentences"])), count))
            yield Row(_joined(other["sentences"], some), text, (NOT_STATED,), origin="claims")


def _of_sentences(passage: dict[str, Any], chance: random.Random) -> Iterator[Row]:
    """The sentences of a passage as claims: as they stand, and edited."""
    sentences: list[str] = passage["sentences"]
    for at, sentence in enumerate(sentences):
        if len(sentence.split()) < 5:
            continue
        near = sorted({at, *_neighbours([at], len(sentences), chance)})
        evidence = _joined(sentences, near if chance.random() < 0.5 else [at])
        if chance.random() < 0.3:
            yield Row(evidence, sentence, (SUPPORTED,), origin="sentences")
        yield from _edits(evidence, sentence, chance, "sentences")
        rest = [one for one in range(len(sentences)) if one != at]
        if rest and chance.random() < 0.15:
            some = sorted(chance.sample(rest, min(len(rest), chance.randint(1, 3))))
            yield Row(_joined(sentences, some), sentence, (NOT_STATED,), origin="sentences")


def _edits(evidence: str, sentence: str, chance: random.Random, origin: str) -> Iterator[Row]:
    edit = next(filter(None, (edited(evidence, sentence, chance) for _ in range(3))), None)
    if edit is not None:
        text, label = edit
        yield Row(evidence, text, LABELS[label], origin=f"{origin}, edited")


def _of_questions(passage: dict[str, Any], chance: random.Random) -> Iterator[Row]:
    for question in passage["questions"]:
        yield from _of_question(
            passage["sentences"], question["sentences"], question["text"], chance
        )


def _of_question(
    sentences: Sequence[str], answering: Sequence[int], question: str, chance: random.Random
) -> Iterator[Row]:
    """The question beside the sentences that answer, beside others, with neighbours or without."""
    right = [at for at in answering if at < len(sentences)]
    others = [at for at in range(len(sentences)) if at not in right]
    for at in right[:2]:
        near = sorted({at, *_neighbours([at], len(sentences), chance)})
        yield Row(_joined(sentences, [at]), question, answers=True, origin="questions")
        if len(near) > 1:
            yield Row(_joined(sentences, near), question, answers=True, origin="questions")
    for at in chance.sample(others, min(len(others), 2)):
        near = [one for one in (at, at + 1) if one in others] if chance.random() < 0.5 else [at]
        yield Row(_joined(sentences, near), question, answers=False, origin="questions")


def _joined(sentences: Sequence[str], chosen: Sequence[int]) -> str:
    return " ".join(sentences[at] for at in chosen)


def _neighbours(named: Sequence[int], count: int, chance: random.Random) -> list[int]:
    """Choose up to two sentences beside the named ones."""
    beside = [at for at in (min(named) - 1, max(named) + 1) if 0 <= at < count]
    return chance.sample(beside, chance.randint(0, len(beside)))
