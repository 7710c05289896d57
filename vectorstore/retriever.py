"""The library as a LangChain `BaseRetriever`, for use in other chains."""

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from vectorstore.library import Library
from vectorstore.records import EVERYTHING, Scope


class LibraryRetriever(BaseRetriever):
    """Retrieves the same passages as the assistant; metadata gives their source and offsets.

    >>> LibraryRetriever(library=library, k=3).invoke("Whom did Ishiba meet?")  # doctest: +SKIP
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    library: Library
    k: int = 10
    scope: Scope = EVERYTHING

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002
    ) -> list[Document]:
        hits = self.library.search(query, self.k, self.scope)
        titles = self.library.catalog.titles({hit.passage.source_id for hit in hits})
        return [
            Document(
                id=hit.passage.id,
                page_content=hit.passage.text,
                metadata={
                    "source": hit.passage.source_id,
                    "title": titles.get(hit.passage.source_id, ""),
                    "start": hit.passage.start,
                    "end": hit.passage.end,
                    "page": hit.passage.first_page,
                    "score": hit.score,
                },
            )
            for hit in hits
        ]
