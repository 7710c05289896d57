"""Answering: from a question to the sentences of an answer and their citations."""
