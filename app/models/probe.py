"""Tests a chat model by asking for one short word, without sending anything of the library."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_core.messages import HumanMessage

from app.generation.reasoning import ReasoningFilter
from app.generation.streaming import StreamTimeouts, stream_with_timeout
from prompts import prompt
from vectorstore.errors import ModelUnavailable

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

# Judged: Ollama first loads the model, and a reasoning model reasons before its reply.
_TIMEOUTS = StreamTimeouts(first_piece=90.0, between_pieces=20.0, total=120.0, attempts=1)
_LONGEST_REPLY = 60  # characters; judged: fits on one line


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """A model's reply (on one line, shortened), and the seconds until its first token."""

    reply: str
    seconds: float


def probe(model: "BaseChatModel", stopped: Callable[[], bool] = lambda: False) -> ProbeResult:
    """Ask a model for one word; raises ModelUnavailable, which says what is wrong."""
    begun = time.monotonic()
    first = 0.0
    reasoning, said = ReasoningFilter(), ""
    for piece in stream_with_timeout(model, [HumanMessage(prompt("greeting"))], stopped, _TIMEOUTS):
        first = first or time.monotonic() - begun
        part = reasoning.feed(piece)
        said = part if reasoning.restarted else said + part
        if len(said) > _LONGEST_REPLY:
            break
    else:
        said += reasoning.finish()
    if not first and not stopped():
        raise ModelUnavailable(
            "The model was reached but wrote nothing: check its name, or choose another."
        )
    reply = " ".join(said.split())
    return ProbeResult(
        reply if len(reply) <= _LONGEST_REPLY else reply[:_LONGEST_REPLY].rstrip() + " …", first
    )
