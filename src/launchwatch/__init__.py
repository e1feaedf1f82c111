"""Sees a missile launch, tracks it, says where it will fall, and keeps the record.

Importing the package loads nothing heavy: the rooms are imported by name,
``launchwatch.engine``, ``launchwatch.tracking.tracker`` and so on.
"""

__version__ = "0.1.0"
