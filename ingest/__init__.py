"""Ingest: scans the sources folder, reads files, splits them into passages and syncs."""
