"""Passages become an index, a question becomes Hits. Imports ingest."""
