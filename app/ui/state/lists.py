"""What a tab remembers of its two lists: conversations in the sidebar, sources in the Library."""

from dataclasses import dataclass

from vectorstore.storage.conversations import RemovedAnswers
from vectorstore.storage.usage import CitingQuestion


@dataclass
class ConversationListState:
    """The sidebar of a tab: its search, and what was deleted last while that can be undone."""

    query: str = ""
    deleted: RemovedAnswers | None = None


@dataclass(frozen=True, slots=True)
class InvalidDetails:
    """Details of a source that could not be saved: a sentence per field, or one for all."""

    source_id: str
    fields: dict[str, str]
    reason: str


@dataclass
class SourceListState:
    """The list of sources in a tab, until the next action there.

    `actions` counts the actions. `uses` holds a source's id and the answers that cite it, `error`
    a sentence for the page.
    """

    actions: int = 0
    invalid: InvalidDetails | None = None
    uses: tuple[str, list[CitingQuestion]] | None = None
    error: str = ""
