"""Hypotheses: the ways to share out plots among the tracks of one cluster, and how they branch.

A plot is nobody's or one track's; a finished scan counts against each track that it should
have shown. What is unlikely is forgotten, and what no longer makes a difference is merged.

Source: Williams, 2015 (Poisson multi-Bernoulli mixture), one plot at a time: while a scan is
under way no track takes two of its plots.
"""

import math
from typing import NamedTuple

from launchwatch.tracking.mixing import are_alike, mixture
from launchwatch.tracking.track import Event, Leaf, Outcome, missed, taken, vouched

WHILE_OPEN = (16.0, 24)
"""How much less likely (ln) than the best a hypothesis may be while its scan is under way, and
how many are kept: a better plot of the same scan may still come, and the miss that a
hypothesis without one implies (a factor of 1 - detection probability) is not yet counted."""

DUBIOUS_LENGTH2 = 9.0
WHILE_DUBIOUS = (40.0, 24)
"""A plot this far from every track may be exchanged for a better one of its scan, however much
likelier than clutter it is: six in a hundred true plots (chi-square, 4 degrees)."""

WHEN_CLOSED = (9.0, 12)
"""The same once the scan is finished: one in ten thousand is forgotten."""

LEAST_RATIO = -3.0
"""Ln likelihood ratio below which a plot is clutter rather than a track's: a branch twenty
times less likely than its sibling already before the miss is counted helps nobody."""


class Hypothesis(NamedTuple):
    """One way to share out all plots: a leaf for each track, None before a track began."""

    log_weight: float
    leaves: tuple[Leaf | None, ...]


Hypotheses = tuple[Hypothesis, ...]
"""Likeliest first; weights sum to one."""


Outcomes = dict[int, Outcome | None]
"""What comes of leaves that take one plot, by the leaf's id."""


class Seen(NamedTuple):
    """That a plot came, near some places of the cluster."""

    event: Event
    places: tuple[int, ...]
    gate_length2: float

    def follow(self, hypotheses: Hypotheses, known: Outcomes | None = None) -> Hypotheses:
        """Branch: in each hypothesis nobody's, or that of one track whose first it is of its scan.

        Args:
            known: what comes of leaves, by their ids, as far as somebody has asked before.
        """
        event = self.event
        children: Outcomes = {} if known is None else known
        branches = list(hypotheses)
        nearest = math.inf
        for log_weight, leaves in hypotheses:
            for place in self.places:
                leaf = leaves[place]
                if leaf is None or leaf.has_used(event.sensor, event.scan):
                    continue
                if id(leaf) not in children:
                    children[id(leaf)] = taken(leaf, event, self.gate_length2)
                outcome = children[id(leaf)]
                if outcome is not None and outcome.ratio > LEAST_RATIO:
                    renewed = (*leaves[:place], outcome.leaf, *leaves[place + 1 :])
                    branches.append(Hypothesis(log_weight + outcome.ratio, renewed))
                    nearest = min(nearest, outcome.length2)
        if len(branches) == len(hypotheses):
            return hypotheses
        return kept(branches, *(WHILE_OPEN if nearest < DUBIOUS_LENGTH2 else WHILE_DUBIOUS))


class Closed(NamedTuple):
    """That a scan is complete, and which places the sensor covers."""

    event: Event
    places: tuple[int, ...]
    detection_probability: float
    infrared: bool

    def follow(self, hypotheses: Hypotheses, known: Outcomes | None = None) -> Hypotheses:  # noqa: ARG002
        """Count the misses; then forget what is unlikely, and merge what makes no difference."""
        event = self.event
        children: dict[int, tuple[Leaf, float]] = {}
        counted = []
        for log_weight, leaves in hypotheses:
            after = list(leaves)
            for place in self.places:
                leaf = leaves[place]
                if leaf is None or leaf.has_used(event.sensor, event.scan):
                    continue
                if id(leaf) not in children:
                    children[id(leaf)] = missed(
                        leaf, event, self.detection_probability, infrared=self.infrared
                    )
                after[place], ratio = children[id(leaf)]
                log_weight += ratio
            counted.append(Hypothesis(log_weight, tuple(after)))
        if len(counted) == 1:
            return (Hypothesis(0.0, counted[0].leaves),)
        return _merged(kept(counted, *WHEN_CLOSED))


class Begun(NamedTuple):
    """That a track began at a place of the cluster."""

    event: Event
    place: int
    leaf: Leaf

    def follow(self, hypotheses: Hypotheses, known: Outcomes | None = None) -> Hypotheses:  # noqa: ARG002
        """Put the track's first leaf into every hypothesis."""
        place = self.place
        return tuple(
            Hypothesis(weight, (*leaves[:place], self.leaf, *leaves[place + 1 :]))
            for weight, leaves in hypotheses
        )


class Vouched(NamedTuple):
    """That a partner spoke of the track at the one place given.

    Hypotheses keep their weights: a word on a track says nothing of whose a plot was.
    """

    event: Event
    places: tuple[int, ...]
    gate_length2: float

    def follow(self, hypotheses: Hypotheses, known: Outcomes | None = None) -> Hypotheses:  # noqa: ARG002
        """Let the track hear it in every hypothesis."""
        children: dict[int, Leaf] = {}
        after = []
        for log_weight, leaves in hypotheses:
            renewed = list(leaves)
            for place in self.places:
                leaf = leaves[place]
                if leaf is None:
                    continue
                if id(leaf) not in children:
                    children[id(leaf)] = vouched(leaf, self.event, self.gate_length2)
                renewed[place] = children[id(leaf)]
            after.append(Hypothesis(log_weight, tuple(renewed)))
        return tuple(after)


Happening = Seen | Closed | Begun | Vouched


def kept(branches: list[Hypothesis], worst: float, most: int) -> Hypotheses:
    """Keep the likeliest hypotheses; those that came first win a tie. Weights sum to one."""
    ordered = sorted(branches, key=lambda one: -one.log_weight)[:most]
    top = ordered[0].log_weight
    ordered = [one for one in ordered if one.log_weight >= top - worst]
    total = top + math.log(sum(math.exp(one.log_weight - top) for one in ordered))
    return tuple(Hypothesis(one.log_weight - total, one.leaves) for one in ordered)


def summed(hypotheses: list[Hypothesis]) -> Hypotheses:
    """Add up the weights of hypotheses whose leaves are the same."""
    weights: dict[tuple[int, ...], float] = {}
    leaves: dict[tuple[int, ...], tuple[Leaf | None, ...]] = {}
    for one in hypotheses:
        key = tuple(id(leaf) for leaf in one.leaves)
        weights[key] = weights.get(key, 0.0) + math.exp(one.log_weight)
        leaves[key] = one.leaves
    branches = [Hypothesis(math.log(weight), leaves[key]) for key, weight in weights.items()]
    return kept(branches, math.inf, len(branches))


def _merged(hypotheses: Hypotheses) -> Hypotheses:
    """Let leaves of one track that hardly differ become one: which plots led there is past."""
    renewed: dict[tuple[int, int], Leaf] = {}
    for place in range(len(hypotheses[0].leaves)):
        weights: dict[int, float] = {}
        leaves: dict[int, Leaf] = {}
        for one in hypotheses:
            leaf = one.leaves[place]
            if leaf is not None:
                weights[id(leaf)] = weights.get(id(leaf), 0.0) + math.exp(one.log_weight)
                leaves[id(leaf)] = leaf
        groups: list[list[int]] = []
        for key in sorted(leaves, key=lambda one: -weights[one]):
            home = next((g for g in groups if are_alike(leaves[g[0]], leaves[key])), None)
            if home is None:
                groups.append([key])
            else:
                home.append(key)
        for group in groups:
            if len(group) > 1:
                merged = mixture([leaves[key] for key in group], [weights[key] for key in group])
                renewed.update(((place, key), merged) for key in group)
    if not renewed:
        return hypotheses
    return summed(
        [
            Hypothesis(
                one.log_weight,
                tuple(
                    renewed.get((place, id(leaf)), leaf) for place, leaf in enumerate(one.leaves)
                ),
            )
            for one in hypotheses
        ]
    )
