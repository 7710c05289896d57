"""Tell what form of answer a question asks for: a list, a number, yes or no, a comparison …

It is told by examples (`example_classifier.py`), not by rules. The form decides how many sentences
an answer has and in which order they stand (`extractive.py`), whether the sides of a comparison are
searched (`decomposition.py`), and which words are marked.
"""

from functools import cache
from typing import Literal, get_args

from app.answering.example_classifier import ExampleClassifier

AnswerForm = Literal[
    "list", "comparison", "yes_no", "how_many", "definition", "chronology", "plain"
]
FORMS: tuple[AnswerForm, ...] = get_args(AnswerForm)
# Judged on wordings that are no examples
_AHEAD = 0.1  # of `plain`, for another form to count
_FAR_AHEAD = 0.3  # of any other, for a chronology, which is put into another order


def answer_form(question: str) -> AnswerForm:
    """Return the form of answer that a question asks for; `plain` where it is not clear."""
    if not any(c.isalnum() for c in question):
        return "plain"
    scores = form_classifier().scores(question)
    best = FORMS[int(scores.argmax())]
    *_, second, first = sorted(scores.tolist())
    if best == "chronology" and first - second < _FAR_AHEAD:
        return "plain"
    return best if first - float(scores[FORMS.index("plain")]) >= _AHEAD else "plain"


@cache
def form_classifier() -> ExampleClassifier:
    """Return the classifier of the forms: wording tells as much as meaning."""
    return ExampleClassifier("form", of_words=1.0)
