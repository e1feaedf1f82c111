"""A track's story: all its plots, kept for its life, so that its flight can be fitted afterwards.

A leaf never changes, and leaves of one track share their past: so a story is a chain that
grows at its end, and a leaf that uses a plot adds one link to the chain of the leaf before it.

It is bounded: aircraft, which are most of what radars see and which nobody fits, lose theirs,
and no story has more than `LONGEST` plots. A plot of 22 numbers is 0.4 kB here, so that the
longest story is 2.3 MB and an aircraft's at most some 25 kB.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.timescale import SECOND, Instant

Floats = NDArray[np.float64]

LONGEST = 6_000
"""Plots of the longest story: half an hour before three sensors that look once a second. The
first ones are kept, which tell of the launch."""

SURELY_CRUISING = 0.9
SEEN_ENOUGH = 60
"""Probability of cruising, and the plots of a track after which it ends the story: a missile's
first plots may look like an aircraft's, so less than a minute of them is not enough."""


class Story(NamedTuple):
    """One plot, and all before it.

    Attributes:
        packed: (22,) as `launchwatch.estimation.measurement` packs it.
        length: how many plots there are, with this one.
    """

    time: Instant
    packed: Floats
    before: "Story | None"
    length: int


def told(plots: Iterable[tuple[Instant, Floats]]) -> Story | None:
    """Give the story of some plots, oldest first; None of none."""
    story: Story | None = None
    for time, packed in plots:
        story = Story(time, packed, story, 1 if story is None else story.length + 1)
    return story


def longer(story: Story | None, time: Instant, packed: Floats, cruising: float) -> Story | None:
    """Add a plot to a story; None once it is an aircraft's, and from then on.

    Args:
        cruising: probability that the track cruises, with this plot.
    """
    if story is None or (story.length >= SEEN_ENOUGH and cruising > SURELY_CRUISING):
        return None
    if story.length >= LONGEST:
        return story
    return Story(time, packed, story, story.length + 1)


class Plots(NamedTuple):
    """A story as arrays, oldest first.

    Attributes:
        epoch: the first plot's time.
        seconds: (m,) after it, ascending.
        packed: (m, 22).
    """

    epoch: Instant
    seconds: Floats
    packed: Floats


def plots_of(story: Story) -> Plots:
    """Give a story's plots as what fits a flight takes them."""
    links: list[Story] = []
    link: Story | None = story
    while link is not None:
        links.append(link)
        link = link.before
    links.sort(key=lambda one: one.time)
    epoch = links[0].time
    seconds = np.array([(one.time - epoch) / SECOND for one in links])
    return Plots(epoch, seconds, np.array([one.packed for one in links]))
