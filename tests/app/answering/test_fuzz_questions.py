"""Whatever is asked, the answer's words stand in the library where it says they do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answering.assistant import Assistant
from tests.fuzzing import fuzzed, texts
from vectorstore.errors import BadInput
from vectorstore.library import Library
from vectorstore.records import Turn

WORDS = st.lists(
    st.sampled_from(
        "Who what when Taiwan Japan Paraguay not in 2025 G7 how many and list sources by the ? “ ” 誰 "
        "台湾 について ， 、 - ( ) : president Peña compare with summarize all it he".split()
    ),
    max_size=15,
).map(" ".join)


@pytest.mark.slow
@fuzzed
@given(st.one_of(WORDS, texts), st.booleans())
def test_any_question_is_answered_with_exact_places_or_told(
    article: Library, question: str, follows: bool
) -> None:
    assistant = Assistant(article)
    said = [("user", "Who stood beside President Peña?"), ("assistant", "Lee I-yang.")]
    try:
        answer = assistant.ask(question, [Turn(*one) for one in said] if follows else [])
    except BadInput:
        assert not question.strip() or not any(map(str.isalnum, question)) or len(question) > 1000
        return
    for citation in answer.citations:
        text = article.catalog.text(citation.source_id)
        assert text[citation.start : citation.end] == citation.quote
    numbers = {citation.number for citation in answer.citations}
    assert all(set(sentence.citations) <= numbers for sentence in answer.sentences)
