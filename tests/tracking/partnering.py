"""Partners for the tests of tracking: another watch with its own radar, telling its tracks."""

from collections.abc import Iterable

import msgspec
import numpy as np

from launchwatch.messages.partner import PartnerTrack
from launchwatch.messages.plot import Plot
from launchwatch.messages.sensor import Partner, Sensor
from launchwatch.messages.track import TrackUpdate
from launchwatch.timescale import instant_after

from .watching import NOON, Course, Floats, Watch

UPPER6 = np.triu_indices(6)


def partner(name: str = "jp-c2", **other: object) -> Partner:
    return Partner(**({"id": name, "owner": "JPN", "update_period_s": 1.0} | other))


def covariance_of(update: TrackUpdate | PartnerTrack) -> Floats:
    P = np.empty((6, 6))
    P[UPPER6] = update.covariance_ecef
    P.T[UPPER6] = update.covariance_ecef
    return P


def state_of(update: TrackUpdate | PartnerTrack) -> Floats:
    return np.array([*update.position_ecef_m, *update.velocity_ecef_mps])


def told(update: TrackUpdate, name: str = "jp-c2", delay: float = 0.1) -> PartnerTrack:
    """Give a track of one watch as another hears of it."""
    return PartnerTrack(
        sensor=name,
        partner_track=update.track_id,
        time=update.time,
        received=instant_after(update.known, delay),
        mode=update.mode,
        position_ecef_m=update.position_ecef_m,
        velocity_ecef_mps=update.velocity_ecef_mps,
        covariance_ecef=update.covariance_ecef,
        status=update.status,
        sensors=update.sensors,
        phase=update.phase,
        source="link",
        line=1,
    )


def tracks_of(plots: Iterable[Plot], *sensors: Sensor, name: str = "jp-c2") -> list[PartnerTrack]:
    """Give what a partner with its own tracker tells of these plots."""
    return [told(one, name) for one in Watch(*sensors).take(plots)]


def word_at(
    course: Course, seconds: float, sigmas: tuple[float, float] = (200.0, 10.0),
    chance: np.random.Generator | None = None, **other: object,
) -> PartnerTrack:  # fmt: skip
    """Give a partner's track that is as good as its sigmas (m, m/s) say."""
    P = np.diag([sigmas[0] ** 2] * 3 + [sigmas[1] ** 2] * 3)
    x = course(seconds)
    if chance is not None:
        x = x + chance.multivariate_normal(np.zeros(6), P)
    time = instant_after(NOON, seconds)
    line = PartnerTrack(
        sensor="jp-c2",
        partner_track="P1",
        time=time,
        received=instant_after(time, 0.1),
        mode="simulation",
        position_ecef_m=tuple(x[:3].tolist()),
        velocity_ecef_mps=tuple(x[3:].tolist()),
        covariance_ecef=tuple(P[UPPER6].tolist()),
        source="link",
        line=1,
    )
    return msgspec.structs.replace(line, **other)
