"""The state of one browser tab, in parts with one concern each."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import streamlit as st

from app.answering.assistant import Assistant
from app.service import activity
from app.service.people import NEEDS, Role
from app.ui.state.answer_queue import AnswerQueue
from app.ui.state.conversation import OpenConversation, stored_conversation
from app.ui.state.draft_check import DraftState
from app.ui.state.evidence_view import EvidenceState
from app.ui.state.ingest_job import IngestRequest, IngestState
from app.ui.state.lists import ConversationListState, SourceListState
from app.ui.state.model_job import ModelChoiceState
from app.ui.state.outbox import SentQuestion
from app.ui.state.person import name_in_tab, person_named
from app.ui.state.shared import limits, shared, warm_up_for_documents
from vectorstore.errors import BadInput, KakehashiError
from vectorstore.records import ADDRESS
from vectorstore.storage.conversations import Conversations, new_conversation_id
from vectorstore.storage.questions import Question, Questions


@dataclass
class Session:
    """One tab. Whatever must survive a restart is in the catalog, not here.

    `assistant` and `queue` are those that all tabs share. `id` tells the tab which session it talks
    to; `at_start` is whether no conversation was chosen in it yet. `taken` holds the ids of the
    questions that this tab sent and that were accepted, `asked_in` those of their conversations;
    `moved` names the new conversation for a deleted one in which something was asked. `name` is
    that of the person who uses it, empty where the window is one person's own; `token` is one that
    was just made and not drawn yet, `tokens_made` counts them.
    `error` is a sentence for the page, or empty, and `click_error` one about the last click;
    `revision` is the library's revision at the last run.
    """

    assistant: Assistant
    queue: AnswerQueue
    conversation: OpenConversation
    evidence: EvidenceState = field(default_factory=EvidenceState)
    draft: DraftState = field(default_factory=DraftState)
    ingest: IngestState = field(default_factory=IngestState)
    conversation_list: ConversationListState = field(default_factory=ConversationListState)
    source_list: SourceListState = field(default_factory=SourceListState)
    model_choice: ModelChoiceState = field(default_factory=ModelChoiceState)
    taken: set[str] = field(default_factory=set)
    asked_in: set[str] = field(default_factory=set)
    moved: dict[str, str] = field(default_factory=dict)
    at_start: bool = True
    id: str = field(default_factory=new_conversation_id)
    error: str = ""
    click_error: str = ""
    revision: int = 0
    name: str = ""
    token: str = ""
    tokens_made: int = 0

    @property
    def conversations(self) -> Conversations:
        """The stored conversations of this person."""
        return Conversations(self.assistant.library.database, self.name)

    def may(self, role: Role) -> bool:
        """Whether this person has a role, or one that may do more, at this moment."""
        return person_named(self.name).role >= role

    def require(self, role: Role) -> None:
        """Raise BadInput unless this person has a role, or one that may do more."""
        if not self.may(role):
            raise BadInput(NEEDS[role])

    def note(self, did: str, what: str = "") -> None:
        """Note in the log of the window what this person did."""
        activity.note(self.assistant.library.folder, self.name, did, what)

    def titles(self, ids: Collection[str]) -> dict[str, str]:
        """Return the titles of sources by id; one that was removed says so instead."""
        found = self.assistant.library.catalog.titles(ids)
        return {one: found.get(one, "a removed source") for one in ids}

    def moved_to(self, conversation_id: str) -> str:
        """Return the conversation that took the place of a deleted one, or the same.

        The tab may still name the deleted one: it does so until it has received the new address.
        """
        new, there = self.moved.get(conversation_id), self.conversations.exists
        return new if new and there(new) and not there(conversation_id) else conversation_id

    def open_conversation(self, conversation_id: str) -> None:
        """Go to a stored conversation, or to a new one if the id is empty or unknown."""
        if not conversation_id:
            self.begin_conversation(new_conversation_id())
            return
        self.evidence.switch_conversation(self.conversation.id, conversation_id)
        self.error, self.at_start = "", False
        try:
            self.conversation = stored_conversation(
                self.conversations, self.conversation.address, conversation_id
            )
        except BadInput as error:
            self.open_conversation("")
            self.error = str(error)
        else:
            st.query_params["conversation"] = conversation_id

    def begin_conversation(self, conversation_id: str) -> None:
        """Go to a conversation that the tab has just begun; something may be asked in it by now."""
        if self.conversations.exists(conversation_id):
            self.open_conversation(conversation_id)
            return
        self.evidence.switch_conversation(self.conversation.id, "")
        self.error, self.at_start = "", False
        address = self.conversation.address
        self.conversation = OpenConversation(self.conversations, address, conversation_id)
        st.query_params.pop("conversation", None)

    def take(self, sent: Iterable[SentQuestion]) -> None:
        """Accept the questions that the tab sent, each once, however often it sends them."""
        for one in sent:
            if one.id in self.taken:
                continue
            try:
                self._accept(one)
            except KakehashiError as error:  # the catalog cannot be written: it is sent again
                self.error = str(error)
            else:
                self.taken.add(one.id)

    def _accept(self, sent: SentQuestion) -> None:
        if sent.seen == self.ingest.finished:  # else it was asked before that result was shown
            self.error, self.ingest.changes = "", None
        conversation = self.conversation
        here = sent.conversation
        mine = self.conversations.exists(here)
        whose = Conversations(self.assistant.library.database, owner=None)
        foreign = not mine and whose.exists(here)  # it was shared with this person
        if sent.fresh and not foreign and conversation.is_empty and self.at_start:
            conversation.id, conversation.scope = here, sent.scope  # as before a reload
        elif foreign or not (sent.fresh or mine):
            if not self.conversations.exists(self.moved.get(here, "")):
                self.moved[here] = new_conversation_id()
            here = self.moved[here]
            if sent.conversation == conversation.id:
                address = conversation.address
                self.conversation = conversation = OpenConversation(
                    self.conversations, address, here, scope=sent.scope
                )
            self.error = "This conversation is no longer there, so the question begins a new one."
        limits().take(self.name)
        question = Question(sent.id, here, sent.text, sent.alone, sent.before, sent.scope)
        self.asked_in.add(here)
        adding = self.ingest.job if self.ingest.job and not self.ingest.job.whole_folder else None
        # The model may have changed by the time that the question has its turn.
        if self.queue.ask(lambda: shared().assistant, question, adding, self.name):
            self._drop(here, sent.replaces)
        if sent.chosen and here != conversation.id:
            self.open_conversation(here)
        if here == self.conversation.id:
            self.conversation.removed = None
            if job := self.queue.job(here):
                job.wait_briefly()
            self.conversation.follow(self.queue)

    def busy(self) -> frozenset[str]:
        """Return the ids of the conversations in which something of this tab is being answered."""
        return frozenset(self.queue.busy() & self.asked_in)

    def _drop(self, conversation_id: str, question_id: str) -> None:
        """Delete a question without an answer if it is in this conversation of this person."""
        store = Questions(self.assistant.library.database)
        if self.conversations.exists(conversation_id) and question_id in [
            one.id for one in store.of(conversation_id)
        ]:
            self.queue.withdraw(question_id)

    def withdraw(self, question_id: str) -> None:
        """Delete a question of the open conversation that has no answer."""
        self._drop(self.conversation.id, question_id)
        self.conversation.follow(self.queue)
        if self.conversation.is_empty:
            st.query_params.pop("conversation", None)

    def add_documents(self, request: IngestRequest) -> None:
        """Start to add documents, unless this tab is adding some: that was a double click."""
        self.require(Role.ADMIN if request.paths else Role.EDITOR)
        if self.ingest.job:
            return
        self.error = ""
        warm_up_for_documents()  # while the first file is read
        self.ingest.start(self.assistant, request, self.name)

    def check(self, text: str, file: tuple[str, bytes] | None = None) -> None:
        """Start to check a text, or the text of a file, given by its name and content."""
        self.error = ""
        limits().take(self.name)
        self.draft.check(self.assistant, text, file)
        self.update()

    def update(self) -> None:
        """Take over the results of jobs that have ended, and what others changed meanwhile."""
        revision, was_shared = self.assistant.library.revision, self.conversation.read_only
        self.conversation.follow(self.queue)
        if was_shared and not self.conversations.readable(self.conversation.id):
            self.open_conversation("")
            self.error = "This conversation is no longer shared with you. Here is a new one."
        if revision != self.revision and not self.conversation.job:
            self.revision = revision
            self.evidence.drop_quotes()
            self.conversation.reload()  # citations say if their source was changed or removed
        if (checking := self.draft.job) and checking.done:
            self.error = self.draft.finish(checking) or self.error
        if self.draft.drop_outdated_report(revision):
            self.error = "The library has changed since this text was checked: check it again."
        if (ingesting := self.ingest.job) and ingesting.done:
            self.error = self.ingest.finish(ingesting) or self.error


def current_session() -> Session:
    """Return the session of this tab; a new one opens the conversation that the URL names."""
    assistant = shared().assistant  # another model may have been chosen in any tab
    name = person_named(name_in_tab()).name
    if "session" not in st.session_state or st.session_state["session"].name != name:
        store = Conversations(assistant.library.database, name)
        opened = OpenConversation(store, _own_address())
        new = Session(assistant, shared().queue, opened, name=name)
        if "conversation" in st.query_params:
            new.open_conversation(st.query_params["conversation"])
            new.at_start = True
        st.session_state["session"] = new
    session: Session = st.session_state["session"]
    session.assistant = assistant
    session.update()
    requested = session.moved_to(st.query_params.get("conversation", session.conversation.id))
    if requested != session.conversation.id:
        session.open_conversation(requested)  # back, forward or another link
    return session


def _own_address() -> str:
    """Return the address at which the browser has opened the window."""
    url = urlsplit(st.context.url or ADDRESS)
    return f"{url.scheme}://{url.netloc}"
