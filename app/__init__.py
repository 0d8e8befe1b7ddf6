"""A question becomes an Answer, and an Answer becomes a screen or a line. Imports vectorstore and ingest."""
