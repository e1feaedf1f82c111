"""When a track is confirmed, coasts, is dropped; and when two tracks are one.

A track is confirmed by its odds against clutter; it coasts when its sensors no longer see
it, and is dropped when it has not been seen for long, when sensors that should see it have
looked in vain, or when it would by now be in the ground. A
dropped track is lost: that it fell is for others to say, from data.
"""

import numpy as np
from numpy.typing import NDArray

from launchwatch.earth.ellipsoid import geodetic_from_ecef
from launchwatch.errors import NotPositiveDefinite
from launchwatch.messages.track import TrackStatus
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking.bank import Bank, combined, predict
from launchwatch.tracking.settings import Settings
from launchwatch.tracking.track import REFUTED, Track

Floats = NDArray[np.float64]

# Chi-square with 6 degrees of freedom, 99 %: two tracks of one thing differ by less.
_SAME_LENGTH2 = 16.8
_UNDERGROUND = -2_000.0

# A sensor that looks seldom is not silent between two looks, nor after missing one.
_SCANS_MISSED = 2.5


def status_of(track: Track, now: Instant, settings: Settings) -> TrackStatus:
    """Say what a track's status is now."""
    leaf = track.leaf
    silence = (now - leaf.last_plot) / SECOND
    patience = _SCANS_MISSED * track.scan_period
    is_gone = leaf.score < settings.drop_score
    if track.status == "tentative":
        is_doubted = leaf.rests_on_words and leaf.score <= REFUTED
        if (
            leaf.plots >= settings.confirm_plots
            and leaf.evidence >= settings.confirm_score
            and not is_doubted
        ):
            return "confirmed"
        silent = silence > max(settings.tentative_silence_s, patience)
        return "dropped" if silent or is_gone else "tentative"
    if silence > max(settings.drop_after_s, patience):
        return "dropped"
    if is_gone and silence > max(settings.drop_score_after_s, patience):
        return "dropped"
    return "coasting" if silence > max(settings.coasting_after_s, patience) else "confirmed"


def is_underground(bank: Bank) -> bool:
    """Say whether a predicted bank lies below anything that flies."""
    x, _ = combined(bank)
    _, _, height = geodetic_from_ecef(x[None, :3])
    return bool(height[0] < _UNDERGROUND)


def within_reach(tracks: list[Track]) -> NDArray[np.bool_]:
    """Say of all pairs (n, n) whether `are_one` is worth asking: a cheap, wider question."""
    states = [combined(track.bank) for track in tracks]
    points = np.array([x[:3] for x, _ in states]).reshape(-1, 3)
    # A covariance that was lost may be negative.
    doubts = np.array([max(np.trace(P[:3, :3]), 0.0) for _, P in states])
    times = np.array([track.time for track in tracks], dtype=np.int64)
    reach: NDArray[np.bool_] = np.linalg.norm(points[:, None] - points, axis=-1) <= _reach(
        np.abs(times[:, None] - times) / SECOND, doubts[:, None] + doubts
    )
    return reach


def _reach(seconds: Floats, doubt: Floats) -> Floats:
    """Give how far one may have come in some seconds, given the traces of the covariances."""
    reach: Floats = 10_000.0 * seconds + 10.0 * np.sqrt(doubt)
    return reach


def are_one(one: Track, other: Track) -> bool:
    """Say whether two tracks follow the same thing.

    They do not if one sensor saw both in one scan; else they do if their states, brought to
    one time, differ by no more than their covariances allow.
    """
    if _share_a_scan(one, other):
        return False
    early, late = (one, other) if one.time <= other.time else (other, one)
    seconds = (late.time - early.time) / SECOND
    x, P = combined(early.bank)
    y, R = combined(late.bank)
    try:
        x, P = combined(predict(early.bank, seconds)) if seconds > 0 else (x, P)
        offset = x - y
        return bool(offset @ np.linalg.solve(P + R, offset) < _SAME_LENGTH2)
    except (NotPositiveDefinite, np.linalg.LinAlgError):
        return False


def _share_a_scan(one: Track, other: Track) -> bool:
    scans = {(event.sensor, event.scan) for event in one.leaf.used}
    return any((event.sensor, event.scan) in scans for event in other.leaf.used)
