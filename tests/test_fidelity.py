"""Hard documents are read right: the cases of `benchmarks/fidelity/cases`, on kept copies."""

from collections.abc import Iterator

import pytest

from benchmarks.fidelity.cases import DOCUMENTS, Case, Libraries, cases, faults
from vectorstore.encoders.embeddings import SentenceEmbeddings

FOLDERS = (DOCUMENTS / "failing", DOCUMENTS / "failing" / "metas", DOCUMENTS / "siblings")


@pytest.fixture(scope="module")
def libraries(embeddings: SentenceEmbeddings) -> Iterator[Libraries]:
    with Libraries(FOLDERS, embeddings) as opened:
        yield opened


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_hard_documents_are_read_right(case: Case, libraries: Libraries) -> None:
    assert faults(case, libraries) == []
