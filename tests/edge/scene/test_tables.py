"""Tables and trails tell what has changed, once, and trails keep their length."""

from hypothesis import given
from hypothesis import strategies as st

from launchwatch.edge.scene.tables import Table, Trails, oldest_first


def test_a_row_that_did_not_change_is_not_told_again():
    table = Table()
    assert table.put("a", 1)
    assert table.changes() == ({"a": 1}, ())
    assert not table.put("a", 1)
    assert table.changes() == ({}, ())
    table.drop("a")
    assert table.changes() == ({}, ("a",))


def test_a_row_put_again_after_it_was_dropped_is_not_gone():
    table = Table()
    table.put("a", 1)
    table.changes()
    table.drop("a")
    table.put("a", 2)
    assert table.changes() == ({"a": 2}, ())


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=80), st.integers(1, 7))
def test_a_reader_who_applies_all_changes_has_the_trail(values, every):
    trails, copy = Trails(10), []
    for number, value in enumerate(values):
        trails.add("t", (float(value),))
        if number % every == 0:
            for trail in trails.changes().values():
                copy[trail.keep :] = trail.points
    for trail in trails.changes().values():
        copy[trail.keep :] = trail.points
    assert copy == [*trails.whole()["t"].points]
    assert len(copy) <= 10
    assert copy[-1] == (float(values[-1]),)


@given(st.integers(1, 200), st.integers(1, 60))
def test_a_thinned_trail_keeps_its_last_point_and_order(count, limit):
    trails = Trails(1000)
    for number in range(count):
        trails.add("t", (float(number),))
    trails.thin("t", limit)
    points = [point[0] for point in trails.whole()["t"].points]
    assert len(points) == min(count, limit)
    assert points[-1] == count - 1
    assert points == sorted(set(points))


def test_the_oldest_go_first():
    assert oldest_first([(3, "c"), (1, "a"), (2, "b")], 2) == ["a"]
    assert oldest_first([(1, "a")], 2) == []
