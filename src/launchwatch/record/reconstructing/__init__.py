"""Reconstructing: from what was said of a launch to the family of flights that fits it."""

from launchwatch.record.reconstructing.reconstructor import reconstruct

__all__ = ["reconstruct"]
