"""Questions in one language on sources in another, with an embedding model that reads both.

No such model comes along: a stand-in gives Japanese sentences the vectors of their translations.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from app.answering.assistant import Assistant
from ingest.sync import sync
from vectorstore.encoders.embeddings import PassageVectors, SentenceEmbeddings
from vectorstore.encoders.pooling import Vectors
from vectorstore.library import Library
from vectorstore.text.sentences import sentences

TRANSLATED = {
    "港湾委員会は十四億円の岸壁修理を承認した。": "The harbour board approved a repair of the quay.",
    "委員長の堀田真理が反対票を投じた。": "The chair, Mari Hotta, cast the vote against it.",
    "次の会合は八月に町役場で開かれる。": "The next meeting will be held in August in the town hall.",
    "タグボートから軽油が漏れた。": "Diesel leaked from the tug boat.",
}


class BothLanguages(SentenceEmbeddings):
    """Reads Japanese and English."""

    @property
    def english_only(self) -> bool:
        return False

    def _embed(
        self, texts: list[str], headings: list[str], threads: int | None
    ) -> list[PassageVectors]:
        return [self._of(text) for text in texts]

    def _of(self, text: str) -> PassageVectors:
        parts = [text[start:end].strip() for start, end in sentences(text)]
        found: list[Vectors] = [self.encode_query(TRANSLATED.get(part, part)) for part in parts]
        mean = np.mean(found, axis=0)
        return PassageVectors(mean / np.linalg.norm(mean), np.stack(found))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "minutes.md").write_text("".join(TRANSLATED), encoding="utf-8")
    (folder / "bridge.md").write_text(
        "The bridge at Brenna was painted green in 1998. It carries two lanes and a cycle path."
    )
    with Library(tmp_path / "data", BothLanguages()) as opened:
        sync(opened, folder)
        yield opened


def test_a_source_in_another_language_answers_in_its_own_words(library: Library) -> None:
    answer = Assistant(library).ask("Who voted against the repair of the quay?")
    assert answer.outcome == "answered"
    said = [one.text for one in answer.sentences]
    assert "委員長の堀田真理が反対票を投じた。" in said[:2]
    assert "Quoted in Japanese, the language of the source." in answer.notice
    assert {one.verdict for one in answer.sentences} == {"verbatim"}
    for citation in answer.citations:
        text = library.catalog.text(citation.source_id)
        assert text[citation.start : citation.end] == citation.quote


def test_an_answer_in_the_language_of_the_question_says_nothing_of_it(library: Library) -> None:
    answer = Assistant(library).ask("What colour was the bridge at Brenna painted in 1998?")
    assert "painted green" in answer.sentences[0].text
    assert "Quoted in" not in answer.notice


def test_what_neither_language_says_is_silence(library: Library) -> None:
    assert Assistant(library).ask("Who composed the opera about Napoleon?").outcome != "answered"
