"""Find the sentences that answer: read the best ranked ones together with the question.

A cross-encoder sees what the looks of `sentence_ranking.py` cannot: that a sentence with the
question's words does not hold what is asked for. It is the second head of the packaged checker
(`vectorstore/encoders/checker.py`, model card `docs/checker.md`) and reads English; where it cannot
read, the looks alone decide.
"""

import math
from collections.abc import Sequence
from dataclasses import replace

from app.answering.query_rewriting import names_in
from app.answering.sentence_ranking import Evidence, best_first, with_answers
from vectorstore.encoders.checker import packaged_checker
from vectorstore.ranking import Query
from vectorstore.text.scripts import cjk_share

READ = 10  # sentences read; judged: sixteen find no more answers and take half as long again
SURE = 4.0  # log-odds to which the finder's are limited; judged: beyond, it is no surer
# Log-odds gained by a sentence of a follow-up that was told, stands right after it, right before
# it; and the factor for each sentence farther off. Judged on 120 dialogues: decision 24
_TOLD, _AFTER, _BEFORE, _FARTHER = -1.0, 3.0, 1.0, 0.9
_FOREIGN = 0.1  # judged: share of Chinese or Japanese letters from which a text is not English


def find_answers(query: Query, ranked: Sequence[Evidence]) -> list[Evidence]:
    """Return the ranked sentences with `answers` filled in, best first.

    Sentences that are not among the best `READ` count as not answering; of those that it cannot
    read, nothing is known. Where nothing can be read, the order stays as it is.
    """
    if cjk_share(query.whole) > _FOREIGN:
        return _beside_told(query, ranked)
    read = [one for one in ranked[:READ] if cjk_share(one.text) <= _FOREIGN]
    # “What about Palau?” says what it asks for better than with the question before it; and what
    # was told counts below
    asked = query.text if query.told or names_in(query.text) else query.whole
    chances = packaged_checker().answer(asked, [one.text for one in read])
    if not chances:
        return _beside_told(query, ranked)
    found = {one.place: 0.0 for one in ranked[:READ]}
    found |= {one.place: _log_odds(chance) for one, chance in zip(read, chances, strict=True)}
    judged = [with_answers(one, found.get(one.place, -SURE)) for one in ranked]
    return _beside_told(query, judged)


def _beside_told(query: Query, evidence: Sequence[Evidence]) -> list[Evidence]:
    """Return sentences best first; to a follow-up, those after what was told gain.

    What a follow-up asks for mostly stands next to what it leans on, and is not the same sentence.
    """
    if not query.told:
        return best_first(evidence)
    in_order = sorted(evidence, key=lambda one: one.place)
    told = [n for n, one in enumerate(in_order) if one.text.strip() in query.told]
    scored = []
    for n, one in enumerate(in_order):
        ways = [n - t for t in told if in_order[t].passage.source_id == one.passage.source_id]
        gain = _gain(min(ways, key=abs)) if ways else 0.0
        scored.append(replace(one, score=one.score + gain))
    return best_first(scored)


def _gain(way: int) -> float:
    """Return what a sentence gains that stands so many sentences after what was told.

    >>> _gain(0), _gain(1), _gain(-1)
    (-1.0, 3.0, 1.0)
    """
    if not way:
        return _TOLD
    return (_AFTER if way > 0 else _BEFORE) * _FARTHER ** (abs(way) - 1)


def _log_odds(chance: float) -> float:
    """Return the logarithm of the odds, within ±`SURE`.

    >>> _log_odds(0.5), _log_odds(1.0)
    (0.0, 4.0)
    """
    least = 1 / (1 + math.exp(SURE))
    chance = min(max(chance, least), 1 - least)
    return round(math.log(chance / (1 - chance)), 6)
