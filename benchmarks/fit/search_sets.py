"""The data sets that the weights of search and BM25's parameters are fitted on."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class SearchSet:
    """A data set: its corpus, its queries, and the least that two of its metrics should reach."""

    corpus: str
    queries: str
    goals: dict[str, float]

    def files(self, folder: Path) -> tuple[Path, Path, Path]:
        """Return its corpus, queries and relevant records below the folder of the data sets."""
        return (
            folder / self.corpus / "corpus.jsonl.gz",
            folder / f"{self.queries.format('queries')}.jsonl",
            folder / f"{self.queries.format('qrels')}.tsv",
        )


SETS = {
    "ObliQA": SearchSet("obliqa", "obliqa/{}_devclean", {"R@10": 0.79, "MAP@10": 0.64}),
    "ObliQA-MP": SearchSet("obliqa", "obliqa_mp/{}_devclean", {"R@10": 0.61, "MAP@10": 0.49}),
    "MTRAG": SearchSet("mtrag_human", "mtrag_human/{}", {"R@5": 0.66, "R@10": 0.78}),
    "OR-ShARC": SearchSet("or_sharc", "or_sharc/{}_dev", {"hit@1": 0.68, "hit@5": 0.90}),
    "SQuAD 2": SearchSet("squad2_halfdev", "squad2_halfdev/{}", {"hit@1": 0.85, "hit@5": 0.97}),
}
