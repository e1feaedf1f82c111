"""Say who said what a sentence says, by the sentence and those before it.

A speaker is named by one canonical name whatever the language. A sentence that names nobody
goes on with the last speaker of its paragraph, in English only after "it" or "they"; a text in
the first person ("我が国の排他的経済水域") is the government's own.
"""

import re
from functools import cache
from importlib.resources import files

from launchwatch.record.reading.text import Language, Sentence

_COLUMNS: tuple[Language, ...] = ("en", "ja", "ko")


@cache
def _speakers(language: Language) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Give the name and the pattern of every speaker that `data/places/speakers.tsv` lists."""
    text = (files("launchwatch") / "data/places/speakers.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and line[0] != "#"]
    column = 1 + _COLUMNS.index(language)
    return tuple((row[0], re.compile(row[column], re.IGNORECASE)) for row in rows)


_GOES_ON = re.compile(r"^\W*(?:it|they|the (?:ministry|military|minister|agency))\b", re.IGNORECASE)
_OWN_WORDS = re.compile(r"我が国|わが国")


def speaker_of_text(text: str) -> str:
    """Give who speaks where the whole text is in the first person; empty where it is not."""
    return "Japan's Ministry of Defense" if _OWN_WORDS.search(text) else ""


class Speakers:
    """Who speaks in each sentence of one report, told in order."""

    def __init__(self, text: str, language: Language) -> None:
        self._own = speaker_of_text(text)
        self._language = language
        self._last = ""

    def of(self, sentence: Sentence, start: int) -> str:
        """Give who said what stands at ``start`` of a sentence.

        Of several named, the last one before it ("the JCS: up to 6,200 kilometres"), unless
        all stand after.
        """
        named = self._named(sentence.text)
        if not named:
            if self._own:
                return self._own
            return self._last if _GOES_ON.match(sentence.text) else ""
        # The clause that a colon or semicolon closes off is its own.
        before = [name for end, name in named if end <= start]
        clause = max(sentence.text.rfind(mark, 0, start) for mark in ";。")
        near = [name for end, name in named if clause < end <= start]
        if self._language == "en":
            after = [
                name for end, name in named if end > start and ";" not in sentence.text[start:end]
            ]
            return (near or after or before)[-1 if near else 0] if near or after or before else ""
        return (before or [name for _, name in named])[-1 if before else 0]

    def _named(self, text: str) -> list[tuple[int, str]]:
        """Give every speaker of a sentence with where the name ends, the longest at a place."""
        found: list[tuple[int, int, str]] = []
        for name, pattern in _speakers(self._language or "en"):
            for one in pattern.finditer(text):
                if not any(s <= one.start() < e for s, e, _ in found):
                    found.append((one.start(), one.end(), name))
        found.sort()
        return [(end, name) for _, end, name in found]

    def heard(self, sentence: Sentence) -> None:
        """Remember who spoke, for sentences that go on with "it said"."""
        named = self._named(sentence.text)
        if named:
            self._last = named[-1][1]
