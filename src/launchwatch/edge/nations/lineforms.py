"""Released messages as lines: the formats of the files, with what they rest on beside.

A track is a partner's line, as `launchwatch.sensors.partnertracks` reads it; a plot a sensor's, as
`launchwatch.sensors.jsonplots` does. A launch and a fall area are lines of launches.jsonl and
fallareas.jsonl, with ``sensors`` and ``lineage``.
"""

from typing import Any

import msgspec
from msgspec.structs import replace

from launchwatch.edge.lines import contract_record
from launchwatch.edge.partnernode import track_line
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.packet import Tick
from launchwatch.messages.plot import EndOfScan, LineOfSightPlot, RadarPlot
from launchwatch.messages.track import TrackUpdate
from launchwatch.nations.releasing import Released
from launchwatch.timescale import utc_from_instant

LONGEST = 12_000
"""Bytes of a line: with an envelope around it, what the door takes of one packet. A longer fall
area goes without its region."""

_encode = msgspec.json.Encoder().encode


def line_of(nation: str, released: Released) -> bytes:
    """Write one released message as a line of ours."""
    message = released.message
    behind = {"sensors": released.sensors, "lineage": released.lineage}
    match message:
        case RadarPlot() | LineOfSightPlot() | EndOfScan():
            return _encode(_plot_record(message))
        case TrackUpdate():
            record = track_line(nation, message)
            return _encode(record | behind)
        case LaunchStatement():
            return _encode(contract_record(message) | behind)
        case FallArea():
            # The inner region is for pictures, and would lengthen the line by half.
            record = contract_record(replace(message, region_50=()))
            record |= behind | {"lost": released.lost}
            line = _encode(record)
            return line if len(line) <= LONGEST else _encode(record | {"region_95": None})


def closing_line(nation: str, tick: Tick, number: int) -> bytes:
    """Write that all was told that there is to tell until a tick: a sign of life."""
    record = {
        "type": "plot", "sensor": nation, "time": utc_from_instant(tick.time),
        "scan": number, "end_of_scan": True, "mode": tick.mode,
    }  # fmt: skip
    return _encode(record)


def _plot_record(plot: RadarPlot | LineOfSightPlot | EndOfScan) -> dict[str, Any]:
    record: dict[str, Any] = {
        "type": "plot", "sensor": plot.sensor, "time": utc_from_instant(plot.time),
        "scan": plot.scan, "mode": plot.mode,
    }  # fmt: skip
    if isinstance(plot, EndOfScan):
        return record | {"end_of_scan": True}
    names = (
        ("range_m", "azimuth_deg", "elevation_deg", "range_rate_mps", "snr_db")
        if isinstance(plot, RadarPlot)
        else ("line_of_sight_ecef", "snr_db")
    )
    return record | {name: getattr(plot, name) for name in names}
