"""How densely false plots lie about a place, here and now."""

import numpy as np
import pytest

from launchwatch.estimation._kernels import RADAR_WITH_RATE
from launchwatch.estimation.measurement import FALSE, RANGE_RATE_SPAN, Site
from launchwatch.messages.sensor import Infrared, Radar
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking.clutter import CROWDED, MOST, Clutter, asked_anew
from launchwatch.tracking.track import Event

RADAR = Radar(
    id="radar", owner="ZZZ", latitude_deg=0.0, longitude_deg=0.0, height_m=0.0,
    range_sigma_m=50.0, azimuth_sigma_deg=0.1, elevation_sigma_deg=0.1, scan_period_s=2.0,
    minimum_elevation_deg=0.0, maximum_range_m=1e6, clutter_per_scan=10.0,
)  # fmt: skip
EYE = Infrared(
    id="eye", owner="ZZZ", latitude_deg=0.0, longitude_deg=0.0, height_m=35_786_000.0,
    line_of_sight_sigma_rad=1e-4, scan_period_s=2.0, clutter_per_scan=1.0,
)  # fmt: skip
SITE = Site(RADAR)


def echo(distance, azimuth, elevation, rate=None):
    packed = SITE.template
    packed[14:17] = distance, azimuth, elevation
    if rate is not None:
        packed[0], packed[17] = RADAR_WITH_RATE, rate
    return packed


def glint(x, y):
    packed = Site(EYE).template
    packed[11:14] = np.array([x, y, 1.0]) / np.sqrt(1.0 + x * x + y * y)
    return packed


def at(seconds):
    return Instant(round(1_500_000_000 * SECOND + seconds * SECOND))


def box(chance, n, corner, sides):
    return [echo(*(np.array(corner) + np.array(sides) * chance.random(3))) for _ in range(n)]


def test_a_plain_sky_is_as_dense_as_its_radar_states():
    chance, clutter, raised = np.random.default_rng(1), Clutter(SITE), 0
    for scan in range(300):
        for one in box(chance, 10, (0.0, 0.0, 0.0), (1e6, 2.0 * np.pi, 0.5 * np.pi)):
            density = clutter.density(at(2.0 * scan), one)
            raised += density != SITE.clutter_density
            clutter.add(at(2.0 * scan), one)
    # One in a thousand by Poisson, and the box about a plot takes any of six shapes of crowd:
    # of three thousand plots a few.
    assert raised <= 15


def test_a_burst_is_found_as_dense_as_it_is():
    chance, clutter = np.random.default_rng(2), Clutter(SITE)
    sides = np.array([50e3, 0.2, 0.1])
    for scan in range(4):
        for one in box(chance, 40, (300e3, 1.0, 0.05), sides):
            clutter.add(at(2.0 * scan), one)
    middle = echo(325e3, 1.1, 0.1)
    # Forty a scan, less the one in each of three that might be the same object's; a crowd of
    # six scatters by four in ten.
    assert clutter.density(at(7.0), middle) == pytest.approx(40.0 / sides.prod(), rel=0.7)
    assert clutter.density(at(7.0), echo(700e3, 4.0, 0.5)) == SITE.clutter_density
    # Three scans on it is over.
    assert clutter.density(at(14.0), middle) == SITE.clutter_density


def test_an_object_makes_no_crowd_of_its_own_plots():
    clutter = Clutter(SITE)
    for scan in range(10):
        one = echo(300e3 + 500.0 * scan, 1.0, 0.1)
        assert clutter.density(at(2.0 * scan), one) == SITE.clutter_density
        clutter.add(at(2.0 * scan), one)


def test_rain_is_dense_among_slow_range_rates_only():
    chance, clutter = np.random.default_rng(3), Clutter(SITE)
    for scan in range(4):
        for one in box(chance, 20, (100e3, 1.0, 0.0), (50e3, 0.3, 0.1)):
            one[0], one[17] = RADAR_WITH_RATE, chance.uniform(-20.0, 20.0)
            clutter.add(at(2.0 * scan), one)
    stated = SITE.clutter_density / RANGE_RATE_SPAN
    assert clutter.density(at(7.0), echo(125e3, 1.15, 0.05, 5.0)) > 1e3 * stated
    # The box about a fast one reaches the rain only when it is as wide in all else.
    assert clutter.density(at(7.0), echo(125e3, 1.15, 0.05, 3000.0)) < 30.0 * stated


def test_a_flat_burst_is_as_dense_as_it_is():
    chance, ratios = np.random.default_rng(5), []
    sides = np.array([6e3, 0.17, 0.14])
    for _ in range(40):
        clutter = Clutter(SITE)
        for scan in range(4):
            for one in box(chance, 8, (448e3, 3.1, 0.05), sides):
                one[0], one[17] = RADAR_WITH_RATE, chance.uniform(-20.0, 20.0)
                clutter.add(at(2.0 * scan), one)
        found = clutter.density(at(7.0), echo(451e3, 3.18, 0.12, 0.0))
        ratios.append(found / (8.0 / (sides.prod() * 40.0)))
    # Of nine plots three may be the object's own, so two thirds on average. A cube, as wide each
    # way as the widest, holds a few hundredths.
    assert 0.5 < np.median(ratios) < 1.0


def test_north_is_no_edge():
    clutter = Clutter(SITE)
    for k in range(20):
        clutter.add(at(0.1 * k), echo(300e3, (0.01 * (k - 10)) % (2.0 * np.pi), 0.1))
    assert clutter.density(at(2.0), echo(300e3, 0.0, 0.1)) > CROWDED * SITE.clutter_density


def test_lines_of_sight_crowd_by_angle():
    clutter = Clutter(Site(EYE))
    for k in range(40):
        clutter.add(at(0.1 * k), glint(1e-3 * (k % 7), 1e-3 * (k // 7)))
    stated = Site(EYE).clutter_density
    # One in each square milliradian, forty in the window of three scans.
    assert clutter.density(at(4.0), glint(3e-3, 3e-3)) == pytest.approx(1e6 / 3.0, rel=0.7)
    assert clutter.density(at(4.0), glint(0.1, 0.1)) == stated


def test_no_more_is_remembered_than_is_needed():
    chance, clutter = np.random.default_rng(4), Clutter(SITE)
    for one in box(chance, 3 * MOST, (300e3, 1.0, 0.05), (1e5, 1.0, 0.5)):
        clutter.add(at(0.0), one)
    density = clutter.density(at(1.0), echo(350e3, 1.5, 0.3))
    assert CROWDED * SITE.clutter_density < density < np.inf


def test_plots_in_one_place_are_dense_beyond_measure_and_still_a_number():
    clutter, same = Clutter(SITE), echo(300e3, 1.0, 0.1)
    for k in range(20):
        clutter.add(at(0.1 * k), same)
    assert np.isfinite(clutter.density(at(2.0), same))


def test_a_bursts_first_plots_are_asked_again_once_it_is_known_to_be_one():
    chance, clutter = np.random.default_rng(6), Clutter(SITE)
    density = clutter.density(at(0.0), first := echo(325e3, 1.1, 0.1))
    event = Event(at(0.0), "radar", 0, first, 1.0, density)
    clutter.add(event.time, first)
    lone, likelier = asked_anew((event,), {"radar": clutter})
    assert lone == (event,)
    assert likelier == 0.0
    for scan in range(3):
        for one in box(chance, 40, (300e3, 1.0, 0.05), (50e3, 0.2, 0.1)):
            clutter.add(at(2.0 * scan), one)
    was = first[FALSE]
    (now,), likelier = asked_anew((event,), {"radar": clutter})
    assert now.clutter_density > 100.0 * density
    assert likelier == pytest.approx(np.log(now.clutter_density / density))
    assert now.packed[FALSE] == pytest.approx(was + likelier)
