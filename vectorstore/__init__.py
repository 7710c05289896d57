"""What is kept and how it is found: catalog, vector index, embeddings, search."""
