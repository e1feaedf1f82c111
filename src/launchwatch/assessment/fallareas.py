"""Fall areas: where and when a tracked body will come down, from samples.

Every sample is one whole flight to the ground; the region, the time, the apogee and the
zones are counted over them. Nothing is drawn from a covariance alone: it cannot bend, and
it held only 85 to 87 % of the truth where samples held 95 %.
"""

import hashlib
from typing import NamedTuple, Protocol

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from launchwatch.assessment import boosters, falling, fragments, lost
from launchwatch.assessment.axes import axes_of
from launchwatch.assessment.falling import let_fall, samples_of
from launchwatch.assessment.middles import likelier_way, middle_and_spread, middle_path
from launchwatch.assessment.posterior import Posterior, draw
from launchwatch.assessment.regions import region_of
from launchwatch.assessment.settings import Settings
from launchwatch.flight import _kernels_fall
from launchwatch.messages.fallarea import FallArea, FallStatus, ZoneProbability
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.track import TrackUpdate
from launchwatch.timescale import SECOND, Instant, instant_after, seconds_between

__all__ = ["Fall", "FallAreas", "ZoneCounter", "let_fall"]

Floats = NDArray[np.float64]

# Fewer falls than this draw no region: the rest are in orbit, for this purpose.
_FEWEST = 50
_DRAWN = 12
_NORMALS = _DRAWN + falling.NORMALS + lost.NORMALS
_MOST_LOST = 100
"""Lost tracks that are kept, the newest: each costs a drawing in ten seconds."""


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


class _Basis(NamedTuple):
    """What a track's newest area was drawn from."""

    update: TrackUpdate
    launch: LaunchStatement
    body: str


class _Lost(NamedTuple):
    """A track that was dropped before its body can have come down.

    Attributes:
        latest: when the last of its samples comes down.
    """

    basis: _Basis
    breaks: float
    said_at: Instant
    latest: Instant


def _of_all(zones: tuple[ZoneProbability, ...], share: float) -> tuple[ZoneProbability, ...]:
    """Count in what does not come down, or may not be there: it falls in no zone."""
    return tuple(replace(one, probability=one.probability * share) for one in zones)


class FallAreas:
    """Draws fall areas for the tracks of declared launches, at most so often for each."""

    def __init__(self, zones: ZoneCounter, settings: Settings) -> None:
        self._zones = zones
        self._settings = settings
        self._said: dict[str, FallArea] = {}
        self._drawn_at: dict[str, Instant] = {}
        self._wanted: dict[str, Instant] = {}
        self._normals: dict[str, Floats] = {}
        self._basis: dict[str, _Basis] = {}
        self._lost: dict[str, _Lost] = {}

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

        A coasting track gives a growing area. A dropped one gives none here: `lose` it.

        Args:
            is_urgent: a verdict waits for it: it may be drawn sooner.
        """
        track_id = update.track_id
        if update.status in ("tentative", "dropped") or not update.hypotheses:
            return None
        settings = self._settings
        interval = settings.fallarea_urgent_s if is_urgent else settings.fallarea_interval_s
        if not self._is_due(track_id, update.known, interval):
            return None
        basis = self._basis[track_id] = _Basis(update, launch, body)
        status: FallStatus = "coasting" if update.status == "coasting" else "tracked"
        # What nobody saw fall may have been found again.
        for other, gone in list(self._lost.items()):
            if (gone.basis.launch.launch_id, gone.basis.body) == (launch.launch_id, body):
                self._let_go(other)
        posterior = self._posterior(basis)
        return self._area(track_id, basis, posterior, status, update.known)

    def judge_booster(
        self, update: TrackUpdate, launch: LaunchStatement, *, can_wait: bool = False
    ) -> FallArea | None:
        """Give the area of a booster that parted, if it did, from a body that flies on.

        Args:
            can_wait: that another area was drawn for the same plot: a plot is kept waiting for
                one at a time, unless no other plot comes for two intervals.
        """
        basis = _Basis(update, launch, boosters.BOOSTER)
        key = f"{update.track_id}/{boosters.BOOSTER}"
        main = self._said.get(update.track_id)
        if main is None or not update.hypotheses:
            return None
        wanted = self._wanted.get(key, update.known)
        patience = 2.0 * self._settings.fallarea_interval_s * SECOND
        before, interval = self._drawn_at.get(key), self._settings.unseen_interval_s * SECOND
        if before is not None and update.known - before < interval:
            return None
        if can_wait and update.known - wanted < patience:
            self._wanted[key] = wanted
            return None
        self._drawn_at[key] = update.known
        self._wanted.pop(key, None)
        # Its own luck, not the track's: the last columns are used by what is lost alone.
        posterior = boosters.as_booster(
            self._posterior(basis), self._normals_of(update.track_id)[:, -lost.NORMALS :]
        )
        area = self._area(key, basis, posterior, "tracked", update.known).area
        if area is None:
            return None
        share = boosters.probability(main.apogee_m)
        return replace(
            area,
            probability=share,
            zones=_of_all(area.zones, share),
            other_claims=_of_all(area.other_claims, share),
        )

    def lose(self, track_id: str, now: Instant, *, in_view: bool) -> FallArea | None:
        """Take note that a track was dropped; give what is known of its fall from now on.

        Args:
            in_view: that radars which saw it look at where it should be.
        """
        basis, before = self._basis.get(track_id), self._drawn_at.get(track_id)
        if basis is None or before is None:
            self.forget(track_id)
            return None
        breaks = lost.BROKE_IN_VIEW if in_view else lost.BROKE_UNSEEN
        self._lost[track_id] = _Lost(basis, breaks, now, now)
        for old in list(self._lost)[:-_MOST_LOST]:
            self._let_go(old)
        return self._still_lost(track_id, now)

    def pass_time(self, now: Instant) -> list[FallArea]:
        """Revise the areas of what is lost; nobody says of it that it fell, or passed."""
        interval = self._settings.unseen_interval_s * SECOND
        due = [name for name, gone in self._lost.items() if now - gone.said_at >= interval]
        areas = (self._still_lost(name, now) for name in due)
        return [area for area in areas if area is not None]

    def forget(self, track_id: str) -> None:
        """Let go of a track of which nothing more is to be said."""
        self._let_go(track_id)

    def withdraw(self, launch_id: str) -> None:
        """Let go of what is lost of a launch that was withdrawn."""
        for name, gone in list(self._lost.items()):
            if gone.basis.launch.launch_id == launch_id:
                self._let_go(name)

    def _let_go(self, track_id: str) -> None:
        for kept in (self._said, self._drawn_at, self._wanted):
            kept.pop(track_id, None)
            kept.pop(f"{track_id}/{boosters.BOOSTER}", None)
        self._normals.pop(track_id, None)
        self._basis.pop(track_id, None)
        self._lost.pop(track_id, None)

    def _is_due(self, key: str, now: Instant, interval: float) -> bool:
        before = self._drawn_at.get(key)
        if before is not None and now - before < interval * SECOND:
            return False
        self._drawn_at[key] = now
        return True

    def _posterior(self, basis: _Basis) -> Posterior:
        update, launch, body = basis
        burnt = (update.time - launch.launch_time) / SECOND
        normals = self._normals_of(update.track_id)
        posterior = draw(update, burnt, normals)
        if not body.startswith(fragments.PIECE):
            return posterior
        # Luck that is used by what is lost alone.
        return fragments.as_piece(posterior, update, normals[:, -2:])

    def _still_lost(self, track_id: str, now: Instant) -> FallArea | None:
        gone = self._lost[track_id]
        unseen = seconds_between(gone.basis.update.last_plot, now)
        normals = self._normals_of(track_id)[:, -lost.NORMALS :]
        posterior = lost.loosened(self._posterior(gone.basis), normals, unseen, gone.breaks)
        area, falls = self._area(track_id, gone.basis, posterior, "lost", now)
        down = falls[falls[:, 5] != _kernels_fall.STILL_FLYING]
        epoch = gone.basis.update.time
        latest = instant_after(epoch, float(down[:, 2].max())) if len(down) else now
        self._lost[track_id] = gone._replace(said_at=now, latest=latest)
        # A third of a megabyte, drawn again from its key in half a millisecond when wanted.
        self._normals.pop(track_id, None)
        if area is None or now > latest:
            self._let_go(track_id)
        if area is not None and now > latest:
            return replace(area, status="unobserved")
        return area

    def _area(
        self, key: str, basis: _Basis, posterior: Posterior, status: FallStatus, now: Instant
    ) -> Fall:
        update, launch, body = basis
        said, earlier = self._said.get(key), self._said.get(update.track_id)
        is_past_apogee = earlier is not None and _is_sinking(update)
        falls, anew = samples_of(
            posterior,
            launch,
            np.array([*update.position_ecef_m, *update.velocity_ecef_mps]),
            self._normals_of(update.track_id)[:, _DRAWN : -lost.NORMALS],
            earlier.apogee_m if earlier is not None and is_past_apogee else 0.0,
            self._settings.longest_flight_s,
            can_lift=body != boosters.BOOSTER,
        )
        comes_down = falls[:, 5] != _kernels_fall.STILL_FLYING
        down = falls[comes_down]
        if len(down) < _FEWEST:
            return Fall(None, falls)
        likelier = likelier_way(anew[comes_down])
        region = region_of(down[:, 0], down[:, 1], 0.95, 0.5, leading=likelier)
        axes = axes_of(
            float(np.radians(launch.latitude_deg)),
            float(np.radians(launch.longitude_deg)),
            down[:, 0],
            down[:, 1],
        )
        at = np.degrees(down[:, 0]), np.degrees(down[:, 1])
        zones, other_claims = self._zones.probabilities(*at), self._zones.otherwise(*at)
        fallen = len(down) / len(falls)
        seconds, seconds_sigma = middle_and_spread(down[:, 2])
        apogee, apogee_sigma = middle_and_spread(down[:, 3])
        if earlier is not None and is_past_apogee:
            # The highest point lies behind: what was known of it on the way up stands.
            apogee, apogee_sigma = earlier.apogee_m, earlier.apogee_sigma_m
            falls[:, 3] = np.maximum(falls[:, 3], apogee)
        area = FallArea(
            launch_id=launch.launch_id,
            track_id=update.track_id,
            revision=1 if said is None else said.revision + 1,
            time=now,
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
            path=middle_path(update, posterior),
            status=status,
            last_plot=update.last_plot,
            heading_deg=float(np.degrees(axes.heading)),
            heading_sigma_deg=float(np.degrees(axes.heading_sigma)),
            range_95_m=(axes.nearest, axes.farthest),
            along_95_m=axes.along,
            across_95_m=axes.across,
            region_50=region.cores[0],
        )
        self._said[key] = area
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


def _is_sinking(update: TrackUpdate) -> bool:
    return float(np.dot(update.position_ecef_m, update.velocity_ecef_mps)) < 0.0
