from pathlib import Path

import pytest

from app.answering.answer_draft import QUOTING
from app.service.bootstrap import (
    build_assistant,
    chosen_model,
    remember_model,
    remember_sources_folder,
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
