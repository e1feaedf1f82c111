"""One track under way: what it is in each hypothesis, and how a hypothesis goes on.

A leaf is one object's state and existence, given which plots were its own. Leaves never
change: using a plot, or not seeing one, makes another leaf, so that hypotheses may share
them and the past may be taken up again when a plot comes late.

Source: the Bernoulli component of a Poisson multi-Bernoulli mixture (Williams, 2015), its
existence kept as ln odds.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.errors import NotPositiveDefinite
from launchwatch.messages.track import TrackStatus
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking._kernels import BOOST, CRUISE
from launchwatch.tracking.bank import Bank, unseen_by_infrared
from launchwatch.tracking.models import SEEN_BY_INFRARED
from launchwatch.tracking.registered import (
    NO_BIASES,
    NO_CORRECTIONS,
    Corrected,
    Registered,
    carried,
)
from launchwatch.tracking.registrar import Outcome as Step
from launchwatch.tracking.registrar import Registrar
from launchwatch.tracking.story import Story, longer, told
from launchwatch.tracking.words import Word, heard

Floats = NDArray[np.float64]

LEAST_BURNING = 1e-4
"""Probability of a burning motor under which infrared's not seeing one tells nothing new."""

REMEMBERED = 30 * SECOND
"""How long a leaf knows its plots one by one: the window for late ones, and the scan that the
oldest of them belongs to, of a radar that turns in up to 20 s."""

MOST_SCORE = 7.0
"""Ln odds of existence that a track keeps while it is not seen: one in a thousand has ended
unnoticed, by breaking up or by falling, since it was last seen."""

OWN_KEPT = 30 * SECOND
"""How long after our last plot a track is carried on beside what words made of it: by then it
is vague, and a word hardly needs it."""

WORD = 6.9
"""Ln odds of existence that a partner's word is worth: one confirmed track in a thousand is of
nothing. A judgement about watches such as this one, which bound theirs to 5e-10."""

REFUTED = 3.0
"""What is left of it once our sensors look there and see nothing: that looks in vain have one
cause in common (a fade, terrain, a small echo) in one case in fifty."""


def existence(score: float) -> float:
    """Turn ln odds into a probability; those that no probability can hold into the nearest."""
    return 1.0 / (1.0 + math.exp(min(max(-score, -700.0), 700.0)))


Place = tuple[Instant, bool, str, int, bool]


class Event(NamedTuple):
    """One plot, the end of a scan, or a partner's word.

    Attributes:
        packed: the measurement; None for a scan's end and for a word.
        scan_period: seconds between the sensor's looks.
        registrar: who took the sensor's biases off, as ``plot`` says; None where nobody did.
        word: what a partner says; ``sensor`` is then the partner.
    """

    time: Instant
    sensor: str
    scan: int
    packed: Floats | None
    detection_probability: float
    clutter_density: float
    scan_period: float = 1.0
    registrar: Registrar | None = None
    plot: Corrected | None = None
    word: Word | None = None

    @property
    def place(self) -> Place:
        """What puts events in order, whichever arrived first: two sensors may share a moment.

        A word comes after all plots of its moment: it may rest on them.
        """
        return self.time, self.word is not None, self.sensor, self.scan, self.packed is None


class Leaf(NamedTuple):
    """One object, given one way in which plots belong to it.

    Attributes:
        time: the epoch of the bank.
        score: ln odds that the object is there now.
        evidence: ln odds that its plots were of one object, rather than clutter.
        used: its plots and words, newest last; those older than the window are forgotten.
        plots: how many of both it has used in all.
        newest: its newest plot by sensor, and newest word by partner.
        D: how its error depends on the sensors' biases, and ``applied``, the corrections
            that its plots had: see `launchwatch.tracking.registered`.
        story: all its plots, for after the flight; None once it is surely an aircraft.
        is_shared: that a partner's word has gone into its state: its errors may then be those
            of any of our sensors.
        own: what it would be without words, and its epoch; None where that is the state itself,
            or is not known any more.
    """

    time: Instant
    bank: Bank
    score: float
    evidence: float
    used: tuple[Event, ...]
    plots: int
    newest: Mapping[str, Event]
    D: Floats = NO_BIASES
    applied: Floats = NO_CORRECTIONS
    story: Story | None = None
    is_shared: bool = False
    own: tuple[Registered, Instant] | None = None

    @property
    def rests_on_words(self) -> bool:
        """Whether no sensor of ours has seen it: there is nothing but partners' words."""
        return all(one.word is not None for one in self.newest.values())

    @property
    def sensors(self) -> tuple[str, ...]:
        """Our sensors that have seen it."""
        return tuple(name for name, one in self.newest.items() if one.word is None)

    @property
    def registered(self) -> Registered:
        """The bank with what biases may have done to it."""
        return Registered(self.bank, self.D, self.applied)

    @property
    def last_plot(self) -> Instant:
        """The newest plot's time."""
        return max(one.time for one in self.newest.values())

    def has_used(self, sensor: str, scan: int) -> bool:
        """Say whether one of its plots is from this scan of this sensor."""
        newest = self.newest.get(sensor)
        # Scans are numbered upwards: most often a glance at the newest will do.
        if newest is None or newest.scan < scan:
            return False
        return newest.scan == scan or any(
            one.scan == scan and one.sensor == sensor for one in self.used
        )


class Track:
    """One object's name and standing, and what it is in the likeliest hypothesis.

    Attributes:
        leaf: in the likeliest hypothesis.
        bank: what is told to others, at ``time``: the hypotheses' mixture.
        scan_period: of the quickest sensor that has contributed.
        foreseen: a bank further ahead that was worked out already, and its time; None since
            the newest change.
    """

    __slots__ = (
        "bank", "first_plot", "foreseen", "leaf", "number", "scan_period", "status", "time",
    )  # fmt: skip

    def __init__(self, number: int, leaf: Leaf, bank: Bank) -> None:
        self.number = number
        self.status: TrackStatus = "tentative"
        self.leaf = leaf
        self.bank = bank
        self.time = leaf.time
        self.foreseen: tuple[Bank, Instant] | None = None
        self.first_plot = min((one.time for one in leaf.used), default=leaf.time)
        self.scan_period = min((one.scan_period for one in leaf.used), default=math.inf)

    @property
    def plots(self) -> int:
        """How many plots it has used."""
        return self.leaf.plots

    @property
    def last_plot(self) -> Instant:
        """The newest plot's time."""
        return self.leaf.last_plot

    @property
    def existence(self) -> float:
        """Probability that it is there now, in the likeliest hypothesis."""
        return existence(self.leaf.score)

    def is_now(self, leaf: Leaf, bank: Bank, time: Instant) -> None:
        """Take what the likeliest hypothesis now says, and the mixture of all at a time."""
        self.leaf, self.bank, self.time = leaf, bank, time
        self.foreseen = None
        if leaf.used:
            newest = leaf.used[-1]
            self.first_plot = min(self.first_plot, newest.time)
            self.scan_period = min(self.scan_period, newest.scan_period)


def begun(events: tuple[Event, ...], track: Registered, score: float) -> Leaf:
    """Give the first leaf of a track that rests on a chain of plots, oldest first."""
    newest = {one.sensor: one for one in events}
    story = told((one.time, one.packed) for one in events if one.packed is not None)
    return Leaf(events[-1].time, track.bank, score, score, events, len(events), newest,
                track.D, track.applied, story)  # fmt: skip


class Outcome(NamedTuple):
    """What comes of a leaf that takes a plot.

    Attributes:
        ratio: ln of how much likelier the plot is from it than from clutter.
        length2: the plot's squared Mahalanobis length from it.
        step: what the registrar made of it, partners' words apart.
    """

    leaf: Leaf
    ratio: float
    length2: float
    step: Step


def taken(leaf: Leaf, event: Event, gate_length2: float) -> Outcome | None:
    """Let a leaf take a plot; None where it lies outside the gate, or the numbers failed."""
    assert event.registrar is not None  # noqa: S101 - only plots are taken
    assert event.plot is not None  # noqa: S101 - only plots are taken
    seconds = (event.time - leaf.time) / SECOND
    found = event.registrar.stepped(leaf.registered, event.plot, seconds)
    if found is None or not found.length2 <= gate_length2:
        return None
    alone = _stepped_alone(leaf, event, gate_length2)
    length2 = found.length2
    ratio = found.log_likelihood + math.log(event.detection_probability / event.clutter_density)
    child = Leaf(
        time=event.time,
        bank=found.after.bank,
        score=leaf.score + ratio,
        evidence=leaf.evidence + ratio,
        used=(*leaf.used[_stale(leaf.used, event.time) :], event),
        plots=leaf.plots + 1,
        newest={**leaf.newest, event.sensor: event},
        D=found.after.D,
        applied=found.after.applied,
        story=longer(leaf.story, event.time, event.plot.packed, float(found.after.bank.w[CRUISE])),
        is_shared=leaf.is_shared,
        own=None if alone is None else (alone.after, event.time),
    )
    step = found if alone is None else alone
    return Outcome(child, ratio + math.log(existence(leaf.score)), length2, step)


def _stepped_alone(leaf: Leaf, event: Event, gate_length2: float) -> Step | None:
    """Let what a leaf would be without words take a plot; None where there is none such, or
    it no longer fits."""
    if leaf.own is None or event.registrar is None or event.plot is None:
        return None
    track, time = leaf.own
    found = event.registrar.stepped(track, event.plot, (event.time - time) / SECOND)
    return found if found is not None and found.length2 <= gate_length2 else None


def spoken_for(events: tuple[Event, ...], track: Registered, evidence: float) -> Leaf:
    """Give the first leaf of a track that rests on a partner's word alone."""
    return begun(events, track, WORD)._replace(evidence=evidence, is_shared=True)


def vouched(leaf: Leaf, event: Event, gate_length2: float) -> Leaf:
    """Let a leaf hear a partner's word; the leaf itself where it lies outside the gate.

    However often it is repeated, a word is one witness: it never makes existence surer than
    `WORD`, and where our sensors look and see nothing, no less sure than `REFUTED`.
    """
    word, registrar = event.word, event.registrar
    assert word is not None  # noqa: S101 - only words are heard
    assert registrar is not None  # noqa: S101 - only words are heard
    seconds = (event.time - leaf.time) / SECOND
    found = heard(leaf.registered, word, seconds, registrar.believed)
    if found is None or not found.length2 <= gate_length2:
        return leaf
    own = leaf.own if leaf.is_shared else (leaf.registered, leaf.time)
    if own is not None and event.time - own[1] > OWN_KEPT:
        own = None
    is_shared = leaf.is_shared or found.share > 0.0
    if leaf.is_shared and own is not None:
        anew = heard(own[0], word, (event.time - own[1]) / SECOND, registrar.believed)
        if anew is not None and anew.length2 <= gate_length2 and anew.volume <= found.volume:
            found, is_shared = anew, anew.share > 0.0
    least = REFUTED if event.sensor in leaf.newest else WORD
    return leaf._replace(
        time=event.time,
        bank=found.after.bank,
        D=found.after.D,
        applied=found.after.applied,
        score=max(leaf.score, least),
        used=(*leaf.used[_stale(leaf.used, event.time) :], event),
        plots=leaf.plots + 1,
        newest={**leaf.newest, event.sensor: event},
        is_shared=is_shared,
        own=own if is_shared else None,
    )


def missed(
    leaf: Leaf, event: Event, detection_probability: float, *, infrared: bool
) -> tuple[Leaf, float]:
    """Give what comes of a leaf that a finished scan did not show, and ln of its likelihood.

    Args:
        detection_probability: that the sensor would have shown it, were it there (for
            infrared: and burning).
    """
    (bank, D, applied), time = leaf.registered, leaf.time
    if infrared:
        if bank.w[BOOST] < LEAST_BURNING:
            return leaf, 0.0
        try:
            if event.time > time:
                bank, D, applied = carried(leaf.registered, (event.time - time) / SECOND)
        except NotPositiveDefinite:
            return leaf, 0.0
        time = event.time
        own = leaf.own and (
            leaf.own[0]._replace(bank=unseen_by_infrared(leaf.own[0].bank, detection_probability)),
            leaf.own[1],
        )
        in_sight = float(bank.w @ SEEN_BY_INFRARED)
        bank = unseen_by_infrared(bank, detection_probability)
        detection_probability *= in_sight
    else:
        own = leaf.own
    score = min(leaf.score, MOST_SCORE)
    unseen = math.log1p(-detection_probability)
    return (
        leaf._replace(time=time, bank=bank, D=D, applied=applied, score=score + unseen, own=own),
        math.log1p(-existence(score) * detection_probability),
    )


def _stale(used: tuple[Event, ...], now: Instant) -> int:
    """Give how many plots, oldest first, need not be known one by one any more."""
    count = 0
    while count < len(used) and used[count].time < now - REMEMBERED:
        count += 1
    return count
