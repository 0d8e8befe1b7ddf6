"""What a short answer is worth: its dates, numbers, names and meaning against those of the source."""
