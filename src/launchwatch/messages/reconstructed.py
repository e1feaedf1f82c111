"""Flights that fit what was said of a launch: families of trajectories, not one.

What stands here is inferred from words. It is never measured, never overwrites what an official
said, and carries its spread everywhere: three numbers are the median and where 95 % lie.
"""

from typing import Literal

from msgspec import Struct

BranchName = Literal["lofted", "normal", "depressed", "pull-up"]
"""Ballistic flights higher than 1.6 times, about, or lower than 0.6 times the height of least
effort for their range; and one that lifts itself in the upper air on its way down."""


class Spread(Struct, frozen=True, kw_only=True):
    """A number with the middle 95 % of the family."""

    value: float
    low: float
    high: float


class Branch(Struct, frozen=True, kw_only=True):
    """One kind of flight that fits.

    Attributes:
        probability: of this kind, given the statements and what kinds are common.
        solvable: share of what was drawn for which such a flight exists at all.
        burnout_speed_mps: relative to the ground.
        fall_latitude_deg: median, with ``fall_longitude_deg``; ``fall_radius_95_km`` around it.
        members: how many flights of the family were of this kind.
    """

    name: BranchName
    probability: float
    solvable: float
    range_km: Spread
    apogee_km: Spread
    burnout_speed_mps: Spread
    burn_time_s: Spread
    flight_time_s: Spread
    fall_latitude_deg: float
    fall_longitude_deg: float
    fall_radius_95_km: float
    members: int


class View(Struct, frozen=True, kw_only=True):
    """What one nation's sensors of one kind could have seen of the family: horizon, range, clouds.

    Attributes:
        owner: ISO 3166 alpha-3; ``kind``, radar or infrared.
        share: of the family that they see at all.
        first_s: seconds after launch at first sight; first_height_km, the height then.
        last_range_km: ground distance from the launch point at last sight; last_height_km likewise.
        unseen_km: how much of the flown distance comes after it.
    """

    owner: str
    kind: Literal["radar", "infrared"]
    share: float
    first_s: Spread
    first_height_km: Spread
    last_height_km: Spread
    last_range_km: Spread
    unseen_km: Spread


class FallZone(Struct, frozen=True, kw_only=True):
    """How probable a fall in a zone is, by the geometry of what was said alone."""

    zone: str
    kind: str
    probability: float


class Beside(Struct, frozen=True, kw_only=True):
    """An official verdict as it was said, with what geometry makes of it beside.

    Attributes:
        probability: that a fall is inside the zone, by the family.
        sentence: both, in words.
    """

    zone: str
    verdict: str
    voice: str
    probability: float
    sentence: str


class Course(Struct, frozen=True, kw_only=True):
    """One member of the family, chosen because it lies in the middle of its branch; to be flown.

    Attributes:
        pull_below_m: height at which it begins to lift itself, ``pull_for_s`` how long and
            ``pull_up_mps2`` how strongly; zero where it does not.
    """

    branch: BranchName
    latitude_deg: float
    longitude_deg: float
    azimuth_deg: float
    range_km: float
    apogee_km: float
    flight_time_s: float
    initial_acceleration_mps2: float
    exhaust_speed_mps: float
    vertical_s: float
    kick_s: float
    burn_s: float
    kick_deg: float
    ballistic_coefficient_kgpm2: float
    pull_below_m: float = 0.0
    pull_for_s: float = 0.0
    pull_up_mps2: float = 0.0


class Reconstruction(Struct, frozen=True, kw_only=True):
    """The flights that fit one body of one launch.

    Attributes:
        item: which of several bodies; None where they are not told apart.
        assumed: what no statement says and was drawn from broad laws, in sentences.
        branches: most probable first.
        falls: (latitude, longitude, share) of members, degrees.
        courses: one for each branch, in their order.
        explained: sentences: why governments may have said different things.
    """

    item: int | None
    assumed: tuple[str, ...]
    branches: tuple[Branch, ...]
    views: tuple[View, ...]
    falls: tuple[tuple[float, float, float], ...]
    zones: tuple[FallZone, ...]
    beside: tuple[Beside, ...]
    explained: tuple[str, ...]
    courses: tuple[Course, ...]
