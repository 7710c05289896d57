"""Train the checker (`vectorstore/encoders/checker.py`) from the data sets of `docs/checker.md`."""
