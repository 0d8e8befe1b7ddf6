"""Questions with known answers, put to the tutor and to a baseline. Nothing imports it."""
