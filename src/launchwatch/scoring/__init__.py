"""Scores of tracks against the truth: arrays in, arrays out."""
