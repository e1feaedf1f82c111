"""What is said of a flight once it is over, and of one that nothing fits."""

import numpy as np
import pytest

from launchwatch import rehearsal
from launchwatch.edge import flights
from launchwatch.edge.flights import LEAST_SECONDS, fitted, told
from launchwatch.engine import Engine, Flown
from launchwatch.errors import NotConverged
from launchwatch.estimation._kernels import PACKED
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.track import TrackUpdate
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking import story

pytestmark = pytest.mark.compiled


@pytest.fixture(scope="module")
def watched():
    engine = Engine(rehearsal.SENSORS)
    answers = [answer for each in rehearsal.stimuli() for answer in engine.handle(each)]
    return engine, answers


def made_up(count):
    """Give a track whose plots, one a second, are zeros."""
    plots = [(Instant(second * SECOND), np.zeros(PACKED)) for second in range(count)]
    return Flown("L1", "T0001", story.told(plots))


def test_the_tracks_of_launches_are_kept_with_every_plot_that_they_used(watched):
    engine, answers = watched
    launched = {
        track_id
        for one in answers
        if isinstance(one, LaunchStatement)
        for track_id in one.track_ids
    }
    flown = engine.flown()
    assert {one.track_id for one in flown} == launched
    for one in flown:
        used = max(
            update.plots
            for update in answers
            if isinstance(update, TrackUpdate) and update.track_id == one.track_id
        )
        assert one.story.length == used


def test_a_flight_that_nothing_fits_is_told_in_one_line(monkeypatch):
    def failing(*_args, **_more):
        raise NotConverged("no flight fits these plots: chi-square 9.00 per number")

    monkeypatch.setattr(flights, "flight_record", failing)
    (one,) = fitted([made_up(30)], "replay")
    assert one.record is None
    assert told(one) == (
        "L1, T0001: no flight fitted afterwards: "
        "no flight fits these plots: chi-square 9.00 per number"
    )


def test_too_few_plots_are_told_in_one_line_too():
    few = Flown("L1", "T0001", story.told([(Instant(0), np.zeros(PACKED)),
                                           (Instant(100 * SECOND), np.zeros(PACKED))]))  # fmt: skip
    (one,) = fitted([few], "replay")
    assert one.record is None
    assert "ten plots or more" in told(one)


def test_glimpses_are_passed_over():
    assert list(fitted([made_up(int(LEAST_SECONDS))], "replay")) == []
