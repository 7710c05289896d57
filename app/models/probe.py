"""Is a chat model there? It is asked for one short word, and nothing of the library is sent.

A model in, its reply and the time it took out. What it says is only shown, not judged.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import HumanMessage

from app.generation.reasoning import ReasoningFilter
from app.generation.streaming import StreamTimeouts, stream_with_timeout
from prompts import prompt
from vectorstore.errors import ModelUnavailable

# Ollama first loads a model that is asked; a model that reasons does so before its word.
_PATIENCE = StreamTimeouts(first_piece=90.0, between_pieces=20.0, total=120.0, attempts=1)
_ENOUGH = 60  # characters


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a model replied (on one line, cut short), and the seconds until its first sign."""

    reply: str
    seconds: float


def greet(model: BaseChatModel, stopped: Callable[[], bool] = lambda: False) -> Greeting:
    """Ask a model for one word; raises ModelUnavailable with what is the matter."""
    begun = time.monotonic()
    first = 0.0
    reasoning, said = ReasoningFilter(), ""
    for piece in stream_with_timeout(model, [HumanMessage(prompt("greeting"))], stopped, _PATIENCE):
        first = first or time.monotonic() - begun
        part = reasoning.feed(piece)
        said = part if reasoning.restarted else said + part
        if len(said) > _ENOUGH:
            break
    else:
        said += reasoning.finish()
    if not first and not stopped():
        raise ModelUnavailable(
            "The model was reached but wrote nothing: check its name, or choose another."
        )
    reply = " ".join(said.split())
    return Greeting(reply if len(reply) <= _ENOUGH else reply[:_ENOUGH].rstrip() + " …", first)
