"""Aircraft that climb and turn stay aircraft."""

import numpy as np
import pytest

from launchwatch.simulate import routes
from launchwatch.simulate.places import geodetic

MANNERS = {"airliner": routes.AIRLINER, "jet": routes.JET}


@pytest.fixture(scope="module", params=sorted(MANNERS))
def flown(request):
    manner = MANNERS[request.param]
    place = (51.0, 7.0)
    fly = routes.fly
    return manner, [fly(manner, place, 100.0, 2000.0, np.random.default_rng(n)) for n in range(8)]


def rows(route):
    return route.states(np.arange(route.start, route.end, 0.5))


def test_it_exists_only_between_its_start_and_end(flown):
    _, flights = flown
    for route in flights:
        assert np.isnan(route.states(np.array([99.9, 2000.1]))).all()
        assert np.isfinite(route.states(np.array([100.0, 2000.0]))).all()


def test_speeds_and_heights_are_those_of_its_kind(flown):
    manner, flights = flown
    for route in flights:
        states = rows(route)
        speeds = np.linalg.norm(states[:, 3:], axis=1)
        # Over the ground at height zero the speed is 0.25 % less than at 16 km; slowing down in
        # a climb costs another per cent.
        assert speeds.max() < manner.speeds[1] * 1.004
        assert speeds.min() > manner.speeds[0] * 0.98
        heights = geodetic(states[:, :3])[2]
        # It levels off within the lag of its climb.
        margin = 2.0 * manner.lag * manner.climb
        assert heights.min() > manner.heights[0] - margin
        assert heights.max() < manner.heights[1] + margin


def test_it_pulls_no_more_than_its_kind_does(flown):
    manner, flights = flown
    for route in flights:
        velocity = rows(route)[:, 3:]
        pull = np.linalg.norm(np.diff(velocity, axis=0), axis=1) / 0.5
        # Turn, change of speed and change of climb at once, and half a m/s² for the Earth's
        # rotation and curvature.
        climbing = 2.0 * manner.climb / manner.lag
        assert pull.max() < np.hypot(manner.pull, manner.push) + climbing + 0.5


def test_most_flights_turn_and_climb(flown):
    _, flights = flown
    turned = climbed = 0
    for route in flights:
        states = rows(route)
        turned += states[:, 3:][0] @ states[:, 3:][-1] < 0.9 * 2e4
        climbed += np.ptp(geodetic(states[:, :3])[2]) > 500.0
    assert turned >= 4
    assert climbed >= 6
