"""Statements in the sources that cannot both be true: found when documents are indexed, kept with the index."""
