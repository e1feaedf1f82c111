"""Reports of one launch held side by side: every claim kept, and what follows from all of them.

Nothing is settled by leaving something out: a `LaunchAccount` holds the reports as they were
read, who stands behind each statement, where they agree or differ in sentences, and estimates
with the doubt that the statements leave.
"""

from typing import Literal

from msgspec import Struct

from launchwatch.messages.claim import Claim

Hand = Literal["first", "quoted", "relay", "unsaid"]
"""How near a statement is to who saw: a witness's own statement; a witness quoted by somebody; a
medium or agency by itself; a report that says of nobody who said it."""


class Report(Struct, frozen=True, kw_only=True):
    """One report, read.

    Attributes:
        name: what it is called, such as its file's name.
        by: whose own statement the whole of it is, by the speaker's name; empty for news.
        published: day of publication, ``2025-11-07``; empty where it is not known.
    """

    name: str
    claims: tuple[Claim, ...]
    by: str = ""
    published: str = ""


class Statement(Struct, frozen=True, kw_only=True):
    """One claim with who stands behind it.

    Attributes:
        report: the report's name.
        voice: whose finding it is: a state (ISO 3166 alpha-3), or a medium's or report's name.
            Two speakers of one state are one voice, whoever quotes them.
        used: whether the estimates rest on it; ``why`` says why not.
    """

    report: str
    voice: str
    hand: Hand
    claim: Claim
    used: bool = True
    why: str = ""


class Finding(Struct, frozen=True, kw_only=True):
    """What the statements of one kind come to, in a sentence.

    Attributes:
        kind: as of the claims.
        standing: one voice alone; several that agree; a bound that another's figure keeps to;
            some that cannot both be right.
        voices: whose statements it is about, sorted.
    """

    kind: str
    standing: Literal["alone", "agree", "compatible", "differ"]
    sentence: str
    voices: tuple[str, ...]


class FigureEstimate(Struct, frozen=True, kw_only=True):
    """A number that the statements leave, with its doubt.

    Attributes:
        kind: range, apogee, flight_time or launch_time.
        value: the middle of where it most probably lies; km, minutes, or for a time minutes
            after midnight UTC of the day before the launch's date.
        low: 95 % lie between here and ``high``, if what was said is right: that it may be wrong
            altogether has no interval.
        modes: values of separate peaks, where statements differ and both may be right.
        item: which of several bodies; None where the statements do not tell them apart.
        rests_on: voices, sorted.
        density: (value, share) pairs to draw from, of its peaks alone; shares sum to one.
    """

    kind: str
    value: float
    low: float
    high: float
    unit: str
    modes: tuple[float, ...] = ()
    item: int | None = None
    rests_on: tuple[str, ...] = ()
    density: tuple[tuple[float, float], ...] = ()


class PlaceEstimate(Struct, frozen=True, kw_only=True):
    """A place that the statements leave: a cloud of points, never one alone.

    Attributes:
        kind: launch_place or fall_place.
        name: how it is called most narrowly.
        latitude_deg: of the middle, with ``longitude_deg``.
        radius_95_km: of the circle around it that holds 95 % of the cloud, if what was said is
            right: that it may be wrong altogether has no place on a map.
        points: (latitude, longitude, share), degrees; shares sum to one.
        spacing_km: how far apart neighbouring points are.
    """

    kind: str
    name: str
    latitude_deg: float
    longitude_deg: float
    radius_95_km: float
    rests_on: tuple[str, ...] = ()
    points: tuple[tuple[float, float, float], ...] = ()
    spacing_km: float = 0.0
    item: int | None = None


class OfficialVerdict(Struct, frozen=True, kw_only=True):
    """What one voice said of one zone. It stands as it was said, whatever geometry finds."""

    zone: str
    verdict: str
    voice: str
    hand: Hand
    reports: tuple[str, ...]
    item: int | None = None


class LaunchAccount(Struct, frozen=True, kw_only=True):
    """One launch as all its reports together tell of it.

    Attributes:
        date: of the launch by local time, ``2025-11-07``; empty where nobody says.
        utc_offset: of local time at the launch place, such as ``+09:00``.
        country: whose launch it was, by the launch place; ISO 3166 alpha-3, or empty.
        bodies: numbers of the bodies told apart; (None,) where none are.
    """

    date: str
    utc_offset: str
    country: str
    reports: tuple[Report, ...]
    statements: tuple[Statement, ...]
    findings: tuple[Finding, ...]
    figures: tuple[FigureEstimate, ...]
    places: tuple[PlaceEstimate, ...]
    verdicts: tuple[OfficialVerdict, ...]
    count: int | None = None
    classes: tuple[tuple[str, str], ...] = ()
    bodies: tuple[int | None, ...] = (None,)

    def figure(self, kind: str, item: int | None = None) -> FigureEstimate | None:
        """Give the estimate of a kind for a body, else that of all bodies."""
        found = [one for one in self.figures if one.kind == kind]
        exact = [one for one in found if one.item == item]
        return next(iter(exact or [one for one in found if one.item is None]), None)

    def place(self, kind: str, item: int | None = None) -> PlaceEstimate | None:
        """Give the estimate of a place for a body, else that of all bodies."""
        found = [one for one in self.places if one.kind == kind]
        exact = [one for one in found if one.item == item]
        return next(iter(exact or [one for one in found if one.item is None]), None)
