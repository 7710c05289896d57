"""What a page hides by attributes, inline styles and its own style sheets."""

import pytest
from lxml.html import document_fromstring

from ingest.readers.css_visibility import mark_hidden, remove_hidden

SHOWN = "<p>" + "The ferry crossed the sound four times a day. " * 5 + "</p>"


def seen(css: str, body: str) -> tuple[str, int, int]:
    """What is left of a body, how many places were removed, and how many are in doubt."""
    page = document_fromstring(
        f"<html><head><style>{css}</style></head><body>{SHOWN}{body}</body></html>"
    )
    part = page.find("body")
    doubted = mark_hidden(part).doubted
    removed = remove_hidden(part)
    return (
        part.text_content().replace(document_fromstring(SHOWN).text_content(), ""),
        removed,
        doubted,
    )


@pytest.mark.parametrize(
    ("css", "body"),
    [
        (".x{display:none}", "<p class='y x'>gone</p>"),
        ("#x , b{visibility : HIDDEN !important}", "<b>gone</b>"),
        ("div > p.x{display:none}", "<div><p class=x>gone</p></div>"),
        ("div p{display:none}", "<div><i><p>gone</p></i></div>"),
        ("p[lang=fr]{display:none}", "<p lang=fr>gone</p>"),
        ("@media screen{.x{display:none}}", "<p class=x>gone</p>"),
        (".x{position:absolute;left:-9999px}", "<p class=x>gone</p>"),
        (".x{text-indent:-999em}", "<p class=x>gone</p>"),
        (".x{width:1px;height:1px;overflow:hidden}", "<p class=x>gone</p>"),
        (".x{display:block} p.x{display:none}", "<p class=x>gone</p>"),
        ("", "<p style='color:#fff;background:#ffffff'>gone</p>"),
        ("", "<p hidden>gone</p>"),
        ("", "<p class='sr-only'>gone</p>"),
        ("", "<p style='font-size:0'>gone</p>"),
    ],
)
def test_words_that_nobody_sees_are_removed_and_counted(css: str, body: str) -> None:
    assert seen(css, body) == ("", 1, 0)


@pytest.mark.parametrize(
    ("css", "body"),
    [
        ("@media print{.x{display:none}}", "<p class=x>here</p>"),
        ("@media (max-width:600px){.x{display:none}}", "<p class=x>here</p>"),
        (".x:hover{display:none} .x::before{display:none}", "<p class=x>here</p>"),
        ("p.x{display:none} #k{display:block}", "<p class=x id=k>here</p>"),
        (".x{display:none}", "<p class=x style='display:block'>here</p>"),
        ("i > .x{display:none}", "<p class=x>here</p>"),
        ("/* .x{display:none} */", "<p class=x>here</p>"),
        (".x{margin-left:-9999px;opacity:0.5}", "<p class=x>here</p>"),
        ("", "<p aria-hidden=true>here</p>"),
        ("", "<details><summary>here</summary></details>"),
    ],
)
def test_words_that_are_seen_stay(css: str, body: str) -> None:
    assert seen(css, body) == ("here", 0, 0)


def test_thousands_of_rules_and_long_selectors_are_judged() -> None:
    rules = "".join(f".k{n} p, .k{n} > i{{color:red}}" for n in range(5000))
    nested = "<div class=a>" * 60 + "<p>here</p>" * 500 + "</div>" * 60
    css = f"{rules} .x {'.a ' * 30} p{{display:none}}"
    assert seen(css, nested) == ("here" * 500, 0, 0)


def test_within_one_another_holds_at_any_depth() -> None:
    body = "<div class=x><i><b><u>gone</u></b></i></div><i><b><u>here</u></b></i>"
    assert seen(".x b > u{display:none}", body) == ("here", 1, 0)


def test_a_selector_that_cannot_be_judged_leaves_the_words_and_says_so() -> None:
    assert seen(".x:not(.open){display:none}", "<p class=x>here</p>") == ("here", 0, 1)


def test_a_page_that_hides_nearly_everything_until_a_script_runs_is_read() -> None:
    page = document_fromstring(f"<body><div style='opacity:0'>{SHOWN}</div><p>Menu</p></body>")
    assert mark_hidden(page.find("body")).doubted == 1
    assert remove_hidden(page.find("body")) == 0
