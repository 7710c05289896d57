"""Audit: records everything that led to an answer, compares and replays it."""
