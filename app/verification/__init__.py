"""Verification: each sentence of an answer is compared with the words it cites."""
