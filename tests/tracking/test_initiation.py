"""Which chains of plots begin a track, and which nothing that flies could have made."""

from collections.abc import Iterable

import msgspec
import numpy as np
import pytest

from launchwatch.estimation.measurement import Site
from launchwatch.messages.plot import Plot, RadarPlot
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking import initiation
from launchwatch.tracking.initiation import (
    FITS_PER_SCAN,
    MOST_LOOSE,
    SURE_FITS,
    Initiator,
    Start,
)

from .watching import (
    HIGH,
    NOON,
    Watch,
    at_place,
    clutter_of,
    coasting,
    in_order,
    infrared,
    plots_of,
    radar,
)

RADAR = radar()


def straight(height: float, speed: float) -> list[Plot]:
    """Three exact plots of something that moves at a speed, towards the east."""
    course = coasting(at_place(40.0, 128.0, height, (speed, 0.0, 0.0)))
    return plots_of(RADAR, course, [0.2, 1.2, 2.2], None)


def test_three_plots_begin_a_track_where_and_as_fast_as_it_is() -> None:
    said = Watch(RADAR).take(straight(150e3, 3000.0))
    assert len(said) == 1
    truth = coasting(at_place(40.0, 128.0, 150e3, (3000.0, 0.0, 0.0)))(2.2)
    np.testing.assert_allclose(said[0].position_ecef_m, truth[:3], atol=100.0)
    assert np.linalg.norm(np.array(said[0].velocity_ecef_mps) - truth[3:]) < 200.0


@pytest.mark.parametrize("speed", [300.0, 2000.0, 7500.0])
def test_what_flies_begins_a_track(speed: float) -> None:
    assert len(Watch(RADAR).take(straight(150e3, speed))) == 1


@pytest.mark.parametrize("speed", [12_000.0, 30_000.0])
def test_a_meteor_begins_none(speed: float) -> None:
    """Meteors come at 11 to 72 km/s; over the ground nothing of ours passes 9."""
    sharp = radar(azimuth_sigma_deg=0.005, elevation_sigma_deg=0.005)
    course = coasting(at_place(40.0, 128.0, 90e3, (speed, 0.0, 0.0)))
    watch = Watch(sharp)
    watch.take(plots_of(sharp, course, [0.2, 1.2, 2.2, 3.2, 4.2], None))
    assert watch.said == []


def test_range_rates_that_the_ranges_belie_begin_none() -> None:
    plots = [
        msgspec.structs.replace(one, range_rate_mps=(one.range_rate_mps or 0.0) + 1500.0)
        for one in straight(150e3, 3000.0)
        if isinstance(one, RadarPlot)
    ]
    assert Watch(RADAR).take(plots) == []


def test_three_plots_of_one_scan_begin_none() -> None:
    plots = [msgspec.structs.replace(one, scan=7) for one in straight(150e3, 3000.0)]
    assert Watch(RADAR).take(plots) == []


def test_a_jump_within_a_chain_begins_none() -> None:
    first, second, third = straight(150e3, 3000.0)
    assert isinstance(second, RadarPlot)
    aside = msgspec.structs.replace(second, azimuth_deg=second.azimuth_deg + 0.8)
    assert Watch(RADAR).take([first, aside, third]) == []


def test_a_plot_missed_on_the_way_does_not_matter() -> None:
    course = coasting(HIGH)
    watch = Watch(RADAR)
    assert len(watch.take(plots_of(RADAR, course, [0.2, 2.2, 4.2], None))) == 1


def test_plots_too_far_apart_in_time_begin_none() -> None:
    course = coasting(HIGH)
    assert Watch(RADAR).take(plots_of(RADAR, course, [0.2, 4.2, 8.2], None)) == []


def test_infrared_alone_begins_the_track_of_a_motor() -> None:
    """From above one eye sees where, not how high: 100 km along the line, sharp across it."""
    eye = infrared()
    climbing = at_place(40.0, 127.0, 15e3, (200.0, 0.0, 700.0))
    said = Watch(eye).take(plots_of(eye, coasting(climbing), [0.1, 1.1, 2.1], None))
    assert len(said) == 1
    assert said[0].phase.boost > 0.8
    offset = np.array(said[0].position_ecef_m) - coasting(climbing)(2.1)[:3]
    line = np.array(said[0].position_ecef_m) - np.array([-1.09e7, 4.07e7, 0.0])
    line /= np.linalg.norm(line)
    assert np.linalg.norm(offset - (offset @ line) * line) < 20e3


def test_a_line_of_sight_past_the_earth_begins_none() -> None:
    eye = infrared()
    away = at_place(40.0, 127.0, 3000e3, (0.0, 0.0, 0.0))
    watch = Watch(eye)
    high = coasting(np.r_[away[:3] * 1.6, away[3:]])
    assert watch.take(plots_of(eye, high, [0.1, 1.1, 2.1], None)) == []


def test_a_clock_that_jumps_leaves_no_plot_behind_for_ever() -> None:
    watch = Watch(RADAR)
    early = straight(150e3, 3000.0)
    jumped = [
        msgspec.structs.replace(one, time=Instant(one.time + 60 * SECOND), scan=one.scan + 60)
        for one in straight(300e3, 1000.0)
    ]
    watch.take([early[0], jumped[0], early[1], jumped[1], early[2]])
    later = msgspec.structs.replace(early[0], time=Instant(NOON + 200 * SECOND), scan=200)
    watch.take([later])
    assert watch.tracker._initiators["radar"].waiting == 1


def cloud(scan: int, count: int, chance: np.random.Generator) -> list[Plot]:
    """Give a scan's plots of nothing, all within 5 km of one place."""
    return [
        msgspec.structs.replace(
            one,
            range_m=600e3 + float(chance.normal(0.0, 2e3)),
            azimuth_deg=30.0 + float(chance.normal(0.0, 0.2)),
            elevation_deg=30.0 + float(chance.normal(0.0, 0.2)),
            range_rate_mps=float(chance.normal(0.0, 50.0)),
        )
        for one in clutter_of(RADAR, scan, count, chance)
        if isinstance(one, RadarPlot)
    ]


def starts_among(plots: Iterable[Plot]) -> tuple[list[Start], Initiator]:
    initiator = Initiator(Site(RADAR), scans=5, births_per_scan=0.003)
    tracker = Watch(RADAR).tracker
    found = [initiator.take(tracker._event_of(one)) for one in plots]
    return [one for one in found if one is not None], initiator


def test_a_cloud_costs_a_bounded_number_of_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = 0

    def none_fits(*_: object) -> None:
        nonlocal tried
        tried += 1

    monkeypatch.setattr(initiation, "fitted", none_fits)
    chance = np.random.default_rng(1)
    scans, count = 6, 300
    starts_among(one for scan in range(scans) for one in cloud(scan, count, chance))
    assert tried > count
    assert tried <= scans * (count * SURE_FITS + FITS_PER_SCAN)


def test_what_flies_is_found_beside_a_cloud() -> None:
    chance = np.random.default_rng(1)
    course = coasting(HIGH)
    plots = [one for scan in range(4) for one in cloud(scan, 200, chance)]
    plots += plots_of(RADAR, course, [0.5, 1.5, 2.5], chance)
    starts, _ = starts_among(in_order(plots))
    truth = course(2.5)[:3]
    assert any(np.linalg.norm(one.fit.x[:3] - truth) < 2e3 for one in starts)


def test_what_flies_is_found_among_as_many_false_plots_as_are_admitted() -> None:
    chance = np.random.default_rng(2)
    course = coasting(HIGH)
    plots = [one for scan in range(3) for one in clutter_of(RADAR, scan, 4_000, chance)]
    plots += plots_of(RADAR, course, [0.5, 1.5, 2.5], chance)
    starts, initiator = starts_among(in_order(plots))
    truth = course(2.5)[:3]
    assert any(np.linalg.norm(one.fit.x[:3] - truth) < 2e3 for one in starts)
    assert initiator.waiting <= MOST_LOOSE


def test_the_arrays_do_not_grow_with_the_hours() -> None:
    chance = np.random.default_rng(3)
    _, initiator = starts_among(
        one for scan in range(300) for one in clutter_of(RADAR, scan, 20, chance)
    )
    assert initiator.waiting <= 6 * 20
    assert initiator._columns.shape[1] <= 512


def test_the_longest_of_straight_chains_is_taken() -> None:
    """Two plots of one scan apart tell the speed half as well as two of two scans apart."""
    plots = plots_of(RADAR, coasting(HIGH), [0.2, 1.2], None)
    last = plots_of(RADAR, coasting(HIGH), [2.2, 3.2], None)
    initiator = Initiator(Site(RADAR), scans=5, births_per_scan=0.003)
    tracker = Watch(RADAR).tracker
    for one in (*plots, last[0]):
        initiator._add(initiator._locate(tracker._event_of(one)))  # type: ignore[arg-type]
    start = initiator.take(tracker._event_of(last[1]))
    assert start is not None
    assert [one.scan for one in start.events] == [0, 2, 3]


def test_what_climbs_as_no_aircraft_does_is_not_taken_for_one() -> None:
    """Low and no faster than an aircraft, but straight up: one sigma of its climb is 100 m/s."""
    probabilities = []
    for enu in ((380.0, 0.0, 0.0), (0.0, 0.0, 380.0)):
        course = coasting(at_place(38.3, 128.4, 8e3, enu))
        said = Watch(RADAR).take(plots_of(RADAR, course, [0.2, 1.2, 2.2], None))
        probabilities.append(said[0].phase.cruise)
    level, climbing = probabilities
    assert level > 0.6
    assert climbing < 0.3 * level
