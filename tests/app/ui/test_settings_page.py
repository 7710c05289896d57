"""The Settings page without a browser: choosing a model, and what the choice reaches."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from app.answering.answer_draft import QUOTING
from app.models.providers import PROVIDERS
from app.service.bootstrap import chosen_model, remember_model
from app.service.people import Person, Role
from app.ui.state.shared import shared
from tests.app.ui.test_text import notices
from tests.conftest import ARTICLE
from vectorstore.encoders.checker import packaged_checker

PAGE = """
from app.ui.views import settings
settings.show()
"""


@pytest.fixture
def opened(
    tmp_path: Path, folder: Path, synced: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[AppTest]:
    """The page on a library of its own with the article, on a machine without any key."""
    for name in ("OLLAMA_HOST", *(n for one in PROVIDERS for n in (*one.keys, *one.addresses))):
        monkeypatch.delenv(name, raising=False)
    shutil.copy2(ARTICLE, folder)
    shutil.copytree(synced, tmp_path / "data")
    monkeypatch.setenv("KAKEHASHI_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("KAKEHASHI_SOURCES", str(folder))
    monkeypatch.setattr(
        st, "get_option", {"server.address": "127.0.0.1", "server.port": 8501}.__getitem__
    )
    st.cache_resource.clear()
    yield AppTest.from_string(PAGE, default_timeout=60).run()
    shared().assistant.library.close()
    st.cache_resource.clear()


def wanted(at: AppTest, name: str) -> AppTest:
    at.radio(key="model-kind").set_value("other").run()
    at.text_input[0].set_value(name).run()
    return at


def pressed(at: AppTest, key: str) -> AppTest:
    at.button(key=key).click().run()
    at.session_state["session"].model_choice.job.wait(60)
    return at.run()


def said(at: AppTest) -> str:
    return " ".join(str(one.value) for one in at.text) + " ".join(
        text for kind in ("success", "error", "warning") for text in notices(at, kind)
    )


def test_a_model_is_tested_and_then_used_in_every_tab(opened: AppTest) -> None:
    assert not opened.exception
    other = AppTest.from_string(PAGE, default_timeout=60).run()
    began = other.session_state["session"].assistant
    pressed(wanted(opened, "fake:Here"), "test")
    assert "It answered “Here” after" in notices(opened, "success")[0]
    assert shared().assistant.model_name == QUOTING
    pressed(opened, "use")
    assert "fake:Here writes the answers" in notices(opened, "success")[0]
    assert opened.session_state["session"].assistant.model_name == "fake:Here"
    assert other.run().session_state["session"].assistant.model_name == "fake:Here"
    assert began.model is None  # what was being answered is finished as it began
    assert chosen_model(shared().assistant.library) == "fake:Here"

    opened.radio(key="model-kind").set_value("none").run()
    pressed(opened, "use")
    assert shared().assistant.model is None
    assert chosen_model(shared().assistant.library) == ""


def test_a_model_that_cannot_be_used_changes_nothing(opened: AppTest) -> None:
    pressed(wanted(opened, "nobody:gpt"), "use")
    assert "cannot be used" in notices(opened, "error")[0]
    assert shared().assistant.model is None
    assert chosen_model(shared().assistant.library) == ""
    wanted(opened, "nobody").button(key="use").click().run()
    assert notices(opened, "warning")[0] == "Enter the name of the model first."


def test_what_would_leave_is_said_before(opened: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted(opened, "bedrock:nova")
    assert "leave this machine" in said(opened)
    opened.radio(key="model-kind").set_value("hosted").run()
    assert "No key was found" in notices(opened, "info")[0]
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    opened.run()
    assert opened.selectbox(key="provider").options == ["OpenAI (its key is in OPENAI_API_KEY)"]
    assert "OpenAI at api.openai.com" in said(opened)
    assert "sk-secret" not in str(opened)
    monkeypatch.setenv("OPENAI_BASE_URL", "desk:port")
    opened.run()
    assert "“desk:port” is not an address" in said(opened)
    monkeypatch.setenv("OLLAMA_HOST", "desk:port")
    monkeypatch.setattr("app.ui.components.model_choice.missing_package", lambda _: "")
    opened.radio(key="model-kind").set_value("ollama").run()
    assert "not an address" in notices(opened, "warning")[0]


def rows(at: AppTest) -> str:
    return " ".join(one.proto.body for one in at.get("html"))


def test_the_second_reader_is_named_with_what_it_is_sent(
    opened: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Once a model answers, it also judges" in rows(opened)
    pressed(wanted(opened, "fake:Here"), "use")
    reader = shared().assistant.second_reader
    assert reader
    assert reader.name == "fake:Here"
    assert "set KAKEHASHI_JUDGE to off" in rows(opened)
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    pressed(wanted(opened, "openai:gpt"), "use")
    assert "Each unverified sentence of an answer with the words it cites" in rows(opened)
    assert "It does not see what you check on the Check page." in rows(opened)


def test_a_setting_comes_before_and_closes_the_choice(
    opened: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAKEHASHI_MODEL", "fake:Set")
    opened.run()
    assert "overrides a choice made here" in notices(opened, "info")[0]
    assert not opened.radio
    assert not [one for one in opened.button if one.key == "use"]


def test_only_an_admin_chooses(opened: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    assert opened.radio
    editor = Person("", Role.EDITOR)
    monkeypatch.setattr("app.ui.state.session.person_named", lambda _: editor)
    opened.run()
    assert notices(opened, "info") == ["An admin chooses the model."]
    assert not opened.radio


def test_a_choice_that_cannot_be_used_any_more_can_be_taken_back(opened: AppTest) -> None:
    library = shared().assistant.library
    remember_model(library, "local:/gone.gguf")
    library.close()
    st.cache_resource.clear()
    assert "There is no model file /gone.gguf" in shared().notice
    page = AppTest.from_string(PAGE, default_timeout=60).run()
    pressed(page, "use")
    assert shared().notice == ""
    assert chosen_model(shared().assistant.library) == ""


def test_an_error_of_the_tab_is_shown_here_too(opened: AppTest) -> None:
    opened.session_state["session"].error = "The conversation *tea* is gone."
    opened.run()
    assert notices(opened, "error") == ["The conversation *tea* is gone."]


def test_the_checker_is_named_and_how_to_use_a_better_one(opened: AppTest) -> None:
    shown = " ".join(one.proto.body for one in opened.get("html"))
    assert packaged_checker().name in shown
    assert "It comes with Kakehashi and reads English." in shown
    assert "set KAKEHASHI_ENTAILMENT" in shown
