from pathlib import Path

import pytest

from app.answering.answer_draft import QUOTING
from app.service.bootstrap import (
    build_assistant,
    chosen_model,
    remember_model,
    remember_sources_folder,
    second_reader,
    sources_folder,
)
from app.service.settings import read_settings
from vectorstore.errors import BadInput
from vectorstore.library import Library


def test_the_checkout_is_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read_settings()
    root = Path(__file__).parents[3]
    assert settings.data == root / ".kakehashi"
    assert settings.default_sources == root / "sources"
    assert settings.model == ""


def test_a_misspelt_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAKEHASHI_SOURCE", "x")
    with pytest.raises(BadInput, match="KAKEHASHI_SOURCE: did you mean KAKEHASHI_SOURCES"):
        read_settings()


def test_an_empty_setting_is_none_and_a_home_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAKEHASHI_SOURCES", "")
    monkeypatch.setenv("KAKEHASHI_DATA", "~/zz")
    assert read_settings().sources is None
    assert read_settings().data == Path.home() / "zz"


def test_the_folder_as_set_comes_before_the_one_last_synced(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sources_folder(library) == read_settings().default_sources
    remember_sources_folder(library, tmp_path)
    assert sources_folder(library) == tmp_path
    monkeypatch.setenv("KAKEHASHI_SOURCES", str(tmp_path / "set"))
    assert sources_folder(library) == tmp_path / "set"


def test_the_model_named_comes_before_the_set_one_and_that_before_the_chosen_one(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert build_assistant(library).model_name == QUOTING
    remember_model(library, "fake:Chosen.")
    assert build_assistant(library).model_name == "fake:Chosen."
    assert library.embeddings.fingerprint  # which is remembered apart
    monkeypatch.setenv("KAKEHASHI_MODEL", "fake:Set.")
    assert build_assistant(library).model_name == "fake:Set."
    assert build_assistant(library, "fake:Named.").model_name == "fake:Named."
    assert build_assistant(library, "").model_name == QUOTING
    with pytest.raises(BadInput, match="KAKEHASHI_MODEL names the model"):
        remember_model(library, "fake:Other.")
    monkeypatch.delenv("KAKEHASHI_MODEL")
    assert chosen_model(library) == "fake:Chosen."
    remember_model(library, "")
    assert build_assistant(library).model_name == QUOTING


def test_the_model_that_answers_judges_too(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert second_reader(library) is None  # nobody without a chat model
    assert build_assistant(library).second_reader is None
    monkeypatch.setenv("KAKEHASHI_MODEL", "fake:Set.")
    for reader in (second_reader(library), build_assistant(library).second_reader):
        assert reader
        assert (reader.name, reader.reads_drafts) == ("fake:Set.", True)
    named = build_assistant(library, "fake:Named.").second_reader
    assert named
    assert named.name == "fake:Named."
    monkeypatch.setenv("KAKEHASHI_JUDGE", "off")
    assert second_reader(library) is None
    assert build_assistant(library).second_reader is None


def test_another_model_can_judge_and_is_loaded_when_it_is_needed(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KAKEHASHI_JUDGE", "local:/no/such/model.gguf")
    for assistant in (build_assistant(library), build_assistant(library, "fake:Named.")):
        reader = assistant.second_reader
        assert reader
        assert (reader.name, reader.reads_drafts) == ("local:/no/such/model.gguf", True)


def test_a_model_elsewhere_reads_drafts_only_if_it_is_named(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    same = build_assistant(library, "openai:gpt").second_reader
    assert same
    assert not same.reads_drafts
    monkeypatch.setenv("KAKEHASHI_MODEL", "openai:gpt")
    unloaded = second_reader(library)
    assert unloaded
    assert not unloaded.reads_drafts
    monkeypatch.setenv("KAKEHASHI_JUDGE", "openai:gpt")
    named = second_reader(library)
    assert named
    assert named.reads_drafts
    monkeypatch.delenv("KAKEHASHI_JUDGE")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:8080/v1")
    here = build_assistant(library).second_reader
    assert here
    assert here.reads_drafts


def test_a_judge_that_is_none_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KAKEHASHI_JUDGE", "always")
    with pytest.raises(BadInput, match="KAKEHASHI_JUDGE is “always”: set it to off, to same"):
        read_settings()
