"""Generation: what a chat model is given, and what is made of what it writes."""
