"""Suggestions: questions that the library can answer, made from its own sentences."""
