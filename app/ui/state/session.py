"""What one browser tab is doing, and the one assistant that all tabs share."""

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import streamlit as st
from langchain_core.language_models import BaseChatModel

from app.answering.assistant import Assistant
from app.audit.bundle import as_file, as_values
from app.audit.capture import retrace
from app.draft_check.records import Report
from app.service.bootstrap import build_assistant, open_library, remember_model
from app.service.remote import Door, close_door, open_door
from app.service.settings import read_settings
from app.suggestions.suggestions import Suggestions
from app.ui.state.evidence_view import Address, Viewing
from app.ui.state.ingest_job import IntakeJob
from app.ui.state.jobs import AnswerJob, CheckJob
from app.ui.state.model_job import Choosing
from ingest.progress import Change
from vectorstore.errors import BadInput, KakehashiError, ModelUnavailable
from vectorstore.records import EVERYTHING, Answer, Scope, Turn
from vectorstore.storage.conversations import Conversations, Forgotten, Rating, new_conversation
from vectorstore.storage.usage import Use

LOOPBACK = ("127.0.0.1", "localhost", "::1")  # only this machine reaches these
_PATIENCE = 0.3  # seconds; a quoted answer is whole by then and can be drawn at once


@dataclass(slots=True)
class Window:
    """The assistant, and a sentence on what is amiss with it (empty if nothing).

    `door` lets the command line and other programs of this user in; `web_pages` says whether
    pages are fetched from the web; `private` that no other machine can reach the window.
    """

    assistant: Assistant
    notice: str
    door: Door
    web_pages: bool
    private: bool
    _choosing: threading.Lock = field(default_factory=threading.Lock)

    def use(self, name: str, model: BaseChatModel | None) -> None:
        """Let another model write in all tabs from now on, or none; it is remembered.

        What is being answered is finished by the one that began it. Raises BadInput where a
        setting names the model.
        """
        with self._choosing:
            library = self.assistant.library
            remember_model(library, name)
            self.assistant = Assistant(library, model, name) if model else Assistant(library)
            self.notice = ""


@st.cache_resource(show_spinner=False)
def window() -> Window:
    """The assistant of this process; raises KakehashiError if the library cannot be opened."""
    host, port = st.get_option("server.address"), st.get_option("server.port")
    library = open_library(holder=f"the window at http://{host or '127.0.0.1'}:{port}")
    door = open_door(library.folder, f"http://127.0.0.1:{port}")
    allowed = read_settings().web_pages
    private = host in LOOPBACK
    web_pages = private if allowed is None else allowed
    try:
        return Window(build_assistant(library), "", door, web_pages, private)
    except ModelUnavailable as error:
        notice = f"{error} Until then, the sources’ own words are quoted."
        return Window(Assistant(library), notice, door, web_pages, private)


def close() -> None:
    """Close the library, so that it need not be looked at closely the next time."""
    with suppress(KakehashiError):
        library = window().assistant.library
        close_door(library.folder)
        library.close()


def warm() -> None:
    """Get ready for the first question; a failure is told when the page is drawn."""
    try:
        library = window().assistant.library
        library.searcher.warm()
        library.renew()  # a change of embedding model, beside the questions
    except KakehashiError:
        return


@st.cache_resource(show_spinner=False)
def warm_for_documents() -> None:
    """Load in the background, once, what the first document would wait for."""
    embeddings = window().assistant.library.embeddings
    threading.Thread(target=embeddings.warm, kwargs={"documents": True}, daemon=True).start()


@st.cache_resource(show_spinner=False)
def suggestions() -> Suggestions:
    """Questions worth asking of the library, which all tabs share."""
    return Suggestions(window().assistant.library)


@dataclass
class Listing:
    """What this tab was told about the list of sources, until the next thing is done there.

    `acts` counts what was done. `wrong` is what could not be saved: the id, by field and as a
    whole; `uses` the answers that cite a source: its id and they; `error` a sentence.
    """

    acts: int = 0
    wrong: tuple[str, dict[str, str], str] | None = None
    uses: tuple[str, list[Use]] | None = None
    error: str = ""


@dataclass
class Session:
    """One tab. Everything that must survive a restart is in the catalog, not here.

    `drawn` is what is drawn of each turn, with what it was made of; `scope` is what the questions
    that follow are asked of; `taken_out` an answer that was taken out, while that can be undone;
    `dialog` draws the dialog that is open: also when the page is drawn anew for another reason.
    `changes` is what the last intake brought, until it is closed; `refused` a question that could
    not be asked and goes back into its field. `draft` is the text of the Check page, `drafts` how
    often it came from elsewhere than its field, `report` what checking it gave, at the library’s
    revision `checked`: it is dropped when that changes, for it has words of the sources.
    `forgotten` is the conversation that was deleted last, for as long as that can be undone,
    `looked_for` what conversations are searched for, `views` what was open beside each when it was
    left. `address` is what the window’s address says is looked at, `addressed` when that was
    written.
    """

    assistant: Assistant
    conversation_id: str = field(default_factory=new_conversation)
    turns: list[Answer] = field(default_factory=list)
    ratings: list[Rating | None] = field(default_factory=list)
    drawn: dict[int, tuple[Any, dict[str, Any]]] = field(default_factory=dict)
    scope: Scope = EVERYTHING
    taken_out: Forgotten | None = None
    dialog: Callable[[], None] | None = None
    answering: AnswerJob | None = None
    intake: IntakeJob | None = None
    changes: list[Change] | None = None
    viewing: Viewing | None = None
    address: Address = ("", "", "")
    addressed: float = float("-inf")
    listing: Listing = field(default_factory=Listing)
    forgotten: Forgotten | None = None
    looked_for: str = ""
    views: dict[str, Viewing | None] = field(default_factory=dict)
    error: str = ""
    refused: str = ""
    uploads: int = 0
    revision: int = 0
    draft: str = ""
    drafts: int = 0
    checking: CheckJob | None = None
    report: Report | None = None
    checked: int = 0
    choosing: Choosing = field(default_factory=Choosing)

    @property
    def conversations(self) -> Conversations:
        """The conversations of the library."""
        return Conversations(self.assistant.library.database)

    def ask(self, question: str, *, alone: bool = False, before: int | None = None) -> None:
        """Begin to answer a question; one that is `alone` leans on nothing said before.

        `before` is the number of the turn in whose place it is asked: only what was said before
        that is known to it. Its answer comes last all the same, for nothing is overwritten.
        """
        if self.answering and not self.answering.done:
            self.refused = question
            self.error = "An answer is being given: ask when it is there, or stop it."
            return
        self.error, self.taken_out = "", None
        history = [] if alone else said_in(self.turns[:before])
        self.answering = AnswerJob(
            self.assistant, self.conversation_id, question, history, self.scope
        )
        st.query_params["conversation"] = self.conversation_id
        self.answering.wait(_PATIENCE)
        self.settle()

    def rate(self, number: int, rating: Rating | None) -> None:
        """Keep what the reader thinks of an answer."""
        if self._still_there(number):
            self.conversations.rate(self.conversation_id, number, rating)
            self.ratings[number] = rating

    def forget(self, number: int) -> None:
        """Take an answer out of the conversation; it can be put back until something is asked."""
        if self._still_there(number):
            self.taken_out = self.conversations.forget(self.conversation_id, number)
            self._read()

    def _still_there(self, number: int) -> bool:
        """Whether an answer still has its place: another tab may have taken one out."""
        shown = [(one.question, one.text) for one in self.turns]
        self._read()
        kept = [(one.question, one.text) for one in self.turns]
        if kept[number : number + 1] == shown[number : number + 1]:
            return True
        self.error = "The conversation was changed in another tab: this is how it is now."
        return False

    def close_dialog(self) -> None:
        """The open dialog was closed, or has done what it was for."""
        self.dialog = None

    def remember(self) -> None:
        """Put back the answer that was taken out."""
        if self.taken_out:
            self.conversations.put_back(self.taken_out)
            self.taken_out = None
            self._read()

    def _read(self) -> None:
        """The conversation as it is kept; one that is not kept any more is empty."""
        self.drawn, self.dialog = {}, None
        try:
            self.turns = self.conversations.answers(self.conversation_id)
            self.ratings = self.conversations.ratings(self.conversation_id)
        except BadInput:
            self.turns, self.ratings = [], []

    def audit(self, answer: Answer) -> Callable[[], bytes]:
        """What makes the audit bundle of an answer of this conversation when it is called.

        The answer is read again then: a source may have been removed since it was drawn.
        """
        number = self.turns.index(answer)
        assistant, conversations = self.assistant, self.conversations
        conversation_id = self.conversation_id

        def make() -> bytes:
            answers = conversations.answers(conversation_id)
            if [one.question for one in answers[number : number + 1]] != [answer.question]:
                raise BadInput("This answer is no longer there: load the page again.")
            told = conversations.times(conversation_id)[number]
            before = said_in(answers[:number])
            return as_file(as_values(retrace(assistant, answers[number], before, told)))

        return make

    def take_in(
        self,
        files: Sequence[tuple[str, bytes]] = (),
        question: str = "",
        address: str = "",
        paths: Sequence[Path] = (),
        again: Sequence[str] = (),
    ) -> None:
        """Begin to take in what is given, or with nothing the sources folder; then ask.

        `paths` are files elsewhere on this machine, `again` files of the folder to be tried again.
        """
        self.error = ""
        self.changes = None
        self.intake = IntakeJob(self.assistant, files, question, address, paths, again)

    def check(self, text: str, name: str = "", content: bytes = b"") -> None:
        """Begin to check a text, or the text of a file."""
        self.error, self.report, self.draft = "", None, text
        self.checked = self.assistant.library.revision
        self.checking = CheckJob(self.assistant, text, name, content)
        self.checking.wait(_PATIENCE)
        self.settle()

    def settle(self) -> None:
        """Take over what a job has brought, if it has ended, and what others have changed."""
        revision = self.assistant.library.revision
        if revision != self.revision and not self.answering:
            self.revision = revision  # a source was changed or removed: its citations say so
            self.views = {
                key: view and replace(view, quote="", trail=()) for key, view in self.views.items()
            }
            self._read()
        if self.answering and self.answering.done:
            self.error = self.answering.error
            if self.answering.answer:
                self._read()  # as it is kept: a source may have been removed meanwhile
            else:
                self.refused = self.answering.question
            self.answering = None
        if self.checking and self.checking.done:
            self.error, self.report = self.checking.error, self.checking.report
            if self.checking.text != self.draft:  # it came in a file
                self.draft, self.drafts = self.checking.text, self.drafts + 1
            self.checking = None
        if self.report and self.checked != revision:
            self.report = None
            self.error = "The library has changed since the text was checked: check it again."
        if self.intake and self.intake.done:
            self.error, self.changes = self.intake.error, self.intake.news
            question, self.intake = self.intake.question, None
            if question and not self.error:
                self.ask(question)

    def open(self, conversation_id: str) -> None:
        """Go to a conversation, or to a new one if this is none."""
        self.views[self.conversation_id] = self.viewing
        self.viewing = self.views.get(conversation_id)
        self.turns, self.ratings, self.drawn = [], [], {}
        self.answering, self.taken_out, self.error = None, None, ""
        self.dialog = None
        self.scope = EVERYTHING
        self.conversation_id = conversation_id or new_conversation()
        if not conversation_id:
            st.query_params.pop("conversation", None)
            return
        try:
            self.turns = self.conversations.answers(conversation_id)
            self.ratings = self.conversations.ratings(conversation_id)
            st.query_params["conversation"] = conversation_id
        except BadInput as error:
            self.open("")
            self.error = str(error)
        if self.turns:
            self.scope = self.turns[-1].scope


def said_in(answers: Sequence[Answer]) -> list[Turn]:
    """What was said in these answers and their questions, in order."""
    return [
        turn
        for answer in answers
        for turn in (
            Turn("user", answer.question, alone=answer.query == answer.question),
            Turn("assistant", answer.text),
        )
    ]


def session() -> Session:
    """The session of this tab, made from its address when it is new."""
    if "session" not in st.session_state:
        new = Session(window().assistant)
        query = st.query_params
        if "conversation" in query:
            new.open(query["conversation"])
        st.session_state["session"] = new
    found: Session = st.session_state["session"]
    found.assistant = window().assistant  # another model may have been chosen, in any tab
    found.settle()
    asked = st.query_params.get("conversation", found.conversation_id)
    if asked != found.conversation_id and not found.answering:  # back, forward, another address
        found.open(asked)
    return found
