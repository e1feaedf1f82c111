"""Fly a launch: every force integrated to high accuracy, in pieces where one sets in.

The integrator is SciPy's DOP853 (Hairer, Nørsett and Wanner, Solving Ordinary Differential
Equations I, 2nd ed., section II.10) with a relative tolerance of 1e-10, restarted at each
event (ignition, tilt, gravity turn, burnout, separation, break-up, manoeuvre), because a
step across a jump in the force would lose that accuracy.
"""

import math
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray
from pyproj import Geod
from scipy.integrate import solve_ivp

from launchwatch.errors import NotConverged
from launchwatch.flight.ascent import Ascent, Reach, exhaust_speed_for, fit_ascent
from launchwatch.simulate.body import Array
from launchwatch.simulate.forces import geodetic_up_and_height
from launchwatch.simulate.motions import Rates, boost, dot, falling, staged, turning, vectors
from launchwatch.simulate.places import ecef_from_place, geodetic
from launchwatch.simulate.plan import Fragment, Launch

REENTRY_HEIGHT = 80_000.0
"""Below this height, falling, a body is said to re-enter, metres: drag is felt from here."""

_LONGEST = 7_200.0  # seconds; what has not fallen by then is in orbit, for our purposes
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
        kind: ``missile``, ``launcher``, ``booster`` or ``fragment``.
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
                position, velocity = vectors(row)
                up, height = geodetic_up_and_height(position)
                if height < REENTRY_HEIGHT and dot(up, velocity) < 0.0:
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


class _Course:
    """One body on its way: where it is, since when, and the pieces behind it."""

    def __init__(self, state: Array, clock: float, tolerance: float) -> None:
        self.state, self.clock, self.tolerance = state, clock, tolerance
        self.pieces: list[Piece] = []

    def go(self, rates: Rates, end: float, phase: str, until_height: float = 0.0) -> bool:
        """Move on until a time; True when it fell through a height before."""

        def above(_: float, row: Array) -> float:
            return geodetic_up_and_height((row[0], row[1], row[2]))[1] - until_height

        above.terminal = True  # type: ignore[attr-defined]
        above.direction = -1.0  # type: ignore[attr-defined]
        if end <= self.clock:
            return False
        found = solve_ivp(
            rates, (self.clock, end), self.state, method="DOP853", rtol=self.tolerance,
            atol=[self.tolerance * 1e3] * 3 + [self.tolerance] * 3, dense_output=True, events=above,
        )  # fmt: skip
        self.pieces.append(Piece(self.clock, float(found.t[-1]), phase, found.sol))
        self.state, self.clock = found.y[:, -1], float(found.t[-1])
        return bool(found.status == 1)

    def parted(self, piece: Fragment, name: str, kind: str) -> Flight:
        """Give the flight of what parts here, pushed about as it says."""
        position, velocity = self.state[:3], self.state[3:]
        ahead = velocity / np.linalg.norm(velocity)
        right = np.cross(ahead, geodetic_up_and_height(vectors(self.state)[0])[0])
        right /= np.linalg.norm(right)
        up = np.cross(right, ahead)
        pushed = velocity + piece.ahead_mps * ahead + piece.up_mps * up + piece.right_mps * right
        parted = _Course(np.concatenate([position, pushed]), self.clock, self.tolerance)
        parted.go(falling(piece.ballistic_coefficient_kgpm2), _LONGEST, "coast")
        return Flight(name, kind, tuple(parted.pieces))


def fly(launch: Launch, ascent: Ascent | None = None, tolerance: float = 1e-10) -> list[Flight]:
    """Fly a launch until everything of it has fallen, or for two hours.

    Args:
        ascent: how it climbs; as the launch says when None, found if it does not say.
        tolerance: relative, of each integration step.

    Returns:
        The missile or launcher, then what it left behind.
    """
    ascent = ascent_of(launch) if ascent is None else ascent
    site = ecef_from_place(launch.latitude_deg, launch.longitude_deg, launch.height_m)
    course = _Course(np.concatenate([site, np.zeros(3)]), 0.0, tolerance)
    left: list[Flight] = []
    _climb(course, launch, ascent, left)
    return [Flight(launch.object, launch.kind, tuple(course.pieces)), *left]


def _climb(course: _Course, launch: Launch, ascent: Ascent, left: list[Flight]) -> None:
    """Burn the first motor, piece by piece, and go on; stop wherever the body has fallen."""
    first = boost(launch, ascent, vectors(course.state)[0])
    tilted = ascent.vertical_time + ascent.kick_time
    for end in (ascent.vertical_time, tilted, ascent.burn_time):
        # It stands at height zero: a little below that is no fall yet.
        if course.go(first, min(end, ascent.burn_time), "boost", launch.height_m - 50.0):
            return
    body = falling(launch.ballistic_coefficient_kgpm2)
    for number, stage in enumerate(launch.stages, 1):
        if course.go(body, course.clock + stage.after_s, "coast"):
            return
        name = f"{launch.object}-stage{number}"
        spent = stage.spent_ballistic_coefficient_kgpm2
        left.append(course.parted(_pushed_back(spent, 2.0), name, "booster"))
        burning = staged(stage, course.clock)
        if course.go(burning, course.clock + stage.burn_s, "boost"):
            return
    parting = launch.separation
    if parting is not None:
        if course.go(body, course.clock + parting.after_burnout_s, "coast"):
            return
        spent = parting.booster_ballistic_coefficient_kgpm2
        name = f"{launch.object}-booster"
        left.append(course.parted(_pushed_back(spent, parting.backward_mps), name, "booster"))
    breaking = launch.break_up
    if breaking is not None:
        if course.go(body, course.clock + breaking.after_burnout_s, "coast"):
            return
        for number, piece in enumerate(breaking.fragments, 1):
            left.append(course.parted(piece, f"{launch.object}-fragment{number}", "fragment"))
        return
    _descend(course, launch, body)


def _pushed_back(ballistic_coefficient: float, speed: float) -> Fragment:
    return Fragment(ballistic_coefficient_kgpm2=ballistic_coefficient, ahead_mps=-speed)


def _descend(course: _Course, launch: Launch, body: Rates) -> None:
    """Fall, turning where the launch says so."""
    for manoeuvre in launch.manoeuvres:
        if not course.go(body, _LONGEST, "coast", until_height=manoeuvre.below_m):
            return
        turn = turning(launch.ballistic_coefficient_kgpm2, manoeuvre)
        if course.go(turn, course.clock + manoeuvre.for_s, "manoeuvre"):
            return
    course.go(body, _LONGEST, "coast")


def ascent_of(launch: Launch) -> Ascent:
    """Give the ascent that a launch states, or find the one that flies as far as it wants.

    Raises:
        NotConverged: no ascent flies as wanted.
    """
    climb = launch.ascent
    solved = climb.burn_s is not None and climb.kick_deg is not None
    wanted = _wanted(launch)
    suits = 2_250.0 if solved or wanted is None else exhaust_speed_for(wanted)
    stated = Ascent(
        initial_acceleration=climb.initial_acceleration_mps2,
        exhaust_speed=climb.exhaust_speed_mps or suits,
        vertical_time=climb.vertical_s,
        kick_time=climb.kick_s,
        burn_time=climb.burn_s or 0.0,
        kick=math.radians(climb.kick_deg or 0.0),
    )
    if solved:
        return stated
    if wanted is None:
        raise NotConverged(f"launch {launch.object} says neither how it climbs nor how far")
    # 1e-7 is metres at the fall, a thousandth of what the fit may miss.
    whole = replace(launch, break_up=None)
    return fit_ascent(lambda a: reach_of(launch, fly(whole, a, 1e-7)[0]), wanted, stated)


def _wanted(launch: Launch) -> Reach | None:
    if launch.range_km is None or launch.apogee_km is None:
        return None
    return Reach(
        range=launch.range_km * 1e3, apogee=launch.apogee_km * 1e3, flight_time=launch.flight_time_s
    )


def reach_of(launch: Launch, flight: Flight) -> Reach:
    """Tell how far, how high and how long a body flew."""
    longitude, latitude, _ = geodetic(flight.states(np.array([flight.end]))[:, :3])
    _, _, distance = _GEOD.inv(
        launch.longitude_deg, launch.latitude_deg, float(longitude[0]), float(latitude[0])
    )
    return Reach(range=distance, apogee=_apogee(flight), flight_time=flight.end)


def _apogee(flight: Flight) -> float:
    """Find the greatest height, metres, by a parabola through the highest three samples."""
    times = np.linspace(flight.start, flight.end, 801)
    heights = geodetic(flight.states(times)[:, :3])[2]
    top = int(np.clip(np.argmax(heights), 1, 799))
    below, at, above = (float(h) for h in heights[top - 1 : top + 2])
    bend = below - 2.0 * at + above
    return float(at if bend == 0.0 else at - (above - below) ** 2 / (8.0 * bend))
