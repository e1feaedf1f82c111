"""What deserves a line: the few moments of a watch that a reader wants told.

An engine says thousands of things; most only sharpen what is known. A line is given when
something begins, ends, changes its name, or when the doubt about it has shrunk to a fifth.
"""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from launchwatch.edge.chronicle import Chronicle, likeliest_phase
from launchwatch.edge.phrasing import area, clock_time, distance, position, share
from launchwatch.messages.assessment import FamilyAssessment, FamilyProbabilities
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.hazard import HazardList
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.plot import Refused
from launchwatch.messages.sensor import SensorStatus
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.warning import Statement, Warning  # noqa: A004 - the field's word
from launchwatch.messages.wire import Message
from launchwatch.timescale import SECOND, Instant
from launchwatch.warning.wording import reason

Kind = Literal[
    "track", "launch", "fall", "zone", "family", "warning", "statement", "sensor", "hazard"
]

_SHRINK = 5.0
"""An area is told again at a fifth: some ten lines from a launch to a fall."""

_SURE_PHASE = 0.8
_SURE_FAMILY = 0.5
_SURE_ZONES = (0.5, 0.95)
_NAMED = 3
"""Ships and aircraft named in a line; the files have all of them."""

_UPDATE_SPACING = 60 * SECOND
"""Updates of a warning that change neither severity nor zone are told once a minute."""

PHASES = {
    "boost": "its motor burns",
    "coast": "burnt out, coasting",
    "reentry": "re-entering the air",
    "manoeuvre": "manoeuvring",
    "cruise": "cruising",
    "unknown": "moving in an unknown way",
}


class Highlight(Struct, frozen=True, kw_only=True):
    """One line: when it was said, what it is about, and the words."""

    time: Instant
    kind: Kind
    text: str


class Highlights:
    """Picks the moments out of the messages; remembers what it has told."""

    def __init__(self, chronicle: Chronicle) -> None:
        self.told: list[Highlight] = []
        self._chronicle = chronicle
        self._confirmed: dict[str, str] = {}
        self._phases: dict[str, str] = {}
        self._launches: dict[str, LaunchStatement] = {}
        self._areas: dict[tuple[str, str], float] = {}
        self._zones: dict[tuple[str, str], tuple[str, int]] = {}
        self._families: dict[str, str] = {}
        self._warnings: dict[str, tuple[Instant, str, str]] = {}
        self._refused: set[str] = set()
        self._endangered: dict[tuple[str, str], int] = {}

    def take(self, messages: Iterable[Message]) -> list[Highlight]:
        """Give the new lines that messages deserve; the chronicle must hold them already."""
        fresh: list[Highlight] = []
        changed: list[SensorStatus] = []
        for message in messages:
            match message:
                case TrackUpdate():
                    fresh += self._track(message)
                case LaunchStatement():
                    fresh += self._launch(message)
                case FallArea():
                    fresh += self._fall_area(message)
                case HazardList():
                    fresh += self._hazards(message)
                case FamilyAssessment():
                    fresh += self._family(message)
                case Warning():
                    fresh += self._warning(message)
                case Statement():
                    fresh += self._statement(message)
                case SensorStatus():
                    changed.append(message)
                case Refused() if message.reason not in self._refused:
                    self._refused.add(message.reason)
                    text = f"a line was refused ({message.reason}): {message.detail}"
                    fresh += _line(message.time, "sensor", text)
                case _:
                    pass
        fresh += _sensors(changed)
        self.told += fresh
        return fresh

    def _track(self, update: TrackUpdate) -> list[Highlight]:
        before = self._confirmed.get(update.track_id, "tentative")
        name = update.track_id
        if update.status == before or update.status == "tentative":
            return self._phase(update) if update.status == "confirmed" else []
        self._confirmed[name] = update.status
        if update.status == "confirmed":
            seen = "seen again by" if before == "coasting" else "confirmed from"
            return _line(update.known, "track", f"track {name} {seen} {', '.join(update.sensors)}")
        if before == "tentative":
            return []  # It was never told of, so its end is not either.
        if update.status == "coasting":
            text = f"track {name} is no longer seen; its state is carried forward"
        else:
            text = f"track {name} ended after {update.plots} plots"
        return _line(update.known, "track", text)

    def _phase(self, update: TrackUpdate) -> list[Highlight]:
        launch = self._chronicle.main_launch()
        phase, probability = likeliest_phase(update)
        told = self._phases.get(update.track_id)
        belongs = launch is not None and update.track_id in launch.track_ids
        if not belongs or probability < _SURE_PHASE or phase == told:
            return []
        self._phases[update.track_id] = phase
        text = f"track {update.track_id}: {PHASES[phase]} ({share(probability)})"
        return _line(update.known, "track", text)

    def _launch(self, launch: LaunchStatement) -> list[Highlight]:
        before = self._launches.get(launch.launch_id)
        name = launch.launch_id
        ellipse = launch.position_ellipse_95.semi_major_m
        if launch.cancelled:
            self._launches[name] = launch
            text = f"launch {name} withdrawn: {launch.reason}"
            return [] if before and before.cancelled else _line(launch.time, "launch", text)
        shrunk = before is not None and (
            ellipse * _SHRINK < before.position_ellipse_95.semi_major_m
        )
        if before is not None and not before.cancelled and not shrunk:
            return []
        self._launches[name] = launch
        word = "declared" if before is None else "sharpened"
        text = (
            f"launch {name} {word}: {clock_time(launch.launch_time)} ± "
            f"{launch.launch_time_sigma_s:.1f} s, "
            f"{position(launch.latitude_deg, launch.longitude_deg)} ± {distance(ellipse)}"
        )
        return _line(launch.time, "launch", text)

    def _fall_area(self, fall: FallArea) -> list[Highlight]:
        key = (fall.launch_id, fall.body)
        lines: list[Highlight] = []
        before = self._areas.get(key)
        if before is None or fall.region_area_m2 * _SHRINK < before:
            self._areas[key] = fall.region_area_m2
            what = "fall area" if fall.body == "whole" else f"fall area of {fall.body}"
            if fall.probability < 1.0:
                what += f", if there is one ({share(fall.probability)}),"
            text = (
                f"{self._which(fall.launch_id)}{what} {area(fall.region_area_m2)}, "
                f"{clock_time(fall.fall_time)} ± {fall.fall_time_sigma_s:.1f} s"
            )
            lines += _line(fall.time, "fall", text)
        if fall.zones and fall.probability >= 1.0:
            first = max(fall.zones, key=lambda zone: zone.probability)
            step = sum(first.probability >= level for level in _SURE_ZONES)
            zone, told = self._zones.get(key, ("", -1))
            # While none holds half of it, the likeliest zone changes from second to second.
            if told < 0 or (step > 0 and (first.zone != zone or step > told)):
                self._zones[key] = (first.zone, step)
                text = f"{self._which(fall.launch_id)}most likely falls in {first.zone}, "
                text += share(first.probability)
                lines += _line(fall.time, "zone", text)
        return lines

    def _hazards(self, hazards: HazardList) -> list[Highlight]:
        """Tell who is in danger first, at each halving of their number, and at the end."""
        count = len(hazards.endangered)
        key = hazards.track_id, hazards.body
        before = self._endangered.get(key)
        halved = before is not None and 2 * count <= before and count < before
        if before is not None and not halved and not hazards.is_final:
            return []
        self._endangered[key] = count
        ships = sum(one.kind == "vessel" for one in hazards.endangered)
        text = f"{self._which(hazards.launch_id)}"
        when = "were inside the fall area" if hazards.is_final else "may be inside the fall area"
        text += f"{ships} of {hazards.vessels} ships and {count - ships} of "
        text += f"{hazards.aircraft} aircraft {when}"
        who = ", ".join(
            f"{one.name or one.identity} {share(one.probability)}"
            for one in hazards.endangered[:_NAMED]
        )
        text += f": {who}" if who else ""
        text += ", ..." if count > _NAMED else ""
        return _line(hazards.time, "hazard", text)

    def _family(self, family: FamilyAssessment) -> list[Highlight]:
        name, probability = likeliest_family(family.classes)
        if probability < _SURE_FAMILY or self._families.get(family.launch_id) == name:
            return []
        self._families[family.launch_id] = name
        text = f"{self._which(family.launch_id)}its motion is {name}, {share(probability)}"
        return _line(family.time, "family", text)

    def _warning(self, warning: Warning) -> list[Highlight]:
        first = max(warning.zones, key=lambda zone: zone.probability, default=None)
        zone = first.zone if first is not None else ""
        told = self._warnings.get(warning.warning_id)
        same = told is not None and told[1:] == (warning.severity, zone)
        soon = told is not None and warning.time - told[0] < _UPDATE_SPACING
        if warning.action == "update" and same and soon:
            return []
        self._warnings[warning.warning_id] = (warning.time, warning.severity, zone)
        why = f": {reason(warning.reasons[0], 'en')}" if warning.reasons else ""
        whom = "the public" if warning.severity == "public" else "partners"
        text = f"{self._which(warning.launch_id)}to {whom}, {warning.action} "
        text += f"{warning.revision}{why}"
        return _line(warning.time, "warning", text)

    def _which(self, launch_id: str) -> str:
        """Name the launch that a line is about, where there is more than one."""
        return f"{launch_id}: " if len(self._chronicle.launches) > 1 else ""

    def _statement(self, statement: Statement) -> list[Highlight]:
        if statement.language != "en":
            return []
        return _line(statement.time, "statement", statement.title)


_STANDINGS = {
    "silent": "fallen silent",
    "heard": "heard again",
    "flooding": "sending more than can be used",
    "astray": "clock off, nothing can be used",
    "orderly": "in order again",
}


def _sensors(changed: list[SensorStatus]) -> list[Highlight]:
    lines: list[Highlight] = []
    for status, words in _STANDINGS.items():
        names = [each.sensor for each in changed if each.status == status]
        if names:
            lines += _line(changed[0].time, "sensor", f"{words}: {', '.join(names)}")
    return lines


def likeliest_family(classes: FamilyProbabilities) -> tuple[str, float]:
    """Give the name of the likeliest class, as it is written, and its probability."""
    values = [(getattr(classes, name), name) for name in classes.__struct_fields__]
    probability, name = max(values, key=lambda each: each[0])
    return name.replace("_", "-"), probability


def _line(time: Instant, kind: Kind, text: str) -> list[Highlight]:
    return [Highlight(time=time, kind=kind, text=text)]
