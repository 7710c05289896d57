"""The text of documents: sentences, search terms, scripts, dates and languages."""
