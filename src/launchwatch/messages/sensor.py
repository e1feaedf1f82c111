"""The sensors: where they stand and how well they see."""

from typing import Literal

from msgspec import Struct

from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant


class Radar(Struct, frozen=True, kw_only=True, tag_field="kind", tag="radar"):
    """A radar that measures range, azimuth, elevation and, some of them, range rate.

    Angles clockwise from true north and up from the plane tangent to the WGS 84
    ellipsoid at the site; height above that ellipsoid. A missing number is unknown.
    Biases and the clock's error are what all plots share; their sigmas are stated.
    """

    id: str
    owner: str
    latitude_deg: float
    longitude_deg: float
    height_m: float
    range_sigma_m: float
    azimuth_sigma_deg: float
    elevation_sigma_deg: float
    range_rate_sigma_mps: float | None = None
    scan_period_s: float
    minimum_elevation_deg: float
    maximum_range_m: float
    detection_probability: float | None = None
    clutter_per_scan: float | None = None
    bias_sigma_m: float = 0.0
    bias_sigma_deg: float = 0.0
    clock_sigma_s: float | None = None


class Infrared(Struct, frozen=True, kw_only=True, tag_field="kind", tag="infrared"):
    """An infrared sensor that measures the direction to a burning motor."""

    id: str
    owner: str
    latitude_deg: float
    longitude_deg: float
    height_m: float
    line_of_sight_sigma_rad: float
    scan_period_s: float
    detection_probability: float | None = None
    clutter_per_scan: float | None = None
    bias_sigma_deg: float = 0.0
    clock_sigma_s: float | None = None


Sensor = Radar | Infrared
"""What measures."""


class Partner(Struct, frozen=True, kw_only=True, tag_field="kind", tag="partner"):
    """Another's watch that tells its tracks, rather than plots.

    ``site``, ``link``, ``clock`` and ``host`` name its path, in whatever words the roster
    uses throughout: two partners that share one of them are one witness, not two.

    Attributes:
        update_period_s: how often it says something, if only that it has nothing (the end of
            a scan); None where it speaks only when it has something, so that its silence
            tells nothing.
        bias_sigma_m: how far all its positions may be off together.
        clock_sigma_s: how far its times may be off together.
    """

    id: str
    owner: str
    update_period_s: float | None = None
    bias_sigma_m: float = 0.0
    clock_sigma_s: float | None = None
    site: str | None = None
    link: str | None = None
    clock: str | None = None
    host: str | None = None


Contributor = Sensor | Partner
"""What a roster may list."""


class SensorStatus(Struct, frozen=True, kw_only=True, tag="sensor-status"):
    """That a sensor fell silent or is heard again; or that what it sends cannot be used as it is.

    Attributes:
        sensor: its identifier.
        time: when this was noticed.
        status: ``silent``, ``heard``, ``flooding`` (more plots in a scan than are used),
            ``astray`` (all too late or too early: its clock is off; of a partner also: what it
            says cannot be) or ``orderly`` again.
        since: when it was last heard, heard again, or first found so.
        reason: why, in words, where the status alone does not say it.
    """

    sensor: str
    time: Instant
    mode: Mode
    status: Literal["silent", "heard", "flooding", "astray", "orderly"]
    since: Instant
    reason: str = ""


Health = Literal["good", "clock", "drifting"]


class SensorBias(Struct, frozen=True, kw_only=True, tag="sensor-bias"):
    """What is believed to be wrong with a sensor, and whether it can be relied on.

    A bias is what the sensor shows too much: a plot less its biases is right. A radar has
    those of range, azimuth and elevation; an infrared sensor small turns of its lines of
    sight about east, north and up at its site. What a sensor has not is None.

    Attributes:
        health: ``good``; ``clock``, probably wrong beyond what was stated; ``drifting``, its
            errors no longer what was stated.
        reason: why, in words; empty where it is good.
        noise_factor: by which its variances are multiplied meanwhile: its weight is less.
        clock_s: positive when the clock is fast.
        clock_fault_probability: that its clock is not as good as stated.
    """

    sensor: str
    time: Instant
    mode: Mode
    health: Health
    reason: str
    noise_factor: float
    clock_s: float
    clock_sigma_s: float
    clock_fault_probability: float
    range_m: float | None = None
    range_sigma_m: float | None = None
    azimuth_deg: float | None = None
    azimuth_sigma_deg: float | None = None
    elevation_deg: float | None = None
    elevation_sigma_deg: float | None = None
    east_deg: float | None = None
    east_sigma_deg: float | None = None
    north_deg: float | None = None
    north_sigma_deg: float | None = None
    up_deg: float | None = None
    up_sigma_deg: float | None = None
