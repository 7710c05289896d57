"""A chat model that returns a given text, for tests and for trying the window."""

import threading
import time
from collections.abc import Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from pydantic import Field


class FakeChatModel(BaseChatModel):
    """Returns the text `says`, a few characters at a time; deterministic.

    `breaks_after` makes it fail after so many pieces, like a server that goes down, for the first
    `breaks` calls; `hangs_after` makes it fall silent after so many pieces, for `hangs` seconds,
    and `hanging` is set before it does. `asked` keeps the messages of each call.
    """

    says: str
    breaks_after: int | None = None
    breaks: int = 1_000_000
    hangs_after: int | None = None
    hangs: float = 30.0
    hanging: threading.Event = Field(default_factory=threading.Event)
    piece: int = 4
    asked: list[list[BaseMessage]] = Field(default_factory=list)

    @property
    def _llm_type(self) -> str:
        return "fake"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        text = "".join(str(chunk.text) for chunk in self._stream(messages))
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=text))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        self.asked.append(messages)
        breaks_after = self.breaks_after if len(self.asked) <= self.breaks else None
        for number, first in enumerate(range(0, len(self.says), self.piece)):
            if number == breaks_after:
                raise ConnectionError("the server went away")
            if number == self.hangs_after:
                self.hanging.set()
                time.sleep(self.hangs)
            text = self.says[first : first + self.piece]
            yield ChatGenerationChunk(message=AIMessageChunk(content=text))
