"""The dates of a sentence, and whether they are of an event; the timeline is made of them."""
