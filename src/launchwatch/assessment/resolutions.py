"""Which resolutions of the UN Security Council a launch would contravene.

A citation with a probability, taken from what class of vehicle it was and from whose land or
territorial sea it rose; never an accusation while the type is open. What is not known of the
type widens the answer instead of deciding it: `probability` counts the classes that are
covered, `at_most` the unknown ones besides.

The table is `data/resolutions/resolutions.csv`; what is in it, what is not and what is
unverified stands beside it in SOURCES.md. It judges launches only: no tests, no trade.
"""

import csv
import datetime as dt
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment.fallareas import ZoneCounter
from launchwatch.earth.geodesic import direct
from launchwatch.messages.assessment import (
    Citation,
    FamilyAssessment,
    FamilyProbabilities,
    ResolutionAssessment,
)
from launchwatch.messages.launch import LaunchStatement
from launchwatch.timescale import Instant, utc_from_instant

Floats = NDArray[np.float64]

_BALLISTIC = (
    "close_range",
    "short_range",
    "medium_range",
    "intermediate_range",
    "intercontinental",
    "quasi_ballistic",
    "glide",
)
"""Classes that a ballistic motor lifts. A glider flies otherwise than a ballistic missile, but
is launched by one: a launch "that uses ballistic missile technology"."""

_COVERED = {"ballistic": _BALLISTIC, "space-launch": ("space_launch",)}

FOUND = 0.95
"""From here a finding is given, as every verdict of this house; below 1 - `FOUND` the opposite."""

_CHANGED = 0.05
"""Said anew when a probability moved by so much: smaller steps are the noise of the samples."""

_POINTS = 200
_RANK = (np.arange(_POINTS) + 0.5) / _POINTS
# Evenly spread samples of a circular normal distribution, on a sunflower's spiral. The 95 %
# ellipse's half-axes are 2.448 sigmas.
_RADII = np.sqrt(-2.0 * np.log1p(-_RANK)) / 2.447746830680816
_TURNS = np.arange(_POINTS) * np.pi * (3.0 - np.sqrt(5.0))


class Resolution(NamedTuple):
    """A row of the table.

    Attributes:
        state: whose launches it restricts.
        symbol: of the document.
        adopted: the day.
        covers: keys of the kinds of launches that it names: ``ballistic``, ``space-launch``.
    """

    state: str
    symbol: str
    adopted: dt.date
    paragraphs: tuple[int, ...]
    force: tuple[str, ...]
    covers: tuple[str, ...]


@cache
def resolutions() -> tuple[Resolution, ...]:
    """Read the table that comes with the package, by state and date."""
    file = resources.files("launchwatch") / "data" / "resolutions" / "resolutions.csv"
    rows = csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    table = [_resolution(row) for row in rows]
    return tuple(sorted(table, key=lambda one: (one.state, one.adopted)))


def _resolution(row: dict[str, str]) -> Resolution:
    adopted = dt.date.fromisoformat(row["adopted"])
    return Resolution(
        state=row["state"],
        symbol=f"S/RES/{row['resolution']} ({adopted.year})",
        adopted=adopted,
        paragraphs=tuple(int(number) for number in row["paragraphs"].split(";")),
        force=tuple(row["force"].split(";")),
        covers=tuple(row["covers"].split(";")),
    )


def citations(
    state: str, day: dt.date, classes: FamilyProbabilities, from_state: float = 1.0
) -> tuple[Citation, ...]:
    """Give the resolutions that restrict a state's launches on a day, each with the
    probability that a launch of these classes is one it names."""
    return tuple(
        Citation(
            resolution=one.symbol,
            paragraphs=one.paragraphs,
            force=one.force,
            probability=from_state * _share(classes, one.covers),
        )
        for one in resolutions()
        if one.state == state and one.adopted <= day
    )


def assess(
    family: FamilyAssessment, launch: LaunchStatement, from_state: float, state: str
) -> ResolutionAssessment | None:
    """Judge a launch by one state's resolutions; None where none was in force that day."""
    cited = citations(state, _day(launch.launch_time), family.classes, from_state)
    if not cited:
        return None
    probability = max(one.probability for one in cited)
    at_most = min(1.0, probability + from_state * family.classes.unknown)
    return ResolutionAssessment(
        launch_id=launch.launch_id,
        time=family.time,
        mode=family.mode,
        state=state,
        from_state=from_state,
        probability=probability,
        at_most=at_most,
        finding=(
            "would-contravene"
            if probability >= FOUND
            else "not-covered"
            if at_most <= 1.0 - FOUND
            else "open"
        ),
        citations=cited,
    )


class Resolutions:
    """Says for each launch what is new in the light of the resolutions."""

    def __init__(self, zones: ZoneCounter) -> None:
        self._zones = zones
        self._said: dict[str, dict[str, ResolutionAssessment]] = {}
        self._places: dict[str, tuple[int, dict[str, float]]] = {}

    def judge(
        self, family: FamilyAssessment, launch: LaunchStatement
    ) -> tuple[ResolutionAssessment, ...]:
        """Give what changed with a launch's first track; other bodies of it say nothing new."""
        if not launch.track_ids or family.track_id != launch.track_ids[0]:
            return ()
        said = self._said.setdefault(launch.launch_id, {})
        fresh = []
        for state, share in self._states(launch).items():
            now = assess(family, launch, share, state)
            if now is not None and _has_changed(said.get(state), now):
                said[state] = now
                fresh.append(now)
        return tuple(fresh)

    def _states(self, launch: LaunchStatement) -> dict[str, float]:
        """Give from which restricted states it may have risen, and how probably."""
        revision, states = self._places.get(launch.launch_id, (0, {}))
        if revision != launch.revision:
            states = from_states(self._zones, launch)
            self._places[launch.launch_id] = (launch.revision, states)
        return states


def from_states(zones: ZoneCounter, launch: LaunchStatement) -> dict[str, float]:
    """Give the probability that a launch rose from a restricted state's land or territorial sea.

    Counted over points spread like its 95 % ellipse; states without any are left out. A launch
    at sea farther out is nobody's by its place.
    """
    latitude, longitude = _spread(launch)
    found: dict[str, float] = {}
    restricted = {one.state for one in resolutions()}
    for zone in zones.probabilities(latitude, longitude):
        state = zone.zone[:3]
        if state in restricted and zone.kind in ("land", "internal-waters", "territorial-sea"):
            # Claim sets judge the same points: the largest is taken, not their sum.
            key = f"{state}/{zone.claims}"
            found[key] = found.get(key, 0.0) + zone.probability
    largest: dict[str, float] = {}
    for key, share in found.items():
        state = key[:3]
        largest[state] = max(largest.get(state, 0.0), min(1.0, share))
    return largest


def _spread(launch: LaunchStatement) -> tuple[Floats, Floats]:
    """Give points (n,), degrees, that lie like the launch point's normal distribution."""
    ellipse = launch.position_ellipse_95
    along = ellipse.semi_major_m * _RADII * np.cos(_TURNS)
    across = ellipse.semi_minor_m * _RADII * np.sin(_TURNS)
    latitude, longitude, _ = direct(
        np.radians(launch.latitude_deg),
        np.radians(launch.longitude_deg),
        np.radians(ellipse.azimuth_deg) + np.arctan2(across, along),
        np.hypot(along, across),
    )
    return np.degrees(latitude), np.degrees(longitude)


def _share(classes: FamilyProbabilities, covers: Iterable[str]) -> float:
    return float(sum(getattr(classes, name) for kind in covers for name in _COVERED[kind]))


def _has_changed(before: ResolutionAssessment | None, now: ResolutionAssessment) -> bool:
    return (
        before is None
        or before.finding != now.finding
        or abs(before.probability - now.probability) >= _CHANGED
        or abs(before.at_most - now.at_most) >= _CHANGED
    )


def _day(time: Instant) -> dt.date:
    return dt.date.fromisoformat(utc_from_instant(time)[:10])
