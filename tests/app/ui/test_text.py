import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.ui.components.text import show_error, show_list, show_text
from app.ui.wording import escape_markdown


@given(st.text(alphabet="ab*_[]()!<>`#~$:\\|&-+.1 \n", max_size=40))
def test_a_label_shows_every_character_as_it_is(text: str) -> None:
    rendered = MarkdownIt().renderInline(escape_markdown(text))
    assert not any(tag in rendered for tag in ("<img", "<a ", "<em", "<strong", "<code", "<script"))


def test_text_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(streamlit, "html", drawn.append)
    show_text("<b>", "line")
    show_list(["<b>", "tea"])
    assert drawn == [
        '<div class="text-line">&lt;b&gt;</div>',
        '<ul class="text-list" role="list"><li>&lt;b&gt;</li><li>tea</li></ul>',
    ]


def test_an_error_shows_a_file_name_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(streamlit, "error", lambda text, icon: drawn.append(text))
    show_error("")
    show_error("![tea](http://evil.example/a.png).pdf is damaged")
    (shown,) = drawn
    assert "<img" not in MarkdownIt().renderInline(shown)
