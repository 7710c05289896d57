"""A loaded entailment model: how evidence and claim are put to it, and what its outputs mean.

The configuration of a model says which output means what. For the models of the registry, that also
says what to do where the configuration is silent, how the input looks, how much the model reads at
once, and which probability counts as support.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vectorstore.encoders.evidence_chunks import evidence_chunks
from vectorstore.encoders.named_models import NamedModel, load_named
from vectorstore.encoders.registry import RegisteredModel
from vectorstore.errors import ModelUnavailable

if TYPE_CHECKING:
    from sentence_transformers import CrossEncoder

FOLLOWS = 0.5  # probability; judged: more likely than not. Models of the registry have their own
BATCH = 4  # pairs in one forward pass; judged: a time limit holds only between batches
_FOLLOWS = re.compile(r"entail|support|consistent|faithful|attributable|true|yes")
_AGAINST = re.compile(r"contradict|refut")
_NOT = re.compile(r"^(?:not|non|no|un|in|un_?)[\s_-]?(?=\w{4})|^(?:not|non|neutral|false|no)\b")


@dataclass(frozen=True, slots=True)
class EntailmentScores:
    """The probability that a claim follows, and that it is contradicted; each 0 to 1.

    `against` is None if the model does not distinguish contradiction from neutral. `threshold` is
    the least `follows` that counts as support.
    """

    follows: float
    against: float | None
    threshold: float = FOLLOWS

    def joined(self, other: "EntailmentScores") -> "EntailmentScores":
        """Return the higher probability of each kind: the scores of two chunks of one premise."""
        against = [one for one in (self.against, other.against) if one is not None]
        return EntailmentScores(
            max(self.follows, other.follows), max(against, default=None), self.threshold
        )


@dataclass(frozen=True, slots=True)
class Labels:
    """Which output of a model means what; `follows` is None if its only output is a score."""

    follows: int | None
    against: int | None


def labels_of(names: dict[int, str]) -> Labels | None:
    """Return the meaning of a model's outputs by their names; None if the names do not tell.

    >>> labels_of({0: "contradiction", 1: "entailment", 2: "neutral"})
    Labels(follows=1, against=0)
    >>> labels_of({0: "not_entailment", 1: "entailment"})
    Labels(follows=1, against=None)
    """
    if len(names) == 1:
        return Labels(None, None)
    lower = {at: name.lower() for at, name in names.items()}
    against = [at for at, name in lower.items() if _AGAINST.search(name)]
    follows = [
        at for at, name in lower.items() if _FOLLOWS.search(name) and not _NOT.match(name)
        and at not in against
    ]  # fmt: skip
    if len(follows) != 1 or len(against) > 1:
        return None
    return Labels(follows[0], against[0] if against else None)


def load_pair_classifier(named: NamedModel) -> "PairClassifier":
    """Load a model; raise ModelUnavailable if it is none of pairs whose outputs have a meaning."""
    from sentence_transformers import CrossEncoder

    model: CrossEncoder = load_named(CrossEncoder, named, "checker")
    kinds = getattr(model.config, "architectures", None) or []
    labels = _labels(dict(getattr(model.config, "id2label", None) or {}), named.entry)
    if labels is None or not any("Classification" in kind for kind in kinds):
        raise ModelUnavailable(
            f"“{named.id}” is not an entailment model whose outputs are named like "
            "“entailment” and “contradiction”: name another in KAKEHASHI_ENTAILMENT, or none."
        )
    return PairClassifier(model, labels, named.entry)


class PairClassifier:
    """A loaded model, with what the registry says of it, if anything."""

    def __init__(
        self, model: "CrossEncoder", labels: Labels, entry: RegisteredModel | None
    ) -> None:
        """`labels` say what the outputs mean, `entry` is what the registry says, if anything."""
        self._model = model
        self._labels = labels
        self._entry = entry
        if entry and entry.longest_input:
            model.max_seq_length = entry.longest_input

    def chunks(self, premise: str) -> list[str]:
        """Return the parts of a premise that the model reads one by one."""
        if self._entry is None or self._entry.chunk is None:
            return [premise]
        size = _words if self._entry.chunk_unit == "words" else self._tokens
        return evidence_chunks(premise, self._entry.chunk, size)

    def scores(self, pairs: Sequence[tuple[str, str]]) -> list[EntailmentScores]:
        """Return the scores of pairs of evidence and claim."""
        import torch

        templated = self._entry is not None and bool(self._entry.template)
        rows: Any = self._templated(pairs) if templated else self._paired(pairs)
        one = self._labels.follows is None
        outputs = torch.sigmoid(rows) if one else torch.softmax(rows.float(), dim=-1)
        return [self._entailed(row.reshape(-1).tolist()) for row in outputs]

    def _paired(self, pairs: Sequence[tuple[str, str]]) -> Any:
        import torch

        return self._model.predict(
            list(pairs), batch_size=BATCH, show_progress_bar=False, convert_to_tensor=True,
            activation_fn=torch.nn.Identity(),
        )  # fmt: skip

    def _templated(self, pairs: Sequence[tuple[str, str]]) -> Any:
        """Return the outputs for single texts, which `CrossEncoder.predict` does not take."""
        import torch

        assert self._entry is not None
        texts = [self._entry.filled_in(evidence, claim) for evidence, claim in pairs]
        tokenizer: Any = self._model.tokenizer
        batch = tokenizer(
            texts, padding=True, truncation=True, max_length=self._model.max_seq_length,
            return_tensors="pt",
        )  # fmt: skip
        model: Any = self._model.eval().transformers_model
        with torch.inference_mode():
            return model(**batch).logits

    def _entailed(self, outputs: list[float]) -> EntailmentScores:
        labels = self._labels
        threshold = self._entry.threshold if self._entry else None
        return EntailmentScores(
            outputs[labels.follows or 0],
            None if labels.against is None else outputs[labels.against],
            FOLLOWS if threshold is None else threshold,
        )

    def _tokens(self, text: str) -> int:
        return len(self._model.tokenizer(text, add_special_tokens=False, verbose=False).input_ids)


def _words(text: str) -> int:
    return len(text.split())


def _labels(names: dict[int, str], entry: RegisteredModel | None) -> Labels | None:
    """Return the meaning of the outputs: by their names, else by the registry; None if neither."""
    labels = labels_of(names)
    if labels or entry is None or entry.supports is None or entry.supports >= len(names):
        return labels
    if entry.contradicts is not None and entry.contradicts >= len(names):
        return None
    return Labels(entry.supports, entry.contradicts)
