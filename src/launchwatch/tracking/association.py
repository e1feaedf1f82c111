"""Association: to which clusters a plot comes, and what becomes of them.

The coarse gate says which tracks are near. Tracks that a plot could belong to belong
together from then on, in one cluster with a hypothesis for each way to share; see
`launchwatch.tracking.branching`. A plot that lies near one cluster only, as most do, joins
nothing.
"""

from collections.abc import Container, Iterable

from launchwatch.tracking.branching import LEAST_RATIO, Outcomes, Seen
from launchwatch.tracking.cluster import Cluster
from launchwatch.tracking.track import Event, taken


def rivals(
    event: Event, near: Iterable[tuple[int, Cluster]], gate_length2: float
) -> tuple[list[Cluster], Outcomes]:
    """Give the clusters with a track that may take a plot, and what would come of its leaves.

    Args:
        near: tracks by number, each with its cluster.
    """
    found: list[Cluster] = []
    outcomes: Outcomes = {}
    for number, cluster in near:
        if _may_take(cluster, number, event, gate_length2, outcomes) and cluster not in found:
            found.append(cluster)
    return found, outcomes


def seen_by(cluster: Cluster, event: Event, near: Container[int], gate_length2: float) -> Seen:
    """Give the happening that a plot is to a cluster."""
    return Seen(event, cluster.places(near), gate_length2)


def _may_take(
    cluster: Cluster, number: int, event: Event, gate_length2: float, outcomes: Outcomes
) -> bool:
    place = cluster.numbers.index(number)
    may = False
    for one in cluster.before(event) or ():
        leaf = one.leaves[place]
        if leaf is None or leaf.has_used(event.sensor, event.scan):
            continue
        if id(leaf) not in outcomes:
            outcomes[id(leaf)] = taken(leaf, event, gate_length2)
        outcome = outcomes[id(leaf)]
        may = may or (outcome is not None and outcome.ratio > LEAST_RATIO)
    return may
