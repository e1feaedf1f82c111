"""Flight records: what a whole flight was, fitted again once it is over."""

from msgspec import Struct

from launchwatch.messages.launch import Ellipse
from launchwatch.messages.packet import Mode
from launchwatch.messages.track import Vector
from launchwatch.timescale import Instant


class Burnout(Struct, frozen=True, kw_only=True):
    """The end of one motor's burning: when, where and how fast, each beside its sigma.

    Attributes:
        height_m: above the ellipsoid.
        speed_mps: over the ground, as ``climb_deg``, its angle above the horizontal.
    """

    time: Instant
    time_sigma_s: float
    latitude_deg: float
    longitude_deg: float
    position_ellipse_95: Ellipse
    height_m: float
    height_sigma_m: float
    speed_mps: float
    speed_sigma_mps: float
    climb_deg: float
    climb_sigma_deg: float


class FlightRecord(Struct, frozen=True, kw_only=True, tag="flight-record"):
    """One flight from lift-off to fall, from all plots of its track at once.

    Attributes:
        time: when this was said (stream time).
        launch_time: when it left the ground; sigma beside it, seconds.
        burnouts: of each motor, in order; one of a motor that nobody saw rests on what motors
            do in general (``is_boost_seen`` false).
        apogee_time: None where the fitted path has none, as ``fall_time`` where it never falls.
        fall_time: predicted from the last plot on; the ellipse shows how far that reaches.
        last_plot_time: when it was last measured, with the state then (ECEF) and its
            covariance, upper triangle by rows, 21 numbers.
        ballistic_coefficient_kgpm2: after the last burnout; its sigma is of the logarithm.
        has_manoeuvred: that the way down could only be followed as a manoeuvre.
        plots: how many it rests on.
        misfit: their chi-square for each number measured; 1 where all is as stated.
    """

    track_id: str
    time: Instant
    mode: Mode
    launch_time: Instant
    launch_time_sigma_s: float
    latitude_deg: float
    longitude_deg: float
    position_ellipse_95: Ellipse
    is_boost_seen: bool
    burnouts: tuple[Burnout, ...]
    apogee_time: Instant | None
    apogee_time_sigma_s: float | None
    apogee_m: float | None
    apogee_sigma_m: float | None
    last_plot_time: Instant
    position_ecef_m: Vector
    velocity_ecef_mps: Vector
    covariance_ecef: tuple[float, ...]
    fall_time: Instant | None
    fall_time_sigma_s: float | None
    fall_latitude_deg: float | None
    fall_longitude_deg: float | None
    fall_ellipse_95: Ellipse | None
    ballistic_coefficient_kgpm2: float
    ballistic_coefficient_log_sigma: float
    has_manoeuvred: bool
    plots: int
    misfit: float
