"""Count which sources are cited by which answers of which conversations.

Only citations of stored answers count, not passages that were merely retrieved. Redacted answers
still count, as they were given. The questions of others are neither shown nor counted. Nothing is
changed here.
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
WHERE owner = ? AND instr(turn.answer, json_quote(?)) AND EXISTS (
    SELECT 1 FROM json_each(turn.answer, '$.citations')
    WHERE json_extract(value, '$.source_id') = ?)
ORDER BY turn.number DESC
"""

TurnKey = tuple[int, str]


@dataclass(frozen=True, slots=True)
class CitingQuestion:
    """A question whose answer cites a source, with its conversation and time."""

    conversation_id: str
    title: str
    question: str
    at: str


class Usage:
    """How often each source is cited in the answers of a person. Its methods are thread-safe.

    Answers never change which sources they cite, so each is read once and cached.
    """

    def __init__(self, database: Database) -> None:
        """Use an open database."""
        self._db = database
        self._cited: dict[TurnKey, frozenset[str]] = {}

    def counts(self, owner: str = "") -> Counter[str]:
        """Return how many of a person's answers cite each source, by id, without uncited ones."""
        query = """
            SELECT number, at, owner FROM turn
            JOIN conversation ON conversation.id = conversation_id"""
        rows = self._db.rows(query)
        cited, turns = self._cited, {(row["number"], row["at"]) for row in rows}
        known = {turn: cited[turn] for turn in turns & cited.keys()}
        self._cited = cited = {**known, **self._read(turns - cited.keys())}
        mine = [(row["number"], row["at"]) for row in rows if row["owner"] == owner]
        return Counter(source for turn in mine for source in cited[turn])

    def citing(self, source_id: str, owner: str = "") -> list[CitingQuestion]:
        """Return the questions of a person whose answers cite a source, latest first."""
        rows = self._db.rows(_CITING, [owner, source_id, source_id])
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
