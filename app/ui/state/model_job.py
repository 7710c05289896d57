"""Trying a chat model, or putting it to use, while the page goes on being drawn.

What the choice in the Settings page has come to is kept here, too; nothing here draws.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from langchain_core.language_models import BaseChatModel

from app.models.chat_models import chat_model
from app.models.probe import greet
from app.ui.state.jobs import Job
from vectorstore.errors import ModelUnavailable

Use = Callable[[str, BaseChatModel | None], None]


class ModelJob(Job):
    """Loads a model and greets it, or hands it over to `use`. `said` is what came of it.

    A failure, or a stop, leaves everything as it was.
    """

    def __init__(
        self, name: str, loaded: BaseChatModel | None = None, use: Use | None = None
    ) -> None:
        """`loaded` is the model itself, where it is there already."""
        self.name = name
        self.stage = "Loading the model"
        self.said = ""
        self._loaded = loaded
        self._use = use
        self._begun = time.monotonic()
        super().__init__()

    @property
    def seconds(self) -> float:
        """How long it has been at work."""
        return time.monotonic() - self._begun

    def _work(self) -> None:
        try:
            self._try()
        except ModelUnavailable as error:
            self.error = "" if self._stopped.is_set() else str(error)
        if self._stopped.is_set() and not self.said:
            self.error = "Stopped. Everything is as it was."

    def _try(self) -> None:
        halted = self._stopped.is_set
        model = self._loaded or (chat_model(self.name, halted) if self.name else None)
        if halted():
            return
        if self._use:
            self._use(self.name, model)
            who = f"{self.name} writes the answers" if self.name else "the sources are quoted"
            self.said = f"From now on {who}, in all tabs and on the command line."
        elif model:
            self.stage = "Waiting for a word of it"
            greeting = greet(model, halted)
            if not halted():
                word = f"“{greeting.reply}”" if greeting.reply else "without a word"
                self.said = f"It answered {word} after {greeting.seconds:.1f} seconds."


@dataclass
class Choosing:
    """Where the choice of a model stands in one tab: what Ollama told, and the job that goes on."""

    offered: list[str] = field(default_factory=list)
    trouble: str = ""
    job: ModelJob | None = None
