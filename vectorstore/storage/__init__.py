"""Storage: the SQLite catalog with sources, passages, vectors and conversations."""
