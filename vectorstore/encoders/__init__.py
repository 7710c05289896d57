"""Models that turn text into vectors or judge pairs of texts, all behind narrow interfaces."""
