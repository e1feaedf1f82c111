"""Track updates made by hand, for the tests of the assessment room."""

import numpy as np

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.messages.launch import Ellipse, LaunchStatement
from launchwatch.messages.track import MotionHypothesis, PhaseProbabilities, TrackUpdate
from launchwatch.timescale import SECOND, Instant, instant_from_utc

EPOCH = instant_from_utc("2025-11-07T01:02:00Z")
MODELS = ("boost", "coast", "reentry", "manoeuvre", "cruise")


def state_at(latitude_deg, longitude_deg, height, east, north, up):
    """Give position and velocity (6,) in ECEF from a place and a local velocity."""
    latitude, longitude = np.radians(latitude_deg), np.radians(longitude_deg)
    position = ecef_from_geodetic([latitude], [longitude], [height])[0]
    velocity = ecef_from_enu_rotation(latitude, longitude) @ np.array([east, north, up])
    return np.concatenate([position, velocity])


def update_of(state, sigmas, phase, *, extras=None, status="confirmed", plots=40, seconds=0.0):
    """Make a track update: one Gaussian in every model, phases as given."""
    extras = extras or {}
    covariance = np.diag(np.repeat(np.square(np.array(sigmas, dtype=float)), 3))
    hypotheses = []
    for model in MODELS:
        mean = np.zeros(9)
        mean[:6] = state
        P = np.eye(9)
        P[:6, :6] = covariance
        values, deviations = extras.get(model, ((0.0, 0.0, 0.0), (1.0, 1.0, 1.0)))
        mean[6:] = values
        P[[6, 7, 8], [6, 7, 8]] = np.square(deviations)
        hypotheses.append(
            MotionHypothesis(
                model=model,
                probability=phase.get(model, 0.0),
                mean=tuple(mean.tolist()),
                covariance=tuple(P[np.triu_indices(9)].tolist()),
            )
        )
    time = Instant(EPOCH + round(seconds * SECOND))
    return TrackUpdate(
        track_id="T0001",
        time=time,
        known=time,
        mode="simulation",
        status=status,
        position_ecef_m=tuple(state[:3].tolist()),
        velocity_ecef_mps=tuple(state[3:6].tolist()),
        covariance_ecef=tuple(covariance[np.triu_indices(6)].tolist()),
        phase=PhaseProbabilities(**phase),
        sensors=("radar",),
        plots=plots,
        hypotheses=tuple(hypotheses),
        first_plot=EPOCH,
        last_plot=time,
    )


COASTING = {"coast": ((np.log(5000.0), 0.0, 0.0), (0.8, 1.0, 1.0))}


def coasting_update(**more):
    """Make a body that has just burnt out over the Sea of Japan's western shore, eastbound."""
    state = state_at(40.1, 126.0, 60e3, 1750.0, -150.0, 1480.0)
    return update_of(state, (100.0, 3.0), {"coast": 1.0}, extras=COASTING, **more)


def launch_statement(latitude_deg=40.2, longitude_deg=125.2, ago=90.0):
    """Make a standing launch statement."""
    return LaunchStatement(
        launch_id="L001",
        revision=1,
        time=EPOCH,
        mode="simulation",
        track_ids=("T0001",),
        launch_time=Instant(EPOCH - round(ago * SECOND)),
        launch_time_sigma_s=3.0,
        latitude_deg=latitude_deg,
        longitude_deg=longitude_deg,
        position_ellipse_95=Ellipse(semi_major_m=3000.0, semi_minor_m=2000.0, azimuth_deg=90.0),
        probability=0.99,
        cancelled=False,
        reason="made",
    )
