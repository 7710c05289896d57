from hypothesis import given
from hypothesis import strategies as st

from ingest.readers import read
from ingest.splitter import LONGEST, PassageSplitter, weight
from tests.conftest import ARTICLE
from vectorstore.records import Document, Heading, Page
from vectorstore.text.sentences import sentences

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
