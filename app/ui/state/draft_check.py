"""The Check page of a tab: its text, the job that checks it, and the report."""

from dataclasses import dataclass

from app.answering.assistant import Assistant
from app.draft_check.checker import check_draft
from app.draft_check.records import DraftReport
from app.ui.state.jobs import Job, Stopped
from ingest.progress import Step
from ingest.reader_process import text_in


class CheckJob(Job):
    """Checks a text, or the text of a file, against the library.

    `file_text` is the text of the file, None without a file and until it is read; `report` is the
    result, None until the end.
    """

    def __init__(
        self, assistant: Assistant, text: str, file: tuple[str, bytes] | None = None
    ) -> None:
        """Start at once. A `file`, its name and content, is read like a document."""
        self.file_text: str | None = None
        self.step = Step(file[0] if file else "", 0, 0)
        self.report: DraftReport | None = None
        self._assistant = assistant
        self._text = text
        self._file = file
        super().__init__()

    def _work(self) -> None:
        text = self._text
        if self._file:
            text = self.file_text = text_in(*self._file)
        assistant = self._assistant
        self.report = check_draft(
            assistant.library,
            text,
            assistant.verifier,
            self._follow,
            assistant.second_reader,
            self._stopped.is_set,
        )

    def _follow(self, step: Step) -> None:
        self.step = step
        if self._stopped.is_set():
            raise Stopped


@dataclass
class DraftState:
    """What the Check page of one tab holds; nothing of it is stored.

    `report` belongs to the library's `revision`. `text_key` and `upload_key` number the widgets:
    a new number makes an empty one.
    """

    text: str = ""
    report: DraftReport | None = None
    job: CheckJob | None = None
    revision: int = 0
    text_key: int = 0
    upload_key: int = 0

    def check(self, assistant: Assistant, text: str, file: tuple[str, bytes] | None = None) -> None:
        """Start to check a text, or the text of a file, given by its name and content."""
        self.report, self.text = None, text
        self.revision = assistant.library.revision
        self.job = CheckJob(assistant, text, file)
        self.job.wait_briefly()

    def finish(self, job: CheckJob) -> str:
        """Take over the result of a job that has ended; return its error, or an empty string.

        What was typed during the check stays, unless the text of a file replaces it.
        """
        self.report, self.job = job.report, None
        if job.file_text is not None:
            self.text, self.text_key = job.file_text, self.text_key + 1
        return job.error

    def drop_outdated_report(self, revision: int) -> bool:
        """Drop a report that quotes an older state of the library; return whether it did."""
        if self.report is None or self.revision == revision:
            return False
        self.report = None
        return True
