"""Audit: everything that led to an answer, recorded, compared and replayed."""
