"""The models that people use, by name: what each reads, what its outputs mean, where it is.

The facts are in `data/models.toml`, with their sources. What is not known is None or empty; code
then does what it does for a model that is not listed here.
"""

import difflib
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from vectorstore.errors import BadInput

Role = Literal["checker", "embedding", "reranker"]
ROLES: tuple[Role, ...] = get_args(Role)
MANY_LANGUAGES = "mul"
"""Among `languages`: many more than those named (ISO 639-2)."""
_FILE = Path(__file__).with_name("data") / "models.toml"
_NEAR = 0.75  # judged: a letter or two differ
_SLOT = re.compile(r"\{(evidence|claim)\}")


@dataclass(frozen=True, slots=True)
class RegisteredModel:
    """A model of the registry; the fields are explained in `data/models.toml`.

    `hub` is empty for the model that comes along, `revision` and `sha256` where none is published.
    """

    name: str
    role: Role
    about: str
    hub: str = ""
    packaged: bool = False
    revision: str = ""
    weights: str = ""
    sha256: str = ""
    safetensors_revision: str = ""
    parameters: int | None = None
    megabytes: int | None = None
    licence: str = ""
    languages: tuple[str, ...] = ()
    template: str = ""
    supports: int | None = None
    contradicts: int | None = None
    chunk: int | None = None
    chunk_unit: Literal["tokens", "words"] = "tokens"
    longest_input: int | None = None
    threshold: float | None = None
    query_prompt: str = ""
    document_prompt: str = ""
    figure: str = ""
    figure_source: str = ""

    @property
    def pickled(self) -> bool:
        """Whether the weights are published as a pickle, which may run code when it is read."""
        return self.weights.endswith((".bin", ".pt", ".pth", ".ckpt"))

    @property
    def english_only(self) -> bool:
        """Whether the model is known to read English alone."""
        return self.languages == ("en",)

    def filled_in(self, evidence: str, claim: str) -> str | tuple[str, str]:
        """Return what the model reads: a pair, or one text if the model has a template.

        >>> RegisteredModel("x", "checker", "", template="{evidence} So {claim}?").filled_in(
        ...     "{claim}", "rain"
        ... )
        '{claim} So rain?'
        """
        if not self.template:
            return evidence, claim
        texts = {"evidence": evidence, "claim": claim}
        return _SLOT.sub(lambda slot: texts[slot[1]], self.template)


@cache
def registered_models() -> tuple[RegisteredModel, ...]:
    """Return every model of the registry, in the order of the file."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8"))["model"]
    return tuple(
        RegisteredModel(**{**row, "languages": tuple(row.get("languages", ()))}) for row in rows
    )


def find_model(name: str) -> RegisteredModel | None:
    """Return the model with a name, or with an id on the hub, whatever the case; None if none."""
    wanted = name.lower()
    return next(
        (one for one in registered_models() if wanted in (one.name.lower(), one.hub.lower())), None
    ) if name else None  # fmt: skip


def require_model(name: str) -> RegisteredModel:
    """Return the model with a name or an id on the hub; raise BadInput, which suggests others."""
    found = find_model(name)
    if found:
        return found
    names = [one.name for one in registered_models()]
    near = [one for one in names if _nearness(name.lower(), one.lower()) >= _NEAR]
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(names)}."
    raise BadInput(f"There is no model “{name}” in the list: {hint}")


def _nearness(name: str, other: str) -> float:
    """Return how alike a name and another, or the beginning or a part of that, are; 0 to 1."""
    parts = (other, other[: len(name)], *other.split("-"))
    return max(difflib.SequenceMatcher(None, name, part).ratio() for part in parts)
