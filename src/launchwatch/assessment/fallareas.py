"""Fall areas: where and when a tracked body will come down, from samples.

Every sample is one whole flight to the ground; the region, the time, the apogee and the
zones are counted over them. Nothing is drawn from a covariance alone: it cannot bend, and
it held only 85 to 87 % of the truth where samples held 95 %.
"""

import hashlib
from typing import NamedTuple, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment import air, pullups
from launchwatch.assessment.posterior import Posterior, draw, hypothesis_of
from launchwatch.assessment.regions import region_of
from launchwatch.assessment.settings import Settings
from launchwatch.constants import EARTH_MEAN_RADIUS
from launchwatch.earth.ellipsoid import geodetic_from_ecef
from launchwatch.flight import _kernels_fall
from launchwatch.flight.motion import BOOST, COAST
from launchwatch.messages.fallarea import FallArea, ZoneProbability
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.track import TrackUpdate
from launchwatch.timescale import SECOND, Instant, instant_after

Floats = NDArray[np.float64]

# The sea's surface: the ellipsoid. The geoid differs by under 40 m around Japan and Korea,
# which moves a fall at 45° by as much.
_GROUND = 0.0
# Fewer falls than this draw no region: the rest are in orbit, for this purpose.
_FEWEST = 50
_PATH_POINTS = 64
_NORMALS = 12 + pullups.NORMALS + air.NORMALS


class Fall(NamedTuple):
    """A fall area, and the samples (n, 6) that it was counted from, as `let_fall` gives them.

    There is no area of what stays in orbit.
    """

    area: FallArea | None
    samples: Floats


class ZoneCounter(Protocol):
    """Whatever counts points by zone."""

    def probabilities(
        self, latitude_deg: Floats, longitude_deg: Floats
    ) -> tuple[ZoneProbability, ...]:
        """Give the share of points in each zone."""

    def otherwise(self, latitude_deg: Floats, longitude_deg: Floats) -> tuple[ZoneProbability, ...]:
        """Give what other claim sets see otherwise."""


class FallAreas:
    """Draws fall areas for the tracks of declared launches, at most so often for each."""

    def __init__(self, zones: ZoneCounter, settings: Settings) -> None:
        self._zones = zones
        self._settings = settings
        self._said: dict[str, FallArea] = {}
        self._drawn_at: dict[str, Instant] = {}
        self._normals: dict[str, Floats] = {}

    def can_wait(self, update: TrackUpdate) -> bool:
        """Say whether a track's area is fresh enough to be drawn at its next plot instead."""
        before = self._drawn_at.get(update.track_id)
        interval = self._settings.fallarea_interval_s * SECOND
        return before is not None and update.known - before < 1.5 * interval

    def judge(
        self,
        update: TrackUpdate,
        launch: LaunchStatement,
        body: str = "whole",
        *,
        is_urgent: bool = False,
    ) -> Fall | None:
        """Give the fall area of a launch's track; None if it is too early to say it anew.

        A coasting track gives a growing area; a dropped one gives none: it is lost, and
        what was said last keeps its age.

        Args:
            is_urgent: a verdict waits for it: it may be drawn sooner.
        """
        track_id = update.track_id
        if update.status in ("tentative", "dropped") or not update.hypotheses:
            return None
        before = self._drawn_at.get(track_id)
        settings = self._settings
        interval = settings.fallarea_urgent_s if is_urgent else settings.fallarea_interval_s
        if before is not None and update.known - before < interval * SECOND:
            return None
        self._drawn_at[track_id] = update.known
        fall = self._draw(update, launch, body)
        if fall.area is not None:
            self._said[track_id] = fall.area
        return fall

    def forget(self, track_id: str) -> None:
        """Let go of a track that was dropped: its identifier never comes back."""
        self._said.pop(track_id, None)
        self._drawn_at.pop(track_id, None)
        self._normals.pop(track_id, None)

    def _draw(self, update: TrackUpdate, launch: LaunchStatement, body: str) -> Fall:
        normals = self._normals_of(update.track_id)
        burnt = (update.time - launch.launch_time) / SECOND
        posterior = draw(update, burnt, normals)
        longest = self._settings.longest_flight_s
        falls = let_fall(posterior, longest)
        said = self._said.get(update.track_id)
        apogee_before = said.apogee_m if said is not None and _is_sinking(update) else 0.0
        let_pull_up(posterior, falls, launch, normals[:, 12:], apogee_before, longest)
        if 2 * posterior.boosting < len(falls):
            # What burns will end elsewhere and faster; there the burn's doubt outweighs the air's.
            rows = slice(posterior.boosting, None)
            state = np.array([*update.position_ecef_m, *update.velocity_ecef_mps])
            own = normals[rows, 12 + pullups.NORMALS :]
            falls[rows, :3] += air.drifts(state, posterior.log_beta[rows], own, longest)
        down = falls[falls[:, 5] != _kernels_fall.STILL_FLYING]
        if len(down) < _FEWEST:
            return Fall(None, falls)
        region = region_of(down[:, 0], down[:, 1])
        at = np.degrees(down[:, 0]), np.degrees(down[:, 1])
        zones, other_claims = self._zones.probabilities(*at), self._zones.otherwise(*at)
        fallen = len(down) / len(falls)
        path = _middle_path(update, posterior)
        seconds, seconds_sigma = _middle_and_spread(down[:, 2])
        apogee, apogee_sigma = _middle_and_spread(down[:, 3])
        if said is not None and _is_sinking(update):
            # The highest point lies behind: what was known of it on the way up stands.
            apogee, apogee_sigma = said.apogee_m, said.apogee_sigma_m
            falls[:, 3] = np.maximum(falls[:, 3], apogee)
        area = FallArea(
            launch_id=launch.launch_id,
            track_id=update.track_id,
            revision=1 if said is None else said.revision + 1,
            time=update.known,
            epoch=update.time,
            mode=update.mode,
            fall_time=instant_after(update.time, seconds),
            fall_time_sigma_s=seconds_sigma,
            latitude_deg=float(np.degrees(region.latitude)),
            longitude_deg=float((np.degrees(region.longitude) + 180.0) % 360.0 - 180.0),
            ellipse_95=region.ellipse,
            region_95=region.polygons,
            region_area_m2=region.area,
            zones=_of_all(zones, fallen),
            other_claims=_of_all(other_claims, fallen),
            body=body,
            apogee_m=apogee,
            apogee_sigma_m=apogee_sigma,
            path=path,
        )
        return Fall(area, falls)

    def _normals_of(self, track_id: str) -> Floats:
        """Give a track's own random numbers: the same at every look, so that what changes
        between two looks is what the track learnt, not the luck of the draw."""
        normals = self._normals.get(track_id)
        if normals is None:
            key = int.from_bytes(hashlib.sha256(track_id.encode()).digest()[:16])
            generator = np.random.Generator(np.random.Philox(key=key))
            normals = generator.standard_normal((self._settings.samples, _NORMALS))
            self._normals[track_id] = normals
        return normals


def _of_all(zones: tuple[ZoneProbability, ...], fallen: float) -> tuple[ZoneProbability, ...]:
    """Count in the samples that do not come down: they fall in no zone."""
    return tuple(
        msgspec.structs.replace(one, probability=one.probability * fallen) for one in zones
    )


def _middle_and_spread(values: Floats) -> tuple[float, float]:
    """Give the median, and half the width of the middle 68.3 %: a sigma that a long tail does
    not inflate. Nearest ranks will do: of a thousand, half a rank is 0.05 %."""
    ranked = np.sort(values)
    low, middle, high = (ranked[round(share * (len(ranked) - 1))] for share in (0.159, 0.5, 0.841))
    return float(middle), float(0.5 * (high - low))


def _is_sinking(update: TrackUpdate) -> bool:
    return float(np.dot(update.position_ecef_m, update.velocity_ecef_mps)) < 0.0


def let_fall(posterior: Posterior, longest: float) -> Floats:
    """Let every sample fly on to the ground.

    Returns:
        (n, 6): latitude, longitude (rad), seconds from the epoch, apogee height (m), speed
        at the ground (m/s), status (1 fell, 0 still flying after the longest time, -1 was
        down already, so that its seconds are negative).
    """
    out = np.empty((len(posterior.states), 6))
    lit = posterior.boosting
    if lit > 0:
        _kernels_fall.burn_falls(
            posterior.states[:lit],
            posterior.burn_seconds[:lit],
            posterior.log_beta[:lit],
            _GROUND,
            longest,
            out[:lit],
        )
    if lit < len(out):
        states = np.empty((len(out) - lit, 7))
        states[:, :6] = posterior.states[lit:, :6]
        states[:, 6] = posterior.log_beta[lit:]
        _kernels_fall.falls(states, _GROUND, longest, out[lit:])
    below = out[:, 5] == _kernels_fall.BELOW_AT_START
    if below.any():
        out[below, :3] = _came_down(posterior.states[below, :6])
    return out


def let_pull_up(
    posterior: Posterior,
    falls: Floats,
    launch: LaunchStatement,
    normals: Floats,
    apogee_before: float,
    longest: float,
) -> None:
    """Let some samples pull up before they fall: their rows of falls change, in place.

    Args:
        falls: (n, 6) as `let_fall` gives them.
        normals: (n, at least `launchwatch.assessment.pullups.NORMALS`).
        apogee_before: the greatest height if it lies behind, else 0.
    """
    pulls = pullups.drawn(normals[:, : pullups.NORMALS])
    states = posterior.states
    apogee = np.maximum(falls[:, 3], apogee_before)
    likely = pullups.probability(apogee, _distances(launch, falls))
    _, _, heights = geodetic_from_ecef(states[:, :3])
    sinking = np.einsum("ni,ni->n", states[:, :3], states[:, 3:6]) < 0.0
    # Only bodies that sink now have let a part of their chances pass.
    height = np.where(sinking, heights, np.inf)
    likely = pullups.still_to_come(likely, height)
    below = pullups.beginnings(pulls, height)
    does = (pulls.chance < likely) & (falls[:, 5] == _kernels_fall.FELL)
    turning = posterior.turning & (heights > 0.0)
    if turning.any():
        going = pullups.under_way(states[turning], posterior.log_beta[turning], normals[turning])
        for all_of, some in zip(pulls, going, strict=True):
            all_of[turning] = some
        below[turning] = np.inf
        does |= turning
    if not does.any():
        return
    chosen = pullups.PullUps(*(column[does] for column in pulls))
    ended = pullups.glided(
        states[does], posterior.burn_seconds[does], posterior.log_beta[does], below[does], chosen,
        longest,
    )  # fmt: skip
    after = np.column_stack([ended[:, :6], posterior.log_beta[does]])
    rows = np.empty((len(after), 6))
    _kernels_fall.falls(after, _GROUND, longest, rows)
    under = rows[:, 5] == _kernels_fall.BELOW_AT_START
    if under.any():
        rows[under, :3] = _came_down(ended[under, :6])
        rows[under, 5] = _kernels_fall.FELL
    rows[:, 2] += ended[:, 6]
    rows[:, 3] = np.maximum(rows[:, 3], ended[:, 7])
    falls[does] = rows


def _distances(launch: LaunchStatement, falls: Floats) -> Floats:
    """Give how far from the launch place each falls, metres on the mean sphere."""
    latitude, longitude = np.radians(launch.latitude_deg), np.radians(launch.longitude_deg)
    rise = np.sin(0.5 * (falls[:, 0] - latitude)) ** 2
    turn = np.sin(0.5 * (falls[:, 1] - longitude)) ** 2
    part = rise + np.cos(latitude) * np.cos(falls[:, 0]) * turn
    return np.asarray(2.0 * EARTH_MEAN_RADIUS * np.arcsin(np.sqrt(np.minimum(part, 1.0))))


def _came_down(states: Floats) -> Floats:
    """Give where and when (latitude, longitude, seconds, not positive) bodies that are already
    below the ground came through it: a straight line back, for they are seconds past it."""
    position, velocity = states[:, :3], states[:, 3:]
    _, _, height = geodetic_from_ecef(position)
    up = position / np.linalg.norm(position, axis=1)[:, None]
    ago = height / np.einsum("ni,ni->n", up, velocity)
    latitude, longitude, _ = geodetic_from_ecef(position - ago[:, None] * velocity)
    return np.stack([latitude, longitude, -ago], axis=-1)


def _middle_path(
    update: TrackUpdate, posterior: Posterior
) -> tuple[tuple[float, float, float, float], ...]:
    """Sample the path ahead from the means, for pictures: (lon, lat, height, seconds)."""
    boosting = 2 * posterior.boosting > len(posterior.states)
    model, code = ("boost", BOOST) if boosting else ("coast", COAST)
    mean = np.array(hypothesis_of(update, model).mean)
    if not boosting:
        mean[:6] = (*update.position_ecef_m, *update.velocity_ecef_mps)
    lit = posterior.boosting
    burn = float(np.median(posterior.burn_seconds[:lit])) if boosting else 0.0
    log_beta = float(np.median(posterior.log_beta))
    out = np.empty((4 * _PATH_POINTS, 5))
    count = _kernels_fall.trajectory(mean, code, burn, log_beta, 8.0, out)
    rows = out[:count]
    if count > _PATH_POINTS:
        rows = rows[np.linspace(0, count - 1, _PATH_POINTS).astype(np.int64)]
    shown = np.stack([np.degrees(rows[:, 2]), np.degrees(rows[:, 1]), rows[:, 3], rows[:, 0]], -1)
    return tuple((lon, lat, height, time) for lon, lat, height, time in shown.round(6).tolist())
