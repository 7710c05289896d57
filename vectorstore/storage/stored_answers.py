"""Convert answers to JSON and back, and return the text that a search finds them by."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, get_args

from vectorstore.records import (
    Answer,
    Citation,
    Conflict,
    EarlierFinding,
    EarlierVerdict,
    Finding,
    Hit,
    Passage,
    Scope,
    Sentence,
)
from vectorstore.secrets import hide_secrets
from vectorstore.text.terms import fold


def dump_answer(answer: Answer) -> str:
    """Return a whole answer as JSON; its notice may quote a server, which must tell no secret."""
    values = {**asdict(answer), "notice": hide_secrets(answer.notice)}
    return json.dumps(values, ensure_ascii=False)


def searchable_text(stored: str) -> str:
    """Return the folded question and text of a stored answer, for searching."""
    values = json.loads(stored)
    return fold(f"{values['question']}\n{values['text']}")


def load_answer(stored: str) -> Answer:
    """Return a stored answer; earlier versions stored fewer fields, and secrets in notices."""
    values = json.loads(stored)
    values["notice"] = hide_secrets(values.get("notice", ""))
    values["sentences"] = tuple(_sentence(one) for one in values["sentences"])
    values["citations"] = tuple(_citation(one) for one in values["citations"])
    values["more"] = tuple(_citation(one) for one in values.get("more", ()))
    values["conflicts"] = tuple(
        Conflict(**{**one, "citations": tuple(one["citations"])})
        for one in values.get("conflicts", ())
    )
    values["hits"] = tuple(
        Hit(**{**one, "passage": Passage(**one["passage"]), "copies": tuple(one.get("copies", ()))})
        for one in values["hits"]
    )
    if scope := values.pop("scope", None):
        values["scope"] = load_scope(scope)
    return Answer(**values)


def load_scope(values: Mapping[str, Any]) -> Scope:
    """Return a scope from its fields as JSON gives them."""
    chosen = values["sources"]
    return Scope(
        sources=None if chosen is None else tuple(chosen),
        languages=tuple(values["languages"]),
        since=values["since"],
        until=values["until"],
    )


def _sentence(values: dict[str, Any]) -> Sentence:
    span = values.get("span")
    return Sentence(
        **{
            **values,
            "citations": tuple(values["citations"]),
            "span": tuple(span) if span else None,
            "marks": tuple((start, end) for start, end in values.get("marks", ())),
            "findings": tuple(_finding(one) for one in values.get("findings", ())),
        }
    )


def _finding(values: dict[str, Any]) -> Finding | EarlierFinding:
    if values["verdict"] in get_args(EarlierVerdict):
        return EarlierFinding(**values)
    return Finding(**values)


def _citation(values: dict[str, Any]) -> Citation:
    return Citation(**{**values, "also": tuple(values.get("also", ()))})
