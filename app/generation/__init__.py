"""Generation: prompt a chat model with numbered sentences, and parse the answer it streams."""
