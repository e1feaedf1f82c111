from itertools import pairwise

from launchwatch.edge.chronicle import Chronicle
from launchwatch.edge.highlights import Highlights


def told(watch):
    chronicle = Chronicle()
    highlights = Highlights(chronicle)
    for messages in watch:
        chronicle.take(messages)
        highlights.take(messages)
    return highlights.told


def test_a_whole_watch_is_told_in_a_few_dozen_lines(friday_watch):
    assert 10 < len(told(friday_watch)) < 40


def test_the_launch_the_fall_area_the_warning_and_the_statement_are_told(friday_watch):
    kinds = [each.kind for each in told(friday_watch)]
    for kind in ("track", "launch", "fall", "zone", "family", "warning", "statement", "sensor"):
        assert kind in kinds
    assert kinds.index("launch") < kinds.index("fall")


def test_lines_come_in_the_order_of_their_times(friday_watch):
    times = [each.time for each in told(friday_watch)]
    # A fall area carries the time at which it was said, some tenths after its track's.
    assert all(later - earlier > -1_000_000_000 for earlier, later in pairwise(times))


def test_a_fall_area_is_told_again_only_when_it_shrank_much(friday_watch):
    areas = [each for each in told(friday_watch) if each.text.startswith("fall area")]
    assert 3 < len(areas) < 12


def test_nothing_is_told_twice(friday_watch):
    lines = [(each.time, each.text) for each in told(friday_watch)]
    assert len(lines) == len(set(lines))
