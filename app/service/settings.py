"""The settings, each an environment variable, which the README explains.

An unknown name that begins with KAKEHASHI_ is an error, so that a misspelling is noticed.
"""

import difflib
import os
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, ValidationError, field_validator
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

    client_secret: str = Field(default="", repr=False)
    """KAKEHASHI_CLIENT_SECRET: by which the OpenID Connect provider of `people.toml` knows us."""
    web_pages: bool | None = None
    """KAKEHASHI_WEB_PAGES: whether the window fetches web pages; if not set, only on loopback."""

    @field_validator("data", "sources")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        try:
            return path.expanduser().absolute() if path else None
        except RuntimeError as error:
            raise ValueError(path) from error  # “~name” of nobody here

    @property
    def named_embedding_model(self) -> str:
        """Return what KAKEHASHI_EMBEDDING_MODEL names; empty if it is not set."""
        return self.embedding_model if "embedding_model" in self.model_fields_set else ""

    @property
    def default_sources(self) -> Path:
        """Return the sources folder used if neither a setting nor an earlier sync names one."""
        return _home() / "sources"


def absolute_settings() -> dict[str, str]:
    """Return the settings that name a file or folder, so that they hold from another folder too."""
    settings = read_settings()
    found = {f"{_PREFIX}DATA": str(settings.data)}
    if settings.sources:
        found[f"{_PREFIX}SOURCES"] = str(settings.sources)
    names = {"embedding_model", "reranker", "entailment", "model", "judge"}
    for name in sorted(names & settings.model_fields_set):
        value: str = getattr(settings, name)
        colon = value.find(":") if name in ("model", "judge") else -1
        provider, path = value[: colon + 1], value[colon + 1 :]
        if path and (provider or name not in ("model", "judge")) and Path(path).exists():
            found[f"{_PREFIX}{name.upper()}"] = provider + str(Path(path).absolute())
    return found


def read_settings() -> Settings:
    """Return the settings of this process; raise BadInput for a wrong one."""
    known = {f"{_PREFIX}{name.upper()}" for name in Settings.model_fields}
    for name in os.environ:
        if name.startswith(_PREFIX) and name not in known:
            near = difflib.get_close_matches(name, known, n=1) or [", ".join(sorted(known))]
            raise BadInput(f"There is no setting {_shown(name)}: did you mean {near[0]}?")
    try:
        settings = Settings()
    except ValidationError as error:
        raise BadInput(_wrong(error)) from error
    if settings.judge not in (OFF, SAME) and ":" not in settings.judge:
        raise BadInput(
            f"KAKEHASHI_JUDGE is “{_shown(settings.judge)}”: set it to off, to same, or to a model "
            "as provider:name."
        )
    return settings


def _wrong(error: ValidationError) -> str:
    """Return what to say of the first value that cannot be used."""
    first = error.errors()[0]
    name = f"{_PREFIX}{str(first['loc'][0]).upper()}"
    given = _shown(str(first["input"]))
    if name == f"{_PREFIX}WEB_PAGES":
        return f"{name} is “{given}”: set it to 1 or to 0."
    return f"{name} is “{given}”, which is no path of a folder here: correct it."


def _shown(value: str) -> str:
    """Return a value as an error can show it, without what would disturb a terminal."""
    return "".join(filter(str.isprintable, value))[:100]
