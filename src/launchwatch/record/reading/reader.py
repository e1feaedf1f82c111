"""Read one public report: from its text to claims.

Sentence by sentence, each rule finds its mentions; what they are of, whose they are and what
speaks against them is judged there. Then the whole is held against itself (`doubts`).
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from launchwatch.errors import InputError
from launchwatch.messages.claim import Claim
from launchwatch.record.reading.background import elsewhere, goes_on
from launchwatch.record.reading.circumstances import circumstances
from launchwatch.record.reading.clocks import Clock, clocks
from launchwatch.record.reading.counts import counts, is_more
from launchwatch.record.reading.dates import OF_SAYING, days, is_of_saying
from launchwatch.record.reading.doubts import doubted
from launchwatch.record.reading.measures import Measure, measures
from launchwatch.record.reading.numbers import Distance
from launchwatch.record.reading.places import described
from launchwatch.record.reading.siting import sited
from launchwatch.record.reading.speakers import Speakers
from launchwatch.record.reading.text import Language, Sentence, language_of, plain, sentences
from launchwatch.record.reading.vehicles import classes, types
from launchwatch.record.reading.verdicts import verdicts

_ITEMS = {one: number for number, one in enumerate("①②③④⑤⑥⑦⑧⑨⑩", 1)}

MOST_CLAIMS = 2000
"""A report has some twenty claims; a list of thousands is none, and is refused."""


def read(text: str, published: dt.date | None = None) -> list[Claim]:
    """Give the claims of a report, in the order of their words.

    Args:
        text: the report, in English, Japanese or Korean; none are found in another language.
        published: the day it was published, which resolves "today", "Monday", "21일".

    Raises:
        InputError: it has more than `MOST_CLAIMS` claims, and is no report.
    """
    clean = plain(text)
    language = language_of(clean)
    if not language:
        return []
    reading = _Reading(text, clean, language, published)
    claims: list[Claim] = []
    spans = sentences(clean)
    for sentence in spans:
        claims += reading.claims(sentence)
        if len(claims) > MOST_CLAIMS:
            raise InputError(f"a report must have at most {MOST_CLAIMS:,} claims, got more")
    claims.sort(key=lambda one: (one.start, one.end, one.kind))
    return doubted(claims, clean, spans, published)


class _Reading:
    """What is known of a report while it is read."""

    def __init__(
        self, text: str, clean: str, language: Language, published: dt.date | None
    ) -> None:
        self.text = text
        self.language = language
        self.published = published
        self.speakers = Speakers(clean, language)
        self.at_home = "JPN" if "我が国" in clean or "わが国" in clean else ""
        self.total: int | None = None
        self.before = Sentence("", 0, -1)
        self.other = ""

    def claims(self, sentence: Sentence) -> Iterator[Claim]:
        """Give what one sentence claims."""
        self._listen(sentence)
        figures = measures(sentence, self.language)
        yield from self._figures(sentence, figures)
        yield from self._counts(sentence)
        yield from self._times(sentence)
        yield from self._places(sentence, figures)
        yield from self._verdicts(sentence)
        yield from self._others(sentence)
        self.speakers.heard(sentence)

    def _claim(
        self, kind: str, value: Any, sentence: Sentence, start: int, end: int, **more: Any
    ) -> Claim:
        begin = sentence.start + start
        return Claim(
            kind=kind,  # type: ignore[arg-type]  # only names of the kinds come here
            value=value,
            unit=more.pop("unit", ""),
            text=self.text[begin : sentence.start + end],
            start=begin,
            end=sentence.start + end,
            source=self.speakers.of(sentence, start),
            item=_item(sentence, start),
            **more,
        )

    def _other_launch(self, sentence: Sentence, start: int, end: int | None = None) -> str:
        year = self.published.year if self.published else None
        return self.other or elsewhere(sentence.text, start, self.language, year, end)

    def _listen(self, sentence: Sentence) -> None:
        """Find out whether a sentence goes on with another launch that the one before told of."""
        said = self.other
        if not said:
            told = self.before._replace(text=self.before.text.rstrip(" .") + " ")
            said = self._other_launch(told, len(told.text))
        self.other = goes_on(sentence.text, self.before.text, said, self.language)
        self.before = sentence

    def _figures(self, sentence: Sentence, figures: list[Measure]) -> Iterator[Claim]:
        placed = [(one.start, one.end) for one in sited(sentence, self.language, figures)]
        for what, figure, doubt in figures:
            if what == "place" and any(s <= figure.start < e for s, e in placed):
                continue  # told with its place
            other = self._other_launch(sentence, figure.start, figure.end)
            if isinstance(figure, Distance):
                values, unit = figure.values, "km"
            else:
                values, unit = (figure.minutes,), "min"
            apart = len(values) == 2
            for number, value in enumerate(values):
                qualifier = ("from", "to")[number] if apart else figure.qualifier
                number_said = int(value) if value == int(value) else value
                if what in ("range", "apogee", "flight_time") and not other:
                    yield self._claim(
                        what, number_said, sentence, figure.start, figure.end,
                        unit=unit, qualifier=qualifier, doubt=doubt,
                    )  # fmt: skip
                    continue
                yield self._claim(
                    "context", {"about": what or "distance", unit: number_said},
                    sentence, figure.start, figure.end, unit=unit, qualifier=qualifier,
                    doubt="; ".join(filter(None, [other, _WHY.get(what, ""), doubt])),
                )  # fmt: skip

    def _counts(self, sentence: Sentence) -> Iterator[Claim]:
        for one in counts(sentence, self.language):
            other = self._other_launch(sentence, one.start, one.end)
            if other:
                value = {"about": "count", "missiles": one.value}
                yield self._claim("context", value, sentence, one.start, one.end, doubt=other)
                continue
            if one.value and one.value < (self.total or 0) and one.is_part:
                value = {"about": "count", "missiles": one.value}
                doubt = f"a part of the {self.total} launched"
                yield self._claim("context", value, sentence, one.start, one.end, doubt=doubt)
                continue
            if one.value and self.total and is_more(sentence, one):
                doubt = f"{one.value} added to the {self.total} told of before"
                self.total += one.value
                yield self._claim(
                    "count", self.total, sentence, one.start, one.end,
                    unit="missiles", qualifier=one.qualifier, doubt=doubt,
                )  # fmt: skip
                continue
            if one.value and not one.is_article:
                self.total = max(self.total or 0, one.value)
            form = (
                "singular says that it was one"
                if one.value
                else "plural says that it was more than one"
            )
            doubt = f"only the {form}" if one.is_article else ""
            yield self._claim(
                "count", one.value, sentence, one.start, one.end,
                unit="missiles", qualifier=one.qualifier, doubt=doubt,
            )  # fmt: skip

    def _times(self, sentence: Sentence) -> Iterator[Claim]:
        for one in clocks(sentence, self.language):
            yield self._time(sentence, one)
        dates = days(sentence, self.language, self.published)
        for day in dates:
            other = self._other_launch(sentence, day.start, day.end)
            if other:
                value: Any = {"about": "date", "date": day.value}
                yield self._claim("context", value, sentence, day.start, day.end, doubt=other)
            else:
                spoken = self.language == "en" and is_of_saying(sentence, day, self.language)
                doubt = "; ".join(filter(None, [OF_SAYING if spoken else "", day.doubt]))
                yield self._claim(
                    "launch_date", day.value, sentence, day.start, day.end, doubt=doubt
                )

    def _time(self, sentence: Sentence, one: Clock) -> Claim:
        other = self._other_launch(sentence, one.start)
        unit = "" if one.zone is None else offset(one.zone)
        if one.zone is None and one.others:
            # The same moment in a zone that is named tells the offset of local time.
            minutes, zone = one.others[0]
            told = (_minutes(one.value) - minutes + zone + 720) % 1440 - 720
            unit = offset(told)
        elif one.zone is None and self.language in ("ja", "ko"):
            unit = offset(540)
        if one.event in ("launch", "") and not other:
            doubt = "" if one.event else "the text does not say of what this is the time"
            if one.is_local and not one.others:
                doubt = "; ".join(filter(None, [doubt, "whose local time is not said"]))
            return self._claim(
                "launch_time", one.value, sentence, one.start, one.end,
                unit=unit, qualifier=one.qualifier, doubt=doubt,
            )  # fmt: skip
        what = _TIMES.get(one.event, "time")
        value = {"about": what, "time": one.value}
        doubt = "; ".join(filter(None, [other, f"{what}, not of the launch"]))
        return self._claim("context", value, sentence, one.start, one.end, unit=unit, doubt=doubt)

    def _places(self, sentence: Sentence, figures: list[Measure]) -> Iterator[Claim]:
        for one in sited(sentence, self.language, figures):
            if self._other_launch(sentence, one.start):
                continue
            value = described(one.spot)
            if one.distance_km is not None:
                value = {
                    "name": one.spot.name,
                    "distance_km": one.distance_km,
                    "bearing": one.bearing,
                    "from": value,
                }
            yield self._claim(one.role, value, sentence, one.start, one.end, doubt=one.doubt)

    def _verdicts(self, sentence: Sentence) -> Iterator[Claim]:
        for one in verdicts(sentence, self.language, self.total, self.at_home):
            if self._other_launch(sentence, one.start):
                continue
            value = {"zone": one.zone, "verdict": one.verdict}
            yield self._claim("zone_verdict", value, sentence, one.start, one.end, doubt=one.doubt)

    def _others(self, sentence: Sentence) -> Iterator[Claim]:
        for kind, found in (("class", classes), ("type", types)):
            for one in found(sentence, self.language):
                other = self._other_launch(sentence, one.start)
                if other or one.qualifier == "compared":
                    value: Any = {"about": kind, "name": one.value}
                    why = other or one.doubt
                    yield self._claim("context", value, sentence, one.start, one.end, doubt=why)
                else:
                    yield self._claim(
                        kind, one.value, sentence, one.start, one.end,
                        qualifier=one.qualifier, doubt=one.doubt,
                    )  # fmt: skip
        for each in circumstances(sentence):
            other = self._other_launch(sentence, each.start)
            named = each.kind == "damage" or isinstance(each.value, dict)
            value = each.value if named else {"about": each.value}
            why = "; ".join(filter(None, [each.doubt, other])) if named else ""
            yield self._claim(each.kind, value, sentence, each.start, each.end, doubt=why)


_WHY = {
    "capability": "how far the type can fly, not how far it flew",
    "zone": "how wide a zone is, not how far it flew",
    "orbit": "height of an orbit, not of a missile's flight",
    "place": "where it lies, not how far it flew",
    "": "the text does not say of what",
}
_TIMES = {
    "fall": "time of the fall", "siren": "time of an alarm", "passage": "time of a passage",
    "announcement": "time of the announcement", "launch": "time of a launch",
}  # fmt: skip


def offset(minutes: int) -> str:
    """Give a UTC offset as RFC 3339 writes it."""
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


def _minutes(words: str) -> int:
    return int(words[:2]) * 60 + int(words[3:] or 0)


def _item(sentence: Sentence, start: int) -> int | None:
    """Give the circled number that a mention stands behind in its sentence."""
    marks = [(sentence.text.rfind(mark, 0, start), number) for mark, number in _ITEMS.items()]
    place, number = max(marks)
    return number if place >= 0 else None
