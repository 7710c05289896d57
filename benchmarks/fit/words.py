"""Search by words alone, without vectors: what the fits of its parameters share."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks.retrieval import METRICS, read_asked, read_lines, score
from ingest.splitter import PassageSplitter
from vectorstore.index.word_index import WordIndex
from vectorstore.ranking import Query
from vectorstore.records import Document
from vectorstore.text.terms import terms

_DEPTH = 50  # passages looked at for the first 10 records


class WordSearch:
    """The word index of a corpus, and the queries that it is measured on."""

    def __init__(self, corpus: Path, queries: Path, qrels: Path) -> None:
        """Split and index the corpus with the product's splitter and terms."""
        splitter = PassageSplitter()
        self._records: list[str] = []  # of each passage
        self._index = WordIndex()
        self.asked = read_asked(queries, qrels)
        passages: list[tuple[int, Sequence[str]]] = []
        for record in read_lines(corpus):
            for passage in splitter.split(Document(record["text"], "text"), record["_id"]):
                self._records.append(record["_id"])
                passages.append((len(self._records), terms(passage.heading) + terms(passage.text)))
        self._index.add(passages)

    def measure(self, metrics: Sequence[str] = METRICS) -> dict[str, float]:
        """Return the mean of metrics over the queries, by BM25 alone."""
        sums = dict.fromkeys(metrics, 0.0)
        for asked in self.asked:
            numbers, scores = self._index.scores(Query(asked.text).weights)
            best = (-scores).argsort(kind="stable")[:_DEPTH]
            found = [self._records[int(numbers[at]) - 1] for at in best if scores[at]]
            measured = score(list(dict.fromkeys(found))[:10], asked.relevant)
            for metric in metrics:
                sums[metric] += measured[metric]
        return {metric: value / len(self.asked) for metric, value in sums.items()}
