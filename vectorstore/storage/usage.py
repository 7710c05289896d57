"""What the sources were used for: which answers of which conversations cite them.

Goes by the citations of the answers that are kept, not by what was only retrieved. An answer whose
words were taken out with their source still counts: it was given. Nothing is changed here.
"""

from collections import Counter
from dataclasses import dataclass

from vectorstore.storage.database import Database

_CITED = """
SELECT turn.number, turn.at, json_extract(citation.value, '$.source_id') AS source_id
FROM turn, json_each(turn.answer, '$.citations') AS citation
WHERE turn.number IN (SELECT value FROM json_each(?))
"""
_CITING = """
SELECT conversation_id, conversation.title, turn.at,
    json_extract(turn.answer, '$.question') AS question
FROM turn JOIN conversation ON conversation.id = conversation_id
WHERE instr(turn.answer, json_quote(?)) AND EXISTS (
    SELECT 1 FROM json_each(turn.answer, '$.citations')
    WHERE json_extract(value, '$.source_id') = ?)
ORDER BY turn.number DESC
"""

TurnKey = tuple[int, str]


@dataclass(frozen=True, slots=True)
class CitingQuestion:
    """A question whose answer cites a source, and the conversation it stands in."""

    conversation_id: str
    title: str
    question: str
    at: str


class Usage:
    """How often each source is cited. Its methods may be called from any thread.

    Answers do not change which sources they cite, so each is looked into once and remembered.
    """

    def __init__(self, database: Database) -> None:
        """Of the conversations in this file."""
        self._db = database
        self._cited: dict[TurnKey, frozenset[str]] = {}

    def counts(self) -> Counter[str]:
        """In how many answers each source is cited, by id; a source that never was is not there."""
        rows = self._db.rows("SELECT number, at FROM turn")
        cited, turns = self._cited, {(row["number"], row["at"]) for row in rows}
        known = {turn: cited[turn] for turn in turns & cited.keys()}
        self._cited = {**known, **self._read(turns - cited.keys())}
        return Counter(source for sources in self._cited.values() for source in sources)

    def citing(self, source_id: str) -> list[CitingQuestion]:
        """The questions whose answers cite a source, the last one first."""
        rows = self._db.rows(_CITING, [source_id, source_id])
        return [
            CitingQuestion(row["conversation_id"], row["title"], row["question"], row["at"])
            for row in rows
        ]

    def _read(self, turns: set[TurnKey]) -> dict[TurnKey, frozenset[str]]:
        found: dict[TurnKey, set[str]] = {turn: set() for turn in turns}
        wanted = "[" + ",".join(str(number) for number, _ in turns) + "]"
        for row in self._db.rows(_CITED, [wanted]) if turns else []:
            found.setdefault((row["number"], row["at"]), set()).add(row["source_id"])
        return {turn: frozenset(sources) for turn, sources in found.items()}
