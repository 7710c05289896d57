import json
import subprocess

import pytest
import streamlit
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from markdown_it import MarkdownIt
from playwright._impl._driver import compute_driver_executable
from streamlit.testing.v1 import AppTest

from app.ui.components.text import read_files, show_list, show_text
from app.ui.wording import escape_markdown
from tests.vectorstore.text.test_hidden import HIDDEN, NEEDED
from vectorstore.text.hidden import visible


@given(st.text(alphabet="ab*_[]()!<>`#~$:\\|&-+.1 \n", max_size=40))
def test_a_label_shows_every_character_as_it_is(text: str) -> None:
    rendered = MarkdownIt().renderInline(escape_markdown(text))
    assert not any(tag in rendered for tag in ("<img", "<a ", "<em", "<strong", "<code", "<script"))


def notices(at: AppTest, kind: str) -> list[str]:
    """The boxes of this kind on a page, as they are read."""
    bodies = [html.fragment_fromstring(one.proto.body, True) for one in at.get("html")]
    boxes = [box for body in bodies for box in body.find_class("text-notice")]
    return [box.find("bdi").text for box in boxes if kind in box.get("class").split()]


def test_text_is_escaped(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr(streamlit, "html", drawn.append)
    show_text("<b>", "line")
    show_list(["<b>", "tea"])
    items = "<li><bdi>&lt;b&gt;</bdi></li><li><bdi>tea</bdi></li>"
    assert drawn == [
        '<div class="text-line"><bdi>&lt;b&gt;</bdi></div>',
        f'<ul class="text-list" role="list">{items}</ul>',
    ]


HOSTILE = "![tea](http://evil.example/a.png) www.evil.example -> <b>\u202egpj.exe is damaged"


def page() -> None:
    from app.ui.components.text import show_error, show_notice
    from tests.app.ui.test_text import HOSTILE

    show_error("")
    show_error(HOSTILE)
    show_notice(HOSTILE, "warning")


def test_boxes_show_a_file_name_as_it_is_and_make_no_link_of_it() -> None:
    at = AppTest.from_function(page).run()
    assert not at.exception
    told = HOSTILE.replace("\u202e", "⟨U+202E⟩")
    assert notices(at, "error") == notices(at, "warning") == [told]
    elements = {
        one.tag for body in at.get("html") for one in html.fragment_fromstring(body.proto.body)
    }
    assert elements <= {"div", "span", "bdi"}


def test_scripts_show_what_is_hidden_as_python_does() -> None:
    texts = [*HIDDEN, *NEEDED, "plain", "14 \u202e14\u202c"]
    script = read_files("dom.js") + (
        f"\nconst told = {json.dumps(texts)}.map((one) => visible(one))\n"
        'told.push(visible("\\u200c\u0647\u0627", "\u06a9\u062a\u0627\u0628"))\n'
        "console.log(JSON.stringify(told))"
    )
    node, _ = compute_driver_executable()
    done = subprocess.run([node], input=script, capture_output=True, text=True, check=True)
    *told, cut = json.loads(done.stdout)
    assert told == [visible(one) for one in texts]
    assert cut == "\u200c\u0647\u0627"  # a search has marked the word before
