"""Find the sentences that answer: read the best ranked ones together with the question.

A cross-encoder sees what the looks of `sentence_ranking.py` cannot: that a sentence with the
question's words does not hold what is asked for. It is the second head of the packaged checker
(`vectorstore/encoders/checker.py`, model card `docs/checker.md`) and reads English; where it cannot
read, the looks alone decide.
"""

import math
from collections.abc import Sequence

from app.answering.query_rewriting import names_in
from app.answering.sentence_ranking import Evidence, with_answers
from vectorstore.encoders.checker import packaged_checker
from vectorstore.ranking import Query
from vectorstore.text.scripts import cjk_share

READ = 10  # sentences read; judged: sixteen find no more answers and take half as long again
SURE = 4.0  # log-odds to which the finder's are limited; judged: beyond, it is no surer
_FOREIGN = 0.1  # judged: share of Chinese or Japanese letters from which a text is not English


def find_answers(query: Query, ranked: Sequence[Evidence]) -> list[Evidence]:
    """Return the ranked sentences with `answers` filled in, best first.

    Sentences that are not among the best `READ` count as not answering. Where nothing can be read,
    `answers` stays at 0 and the order as it is.
    """
    if cjk_share(query.whole) > _FOREIGN:
        return list(ranked)
    read = [one for one in ranked[:READ] if cjk_share(one.text) <= _FOREIGN]
    # “What about Palau?” says what it asks for better than with the question before it
    asked = query.text if names_in(query.text) else query.whole
    chances = packaged_checker().answer(asked, [one.text for one in read])
    if not chances:
        return list(ranked)
    found = {
        (one.passage.id, one.ordinal): _log_odds(chance)
        for one, chance in zip(read, chances, strict=True)
    }
    judged = [with_answers(one, found.get((one.passage.id, one.ordinal), -SURE)) for one in ranked]
    return sorted(judged, key=lambda one: (-one.score, one.passage.source_id, one.start))


def _log_odds(chance: float) -> float:
    """Return the logarithm of the odds, within ±`SURE`.

    >>> _log_odds(0.5), _log_odds(1.0)
    (0.0, 4.0)
    """
    least = 1 / (1 + math.exp(SURE))
    chance = min(max(chance, least), 1 - least)
    return round(math.log(chance / (1 - chance)), 6)
