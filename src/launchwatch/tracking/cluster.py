"""A cluster: tracks whose plots could be each other's, and the hypotheses that say whose.

Far from others a track is a cluster of its own with one hypothesis, and using a plot costs
one step of its filter. Where plots could belong to several, each way to share them is a
hypothesis of its own, kept over as many scans as it takes to tell, and no longer.

A cluster keeps some seconds of its past: each thing that happened and what the hypotheses
were after it. A late plot is put in its place and what followed is done again, so that the
result is the same as if all had come in order.
"""

import math
from bisect import bisect_right
from collections.abc import Container, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from launchwatch.timescale import Instant
from launchwatch.tracking.branching import (
    WHILE_OPEN,
    Begun,
    Closed,
    Happening,
    Hypotheses,
    Hypothesis,
    Outcomes,
    Seen,
    Vouched,
    kept,
    summed,
)
from launchwatch.tracking.mixing import mixed
from launchwatch.tracking.registered import Registered
from launchwatch.tracking.track import Event, Leaf, Place

LEAST_TOLD = 1e-3
"""Weight under which a leaf is left out of what is told of its track."""


class Past(NamedTuple):
    """Something that happened, and the hypotheses right after it."""

    happening: Happening
    hypotheses: Hypotheses


class Cluster:
    """Some tracks' numbers, in the order of their places, and their past; never empty.

    Invariant: every hypothesis of every past has one leaf, or None, for each number.
    """

    __slots__ = ("numbers", "past")

    def __init__(self, numbers: tuple[int, ...], past: list[Past]) -> None:
        self.numbers = numbers
        self.past = past

    @property
    def hypotheses(self) -> Hypotheses:
        """The newest."""
        return self.past[-1].hypotheses

    @property
    def best(self) -> tuple[Leaf | None, ...]:
        """The leaves of the likeliest hypothesis."""
        return self.past[-1].hypotheses[0].leaves

    def now(self, number: int) -> tuple[Leaf, Registered, Instant]:
        """Give a track's likeliest leaf, and the mixture of all its leaves at its newest epoch."""
        place = self.numbers.index(number)
        weights: dict[int, float] = {}
        leaves: dict[int, Leaf] = {}
        for one in self.hypotheses:
            leaf = one.leaves[place]
            if leaf is not None:
                weights[id(leaf)] = weights.get(id(leaf), 0.0) + math.exp(one.log_weight)
                leaves[id(leaf)] = leaf
        best = self.best[place]
        assert best is not None  # noqa: S101 - a track has a leaf from its birth on
        heavy = [key for key in leaves if weights[key] > LEAST_TOLD]
        if len(heavy) == 1:
            return best, best.registered, best.time
        time = max(leaves[key].time for key in heavy)
        banks = [(leaves[key].registered, leaves[key].time) for key in heavy]
        return best, mixed(banks, [weights[key] for key in heavy], time), time

    def last_sound(self, number: int) -> Leaf:
        """Give a track's newest leaf whose numbers can be told; the oldest where none can."""
        place = self.numbers.index(number)
        leaves = [one.hypotheses[0].leaves[place] for one in self.past]
        known = [leaf for leaf in reversed(leaves) if leaf is not None]
        return next((leaf for leaf in known if np.isfinite(leaf.bank.X).all()), known[-1])

    def takes(self, happening: Happening, known: Outcomes | None = None) -> bool:
        """Put a happening in its place and do again what follows; False if it is too old.

        Args:
            known: see `Seen.follow`; for the happening alone.
        """
        after = bisect_right(self.past, happening.event.place, key=_place)
        if after == 0:
            return False
        again = [happening, *(one.happening for one in self.past[after:])]
        del self.past[after:]
        for one in again:
            self.past.append(Past(one, one.follow(self.past[-1].hypotheses, known)))
            known = None
        return True

    def before(self, event: Event) -> Hypotheses | None:
        """Give the hypotheses right before an event; None if it is too old."""
        after = bisect_right(self.past, event.place, key=_place)
        return self.past[after - 1].hypotheses if after > 0 else None

    def places(self, numbers: Container[int]) -> tuple[int, ...]:
        """Give the places of some of its tracks."""
        return tuple(place for place, one in enumerate(self.numbers) if one in numbers)

    def is_settled_by(self, event: Event, expected: Container[int]) -> bool:
        """Say whether a scan's end changes nothing: one hypothesis, and every track that was
        expected in the scan was seen in it."""
        return len(self.hypotheses) == 1 and not any(
            number in expected and leaf is not None and not leaf.has_used(event.sensor, event.scan)
            for number, leaf in zip(self.numbers, self.best, strict=True)
        )

    def forget_before(self, time: Instant) -> None:
        """Let go of the past that is older than any plot still to come, but for one."""
        keep = bisect_right(self.past, time, key=lambda one: one.happening.event.time) - 1
        if keep > 0:
            del self.past[:keep]

    def freed(self, before: tuple[Leaf | None, ...], event: Event) -> list[Event]:
        """Give the plots of an event's scan that were some track's before and are nobody's now."""
        now = {id(one) for one in _used_in(self.best, event)}
        return [one for one in _used_in(before, event) if id(one) not in now]

    def has_taken(self, event: Event) -> bool:
        """Say whether some track has a plot in the likeliest hypothesis."""
        return any(one is event for one in _used_in(self.best, event))


def alone(number: int, event: Event, leaf: Leaf) -> Cluster:
    """Give the cluster of a track that has just begun."""
    begun = Begun(event, 0, leaf)
    return Cluster((number,), [Past(begun, begun.follow((Hypothesis(0.0, (None,)),)))])


def joined(clusters: list[Cluster]) -> Cluster:
    """Give one cluster for several: their happenings in order, each hypothesis with each."""
    whole = clusters[0]
    for other in clusters[1:]:
        whole = _joined_two(whole, other)
    return whole


def _joined_two(one: Cluster, other: Cluster) -> Cluster:
    shift = len(one.numbers)
    numbers = (*one.numbers, *other.numbers)
    left, right = one.past, other.past
    past = []
    i = j = 0
    while i < len(left) or j < len(right):
        if j == len(right) or (i < len(left) and _place(left[i]) <= _place(right[j])):
            happening, i = left[i].happening, i + 1
        else:
            happening, j = _shifted(right[j].happening, shift), j + 1
        # What one of them was before its own past is what it was at that past's start.
        hypotheses = _crossed(
            left[i - 1].hypotheses if i else _unborn(left[0], len(one.numbers)),
            right[j - 1].hypotheses if j else _unborn(right[0], len(other.numbers)),
        )
        past.append(Past(happening, hypotheses))
    # Where a past does not reach back to the beginning of its tracks, what is older than it
    # cannot be done again.
    reach = max(
        (pasts[0] for pasts in (left, right) if not _is_birth(pasts[0])), key=_place, default=None
    )
    if reach is not None:
        first = bisect_right(past, _place(reach), key=_place) - 1
        del past[:first]
    return Cluster(numbers, past)


def split(cluster: Cluster) -> list[Cluster]:
    """Give the clusters that a cluster falls into: a track that is the same in all hypotheses
    of the whole past needs the others no longer."""
    if len(cluster.numbers) == 1:
        return [cluster]
    lonely = [
        place
        for place in range(len(cluster.numbers))
        if all(
            one.leaves[place] is past.hypotheses[0].leaves[place]
            for past in cluster.past
            for one in past.hypotheses[1:]
        )
    ]
    if not lonely:
        return [cluster]
    rest = [place for place in range(len(cluster.numbers)) if place not in lonely]
    return [_only(cluster, [place]) for place in lonely] + ([_only(cluster, rest)] if rest else [])


def without(cluster: Cluster, number: int) -> Cluster | None:
    """Give a cluster without one of its tracks; None where it was the only one."""
    rest = [place for place, one in enumerate(cluster.numbers) if one != number]
    return _only(cluster, rest) if rest else None


def _place(past: Past) -> Place:
    return past.happening.event.place


def _is_birth(past: Past) -> bool:
    return isinstance(past.happening, Begun)


def _unborn(first: Past, count: int) -> Hypotheses:
    """Give what a cluster was before its past: nothing, or what its first past has."""
    return (Hypothesis(0.0, (None,) * count),) if _is_birth(first) else first.hypotheses


def _shifted(happening: Happening, shift: int) -> Happening:
    match happening:
        case Seen() | Closed() | Vouched():
            return happening._replace(places=tuple(one + shift for one in happening.places))
        case Begun():
            return happening._replace(place=happening.place + shift)


def _crossed(left: Hypotheses, right: Hypotheses) -> Hypotheses:
    return kept(
        [
            Hypothesis(one.log_weight + other.log_weight, one.leaves + other.leaves)
            for one in left
            for other in right
        ],
        *WHILE_OPEN,
    )


def _only(cluster: Cluster, places: list[int]) -> Cluster:
    """Give the part of a cluster that some places are, with what happened to them alone."""
    renumbered = {place: index for index, place in enumerate(places)}
    past: list[Past] = []
    for one in cluster.past:
        happening = _of_places(one.happening, renumbered)
        if happening is None and past:
            continue
        reduced = summed(
            [
                Hypothesis(each.log_weight, tuple(each.leaves[place] for place in places))
                for each in one.hypotheses
            ]
        )
        past.append(Past(happening or Seen(one.happening.event, (), 0.0), reduced))
    return Cluster(tuple(cluster.numbers[place] for place in places), past)


def _of_places(happening: Happening, renumbered: Mapping[int, int]) -> Happening | None:
    match happening:
        case Seen() | Closed() | Vouched():
            places = tuple(renumbered[one] for one in happening.places if one in renumbered)
            return happening._replace(places=places) if places else None
        case Begun():
            if happening.place not in renumbered:
                return None
            return happening._replace(place=renumbered[happening.place])


def _used_in(leaves: Iterable[Leaf | None], event: Event) -> list[Event]:
    """Give the plots that leaves have used from an event's scan: one each at most."""
    found = []
    for leaf in leaves:
        if leaf is not None and leaf.has_used(event.sensor, event.scan):
            for one in reversed(leaf.used):
                if one.scan == event.scan and one.sensor == event.sensor:
                    found.append(one)
                    break
    return found
