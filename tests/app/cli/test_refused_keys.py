"""A server that refuses a key and sends it back: the key is told and stored nowhere."""

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from app.answering.assistant import Assistant
from app.audit.bundle import as_file, as_values, parse
from app.audit.capture import capture
from app.export.files import cited_sources, export
from app.export.formats import FORMAT_INFO
from app.models.chat_models import chat_model
from app.models.probe import probe
from app.ui.state.answer_queue import AnswerQueue
from benchmarks.chat_server import ChatServer, saying, serving
from ingest.sync import sync
from tests.app.ui.test_answer_queue import until
from tests.command_line import CommandLine
from vectorstore.errors import ModelUnavailable
from vectorstore.library import Library
from vectorstore.storage.conversations import Conversations
from vectorstore.storage.questions import Question, Questions
from vectorstore.text.iso_dates import today

KEYS = ("violet/0815+harbour", "sk-proj-violet0815harbourABCDEF")
PIECES = ("violet", "harbour", "dmlvbGV0", "aW9sZXQ")  # the last two are base64


def refusal(key: str) -> str:
    """The words of a server that is careless with the key, across the place where they are cut."""
    coded = base64.b64encode(key.encode()).decode()
    words = f"Wrong: {key}, {quote(key, safe='')}, {coded}. {'-' * 40} Use another than {key}"
    return json.dumps({"error": {"message": words, "code": key}})


@pytest.fixture(params=KEYS)
def refusing(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ChatServer]:
    """A server that refuses the key, which stands in the environment, and the provider `openai`."""
    with serving(saying(""), status=401, refuses=refusal) as server:
        monkeypatch.setenv("OPENAI_API_KEY", request.param)
        monkeypatch.setenv("OPENAI_BASE_URL", f"{server.address}/v1")
        yield server
    assert server.asked


def nothing_in(content: bytes, where: object) -> None:
    for piece in PIECES:
        assert piece.encode() not in content, (where, piece)


def test_the_terminal_and_the_audit_bundle_do_not_have_it(
    refusing: ChatServer, small: CommandLine, tmp_path: Path
) -> None:
    bundle = tmp_path / "answer.json"
    words = ("ask", "Who grows green tea?", "--model", "openai:scripted")
    result = small(*words, "--audit", bundle)
    assert result.returncode == 0
    assert "AuthenticationError: Error code: 401" in result.stdout
    assert "[hidden]" in result.stdout
    for said in (result.stdout, result.stderr, small(*words, "--json").stdout):
        nothing_in(said.encode(), "terminal")
    nothing_in(bundle.read_bytes(), bundle)
    assert "Uji grows green tea." in bundle.read_text()
    for file in small.data.rglob("*"):
        if file.is_file():
            nothing_in(file.read_bytes(), file)


def test_the_catalog_exports_and_later_bundles_do_not_have_it(
    refusing: ChatServer,
    make_library: Callable[..., Library],
    folder: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    (folder / "tea.txt").write_text("Uji grows green tea.")
    library = make_library()
    sync(library, folder)
    assistant = Assistant(library, chat_model("openai:scripted"), "openai:scripted")
    queue, talks = AnswerQueue(library.database), Conversations(library.database)
    for number, text in enumerate(("Who grows green tea?", "And where is it grown?")):
        queue.ask(lambda: assistant, Question(f"q{number}", "talk", text))
    until(lambda: not queue.busy())
    told = talks.answers("talk")
    assert "[hidden]" in told[0].notice
    for file in library.folder.rglob("*"):  # the library is open: the write-ahead log is there too
        if file.is_file():
            nothing_in(file.read_bytes(), file)
    dated = list(zip(told, talks.times("talk"), strict=True))
    for kind in FORMAT_INFO:
        made = export(dated, cited_sources(told, library.catalog), kind, "chicago", today(), "Tea")
        nothing_in(made.content, kind)
    nothing_in(as_file(as_values(capture(assistant, told[0]))), "bundle")
    nothing_in(caplog.text.encode(), "log")
    with pytest.raises(ModelUnavailable) as failure:
        probe(chat_model("openai:scripted"))
    nothing_in(str(failure.value).encode(), "probe")


def test_what_earlier_versions_stored_is_shown_without_it(
    make_library: Callable[..., Library], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = KEYS[0]
    (folder / "tea.txt").write_text("Uji grows green tea.")
    library = make_library()
    sync(library, folder)
    talks, assistant = Conversations(library.database), Assistant(library)
    answer = assistant.ask("Who grows green tea?")
    talks.append("talk", answer)
    values = {**as_values(capture(assistant, answer)), "settings": {"url": f"http://a:{key}@b"}}
    values["answer"] = {**values["answer"], "notice": f"Refused: {key}"}
    Questions(library.database).add(Question("q", "talk", "And rice?"))
    with library.database.transaction() as db:
        db.execute("UPDATE turn SET answer = json_set(answer, '$.notice', ?)", [f"Refused: {key}"])
        db.execute("UPDATE question SET returned = ?", [f"Refused: {key}"])
    monkeypatch.setenv("OPENAI_API_KEY", key)
    assert talks.answers("talk")[0].notice == "Refused: [hidden]"
    assert Questions(library.database).of("talk")[0].returned == "Refused: [hidden]"
    nothing_in(as_file(as_values(parse(json.loads(json.dumps(values))))), "an older bundle")


def test_a_login_in_an_address_is_not_told(
    small: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(saying(""), status=401, refuses=refusal) as server:
        address = server.address.replace("//", "//ann:violet-harbour@")
        result = small(
            "ask", "Who grows green tea?", "--model", "openai:scripted", "--json",
            OPENAI_API_KEY="unused-0815", OPENAI_BASE_URL=f"{address}/v1",
        )  # fmt: skip
    assert "Error code: 401" in result.stdout
    sent = base64.b64encode(b"ann:violet-harbour").decode()
    for part in (sent[:16], "violet-harbour", "YW5uOnZpb2xldC1o"):
        assert part not in result.stdout + result.stderr
