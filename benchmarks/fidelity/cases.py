"""Cases of documents that are hard to read, with what is right: tables in `cases/*.toml`.

A case names the row of the list that it stands for, the files of its library, what is done with
them, and what the result must have and lack. Files are looked up in the folders that are given.
"""

import json
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, Self, get_args

from app.answering.assistant import Assistant
from app.draft_check.checker import check_draft
from app.draft_check.records import DraftReport
from app.export.files import cited_sources, export
from app.export.formats import CITATION_STYLES, FORMATS
from ingest.sidecar import SIDECAR
from ingest.sync import sync
from vectorstore.encoders.embeddings import SentenceEmbeddings
from vectorstore.library import Library
from vectorstore.records import Answer, WarningKind

CASES = Path(__file__).with_name("cases")
DOCUMENTS = Path(__file__).parents[2] / "tests" / "documents"
Action = Literal["show", "ask", "check", "cite", "sources", "refuse"]
_DAY = date(2026, 1, 2)  # on which citations say that a page was read


@dataclass(frozen=True, slots=True)
class Case:
    """A case; `input` is a question, a draft, or a format or style of citations.

    `draft` names a file of a draft. `verdict` are the verdicts that are right for the first
    quotation of the draft or, if it has none, for its first sentence with a claim.
    """

    row: str
    files: tuple[str, ...]
    do: Action
    input: str = ""
    draft: str = ""
    has: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    verdict: tuple[str, ...] = ()
    warns: tuple[WarningKind, ...] = ()
    sibling: bool = False

    @property
    def name(self) -> str:
        """A line that tells the case apart."""
        what = " ".join(filter(None, (self.do, self.input or self.draft)))
        return f"{self.row}{'+' * self.sibling} {' '.join(self.files)}: {what}"


def cases(folder: Path = CASES) -> list[Case]:
    """Return all cases, those with the same files together.

    Raises ValueError for a case that no check could fail or nobody can do.
    """
    return sorted(_listed(folder), key=lambda case: case.files)


def _listed(folder: Path) -> Iterator[Case]:
    for table in sorted(folder.glob("*.toml")):
        for values in tomllib.loads(table.read_text(encoding="utf-8"))["case"]:
            given: dict[str, Any] = {
                key: tuple(value) if isinstance(value, list) else value
                for key, value in values.items()
            }
            case = Case(**given)
            if case.do not in get_args(Action):
                raise ValueError(f"{table.name}: nothing is called {case.do}")
            if not (case.has or case.lacks or case.verdict or case.warns):
                raise ValueError(f"{table.name}: {case.name} says nothing that could fail")
            unknown = set(case.warns) - set(get_args(WarningKind))
            if unknown:
                raise ValueError(f"{table.name}: no warning is called {unknown}")
            yield case


class Libraries:
    """Libraries of cases, in temporary folders; one is kept open for cases with the same files."""

    def __init__(self, folders: Sequence[Path], embeddings: SentenceEmbeddings) -> None:
        """Look files up in folders. A file that is in none of them raises FileNotFoundError."""
        self.folders = folders
        self._embeddings = embeddings
        self._files: tuple[str, ...] = ()
        self._opened = ExitStack()
        self._library: Library | None = None

    def __enter__(self) -> Self:
        """Open nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the library that is open."""
        self._opened.close()

    def of(self, case: Case) -> Library:
        """Return the library of a case; that of the case before is closed unless it is the same."""
        if self._library is None or case.files != self._files:
            self._opened.close()
            self._library = self._filled(case.files)
            self._files = case.files
        return self._library

    def _filled(self, files: Sequence[str]) -> Library:
        made = Path(self._opened.enter_context(tempfile.TemporaryDirectory()))
        sources = made / "sources"
        sources.mkdir()
        for name in files:
            found = _found(name, self.folders)
            for file in (found, found.with_name(found.name + SIDECAR)):
                if file.exists():
                    shutil.copy(file, sources / file.name)
        library = self._opened.enter_context(Library(made / "data", self._embeddings))
        sync(library, sources)
        return library


def faults(case: Case, libraries: Libraries) -> list[str]:
    """Return what is wrong with the result of a case, a line each; none if it is right."""
    library = libraries.of(case)
    text, verdict = _ACTIONS[case.do](case, library, libraries.folders)
    warned = {one.kind for source in library.catalog.sources() for one in source.warnings}
    wrong = [f"lacks {one!r}" for one in case.has if one not in text]
    wrong += [f"has {one!r}" for one in case.lacks if one in text]
    if case.verdict and verdict not in case.verdict:
        wrong.append(f"is {verdict}, not {' or '.join(case.verdict)}")
    wrong += [f"does not warn of {one}" for one in case.warns if one not in warned]
    return [*wrong, f"in: {text[:1500]!r}"] if wrong else []


def _found(name: str, folders: Sequence[Path]) -> Path:
    for folder in folders:
        if (folder / name).is_file():
            return folder / name
    raise FileNotFoundError(f"{name} is in none of {', '.join(map(str, folders))}")


Result = tuple[str, str]  # what is searched for words, and a verdict if there is one


def _show(_case: Case, library: Library, _folders: Sequence[Path]) -> Result:
    return "\n".join(library.catalog.text(one.id) for one in library.catalog.sources()), ""


def _ask(case: Case, library: Library, _folders: Sequence[Path]) -> Result:
    answer = Assistant(library).ask(case.input)
    quotes = [" ".join(citation.quote.split()) for citation in answer.citations]
    return "\n".join([*quotes, answer.text]), answer.outcome


def _check(case: Case, library: Library, folders: Sequence[Path]) -> Result:
    text = _draft(_found(case.draft, folders)) if case.draft else case.input
    report = check_draft(library, text)
    return json.dumps(asdict(report), ensure_ascii=False), _first_verdict(report)


def _draft(path: Path) -> str:
    from ingest.reader_process import text_in

    return text_in(path.name, path.read_bytes())


def _first_verdict(report: DraftReport) -> str:
    for sentence in report.sentences:
        for quotation in sentence.quotations:
            return quotation.verdict
    claims = [one.verdict for one in report.sentences if one.verdict != "not_checkable"]
    return claims[0] if claims else "not_checkable"


def _cite(case: Case, library: Library, _folders: Sequence[Path]) -> Result:
    """Cite every sentence of each source, in a format or a style of footnotes."""
    from app.answering.citations import Numbering
    from vectorstore.text.sentences import sentence_spans

    numbering = Numbering(library)
    for passage in library.passages.all():
        for span in sentence_spans(passage):
            numbering.cite(passage, *span)
    cited = tuple(numbering.citations)
    answer = Answer("", "", "answered", "", (), cited, (), model="")
    sources = cited_sources([answer], library.catalog)
    form = next((one for one in FORMATS if one == case.input), FORMATS[0])
    style = next((one for one in CITATION_STYLES if one == case.input), CITATION_STYLES[0])
    made = export([(answer, _DAY.isoformat())], sources, form, style, _DAY, "Case")
    return made.content.decode(errors="replace"), ""


def _sources(_case: Case, library: Library, _folders: Sequence[Path]) -> Result:
    listed = [asdict(one) for one in library.catalog.sources()]
    return json.dumps(listed, ensure_ascii=False), ""


def _refuse(_case: Case, library: Library, _folders: Sequence[Path]) -> Result:
    return "\n".join(file.reason for file in library.catalog.unreadable()), ""


_ACTIONS: dict[Action, Callable[[Case, Library, Sequence[Path]], Result]] = {
    "show": _show,
    "ask": _ask,
    "check": _check,
    "cite": _cite,
    "sources": _sources,
    "refuse": _refuse,
}
