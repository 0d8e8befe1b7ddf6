"""Checking what others wrote: a text is split into claims, and each gets one of three verdicts with the quote."""
