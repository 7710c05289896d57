"""The reasoning of a model is no part of its answer."""

from collections.abc import Iterator
from typing import Any

import pytest
from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk

from app.answering.events import Restarted
from app.generation.citation_parser import GeneratedSentence
from app.generation.reasoning import ReasoningFilter
from app.models.fake_model import FakeChatModel
from tests.app.generation.scripted import GOOD, LEE, asked, spoken
from vectorstore.library import Library


class Blocks(FakeChatModel):
    """Streams content as lists of parts, as providers of reasoning models do."""

    def _stream(self, *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        for content in (
            [{"type": "thinking", "thinking": "Pigs fly [1]."}],
            [{"type": "reasoning", "summary": [{"type": "summary_text", "text": "Hm."}]}],
            [{"type": "text", "text": "It rained [1]."}],
        ):
            yield ChatGenerationChunk(message=AIMessageChunk(content=content))


def test_reasoning_is_no_part_of_an_answer(article: Library) -> None:
    assert spoken(article, Blocks(says="")) == [GeneratedSentence("It rained.", (1,))]
    answer, events = asked(article, f"Pigs fly [1]. So do fish [2]. </think>{GOOD}")
    assert [s.text for s in answer.sentences] == [LEE]
    assert [c.number for c in answer.citations] == [1]
    assert any(isinstance(event, Restarted) for event in events)


@pytest.mark.parametrize("size", [1, 2, 7, 100])
@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("<think>a [1].</think>It rained.", "It rained."),
        ("<thinking>\na <b> </thinking>\n\nIt rained.", "It rained."),
        ("It <b>rained</b> <thin> 3 < 4 <", "It <b>rained</b> <thin> 3 < 4 <"),
        ("a</think>It rained. <think>b</think>Twice.", "It rained. Twice."),
        ("<think>never done", ""),
    ],
)
def test_reasoning_is_cut_out_however_it_comes(text: str, answer: str, size: int) -> None:
    reasoning, out = ReasoningFilter(), ""
    for first in range(0, len(text), size):
        part = reasoning.feed(text[first : first + size])
        out = part if reasoning.restarted else out + part
    assert (out + reasoning.finish()).strip() == answer
