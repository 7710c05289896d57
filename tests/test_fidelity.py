"""Hard documents are read right: the cases of `benchmarks/fidelity/cases`, on kept copies."""

import pytest

from benchmarks.fidelity.cases import DOCUMENTS, Case, cases, faults
from vectorstore.encoders.embeddings import SentenceEmbeddings

FOLDERS = (DOCUMENTS / "failing", DOCUMENTS / "failing" / "metas", DOCUMENTS / "siblings")


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case.name)
def test_hard_documents_are_read_right(case: Case, embeddings: SentenceEmbeddings) -> None:
    assert faults(case, FOLDERS, embeddings) == []
