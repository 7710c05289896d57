"""Tell what form of answer a question asks for: a list, a number, yes or no, a comparison …

It is told by examples (`example_classifier.py`), not by rules. The form decides how many sentences
an answer has and in which order they stand (`extractive.py`), whether the sides of a comparison are
searched (`decomposition.py`), and which words are marked.
"""

from functools import cache, lru_cache
from typing import Literal

from app.answering.example_classifier import ExampleClassifier

AnswerForm = Literal[
    "list", "comparison", "yes_no", "how_many", "definition", "chronology", "plain"
]
FORMS: tuple[AnswerForm, ...] = (
    "list", "comparison", "yes_no", "how_many", "definition", "chronology", "plain",
)  # fmt: skip
_AHEAD = 0.1  # of `plain`, for another form to count; judged on wordings that are no examples


@lru_cache(maxsize=64)
def answer_form(question: str) -> AnswerForm:
    """Return the form of answer that a question asks for; `plain` where it is not clear."""
    if not any(c.isalnum() for c in question):
        return "plain"
    scores = form_classifier().scores(question)
    best = int(scores.argmax())
    ahead = float(scores[best] - scores[FORMS.index("plain")])
    return FORMS[best] if ahead >= _AHEAD else "plain"


@cache
def form_classifier() -> ExampleClassifier:
    """Return the classifier of the forms: wording tells as much as meaning."""
    return ExampleClassifier("form", of_words=1.0)
