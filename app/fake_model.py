"""A chat model that says what it was told to say: for tests, and for trying the window."""

from collections.abc import Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult


class FakeChatModel(BaseChatModel):
    """Says what it was told to say, a few characters at a time; deterministic.

    `breaks_after` makes it fail after so many pieces, as a server that goes down would.
    """

    says: str
    breaks_after: int | None = None
    piece: int = 4

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
        if self.breaks_after == 0:
            raise ConnectionError("the server went away")
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=self.says))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        for number, first in enumerate(range(0, len(self.says), self.piece)):
            if number == self.breaks_after:
                raise ConnectionError("the server went away")
            text = self.says[first : first + self.piece]
            yield ChatGenerationChunk(message=AIMessageChunk(content=text))
