from itertools import pairwise

from launchwatch.edge.chronicle import Chronicle
from launchwatch.edge.highlights import Highlights
from launchwatch.messages.hazard import Endangered, HazardList
from launchwatch.timescale import Instant


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


def test_who_is_in_danger_is_told_at_each_halving_and_at_the_end():
    def of(count, time, **last):
        ships = tuple(
            Endangered(
                kind="vessel", identity=f"{n:09}", name="", probability=0.5, latitude_deg=40.0,
                longitude_deg=134.0, reported=Instant(time), age_s=1.0, distance_m=-1.0,
            )
            for n in range(count)
        )  # fmt: skip
        return HazardList(
            launch_id="L1", track_id="T1", body="whole", time=Instant(time), mode="simulation",
            area_revision=1, fall_time=Instant(99), fall_time_sigma_s=1.0, endangered=ships,
            vessels=9, aircraft=2, **last,
        )  # fmt: skip

    lists = [of(8, 1), of(7, 2), of(4, 3), of(3, 4), of(0, 5), of(0, 6), of(0, 7, is_final=True)]
    lines = told([(one,) for one in lists])
    assert [line.time for line in lines] == [1, 3, 5, 7]
    assert lines[0].text.startswith(
        "8 of 9 ships and 0 of 2 aircraft may be inside the fall area: 000000000 50 %"
    )
    assert lines[-1].text == "0 of 9 ships and 0 of 2 aircraft were inside the fall area"
