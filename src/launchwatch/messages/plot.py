"""Plots: one sensor's measurement of one thing; and what was refused instead.

A plot keeps the units of the border, as they stand in its field names.
"""

from msgspec import Struct

from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant


class RadarPlot(Struct, frozen=True, kw_only=True, tag="radar-plot"):
    """Range, azimuth, elevation and perhaps range rate of one thing.

    Attributes:
        sensor: identifier of the sensor.
        time: when it was measured.
        received: when it arrived.
        scan: number of the sensor's sweep.
        azimuth_deg: clockwise from true north at the sensor, 0 to 360.
        elevation_deg: up from the sensor's local horizontal plane, refraction removed.
        range_rate_mps: positive when receding; None where the sensor gives none.
        snr_db: strength; None where the sensor gives none.
        source: the feed that brought it, and ``line``, its running number there.
    """

    sensor: str
    time: Instant
    received: Instant
    mode: Mode
    scan: int
    range_m: float
    azimuth_deg: float
    elevation_deg: float
    range_rate_mps: float | None = None
    snr_db: float | None = None
    source: str
    line: int


class LineOfSightPlot(Struct, frozen=True, kw_only=True, tag="line-of-sight-plot"):
    """The direction in which an infrared sensor sees a burning motor: a unit vector in ECEF."""

    sensor: str
    time: Instant
    received: Instant
    mode: Mode
    scan: int
    line_of_sight_ecef: tuple[float, float, float]
    snr_db: float | None = None
    source: str
    line: int


class EndOfScan(Struct, frozen=True, kw_only=True, tag="end-of-scan"):
    """That a sweep is complete: what was not seen in it was not there to be seen."""

    sensor: str
    time: Instant
    received: Instant
    mode: Mode
    scan: int
    source: str
    line: int


Plot = RadarPlot | LineOfSightPlot


class Refused(Struct, frozen=True, kw_only=True, tag="refused"):
    """A packet that was not used.

    Attributes:
        source: the feed that brought it, and ``line``, its running number there.
        time: when it arrived.
        reason: the name under which it is counted: ``malformed``, ``absurd``,
            ``unknown-sensor``, ``repeated``, ``late``, ``early``, ``flood``, ``quarantine``,
            ``mode``, ``format``; and ``fault``, where the watch itself failed at it.
        detail: what was wanted and what came, in words.
        sensor: the partner that it is held against; None of anyone else.
        count: how many lines this stands for; above one where a flood was refused as a whole.
    """

    source: str
    line: int
    time: Instant
    mode: Mode
    reason: str
    detail: str
    sensor: str | None = None
    count: int = 1
