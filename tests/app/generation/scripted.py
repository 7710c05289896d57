"""A scripted model, because exact streams are what is tried; library and verifier are real."""

import re
from collections.abc import Iterator
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage

from app.answering.assistant import Assistant
from app.answering.events import Done, Event
from app.generation.context import build_context
from app.generation.streaming import StreamTimeouts
from app.generation.writer import write_answer
from app.models.fake_model import FakeChatModel
from vectorstore.library import Library
from vectorstore.ranking import Query
from vectorstore.records import Answer

WHO = "Who stood beside President Peña?"


LEE = "Beside President Peña stood Representative Lee I-yang (李逸洋), Taiwan’s de facto ambassador to Japan."


HASTY = StreamTimeouts(first_piece=0.3, between_pieces=0.3, total=60, attempts=3, backoff=0.01)


class Scripted(FakeChatModel):
    """Says `says` with the marker of the sentence that has these words in place of {words}."""

    def _stream(self, messages: list[BaseMessage], *rest: Any, **more: Any) -> Iterator[Any]:
        lines = str(messages[-1].content).split("\n")
        said = self.says
        for words in re.findall(r"\{(.+?)\}", said):
            number = next(line.split()[0] for line in lines if f"] {words}" in line)
            said = said.replace("{" + words + "}", number)
        self.asked.append(messages)
        yield from FakeChatModel(says=said, piece=self.piece)._stream(messages)


GOOD = LEE + " {Beside President}"


BAD = "Japan sold Taiwan 40 submarines. {Beside President}"


def asked(library: Library, says: str, **how: Any) -> tuple[Answer, list[Event]]:
    events = list(Assistant(library, Scripted(says=says, **how), "fake:test").stream(WHO))
    last = events[-1]
    assert isinstance(last, Done)
    return last.answer, events


def spoken(library: Library, model: BaseChatModel, **how: Any) -> list[Any]:
    """What `write` makes of a model, without drafts."""
    offered = build_context(library.search(Query(WHO), 8))
    found = write_answer(model, library, WHO, offered, timeouts=HASTY, **how)
    return [one for one in found if not isinstance(one, str)]
