"""The library as a LangChain retriever."""

from langchain_core.language_models import FakeListChatModel
from langchain_core.runnables import RunnablePassthrough

from vectorstore.library import Library
from vectorstore.records import Scope
from vectorstore.retriever import LibraryRetriever


def test_documents_carry_source_and_offsets(article: Library) -> None:
    found = LibraryRetriever(library=article, k=3).invoke("Who stood beside President Peña?")
    assert len(found) == 3
    for document in found:
        place = document.metadata
        text = article.catalog.text(place["source"])
        assert text[place["start"] : place["end"]] == document.page_content
        assert place["title"].startswith("Japan's role")
    none = LibraryRetriever(library=article, scope=Scope(languages=("fr",)))
    assert none.invoke("Who stood beside President Peña?") == []


def test_the_retriever_works_in_a_chain(article: Library) -> None:
    seen: list[str] = []
    model = FakeListChatModel(responses=["Lee I-yang."])
    chain = {"context": LibraryRetriever(library=article, k=2), "question": RunnablePassthrough()}
    asked = chain | RunnablePassthrough(lambda x: seen.append(str(x["context"]))) | str | model
    assert asked.invoke("Who stood beside President Peña?").content == "Lee I-yang."
    assert "Lee I-yang" in seen[0]
