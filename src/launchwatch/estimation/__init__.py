"""Gaussian estimation: arrays in, arrays out."""
