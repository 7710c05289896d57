"""One row of the Settings page: a name, its value and what it means. All of it is plain text."""

from app.ui.components.text import show_text


def show(name: str, value: str, explanation: str = "") -> None:
    """Draw the row."""
    show_text(name, "name")
    show_text(value, "value")
    if explanation:
        show_text(explanation, "explanation")
