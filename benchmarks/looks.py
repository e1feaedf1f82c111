"""Looks at true flights as a filter bank would have them, for the judging of types alone.

What a track knows is made from the truth: position to 60 m, velocity to 2 m/s, thrust and its
growth to 10 % and 30 %, and the phase of flight as filters have it, 0.92 sure and four seconds
late. Fall samples then come from the watch's own laws. That leaves out how well a track is kept,
which other benchmarks measure, and judges hundreds of flights in a minute.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment.fallareas import let_fall
from launchwatch.assessment.families import Families
from launchwatch.assessment.posterior import draw
from launchwatch.assessment.settings import Settings
from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.geodesic import direct
from launchwatch.earth.gravity import gravity
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.earth.rotation import centrifugal, coriolis
from launchwatch.messages.assessment import FamilyAssessment
from launchwatch.messages.launch import Ellipse, LaunchStatement
from launchwatch.messages.track import MotionHypothesis, PhaseProbabilities, TrackUpdate
from launchwatch.timescale import SECOND, Instant, instant_from_utc

Floats = NDArray[np.float64]

MODELS = ("boost", "coast", "reentry", "manoeuvre", "cruise")
START = instant_from_utc("2025-11-07T01:00:00Z")
SURE, LATE = 0.92, 4.0
SAMPLES = 200


class TrueFlight(NamedTuple):
    """One true flight: seconds since launch (n,), states (n, 6) in ECEF, and its phase by name.

    A phase without a name is a gap in what was recorded: nobody looks there.
    """

    times: Floats
    states: Floats
    phases: tuple[str, ...]
    latitude_deg: float
    longitude_deg: float


def looked_at(
    flight: TrueFlight, generator: np.random.Generator, first: float = 25.0, every: float = 4.0
) -> Iterator[tuple[float, FamilyAssessment]]:
    """Give the classes as they would be judged, every few seconds of a flight."""
    families = Families(Settings())
    normals = generator.standard_normal((SAMPLES, 12))
    launch = _statement(flight)
    pushes = _pushes(flight)
    for time in np.arange(first, flight.times[-1], every):
        k = int(np.searchsorted(flight.times, time))
        before = int(np.searchsorted(flight.times, time - LATE))
        if not flight.phases[k] or not flight.phases[before]:
            continue
        update = _update(flight, k, flight.phases[before], pushes, generator)
        posterior = draw(update, float(time), normals)
        yield float(time), families.take(update, launch, let_fall(posterior, 4000.0))


def from_heights(
    times: Floats, speeds: Floats, heights: Floats, site: tuple[float, float], azimuth: float
) -> tuple[Floats, Floats]:
    """Give whole seconds and states (n, 6) in ECEF of a flight told by speed and height alone.

    It keeps to one plane: azimuth in radians at the site, (latitude, longitude) in radians.
    """
    seconds = np.arange(1.0, times[-1] - 1.0)
    smooth = np.convolve(
        np.interp(np.arange(0.0, times[-1]), times, heights), np.ones(9) / 9, "same"
    )  # shown in steps of 100 m
    height = np.interp(seconds, np.arange(0.0, times[-1])[5:-5], smooth[5:-5])
    speed = np.interp(seconds, times, speeds)
    climb = np.clip(np.gradient(height), -speed, speed)
    level = np.sqrt(np.maximum(speed**2 - climb**2, 0.0))
    along = np.cumsum(level * 6_371e3 / (6_371e3 + height))
    lat, lon, onward = direct(np.full(len(along), site[0]), site[1], azimuth, along)
    positions = ecef_from_geodetic(lat, lon, height)
    axes = ecef_from_enu_rotation(lat, lon)
    enu = np.stack([level * np.sin(onward), level * np.cos(onward), climb], -1)
    return seconds, np.hstack([positions, np.einsum("nij,nj->ni", axes, enu)])


def pushed(states: Floats, times: Floats) -> Floats:
    """Give the acceleration along the velocity beside gravity and rotation, m/s² (n,)."""
    velocity = states[:, 3:]
    rate = np.gradient(velocity, times, axis=0)
    rate -= gravity(states[:, :3]) + coriolis(velocity) + centrifugal(states[:, :3])
    speed = np.maximum(np.linalg.norm(velocity, axis=1), 1.0)
    return np.asarray(np.einsum("ij,ij->i", rate, velocity) / speed)


def _pushes(flight: TrueFlight) -> Floats:
    return np.maximum(pushed(flight.states, flight.times), 1.0)


def _statement(flight: TrueFlight) -> LaunchStatement:
    return LaunchStatement(
        launch_id="L1", revision=1, time=START, mode="simulation", track_ids=("T1",),
        launch_time=START, launch_time_sigma_s=2.0, latitude_deg=flight.latitude_deg,
        longitude_deg=flight.longitude_deg,
        position_ellipse_95=Ellipse(semi_major_m=5e3, semi_minor_m=3e3, azimuth_deg=90.0),
        probability=1.0, cancelled=False, reason="",
    )  # fmt: skip


def _update(
    flight: TrueFlight, k: int, phase: str, pushes: Floats, generator: np.random.Generator
) -> TrackUpdate:
    state = flight.states[k] + generator.normal(0.0, 1.0, 6) * ([60.0] * 3 + [2.0] * 3)
    shares = dict.fromkeys(MODELS, (1.0 - SURE) / 4.0) | {phase: SURE}
    push = pushes[k] * np.exp(generator.normal(0.0, 0.1))
    span = max(k - 10, 0)
    growth = np.log(pushes[k] / pushes[span]) / max(flight.times[k] - flight.times[span], 1.0)
    growth = np.clip(growth, 1e-3, 0.05) * np.exp(generator.normal(0.0, 0.3))
    extras = {
        "boost": ((np.log(push), np.log(growth), 0.0), (0.1, 0.3, 1.0)),
        "coast": ((np.log(5000.0), 0.0, 0.0), (0.8, 1.0, 1.0)),
        "reentry": ((np.log(5000.0), 0.0, 0.0), (0.5, 1.0, 1.0)),
        "manoeuvre": ((0.0, 0.0, 0.0), (10.0, 10.0, 10.0)),
        "cruise": ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)),
    }
    spread = np.diag([60.0**2] * 3 + [2.0**2] * 3)
    hypotheses = []
    for model in MODELS:
        P = np.zeros((9, 9))
        P[:6, :6] = spread
        P[[6, 7, 8], [6, 7, 8]] = np.square(extras[model][1])
        mean = (*state.tolist(), *map(float, extras[model][0]))
        hypotheses.append(MotionHypothesis(
            model=model, probability=shares[model],  # type: ignore[arg-type]  # one of the models
            mean=mean, covariance=tuple(P[np.triu_indices(9)].tolist()),
        ))  # fmt: skip
    time = Instant(START + round(float(flight.times[k]) * SECOND))
    return TrackUpdate(
        track_id="T1", time=time, known=time, mode="simulation", status="confirmed",
        position_ecef_m=tuple(state[:3].tolist()), velocity_ecef_mps=tuple(state[3:].tolist()),
        covariance_ecef=tuple(spread[np.triu_indices(6)].tolist()),
        phase=PhaseProbabilities(**shares), sensors=("radar",), plots=40,
        hypotheses=tuple(hypotheses), first_plot=START, last_plot=time,
    )  # fmt: skip
