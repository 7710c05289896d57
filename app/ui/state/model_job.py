"""Testing a chat model, or switching to it, in the background. Nothing here draws."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from app.models.chat_models import chat_model
from app.models.probe import probe
from app.ui.state.jobs import Job
from vectorstore.errors import ModelUnavailable

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

UseModel = Callable[[str, "BaseChatModel | None"], None]


class ModelJob(Job):
    """Loads a model, then tests it or passes it to `use`. `result` is a sentence on the outcome.

    A failure, or a stop, changes nothing.
    """

    def __init__(
        self, name: str, loaded: "BaseChatModel | None" = None, use: UseModel | None = None
    ) -> None:
        """Start at once. `loaded` is the model itself, if it is in memory already."""
        self.name = name
        self.stage = "Loading the model"
        self.result = ""
        self._loaded = loaded
        self._use = use
        self._started = time.monotonic()
        super().__init__()

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self._started

    def _work(self) -> None:
        try:
            self._try()
        except ModelUnavailable as error:
            self.error = "" if self._stopped.is_set() else str(error)
        if self._stopped.is_set() and not self.result:
            self.error = "Stopped. Nothing was changed."

    def _try(self) -> None:
        stopped = self._stopped.is_set
        model = self._loaded or (chat_model(self.name, stopped) if self.name else None)
        if stopped():
            return
        if self._use:
            self._use(self.name, model)
            who = f"{self.name} writes the answers" if self.name else "answers quote the sources"
            self.result = f"From now on, {who}, in all tabs and on the command line."
        elif model:
            self.stage = "Waiting for a reply"
            greeting = probe(model, stopped)
            if not stopped():
                reply = f"“{greeting.reply}”" if greeting.reply else "with an empty reply"
                self.result = f"It answered {reply} after {greeting.seconds:.1f} seconds."


@dataclass
class ModelChoiceState:
    """The choice of a model in one tab: the models that Ollama listed, and the running job."""

    ollama_models: list[str] = field(default_factory=list)
    error: str = ""
    job: ModelJob | None = None

    @property
    def busy(self) -> bool:
        """Whether a model is being tested or put to use."""
        return self.job is not None and not self.job.done
