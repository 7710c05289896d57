"""What search looks things up in: the vector index (Chroma) and the word index (BM25)."""
