"""The source viewer: lay out an excerpt of a source, and search in it."""
