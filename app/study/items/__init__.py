"""What the items of a quiz are made of: wrong answers, passages, how difficult they make it."""
