"""The coarse gate: which tracks are worth asking about a plot at all.

Every track is held here as one Gaussian of position and velocity, side by side in arrays,
and one compiled call measures a plot against all of them. The exact question, with motion
models and late plots, is then put to the few that are near.
"""

import numpy as np
from numpy.typing import NDArray

from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking._kernels_gate import distances
from launchwatch.tracking.bank import combined
from launchwatch.tracking.track import Track

Floats = NDArray[np.float64]

UNSEEN_ACCELERATION = 60.0
"""One sigma, m/s², of what a track may do between its epoch and a plot: the end of a burn and
a steep re-entry both stay below three of them."""


NEAREST = 16
"""Tracks that one plot is put to at most: the nearest. More are near only within a cloud of
things too close to be told apart, where asking all would let the watch fall behind."""

FARTHEST_SIGMAS = 6.0
"""Of place, one axis's for all three: what the exact gate lets pass lies within."""


class CoarseGate:
    """All tracks as rows of arrays; rows are kept dense."""

    def __init__(self) -> None:
        self._tracks: list[Track] = []
        self._rows: dict[int, int] = {}
        self._x: Floats = np.zeros((16, 6))
        self._P: Floats = np.zeros((16, 6, 6))
        self._times = np.zeros(16, dtype=np.int64)

    def hold(self, track: Track) -> None:
        """Take a track in, or its newest state."""
        row = self._rows.get(track.number)
        if row is None:
            row = len(self._tracks)
            if row == len(self._x):
                self._x = np.concatenate([self._x, np.zeros_like(self._x)])
                self._P = np.concatenate([self._P, np.zeros_like(self._P)])
                self._times = np.concatenate([self._times, np.zeros_like(self._times)])
            self._rows[track.number] = row
            self._tracks.append(track)
        self._x[row], self._P[row] = combined(track.bank)
        self._times[row] = track.time

    def release(self, track: Track) -> None:
        """Let a track go."""
        row = self._rows.pop(track.number)
        last = self._tracks.pop()
        if last is not track:
            self._tracks[row] = last
            self._times[row] = self._times[len(self._tracks)]
            self._rows[last.number] = row
            self._x[row] = self._x[len(self._tracks)]
            self._P[row] = self._P[len(self._tracks)]

    @property
    def is_empty(self) -> bool:
        """Whether there is no track at all."""
        return not self._tracks

    def near(self, packed: Floats, time: Instant, length2: float) -> list[Track]:
        """Give the tracks within a squared Mahalanobis length of a packed measurement.

        At most `NEAREST` of them.
        """
        count = len(self._tracks)
        if count == 0:
            return []
        seconds = (time - self._times[:count]) / SECOND
        out = np.empty(count)
        distances(packed, seconds, self._x[:count], self._P[:count], UNSEEN_ACCELERATION, out)
        rows = (out < length2).nonzero()[0]
        if len(rows) > NEAREST:
            rows = np.sort(rows[np.argsort(out[rows], kind="stable")[:NEAREST]])
        return [self._tracks[row] for row in rows]

    def close_to(self, point: Floats, sigma: float, time: Instant) -> list[Track]:
        """Give the tracks that could be at a point (3,) known to one sigma: a wide question.

        At most `NEAREST` of them, the nearest in units of their doubt.
        """
        tracks, points, spread = self.expected(time)
        seconds = (time - self._times[: len(tracks)]) / SECOND
        reach = np.sqrt(
            spread**2 + sigma**2 + 0.75 * (UNSEEN_ACCELERATION * seconds**2) ** 2
        )  # ½·a·t² on each of three axes
        apart = np.linalg.norm(points - point, axis=1) / reach
        rows = np.flatnonzero(apart < FARTHEST_SIGMAS)
        if len(rows) > NEAREST:
            rows = np.sort(rows[np.argsort(apart[rows], kind="stable")[:NEAREST]])
        return [tracks[row] for row in rows]

    def expected(self, time: Instant) -> tuple[list[Track], Floats, Floats]:
        """Give all tracks, where each should be at a time (n, 3), and its one sigma (n,)."""
        count = len(self._tracks)
        seconds = (time - self._times[:count]) / SECOND
        x, P = self._x[:count], self._P[:count]
        points = x[:, :3] + x[:, 3:] * seconds[:, None]
        variance = P[:, 0, 0] + P[:, 1, 1] + P[:, 2, 2]
        variance += seconds**2 * (P[:, 3, 3] + P[:, 4, 4] + P[:, 5, 5])
        # A covariance that was lost may be negative: its track is soon dropped.
        spread = np.sqrt(np.maximum(variance, 0.0))
        return list(self._tracks), points, np.asarray(spread, dtype=np.float64)
