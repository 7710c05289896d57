import resource
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers import read
from ingest.splitter import LONGEST, PassageSplitter, weight
from tests.conftest import ARTICLE
from vectorstore.records import Document, Heading, Page
from vectorstore.text.sentences import sentences


class Counted(str):
    """A text that counts the characters that are copied from it or searched backwards."""

    steps = 0

    def __getitem__(self, key: object) -> "Counted":
        found = Counted(super().__getitem__(key))
        Counted.steps += len(found)
        return found

    def rfind(self, what: str, start: int = 0, end: int | None = None) -> int:
        found = super().rfind(what, start, end)
        Counted.steps += (len(self) if end is None else end) - max(found, start)
        return found


def steps_of(text: str) -> int:
    """The calls made and the characters copied while a text is split, whatever the clock says."""
    Counted.steps = calls = 0

    def count(frame: object, event: str, _: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        PassageSplitter().split(Document(Counted(text), "text"), "s")
    finally:
        sys.setprofile(before)
    return calls + Counted.steps


MONOTONOUS = (
    "A. ", "1. ", "A! ", "漢。", "漢, ", "e.g. ", "(A.) ", "a.) ", "1.] ", "… ", "? ", "“A.” ", "「漢。",
    "a\n", "A.\n\n", "; ", "- a\n", "A.¹ ", "A.[1] ", "漢!漢", "? A.A.A ",
)  # fmt: skip


@pytest.mark.parametrize("before", ["", "1 (", "1 [", "「", "“"])
@pytest.mark.parametrize("unit", MONOTONOUS)
def test_the_work_grows_as_the_text_does(unit: str, before: str) -> None:
    length = 4000
    once, twice = (steps_of(before + unit * (n // len(unit))) for n in (length, 2 * length))
    assert twice < 2.4 * once
    assert twice < 150 * 2 * length, "linear, but too steep"


def test_raised_digits_after_a_stop_take_no_time() -> None:
    """Each further one doubled the time: forty took hours, of which this process has a minute."""
    code = (
        "from vectorstore.text.sentences import sentences; print(sentences('a.' + '¹' * 40 + 'x'))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (60, 60)),
    )  # fmt: skip
    assert done.stdout.strip() == "[(0, 43)]"


def test_many_pages_are_looked_up_not_walked_through() -> None:
    class Looked(Page):
        looked = 0

        def __getattribute__(self, name: str) -> object:
            Looked.looked += name in ("start", "end")
            return super().__getattribute__(name)

    text = "Uji grows tea. " * 20_000
    pages = tuple(Looked(n + 1, 100 * n, 100 * n + 100) for n in range(3000))
    found = PassageSplitter().split(Document(text, "pdf", pages=pages), "s")
    assert Looked.looked == 2 * len(pages)
    for one in found:
        assert (one.first_page, one.last_page) == (one.start // 100 + 1, (one.end - 1) // 100 + 1)


PIECES = st.sampled_from(
    [
        "Japan met Peña. ",
        "St. Lucia voted. ",
        "\n",
        "\n\n",
        "\r\n\r\n",
        "彼は来た。",
        "x" * 300,
        " ",
        "“Yes.” ",
    ]
)


def test_every_paragraph_of_the_article_is_a_passage_under_its_heading() -> None:
    document = read(ARTICLE)
    passages = PassageSplitter().split(document, "s")
    assert len(passages) == 14
    assert passages[0].heading == "Introduction"
    assert passages[-1].heading == "Conclusion"
    assert not any(passage.text.startswith("#") for passage in passages)


@given(st.lists(PIECES, max_size=60), st.integers(20, 400))
def test_offsets_are_exact_and_no_word_is_lost(pieces: list[str], longest: int) -> None:
    text = "".join(pieces)
    half = len(text) // 2
    document = Document(text, "text", pages=(Page(1, 0, half), Page(2, half, len(text))))
    passages = PassageSplitter(longest).split(document, "s")
    covered: set[int] = set()
    last = 0
    for passage in passages:
        assert last <= passage.start < passage.end
        assert text[passage.start : passage.end] == passage.text
        assert weight(passage.text) <= longest
        assert passage.first_page == (1 if passage.start < half else 2)
        covered |= set(range(passage.start, passage.end))
        last = passage.end
    assert not any(c.isalnum() for i, c in enumerate(text) if i not in covered)
    assert len({passage.id for passage in passages}) == len(passages)


@given(st.lists(st.sampled_from(["It rained on St. Lucia all day. ", "He left. "]), min_size=1))
def test_long_paragraphs_are_cut_between_sentences(pieces: list[str]) -> None:
    text = "".join(pieces)
    whole = {text[a:b] for a, b in sentences(text)}
    for passage in PassageSplitter(80).split(Document(text, "text"), "s"):
        assert {passage.text[a:b] for a, b in sentences(passage.text)} <= whole


def test_no_passage_crosses_a_heading() -> None:
    document = Document(
        "# A\n\nOne.\n\n# B\n\nTwo.",
        "markdown",
        headings=(Heading("A", 0, 3), Heading("B", 11, 14)),
    )
    passages = PassageSplitter().split(document, "s")
    assert [(p.heading, p.text) for p in passages] == [("A", "One."), ("B", "Two.")]


def test_langchain_sees_an_ordinary_splitter() -> None:
    texts = PassageSplitter().split_text("A sentence here. " * 200)
    assert len(texts) > 2
    assert all(len(text) <= LONGEST for text in texts)
    assert PassageSplitter().create_documents(["One.\n\nTwo."])[0].page_content == "One.\n\nTwo."
