"""What lines of sight tell of a light: motor, fire or stone."""

import numpy as np
import pytest
from msgspec.structs import replace

from launchwatch.assessment.sightlines import Sightlines, site_of
from launchwatch.messages.plot import LineOfSightPlot
from launchwatch.messages.sensor import Infrared
from launchwatch.simulate import lights, observe, truth
from launchwatch.simulate.scenario import load
from launchwatch.timescale import instant_from_utc


def seen(scenario, bodies, seed, seconds):
    """Give what all infrared lines of sight told after some seconds of seeing anything."""
    lines, first = Sightlines(), None
    for line in observe.lines(scenario, seed, bodies):
        if "line_of_sight_ecef" not in line:
            continue
        time = instant_from_utc(line["time"])
        first = time if first is None else first
        if time - first > seconds * 10**9:
            break
        plot = LineOfSightPlot(
            sensor=line["sensor"],
            time=time,
            received=time,
            mode="simulation",
            scan=line["scan"],
            line_of_sight_ecef=tuple(line["line_of_sight_ecef"]),
            source="",
            line=0,
        )
        sensor = scenario.sensors[line["sensor"]]
        lines.add(plot, sensor, site_of(sensor))
    return lines


def watched_by(sigma):
    """Give the Friday scenario with its infrared sensors alone, of some precision."""
    friday = load("friday")
    sensors = {
        name: replace(one, clutter_per_scan=0.0, line_of_sight_sigma_rad=sigma)
        for name, one in friday.sensors.items()
        if isinstance(one, Infrared)
    }
    return replace(friday, sensors=sensors)


@pytest.mark.parametrize(("sigma", "seconds"), [(3e-4, 45.0), (3e-5, 15.0)])
def test_a_rising_motor_is_known_from_a_fire_and_a_stone(sigma, seconds):
    scenario = watched_by(sigma)
    told = seen(scenario, truth.bodies(scenario), 1, seconds).told()
    # Ten: 20,000 to one.
    assert told.light > 10.0
    assert told.stone > 3.0


def test_fires_and_glints_are_hardly_ever_taken_for_motors():
    scenario = watched_by(1e-4)
    most = []
    for seed in range(25):
        fire = lights.flare("f", (38.0, 130.0), 600.0, np.random.default_rng(seed))
        most.append(seen(scenario, [fire], seed, 60.0).told().light)
    # By Ville's inequality, were the models the truth: one in 150 would ever exceed 5.
    assert max(most) < 5.0
    assert np.median(most) < 0.0


def test_a_stone_is_known_from_a_motor():
    scenario = watched_by(3e-5)
    told = []
    for seed in range(12):
        stone = lights.fireball("b", (38.0, 130.0), 600.0, np.random.default_rng(seed))
        lines = seen(scenario, [stone], seed, 30.0)
        if lines.count >= 4:
            told.append(lines.told().stone)
    assert len(told) >= 6
    assert np.median(told) < -3.0


def test_too_few_lines_tell_nothing():
    scenario = watched_by(3e-4)
    told = seen(scenario, truth.bodies(scenario), 1, 1.0).told()
    assert abs(told.light) < 1.0
