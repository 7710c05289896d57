"""One row of the Settings page: a name, its value and what it means. All of it is plain text."""

from app.ui.components.text import show_texts


def show(name: str, value: str, explanation: str = "") -> None:
    """Draw the row."""
    show_texts((name, "name"), (value, "value"), (explanation, "explanation"))
