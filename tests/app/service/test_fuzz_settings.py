"""Whatever the environment says, it is settings or a sentence that names the variable."""

import os
from unittest.mock import patch

from hypothesis import example, given
from hypothesis import strategies as st

from app.service.settings import Settings, read_settings
from tests.fuzzing import fuzzed, is_sentence, texts
from vectorstore.errors import BadInput

NAMES = [f"KAKEHASHI_{name.upper()}" for name in Settings.model_fields]
VALUES = st.one_of(
    texts,
    st.sampled_from(
        [
            "~", "~nobody-by-this-name/x", "~/x", "/", ".", "..", "1", "0", "yes", "maybe", "None", "[]", "{}",
            "off", "same", "ollama:", ":x", "openai:gpt", "a/b", "http://[", "9" * 400,
        ]
    ),
).filter(lambda value: "\0" not in value and value.encode(errors="replace"))  # fmt: skip


def read_or_told(environment: dict[str, str]) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KAKEHASHI_")}
    with patch.dict(os.environ, {**kept, **environment}, clear=True):
        try:
            settings = read_settings()
        except BadInput as error:
            told = str(error)
        else:
            assert settings.data.is_absolute()
            assert settings.sources is None or settings.sources.is_absolute()
            return
    assert "KAKEHASHI_" in told
    assert is_sentence(told)


@fuzzed
@given(st.dictionaries(st.sampled_from(NAMES), VALUES, min_size=1))
@example({"KAKEHASHI_WEB_PAGES": "maybe"})
@example({"KAKEHASHI_DATA": "~nobody-by-this-name/x"})
@example({"KAKEHASHI_JUDGE": "\x1b]0;x\x07"})
def test_any_values_are_settings_or_told(environment: dict[str, str]) -> None:
    read_or_told(environment)


@fuzzed
@given(st.text("ABDEGKLMORSTU_", max_size=12), VALUES)
def test_any_name_is_known_or_told(name: str, value: str) -> None:
    read_or_told({f"KAKEHASHI_{name}": value})
