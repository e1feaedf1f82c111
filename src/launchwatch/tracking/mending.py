"""After a fault: which tracks can be gone on with, and which are let go.

A fault is a mistake of ours, an exception where none was foreseen. What holds a cluster together
is immutable and put in place in one step, so a fault in the middle of a plot leaves each
cluster as it was before or after it. So nothing is let go at the first fault: the plot may
have been the cause, and a missile's track is worth more than a plot. At a second fault over the
same tracks they are the cause, and go, with all that share a cluster with them; what flies is
then found anew. Whatever is not whole goes at once.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from launchwatch.tracking.cluster import Cluster
from launchwatch.tracking.track import Track


def is_whole(track: Track, cluster: Cluster | None) -> bool:
    """Say whether a track has its place in its cluster, and numbers that can be told."""
    return (
        cluster is not None
        and bool(cluster.past)
        and track.number in cluster.numbers
        and all(len(one.leaves) == len(cluster.numbers) for one in cluster.hypotheses)
        and cluster.best[cluster.numbers.index(track.number)] is not None
        and all(bool(np.isfinite(part).all()) for part in track.bank)
    )


class Mending:
    """Which tracks were at work when a fault came, and how often."""

    def __init__(self) -> None:
        self.at_work: tuple[int, ...] = ()
        self._faults: dict[int, int] = {}

    def given_up(self, tracks: Mapping[int, Track], clusters: Mapping[int, Cluster]) -> list[int]:
        """Give the tracks to let go after a fault, in order."""
        suspects = [number for number in self.at_work if number in tracks]
        self.at_work = ()
        for number in suspects:
            self._faults[number] = self._faults.get(number, 0) + 1
        self._faults = {number: n for number, n in self._faults.items() if number in tracks}
        bad = {number for number in suspects if self._faults[number] > 1}
        bad.update(
            number for number, track in tracks.items() if not is_whole(track, clusters.get(number))
        )
        return sorted(number for number in _with_company(bad, clusters) if number in tracks)


def _with_company(numbers: Iterable[int], clusters: Mapping[int, Cluster]) -> set[int]:
    found = set(numbers)
    for number in tuple(found):
        if (cluster := clusters.get(number)) is not None:
            found.update(cluster.numbers)
    return found
