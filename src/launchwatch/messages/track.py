"""Tracks: what is believed of one moving thing.

Positions and velocities are in ECEF (WGS 84), velocities relative to the rotating Earth.
"""

from typing import Literal

from msgspec import Struct

from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant

TrackStatus = Literal["tentative", "confirmed", "coasting", "dropped"]
MotionModel = Literal["boost", "coast", "reentry", "manoeuvre", "cruise"]

Vector = tuple[float, float, float]


class PhaseProbabilities(Struct, frozen=True, kw_only=True):
    """How probable each phase of flight is; they sum to one."""

    boost: float = 0.0
    coast: float = 0.0
    reentry: float = 0.0
    manoeuvre: float = 0.0
    cruise: float = 0.0
    unknown: float = 0.0


class MotionHypothesis(Struct, frozen=True, kw_only=True):
    """One motion model's own belief: a Gaussian over nine numbers.

    Position and velocity (ECEF, m and m/s) come first; the other three depend on model:

    ========== =========================== ======================== ======
    model      7                           8                        9
    ========== =========================== ======================== ======
    boost      ln thrust acceleration/m/s² ln growth rate of it·s   unused
    coast      ln ballistic coefficient    unused                   unused
    reentry    ln ballistic coefficient    unused                   unused
    manoeuvre  acceleration x, m/s²        y                        z
    cruise     unused                      unused                   unused
    ========== =========================== ======================== ======

    The ballistic coefficient is mass over drag area, m/(Cd·A) in kg/m². An unused number
    has mean 0, variance 1 and no correlation.

    Attributes:
        covariance: upper triangle by rows, 45 numbers.
    """

    model: MotionModel
    probability: float
    mean: tuple[float, ...]
    covariance: tuple[float, ...]


class TrackUpdate(Struct, frozen=True, kw_only=True, tag="track"):
    """A track as it stands after one more plot, or after time without one.

    Attributes:
        track_id: stable for the track's whole life.
        time: the epoch of the state.
        known: the stream's time when this became known.
        covariance_ecef: of position then velocity, upper triangle by rows, 21 numbers.
        sensors: identifiers of the sensors that have contributed, sorted.
        plots: how many plots have contributed.
        hypotheses: each motion model's own belief; empty for a dropped track.
        first_plot: time of the first plot that contributed.
        last_plot: time of the newest plot that contributed.
    """

    track_id: str
    time: Instant
    known: Instant
    mode: Mode
    status: TrackStatus
    position_ecef_m: Vector
    velocity_ecef_mps: Vector
    covariance_ecef: tuple[float, ...]
    phase: PhaseProbabilities
    sensors: tuple[str, ...]
    plots: int
    hypotheses: tuple[MotionHypothesis, ...]
    first_plot: Instant
    last_plot: Instant
