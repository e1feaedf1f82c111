"""What a scenario file may say: launches, traffic, how sensors scan, what was reported.

Frozen structs as they stand in TOML; every number carries its unit in its name, and a
key that is not listed here is refused.
"""

from typing import Literal

from msgspec import Struct, field


class Fact(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that was publicly reported, and who said so.

    Attributes:
        kind: what it is about, such as ``launch_time``, ``range`` or ``zone_verdict``.
        text: the report's own words, shortened.
        said_by: who said it.
        value: the number or verdict in it; empty when there is none.
    """

    kind: str
    text: str
    said_by: str
    value: str = ""


class Climb(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The motor's push and its steering; see `launchwatch.flight.ascent.Ascent`.

    Without ``burn_s`` and ``kick_deg`` both are found so that the launch's wanted range
    and apogee come out; without ``exhaust_speed_mps`` one that suits them is taken, else
    2,250 m/s.
    """

    initial_acceleration_mps2: float = 20.0
    exhaust_speed_mps: float | None = None
    vertical_s: float = 6.0
    kick_s: float = 6.0
    burn_s: float | None = None
    kick_deg: float | None = None


class Manoeuvre(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch of acceleration across the velocity, once the body falls through a height.

    Attributes:
        below_m: the height above the ellipsoid at which it begins, falling.
        for_s: how long it lasts.
        up_mps2: across the velocity, in its vertical plane, upward.
        right_mps2: across the velocity, level, to the right.
    """

    below_m: float
    for_s: float
    up_mps2: float = 0.0
    right_mps2: float = 0.0


class Separation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That the spent booster is left behind some time after burnout.

    Attributes:
        after_burnout_s: when.
        booster_ballistic_coefficient_kgpm2: of the booster, which falls on its own.
        backward_mps: speed by which the booster is pushed back along the velocity.
    """

    after_burnout_s: float
    booster_ballistic_coefficient_kgpm2: float
    backward_mps: float = 2.0


class Fragment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One piece of a body that breaks up, and the speed that it is given.

    Attributes:
        ballistic_coefficient_kgpm2: of the piece, which falls on its own.
        ahead_mps: along the velocity; ``up_mps`` across it in its vertical plane, and
            ``right_mps`` across it, level, to the right.
    """

    ballistic_coefficient_kgpm2: float
    ahead_mps: float = 0.0
    up_mps: float = 0.0
    right_mps: float = 0.0


class BreakUp(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That the body comes apart some time after burnout: from then on there are only pieces."""

    after_burnout_s: float
    fragments: tuple[Fragment, ...]


class Stage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One more motor, lit some time after the one before has burnt out and been left behind.

    Attributes:
        after_s: seconds from burnout to ignition; the spent stage is left behind then.
        spent_ballistic_coefficient_kgpm2: of that spent stage, which falls on its own.
        elevation_deg: of the thrust above the local horizon at ignition, and
            ``last_elevation_deg`` at burnout.
    """

    after_s: float
    spent_ballistic_coefficient_kgpm2: float
    initial_acceleration_mps2: float
    exhaust_speed_mps: float
    burn_s: float
    elevation_deg: float
    last_elevation_deg: float


class Launch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One launch.

    Attributes:
        object: its name in the truth.
        kind: missile, or launcher of a satellite.
        time: RFC 3339, when the motor lights.
        latitude_deg: of the launch place, with ``longitude_deg`` and ``height_m``.
        azimuth_deg: of the ascent's plane, clockwise from true north at the start.
        ballistic_coefficient_kgpm2: m/(Cd·A) after burnout, at high speed.
        range_km: how far it is wanted to fly, with ``apogee_km`` and ``flight_time_s``.
    """

    object: str
    kind: Literal["missile", "launcher"] = "missile"
    time: str
    latitude_deg: float
    longitude_deg: float
    azimuth_deg: float
    height_m: float = 0.0
    ballistic_coefficient_kgpm2: float = 6_000.0
    range_km: float | None = None
    apogee_km: float | None = None
    flight_time_s: float | None = None
    ascent: Climb = field(default_factory=Climb)
    stages: tuple[Stage, ...] = ()
    manoeuvres: tuple[Manoeuvre, ...] = ()
    separation: Separation | None = None
    break_up: BreakUp | None = None


class Traffic(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What else is in the sky, drawn from the seed within an area.

    Attributes:
        airliners: on straight lines at constant height; ``satellites`` on circular orbits.
        wanderers: airliners that climb, descend and turn; ``jets``, military aircraft.
        orbiters: satellites and debris on orbits of every kind, from 180 km up.
        meteors_per_minute: mean of a Poisson number; they keep their speed.
        fireballs_per_hour: likewise, of stones that slow down and fall.
        flares_per_hour: likewise, of fires and glints that infrared sensors see.
        bursts_per_hour: likewise, of bursts of clutter in each sensor.
        south_deg: the area's edges, with ``north_deg``, ``west_deg`` and ``east_deg``.
    """

    airliners: int = 0
    satellites: int = 0
    wanderers: int = 0
    jets: int = 0
    orbiters: int = 0
    meteors_per_minute: float = 0.0
    fireballs_per_hour: float = 0.0
    flares_per_hour: float = 0.0
    bursts_per_hour: float = 0.0
    south_deg: float = 33.0
    north_deg: float = 43.0
    west_deg: float = 124.0
    east_deg: float = 143.0


class Reporting(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who says where it is, drawn from the seed around a place; in no sensor's plots.

    Attributes:
        fishing: boats that wander; ``cargo``, ships that pass; ``airliners`` likewise.
        latitude_deg: of the middle, with ``longitude_deg``.
        radius_km: within which they are, densest in the middle.
        traffic: whether the aircraft of the traffic, which radars see, say where they are too.
    """

    fishing: int = 0
    cargo: int = 0
    airliners: int = 0
    latitude_deg: float = 39.5
    longitude_deg: float = 133.3
    radius_km: float = 100.0
    traffic: bool = False


class Scan(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a sensor scans, which its roster entry does not tell.

    Attributes:
        rotating: that its beam turns once a scan, clockwise from north; otherwise it looks
            where it likes, and a plot's time is uniform within the scan.
        snr_db: mean signal-to-noise ratio of a missile at 1,000 km (radar) or of a
            burning motor (infrared).
    """

    rotating: bool = False
    snr_db: float = 17.5
