"""Fly a launch: every force integrated to high accuracy, in pieces where one sets in.

The integrator is SciPy's DOP853 (Hairer, Nørsett and Wanner, Solving Ordinary Differential
Equations I, 2nd ed., section II.10) with a relative tolerance of 1e-10, restarted at each
event (ignition, tilt, gravity turn, burnout, separation, manoeuvre), because a step across
a jump in the force would lose that accuracy.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from pyproj import Geod, Transformer
from scipy.integrate import solve_ivp

from launchwatch.errors import NotConverged
from launchwatch.flight.ascent import (
    Ascent,
    Reach,
    fit_ascent,
    mass_left,
    thrust_acceleration,
    tilt,
)
from launchwatch.simulate.forces import Vector, drag, geodetic_up_and_height, gravity_and_rotation
from launchwatch.simulate.scenario import Launch, Manoeuvre

Array = NDArray[np.float64]

REENTRY_HEIGHT = 80_000.0
"""Below this height, falling, a body is said to re-enter, metres: drag is felt from here."""

_LONGEST = 7_200.0  # seconds; what has not fallen by then is in orbit, for our purposes
_ECEF = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
_GEODETIC = Transformer.from_crs("EPSG:4978", "EPSG:4979", always_xy=True)
_GEOD = Geod(ellps="WGS84")


class Piece(Struct, frozen=True):
    """A stretch of flight without a jump in the force: times after ignition and dense output."""

    start: float
    end: float
    phase: str
    solution: Any


class Flight(Struct, frozen=True):
    """A flown body.

    Attributes:
        object: its name.
        kind: ``missile`` or ``booster``.
        pieces: in order of time, without gaps.
    """

    object: str
    kind: str
    pieces: tuple[Piece, ...]

    @property
    def start(self) -> float:
        """When the first piece begins, seconds after ignition."""
        return self.pieces[0].start

    @property
    def end(self) -> float:
        """When the last piece ends, seconds after ignition: the fall."""
        return self.pieces[-1].end

    def states(self, times: Array) -> Array:
        """Give positions and velocities (n, 6) in ECEF at times (n,) after ignition."""
        rows = np.full((len(times), 6), np.nan)
        for piece in self.pieces:
            inside = (times >= piece.start) & (times <= piece.end)
            if inside.any():
                rows[inside] = piece.solution(times[inside]).T
        return rows

    def phases(self, times: Array) -> list[str]:
        """Name the phase at times (n,): boost, coast, reentry or manoeuvre."""
        named = []
        for time, row in zip(times, self.states(times), strict=True):
            phase = next((p.phase for p in self.pieces if p.start <= time <= p.end), "coast")
            if phase == "coast":
                position, velocity = _vectors(row)
                up, height = geodetic_up_and_height(position)
                if height < REENTRY_HEIGHT and _dot(up, velocity) < 0.0:
                    phase = "reentry"
            named.append(phase)
        return named

    def is_thrusting(self, times: Array) -> NDArray[np.bool_]:
        """Tell at which of times (n,) the motor burns."""
        burning = np.zeros(len(times), dtype=bool)
        for piece in self.pieces:
            if piece.phase == "boost":
                burning |= (times >= piece.start) & (times <= piece.end)
        return burning


def ecef_from_place(latitude_deg: float, longitude_deg: float, height_m: float) -> Array:
    """Give the ECEF position (3,) of a place, metres."""
    return np.array(_ECEF.transform(longitude_deg, latitude_deg, height_m))


def ecef_from_geodetic(latitudes_deg: Array, longitudes_deg: Array, heights_m: Array) -> Array:
    """Give the ECEF positions (n, 3) of places, metres."""
    return np.column_stack(_ECEF.transform(longitudes_deg, latitudes_deg, heights_m))


def fly(launch: Launch, ascent: Ascent | None = None, tolerance: float = 1e-10) -> list[Flight]:
    """Fly a launch until everything of it has fallen.

    Args:
        ascent: how it climbs; as the launch says when None, found if it does not say.
        tolerance: relative, of each integration step.

    Returns:
        The missile, then its booster if that separates.
    """
    ascent = ascent_of(launch) if ascent is None else ascent
    start = ecef_from_place(launch.latitude_deg, launch.longitude_deg, launch.height_m)
    state: Array = np.concatenate([start, np.zeros(3)])
    clock = 0.0
    pieces: list[Piece] = []
    boost = _boost(launch, ascent, _vectors(state)[0])
    tilted = ascent.vertical_time + ascent.kick_time
    for end in (ascent.vertical_time, tilted, ascent.burn_time):
        if end <= clock:
            continue
        piece, state, fallen = _integrate(boost, state, clock, min(end, ascent.burn_time), "boost",
                                          tolerance, until_height=-50.0)  # fmt: skip
        pieces.append(piece)
        clock = piece.end
        if fallen:
            return [Flight(launch.object, "missile", tuple(pieces))]
    flights = []
    body = _falling(launch.ballistic_coefficient_kgpm2)
    if launch.separation is not None:
        apart = clock + launch.separation.after_burnout_s
        piece, state, fallen = _integrate(body, state, clock, apart, "coast", tolerance)
        pieces.append(piece)
        clock = piece.end
        if not fallen:
            left = state.copy()
            left[3:] -= launch.separation.backward_mps * state[3:] / np.linalg.norm(state[3:])
            booster = _falling(launch.separation.booster_ballistic_coefficient_kgpm2)
            dropped, _, _ = _integrate(booster, left, clock, _LONGEST, "coast", tolerance)
            flights.append(Flight(f"{launch.object}-booster", "booster", (dropped,)))
    for manoeuvre in launch.manoeuvres:
        piece, state, fallen = _integrate(
            body, state, clock, _LONGEST, "coast", tolerance, until_height=manoeuvre.below_m
        )
        pieces.append(piece)
        clock = piece.end
        if not fallen or clock >= _LONGEST:
            break
        turning = _turning(launch.ballistic_coefficient_kgpm2, manoeuvre)
        piece, state, fallen = _integrate(
            turning, state, clock, clock + manoeuvre.for_s, "manoeuvre", tolerance
        )
        pieces.append(piece)
        clock = piece.end
        if fallen:
            return [Flight(launch.object, "missile", tuple(pieces)), *flights]
    piece, state, _ = _integrate(body, state, clock, _LONGEST, "coast", tolerance)
    pieces.append(piece)
    return [Flight(launch.object, "missile", tuple(pieces)), *flights]


def ascent_of(launch: Launch) -> Ascent:
    """Give the ascent that a launch states, or find the one that flies as far as it wants.

    Raises:
        NotConverged: no ascent flies as wanted.
    """
    climb = launch.ascent
    stated = Ascent(
        initial_acceleration=climb.initial_acceleration_mps2,
        exhaust_speed=climb.exhaust_speed_mps,
        vertical_time=climb.vertical_s,
        kick_time=climb.kick_s,
        burn_time=climb.burn_s or 0.0,
        kick=math.radians(climb.kick_deg or 0.0),
    )
    if climb.burn_s is not None and climb.kick_deg is not None:
        return stated
    if launch.range_km is None or launch.apogee_km is None:
        raise NotConverged(
            f"launch {launch.object} says neither how it climbs nor how far it flies"
        )
    wanted = Reach(
        range=launch.range_km * 1e3,
        apogee=launch.apogee_km * 1e3,
        flight_time=launch.flight_time_s,
    )
    # 1e-7 is metres at the fall, a thousandth of what the fit may miss.
    return fit_ascent(lambda a: reach_of(launch, fly(launch, a, 1e-7)[0]), wanted, stated)


def reach_of(launch: Launch, flight: Flight) -> Reach:
    """Tell how far, how high and how long a body flew."""
    longitude, latitude, _ = geodetic(flight.states(np.array([flight.end]))[:, :3])
    _, _, distance = _GEOD.inv(
        launch.longitude_deg, launch.latitude_deg, float(longitude[0]), float(latitude[0])
    )
    return Reach(range=distance, apogee=_apogee(flight), flight_time=flight.end)


def geodetic(positions: Array) -> tuple[Array, Array, Array]:
    """Give longitudes and latitudes in degrees and heights in metres of positions (n, 3)."""
    x, y, z = positions.T
    longitude, latitude, height = _GEODETIC.transform(x, y, z)
    return longitude, latitude, height


def _apogee(flight: Flight) -> float:
    """Find the greatest height, metres, by a parabola through the highest three samples."""
    times = np.linspace(flight.start, flight.end, 801)
    heights = geodetic(flight.states(times)[:, :3])[2]
    top = int(np.clip(np.argmax(heights), 1, 799))
    below, at, above = (float(h) for h in heights[top - 1 : top + 2])
    bend = below - 2.0 * at + above
    return float(at if bend == 0.0 else at - (above - below) ** 2 / (8.0 * bend))


def _integrate(
    rates: Callable[[float, Array], list[float]],
    state: Array,
    start: float,
    end: float,
    phase: str,
    tolerance: float,
    until_height: float = 0.0,
) -> tuple[Piece, Array, bool]:
    """Integrate until a time, or until the body falls through a height."""

    def above(_: float, row: Array) -> float:
        return geodetic_up_and_height((row[0], row[1], row[2]))[1] - until_height

    above.terminal = True  # type: ignore[attr-defined]
    above.direction = -1.0  # type: ignore[attr-defined]
    found = solve_ivp(
        rates, (start, end), state, method="DOP853", rtol=tolerance,
        atol=[tolerance * 1e3] * 3 + [tolerance] * 3, dense_output=True, events=above,
    )  # fmt: skip
    fallen = found.status == 1
    return Piece(start, float(found.t[-1]), phase, found.sol), found.y[:, -1], fallen


def _boost(launch: Launch, ascent: Ascent, site: Vector) -> Callable[[float, Array], list[float]]:
    """Give the equations of motion under thrust; drag weighs less while mass is left."""
    up, _ = geodetic_up_and_height(site)
    flat = math.hypot(up[0], up[1])
    east = (-up[1] / flat, up[0] / flat, 0.0)
    north = (
        up[1] * east[2] - up[2] * east[1],
        up[2] * east[0] - up[0] * east[2],
        up[0] * east[1] - up[1] * east[0],
    )
    azimuth = math.radians(launch.azimuth_deg)
    ahead = [
        math.sin(azimuth) * e + math.cos(azimuth) * n for e, n in zip(east, north, strict=True)
    ]
    end_mass = mass_left(ascent, ascent.burn_time)

    def rates(time: float, row: Array) -> list[float]:
        position, velocity = _vectors(row)
        height = geodetic_up_and_height(position)[1]
        heavier = mass_left(ascent, time) / end_mass
        a = gravity_and_rotation(position, velocity)
        d = drag(velocity, height, launch.ballistic_coefficient_kgpm2 * heavier)
        push = thrust_acceleration(ascent, min(time, ascent.burn_time))
        angle = tilt(ascent, time)
        speed = math.sqrt(_dot(velocity, velocity))
        if angle is None and speed > 0.0:
            along = tuple(v / speed for v in velocity)
        else:
            sine, cosine = math.sin(angle or 0.0), math.cos(angle or 0.0)
            along = tuple(cosine * u + sine * h for u, h in zip(up, ahead, strict=True))
        return [
            *velocity,
            a[0] + d[0] + push * along[0],
            a[1] + d[1] + push * along[1],
            a[2] + d[2] + push * along[2],
        ]

    return rates


def _falling(ballistic_coefficient: float) -> Callable[[float, Array], list[float]]:
    """Give the equations of motion of a body that only falls."""

    def rates(_: float, row: Array) -> list[float]:
        position, velocity = _vectors(row)
        height = geodetic_up_and_height(position)[1]
        a = gravity_and_rotation(position, velocity)
        d = drag(velocity, height, ballistic_coefficient)
        return [*velocity, a[0] + d[0], a[1] + d[1], a[2] + d[2]]

    return rates


def _turning(
    ballistic_coefficient: float, manoeuvre: Manoeuvre
) -> Callable[[float, Array], list[float]]:
    """Give the equations of motion of a body that turns as it falls."""

    def rates(_: float, row: Array) -> list[float]:
        position, velocity = _vectors(row)
        up, height = geodetic_up_and_height(position)
        a = gravity_and_rotation(position, velocity)
        d = drag(velocity, height, ballistic_coefficient)
        along = np.array(velocity) / math.sqrt(_dot(velocity, velocity))
        right = np.cross(along, up)
        right /= max(float(np.linalg.norm(right)), 1e-9)
        lift = manoeuvre.up_mps2 * np.cross(right, along) + manoeuvre.right_mps2 * right
        return [*velocity, *(a[i] + d[i] + float(lift[i]) for i in range(3))]

    return rates


def _vectors(row: Array) -> tuple[Vector, Vector]:
    x, y, z, vx, vy, vz = row.tolist()
    return (x, y, z), (vx, vy, vz)


def _dot(one: Vector, other: Vector) -> float:
    return one[0] * other[0] + one[1] * other[1] + one[2] * other[2]
