"""The settings, each an environment variable, which the README explains.

An unknown name that begins with KAKEHASHI_ is an error, so that a misspelling is noticed.
"""

import difflib
import os
from pathlib import Path

from platformdirs import user_data_path
from pydantic import field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from vectorstore.encoders.embedding_model import DEFAULT_MODEL
from vectorstore.errors import BadInput

OFF, SAME = "off", "same"  # the second reader: nobody, or the chat model that answers
_PREFIX = "KAKEHASHI_"
_CHECKOUT = Path(__file__).resolve().parents[2]


def _home() -> Path:
    """Return the checkout this runs from, or the user's data folder for an installed package."""
    in_checkout = (_CHECKOUT / "pyproject.toml").is_file()
    return _CHECKOUT if in_checkout else user_data_path("kakehashi", appauthor=False)


class Settings(BaseSettings):
    """The settings of this process, read from the environment."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_ignore_empty=True, extra="forbid")

    data: Path = _home() / ".kakehashi"
    """KAKEHASHI_DATA: the folder of the catalog and the index."""
    sources: Path | None = None
    """KAKEHASHI_SOURCES: the folder of the documents."""
    model: str = ""
    """KAKEHASHI_MODEL: `provider:name` of the chat model; if empty, the sources are quoted."""
    judge: str = SAME
    """KAKEHASHI_JUDGE: the second reader: `off`, `same` (the chat model) or `provider:name`."""
    embedding_model: str = DEFAULT_MODEL
    """KAKEHASHI_EMBEDDING_MODEL: a sentence-transformers model; comes before a chosen one."""
    reranker: str = ""
    """KAKEHASHI_RERANKER: a cross-encoder, by folder or name, that re-scores the best hits."""
    entailment: str = ""
    """KAKEHASHI_ENTAILMENT: a cross-encoder, by folder or name, that checks a model's sentences."""

    web_pages: bool | None = None
    """KAKEHASHI_WEB_PAGES: whether the window fetches web pages; if not set, only on loopback."""

    @field_validator("data", "sources")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        return path.expanduser().absolute() if path else None

    @property
    def named_embedding_model(self) -> str:
        """Return what KAKEHASHI_EMBEDDING_MODEL names; empty if it is not set."""
        return self.embedding_model if "embedding_model" in self.model_fields_set else ""

    @property
    def default_sources(self) -> Path:
        """Return the sources folder used if neither a setting nor an earlier sync names one."""
        return _home() / "sources"


def read_settings() -> Settings:
    """Return the settings of this process; raise BadInput for a wrong one."""
    known = {f"{_PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name in os.environ:
        if name.startswith(_PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1) or [", ".join(sorted(known))]
            raise BadInput(f"There is no setting {name}: did you mean {near[0]}?")
    settings = Settings()
    if settings.judge not in (OFF, SAME) and ":" not in settings.judge:
        raise BadInput(
            f"KAKEHASHI_JUDGE is “{settings.judge}”: set it to off, to same, or to a model as "
            "provider:name."
        )
    return settings
