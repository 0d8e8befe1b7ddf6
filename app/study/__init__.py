"""Learning from the sources: cards, quizzes, a schedule, and a guide to each document, every item with its citation."""
