"""Figures of the checker alone, printed after each pass of training."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from benchmarks.scoring import auroc
from training.model import CheckerModel, batch_of
from training.rows import LABELS, held_out, lines
from training.trainer import Encoder, Weights
from vectorstore.encoders.checker import SUPPORTED
from vectorstore.encoders.embedding_model import multiplies_in_bfloat16

_BATCH = 64
_FALSE = 0.05  # share of false claims that may be called supported


def measured(data: Path, weights: Weights) -> dict[str, float]:
    """Measure the held-back claims, beside the named sentences and the whole passage."""
    held = list(lines(data / "claims" / "dev.jsonl.gz"))
    claims = [(line["sentences"], claim) for line in held for claim in line["claims"]]
    labels = [claim["label"] for _, claim in claims]
    cited = [
        (" ".join(sentences[at] for at in claim["sentences"]) or " ".join(sentences), claim["text"])
        for sentences, claim in claims
    ]
    whole = [(" ".join(sentences), claim["text"]) for sentences, claim in claims]
    figures: dict[str, float] = {}
    for name, pairs in (("cited", cited), ("passage", whole)):
        verdicts, _ = outputs(weights, pairs)
        figures |= _of_claims(name, verdicts, labels)
    for path in sorted((data / "nli").glob("*.jsonl.gz")):
        some = [line for line in lines(path) if held_out(line)]
        if some:
            verdicts, _ = outputs(weights, [(" ".join(o["premise"]), o["claim"]) for o in some])
            said = [max(LABELS[one["label"]], key=lambda label: row[label]) == row.argmax()
                    for one, row in zip(some, verdicts, strict=True)]  # fmt: skip
            figures[path.name.removesuffix(".jsonl.gz")] = round(float(np.mean(said)), 3)
    figures["questions, hit@1"] = _hits(held, weights)
    return figures


def outputs(weights: Weights, pairs: Sequence[tuple[str, str]]) -> tuple[Any, Any]:
    """Return the probabilities of the verdicts (n, 3) and the logits of the answer (n,)."""
    encoded = Encoder()(pairs)
    order = sorted(range(len(pairs)), key=lambda at: len(encoded[at][0]))
    verdicts, answers = np.zeros((len(pairs), 3)), np.zeros(len(pairs))
    model = CheckerModel(weights)
    fast = multiplies_in_bfloat16()
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16, enabled=fast):
        for start in range(0, len(order), _BATCH):
            some = order[start : start + _BATCH]
            verdict, answer = model(batch_of([encoded[at] for at in some]))
            verdicts[some] = torch.softmax(verdict, dim=-1).numpy()
            answers[some] = answer.numpy()
    return verdicts, answers


def _of_claims(name: str, verdicts: Any, labels: Sequence[str]) -> dict[str, float]:
    true = np.array([label == "supported" for label in labels])
    scores = verdicts[:, SUPPORTED]
    cut = np.quantile(scores[~true], 1 - _FALSE)
    largest = verdicts.argmax(axis=1)
    return {
        f"{name}, AUROC": round(auroc(true.tolist(), scores.tolist()), 4),
        f"{name}, true at 5% false": round(float((scores[true] > cut).mean()), 3),
        f"{name}, right": round(
            float(
                np.mean([LABELS[label][0] == at for label, at in zip(labels, largest, strict=True)])
            ),
            3,
        ),
    }


def _hits(held: Sequence[dict[str, Any]], weights: Weights) -> float:
    """How often the sentence with the highest answer is one that answers."""
    asked = [
        (line["sentences"], question)
        for line in held
        for question in line["questions"]
        if question["sentences"]
    ]
    pairs = [
        (sentence, question["text"]) for sentences, question in asked for sentence in sentences
    ]
    _, answers = outputs(weights, pairs)
    hits, at = [], 0
    for sentences, question in asked:
        best = int(np.argmax(answers[at : at + len(sentences)]))
        hits.append(best in question["sentences"])
        at += len(sentences)
    return round(float(np.mean(hits)), 3)
