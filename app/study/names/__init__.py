"""What the sources name, and what it is a name of."""
