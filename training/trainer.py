"""The training loop of the checker."""

import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from training.model import CheckerModel, batch_of
from training.rows import Data, Row, rows_of_a_pass
from vectorstore.encoders.bert import EMBEDDINGS, WIDTH
from vectorstore.encoders.checker import tokenizer
from vectorstore.encoders.embedding_model import multiplies_in_bfloat16, packaged_model

_TOKENS = 5120  # of a batch, padding included; judged
_SORTED = 64  # batches' worth of rows that are sorted by length together
_WARM = 0.05  # of the steps, while the rate rises
_DECAY = 0.01
_CLIP = 1.0
_ANSWERS = 0.5  # weight of the second head's loss; judged

Weights = dict[str, torch.Tensor]
Encoded = tuple[list[int], list[int]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to train: passes over the data, the highest rate, the dropout, the seed."""

    passes: int
    rate: float
    dropout: float
    seed: int


def start_weights(start: Path | None) -> Weights:
    """Return all weights: those of a trained checker, or the packaged model's with fresh heads."""
    packaged = load_file(packaged_model() / "model.safetensors")
    weights = {
        name: value.float()
        for name, value in packaged.items()
        if name.startswith((EMBEDDINGS, "encoder."))
    }
    weights["shared.weight"] = torch.zeros(2, WIDTH)
    for head, outputs in (("verdict", 3), ("answer", 1)):
        weights[f"{head}.weight"] = torch.randn(outputs, 3 * WIDTH) * 0.02
        weights[f"{head}.bias"] = torch.zeros(outputs)
    if start:
        weights |= {name: value.float() for name, value in load_file(start).items()}
    return weights


def train(
    data: Data,
    weights: Weights,
    plan: Plan,
    say: Callable[[str], None],
    after_pass: Callable[[int, Weights], None],
) -> None:
    """Train `weights` in place, except for the embeddings."""
    torch.manual_seed(plan.seed)
    chance = random.Random(plan.seed)
    trained = [value for name, value in weights.items() if not name.startswith(EMBEDDINGS)]
    for value in trained:
        value.requires_grad_()
    optimiser = torch.optim.AdamW(
        [
            {"params": [one for one in trained if one.dim() > 1], "weight_decay": _DECAY},
            {"params": [one for one in trained if one.dim() == 1], "weight_decay": 0.0},
        ],
        lr=plan.rate,
        betas=(0.9, 0.98),
    )
    encode = Encoder()
    began, seen, losses = time.monotonic(), 0, [0.0]
    for number in range(plan.passes):
        batches = list(_batches(rows_of_a_pass(data, plan.seed + number), encode, chance))
        for at, (rows, encoded) in enumerate(batches):
            done = (number + at / len(batches)) / plan.passes
            for group in optimiser.param_groups:
                group["lr"] = plan.rate * _schedule(done)
            loss = _loss(weights, rows, encoded, plan.dropout)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(trained, _CLIP)
            optimiser.step()
            seen += len(rows)
            losses.append(loss.item())
            if at % 200 == 199:
                mean = sum(losses[-200:]) / len(losses[-200:])
                speed = seen / (time.monotonic() - began)
                say(f"pass {number + 1}, {done:.3f} done: loss {mean:.4f}, {speed:.0f} rows/s")
        after_pass(number + 1, weights)


def save(weights: Weights, path: Path) -> None:
    """Write the trained weights in half precision, without the packaged model's embeddings."""
    trained = {
        name: value.detach().half().contiguous()
        for name, value in weights.items()
        if not name.startswith(EMBEDDINGS)
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(trained, path)


class Encoder:
    """The tokens of texts."""

    def __init__(self) -> None:
        """Load the packaged tokenizer. Raise ModelUnavailable."""
        self._tokenizer = tokenizer()

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[Encoded]:
        """Return ids and kinds of each pair."""
        return [(one.ids, one.type_ids) for one in self._tokenizer.encode_batch(list(pairs))]


def _batches(
    rows: Sequence[Row], encode: Encoder, chance: random.Random
) -> Iterator[tuple[list[Row], list[Encoded]]]:
    """Yield batches of rows of like length, in a shuffled order."""
    encoded = encode([(row.evidence, row.sentence) for row in rows])
    order = list(range(len(rows)))
    found: list[list[int]] = []
    chunk = _SORTED * 40
    for start in range(0, len(order), chunk):
        some = sorted(order[start : start + chunk], key=lambda at: len(encoded[at][0]))
        batch: list[int] = []
        for at in some:
            if batch and len(encoded[at][0]) * (len(batch) + 1) > _TOKENS:
                found.append(batch)
                batch = []
            batch.append(at)
        found.append(batch)
    chance.shuffle(found)
    for batch in found:
        yield [rows[at] for at in batch], [encoded[at] for at in batch]


def _loss(
    weights: Weights, rows: Sequence[Row], encoded: Sequence[Encoded], dropout: float
) -> torch.Tensor:
    """Cross entropy of the verdicts that may be right, and of the answers."""
    fast = multiplies_in_bfloat16()
    model = CheckerModel(
        {name: value.bfloat16() for name, value in weights.items()} if fast else weights
    )
    verdict, answer = model(batch_of(encoded), dropout)
    probabilities = torch.log_softmax(verdict, dim=-1)
    may = torch.full_like(probabilities, -math.inf)
    judged = torch.tensor([bool(row.verdicts) for row in rows])
    for at, row in enumerate(rows):
        for right in row.verdicts or (0,):
            may[at, right] = 0.0
    said = -torch.logsumexp(probabilities + may, dim=-1)
    asked = torch.tensor([row.answers is not None for row in rows])
    target = torch.tensor([float(bool(row.answers)) for row in rows])
    answered = torch.nn.functional.binary_cross_entropy_with_logits(
        answer, target, reduction="none"
    )
    total = (said * judged).sum() + _ANSWERS * (answered * asked).sum()
    return torch.as_tensor(total / len(rows))


def _schedule(done: float) -> float:
    """The share of the highest rate: up in a line, then down in half a cosine."""
    if done < _WARM:
        return done / _WARM
    return 0.5 * (1 + math.cos(math.pi * (done - _WARM) / (1 - _WARM)))
