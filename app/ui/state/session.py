"""The state of one browser tab, in parts with one concern each."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import streamlit as st

from app.answering.assistant import Assistant
from app.ui.state.conversation import OpenConversation, stored_conversation
from app.ui.state.draft_check import DraftState
from app.ui.state.evidence_view import EvidenceState
from app.ui.state.ingest_job import IngestRequest, IngestState
from app.ui.state.lists import ConversationListState, SourceListState
from app.ui.state.model_job import ModelChoiceState
from app.ui.state.shared import shared
from vectorstore.errors import BadInput
from vectorstore.storage.conversations import Conversations, Rating


@dataclass
class Session:
    """One tab. Whatever must survive a restart is in the catalog, not here.

    `assistant` is the one that all tabs share. `error` is a sentence for the page, or empty;
    `revision` the library's revision at the last run.
    """

    assistant: Assistant
    conversation: OpenConversation
    evidence: EvidenceState = field(default_factory=EvidenceState)
    draft: DraftState = field(default_factory=DraftState)
    ingest: IngestState = field(default_factory=IngestState)
    conversation_list: ConversationListState = field(default_factory=ConversationListState)
    source_list: SourceListState = field(default_factory=SourceListState)
    model_choice: ModelChoiceState = field(default_factory=ModelChoiceState)
    error: str = ""
    revision: int = 0

    @property
    def conversations(self) -> Conversations:
        """The stored conversations of the library."""
        return Conversations(self.assistant.library.database)

    def titles(self, ids: Collection[str]) -> dict[str, str]:
        """Return the titles of sources by id; one that was removed says so instead."""
        found = self.assistant.library.catalog.titles(ids)
        return {one: found.get(one, "a removed source") for one in ids}

    @contextmanager
    def showing_errors(self) -> Iterator[None]:
        """Show a BadInput raised inside as the error of the page."""
        try:
            yield
        except BadInput as error:
            self.error = str(error)

    def open_conversation(self, conversation_id: str) -> None:
        """Go to a stored conversation, or to a new one if the id is empty or unknown."""
        self.evidence.switch_conversation(self.conversation.id, conversation_id)
        self.error = ""
        if not conversation_id:
            self.conversation = OpenConversation(self.conversations)
            st.query_params.pop("conversation", None)
            return
        try:
            self.conversation = stored_conversation(self.conversations, conversation_id)
        except BadInput as error:
            self.open_conversation("")
            self.error = str(error)
        else:
            st.query_params["conversation"] = conversation_id

    def ask(self, question: str, *, alone: bool = False, before: int | None = None) -> None:
        """Start to answer a question; see `OpenConversation.ask`."""
        self.error = ""
        with self.showing_errors():
            self.conversation.ask(self.assistant, question, alone=alone, before=before)
            st.query_params["conversation"] = self.conversation.id
            self.update()

    def rate(self, number: int, rating: Rating | None) -> None:
        """Save the reader's rating of an answer."""
        with self.showing_errors():
            self.conversation.rate(number, rating)

    def remove_answer(self, number: int) -> None:
        """Remove an answer from the conversation."""
        with self.showing_errors():
            self.conversation.remove(number)

    def add_documents(self, request: IngestRequest) -> None:
        """Start to add documents."""
        self.error = ""
        self.ingest.start(self.assistant, request)

    def check(self, text: str, file: tuple[str, bytes] | None = None) -> None:
        """Start to check a text, or the text of a file, given by its name and content."""
        self.error = ""
        self.draft.check(self.assistant, text, file)
        self.update()

    def update(self) -> None:
        """Take over the results of jobs that have ended, and what others changed meanwhile."""
        revision = self.assistant.library.revision
        if revision != self.revision and not self.conversation.job:
            self.revision = revision
            self.evidence.drop_quotes()
            self.conversation.reload()  # citations say if their source was changed or removed
        if (answering := self.conversation.job) and answering.done:
            self.error = self.conversation.finish(answering)
        if (checking := self.draft.job) and checking.done:
            self.error = self.draft.finish(checking)
        if self.draft.drop_outdated_report(revision):
            self.error = "The library has changed since this text was checked: check it again."
        if (ingesting := self.ingest.job) and ingesting.done:
            self.error = self.ingest.finish(ingesting)
            if ingesting.question and not self.error:
                self.ask(ingesting.question)


def current_session() -> Session:
    """Return the session of this tab; a new one opens the conversation that the URL names."""
    assistant = shared().assistant  # another model may have been chosen in any tab
    if "session" not in st.session_state:
        store = Conversations(assistant.library.database)
        new = Session(assistant, OpenConversation(store))
        if "conversation" in st.query_params:
            new.open_conversation(st.query_params["conversation"])
        st.session_state["session"] = new
    session: Session = st.session_state["session"]
    session.assistant = assistant
    session.update()
    requested = st.query_params.get("conversation", session.conversation.id)
    if requested != session.conversation.id and not session.conversation.job:
        session.open_conversation(requested)  # back, forward or another link
    return session
