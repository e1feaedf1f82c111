"""When the collector looks through everything."""

import gc
import weakref

from launchwatch.edge.sweeping import EVERY, PATIENCE, Sweeping


class Ring:
    """Something that holds itself."""

    def __init__(self) -> None:
        self.itself = self


def test_while_a_watch_runs_nothing_old_is_looked_through_by_itself():
    before = gc.get_threshold()
    with Sweeping():
        assert gc.get_threshold()[:2] == before[:2]
        assert gc.get_threshold()[2] > 10**6
    assert gc.get_threshold() == before


def test_rings_are_swept_away_once_in_a_while_when_nothing_waits():
    with Sweeping() as sweeping:
        assert not sweeping.pass_time(0.0, is_idle=True)
        ring = weakref.ref(Ring())
        gc.collect(1)
        assert not sweeping.pass_time(EVERY - 1.0, is_idle=True)
        assert not sweeping.pass_time(EVERY + 1.0, is_idle=False)
        assert sweeping.pass_time(EVERY + 2.0, is_idle=True)
        assert ring() is None
        assert not sweeping.pass_time(EVERY + 3.0, is_idle=True)


def test_a_watch_that_is_never_idle_is_swept_all_the_same():
    with Sweeping() as sweeping:
        sweeping.pass_time(5.0, is_idle=False)
        assert not sweeping.pass_time(4.0 + PATIENCE, is_idle=False)
        assert sweeping.pass_time(6.0 + PATIENCE, is_idle=False)
