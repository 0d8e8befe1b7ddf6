"""Spot-checking the tutor: a person judges sentences blind, and is compared with what the tutor said of itself."""
