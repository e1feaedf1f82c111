"""Public reports in English, Japanese and Korean, read into claims by rules and a gazetteer."""

from launchwatch.record.reading.reader import read
from launchwatch.record.reading.text import decoded

__all__ = ["decoded", "read"]
