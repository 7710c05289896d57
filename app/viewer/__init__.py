"""The source viewer: laying out a stretch of a source, and searching in it."""
