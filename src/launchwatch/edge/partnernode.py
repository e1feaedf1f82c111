"""A partner's watch, for trying ours out: sensors in, and out what it would tell of its tracks.

It is a watch such as ours, with its own sensors, its own admission and its own tracker; only
its judgements are left out. Once an update period it tells each confirmed track that
has changed, and closes a scan, so that silence means something. What arrives here took the link's
time more.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import EndOfScan, Refused
from launchwatch.messages.sensor import Contributor, Partner
from launchwatch.messages.track import TrackUpdate
from launchwatch.sensors.admission import Admission
from launchwatch.sensors.jsonplots import FORMAT, decode
from launchwatch.settings import Settings
from launchwatch.timescale import SECOND, Instant, utc_from_instant
from launchwatch.tracking.tracker import Tracker

LINK_S = 0.2
"""Seconds from one watch to another: two networks and a guard between them."""

PERIOD_S = 1.0

_DIGITS = 9
"""Significant ones of a covariance: fewer would cost a sharp one its positive-definiteness."""

Sent = tuple[Instant, dict[str, Any]]
"""A line, and when it arrives."""


class Parted(NamedTuple):
    """A sky seen by us and by partners: who is listed, and what arrives, in order."""

    contributors: dict[str, Contributor]
    sent: list[Sent]


def parted(
    sensors: Mapping[str, Contributor], sent: Iterable[Sent], partners: Iterable[Partner]
) -> Parted:
    """Give the sensors of each partner's nation to that partner, and its tracks to us.

    Args:
        sent: what all sensors say, as `launchwatch.simulate.observe.arrivals` gives it.
    """
    everything = list(sent)
    listed = dict(sensors)
    for partner in partners:
        own = {
            name: one
            for name, one in listed.items()
            if one.owner == partner.owner and not isinstance(one, Partner)
        }
        theirs = [one for one in everything if one[1]["sensor"] in own]
        everything = [one for one in everything if one[1]["sensor"] not in own]
        everything += told_by(partner, own, theirs)
        listed = {name: one for name, one in listed.items() if name not in own}
        listed[partner.id] = partner
    everything.sort(key=lambda one: one[0])
    return Parted(listed, everything)


def told_by(partner: Partner, sensors: Mapping[str, Contributor], sent: list[Sent]) -> list[Sent]:
    """Give what a partner with these sensors tells, when what they say has come to it."""
    admission, tracker = Admission(sensors), Tracker(sensors, Settings().tracking)
    period = round((partner.update_period_s or PERIOD_S) * SECOND)
    newest: dict[str, TrackUpdate] = {}
    said: list[Sent] = []
    due: Instant | None = None
    number = 0
    for arrival, line in sent:
        while due is not None and due <= arrival:
            _keep(newest, tracker.tick(due, "simulation"))
            said += _told(partner, newest, due, number)
            due, number = Instant(due + period), number + 1
        due = Instant((arrival // period + 1) * period) if due is None else due
        packet = Packet(source="simulation", line=1, format=FORMAT, received=arrival,
                        mode="simulation", payload=msgspec.json.encode(line))  # fmt: skip
        plot = decode(packet, sensors)
        plot = plot if isinstance(plot, Refused) else admission.admit(plot)
        if isinstance(plot, EndOfScan):
            _keep(newest, tracker.end_scan(plot))
        elif not isinstance(plot, Refused):
            _keep(newest, tracker.take(plot))
    return said


def _keep(newest: dict[str, TrackUpdate], updates: list[TrackUpdate]) -> None:
    for update in updates:
        if update.status != "tentative":
            newest[update.track_id] = update


def _told(
    partner: Partner, newest: dict[str, TrackUpdate], now: Instant, number: int
) -> list[Sent]:
    """Give the lines of one period: of each track that has changed, its newest state."""
    arrival = Instant(now + round(LINK_S * SECOND))
    said = [(arrival, _line(partner, update, arrival)) for update in newest.values()]
    newest.clear()
    closed = {"sensor": partner.id, "time": _text(now), "scan": number, "end_of_scan": True,
              "received": _text(arrival), "mode": "simulation"}  # fmt: skip
    return [*said, (arrival, closed)]


def _line(partner: Partner, update: TrackUpdate, arrival: Instant) -> dict[str, Any]:
    return track_line(partner.id, update) | {
        "received": _text(arrival),
        "sensors": list(update.sensors),
        "lineage": [partner.id],
    }


def track_line(name: str, update: TrackUpdate) -> dict[str, Any]:
    """Give a track as a line of the partner that tells it; what it rests on is left out."""
    phase = update.phase
    return {
        "type": "track",
        "sensor": name,
        "partner_track": update.track_id,
        "time": _text(update.time, 9),
        "status": update.status,
        "position_ecef_m": [round(one, 2) for one in update.position_ecef_m],
        "velocity_ecef_mps": [round(one, 4) for one in update.velocity_ecef_mps],
        "covariance_ecef": [float(f"{one:.{_DIGITS}g}") for one in update.covariance_ecef],
        "phase": {name: round(getattr(phase, name), 4) for name in phase.__struct_fields__},
        "since": _text(update.first_plot, 9),
        "mode": update.mode,
    }


def _text(time: Instant, digits: int = 6) -> str:
    return utc_from_instant(time, digits)
