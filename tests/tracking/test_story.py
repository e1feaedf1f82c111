"""A track's story holds all its plots, in order, and no more than is said."""

import numpy as np

from launchwatch.estimation._kernels import PACKED
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking.story import LONGEST, SEEN_ENOUGH, longer, plots_of, told


def plot(number):
    return Instant(number * SECOND), np.full(PACKED, float(number))


def grown(count, cruising=0.0):
    story = told([plot(0)])
    for number in range(1, count):
        story = longer(story, *plot(number), cruising)
    return story


def test_a_story_gives_its_plots_in_order_of_time():
    epoch, seconds, packed = plots_of(told([plot(5), plot(3), plot(9)]))
    assert epoch == 3 * SECOND
    assert seconds.tolist() == [0.0, 2.0, 6.0]
    assert packed.shape == (3, PACKED)
    assert packed[:, 0].tolist() == [3.0, 5.0, 9.0]


def test_stories_of_one_track_share_their_past():
    before = grown(50)
    one, other = longer(before, *plot(60), 0.0), longer(before, *plot(61), 0.0)
    assert one.before is before is other.before
    assert before.length == 50


def test_the_story_of_what_surely_cruises_ends_and_does_not_begin_again():
    """Not before it was seen enough: a missile's first plots may look like an aircraft's."""
    story = grown(SEEN_ENOUGH, cruising=0.99)
    assert story.length == SEEN_ENOUGH
    story = longer(story, *plot(100), 0.99)
    assert story is None
    assert longer(story, *plot(101), 0.0) is None
    assert grown(2 * SEEN_ENOUGH, cruising=0.8).length == 2 * SEEN_ENOUGH


def test_no_story_grows_beyond_its_longest_and_it_keeps_the_launch():
    story = grown(LONGEST + 500)
    epoch, seconds, _ = plots_of(story)
    assert len(seconds) == story.length == LONGEST
    assert epoch == 0
    assert longer(story, *plot(LONGEST + 501), 0.0) is story
