from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.ui.components.labels import plain, styled


@given(st.text(alphabet="ab*_[]()!<>`#~$:\\|&-+.1 \n", max_size=40))
def test_a_label_shows_every_character_as_it_is(text: str) -> None:
    rendered = MarkdownIt().renderInline(plain(text))
    assert not any(tag in rendered for tag in ("<img", "<a ", "<em", "<strong", "<code", "<script"))


def test_styled_text_is_escaped() -> None:
    assert styled("<b>", "color:red") == '<div style="color:red">&lt;b&gt;</div>'
