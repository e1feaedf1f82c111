"""The tracker as a whole: late plots, clutter, crossings, silence, and numbers that fail."""

import math
from itertools import pairwise

import msgspec
import numpy as np
import pytest

from launchwatch.flight.motion import BOOST, propagate
from launchwatch.messages.plot import Plot, RadarPlot
from launchwatch.messages.track import TrackUpdate
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking import bank, registered, registrar
from launchwatch.tracking.gating import NEAREST

from .watching import (
    HIGH,
    NOON,
    Watch,
    at_place,
    clutter_of,
    coasting,
    end_of_scan,
    in_order,
    infrared,
    plot_of,
    plots_of,
    radar,
)

RADAR = radar()


def numbers(update: TrackUpdate) -> np.ndarray:
    """Give every number that a track's state holds."""
    return np.concatenate(
        [
            [*update.position_ecef_m, *update.velocity_ecef_mps, *update.covariance_ecef],
            *[[one.probability, *one.mean, *one.covariance] for one in update.hypotheses],
        ]
    )


def coasting_plots(seconds: int, seed: int = 1) -> list[Plot]:
    chance = np.random.default_rng(seed)
    return plots_of(RADAR, coasting(HIGH), np.arange(seconds) + 0.25, chance)


def test_one_thing_makes_one_track_that_is_soon_confirmed() -> None:
    watch = Watch(RADAR)
    said = watch.take(coasting_plots(30))
    assert {one.track_id for one in said} == {"T0001"}
    assert [one.status for one in said][:4] == ["tentative", "confirmed", "confirmed", "confirmed"]
    truth = coasting(HIGH)((said[-1].time - NOON) / SECOND)
    error = np.linalg.norm(np.array(said[-1].position_ecef_m) - truth[:3])
    # 0.07° at 270 km is 330 m; thirty plots know it to a third of that or better.
    assert error < 200.0
    assert said[-1].plots == 30
    assert said[-1].phase.coast > 0.9


@pytest.mark.parametrize("seed", range(4))
def test_late_plots_lead_to_the_same_track_as_plots_in_order(seed: int) -> None:
    """Delays up to the window of 10 s; what was begun in order ends in the same bits."""
    plots = coasting_plots(30)
    chance = np.random.default_rng(seed)
    delays = np.r_[np.zeros(5), chance.uniform(0.0, 9.99, 25)]
    late = [
        msgspec.structs.replace(one, received=Instant(one.received + int(delay * SECOND)))
        for one, delay in zip(plots, delays, strict=True)
    ]
    arrived = in_order(late)
    assert arrived != late
    last, last_of_late = Watch(RADAR).take(plots)[-1], Watch(RADAR).take(arrived)[-1]
    assert last_of_late.time == last.time
    np.testing.assert_array_equal(numbers(last_of_late), numbers(last))
    assert last_of_late.plots == last.plots


@pytest.mark.parametrize("seed", range(3))
def test_two_sensors_at_one_moment_may_arrive_either_way(seed: int) -> None:
    other = radar("other", latitude_deg=36.0, longitude_deg=127.0)
    course, chance = coasting(HIGH), np.random.default_rng(seed)
    begun = plots_of(RADAR, course, range(5), chance)
    one = plots_of(RADAR, course, range(5, 20), chance)
    two = plots_of(other, course, range(5, 20), chance)
    first = begun + [plot for pair in zip(one, two, strict=True) for plot in pair]
    second = begun + [plot for pair in zip(two, one, strict=True) for plot in pair]
    ends = [Watch(RADAR, other).take(plots)[-1] for plots in (first, second)]
    np.testing.assert_array_equal(numbers(ends[0]), numbers(ends[1]))


def test_the_better_plot_of_a_scan_replaces_the_worse() -> None:
    plots = coasting_plots(12)
    truth = plots[-1]
    assert isinstance(truth, RadarPlot)
    # Three sigmas off in every way: within the gate, and worse than what comes after it.
    worse = msgspec.structs.replace(
        truth,
        range_m=truth.range_m + 90.0,
        azimuth_deg=truth.azimuth_deg + 0.2,
        range_rate_mps=(truth.range_rate_mps or 0.0) + 2.0,
        time=Instant(truth.time - SECOND // 100),
    )
    alone, both, turned = Watch(RADAR), Watch(RADAR), Watch(RADAR)
    end = alone.take(plots)[-1]
    end_of_both = both.take([*plots[:-1], worse, truth])[-1]
    turned.take([*plots, worse])
    np.testing.assert_array_equal(numbers(end_of_both), numbers(end))
    assert turned.said[-1].time == end.time
    np.testing.assert_array_equal(numbers(turned.said[-1]), numbers(end))
    assert [one.said[-1].plots for one in (alone, both, turned)] == [12, 12, 12]


def test_a_track_takes_one_plot_of_the_scan_that_began_it() -> None:
    plots = coasting_plots(3)
    again = plot_of(RADAR, coasting(HIGH)(2.3), 2.3)
    watch = Watch(RADAR)
    watch.take([*plots, again])
    assert watch.said[-1].plots == 3


@pytest.mark.parametrize("seed", range(3))
def test_clutter_alone_confirms_nothing(seed: int) -> None:
    """Two minutes of twenty false plots a scan, with range rate and without."""
    for sensor in (
        radar(clutter_per_scan=20.0),
        radar(clutter_per_scan=20.0, range_rate_sigma_mps=None),
    ):
        chance, watch = np.random.default_rng(seed), Watch(sensor)
        for scan in range(60):
            watch.take(clutter_of(sensor, scan, int(chance.poisson(20.0)), chance))
            watch.take([end_of_scan(sensor, scan)])
        assert watch.names("confirmed") == []


def test_a_target_in_clutter_is_still_one_track() -> None:
    sensor, chance = radar(clutter_per_scan=20.0), np.random.default_rng(5)
    course, stimuli = coasting(HIGH), []
    for scan in range(60):
        stimuli += clutter_of(sensor, scan, int(chance.poisson(20.0)), chance)
        stimuli += plots_of(sensor, course, [scan + float(chance.random())], chance)
    watch = Watch(sensor)
    watch.take(in_order(stimuli))
    assert watch.names() == ["T0001"]
    error = (
        np.array(watch.said[-1].position_ecef_m) - course((watch.said[-1].time - NOON) / SECOND)[:3]
    )
    assert np.linalg.norm(error) < 200.0


def test_crossing_targets_keep_their_names() -> None:
    """Two that pass within a kilometre of each other at 1.5 km/s, from either side."""
    north = coasting(at_place(40.0, 127.0, 100e3, (1500.0, -300.0, 900.0)))
    south = coasting(at_place(39.86, 127.0, 100e3, (1500.0, 300.0, 900.0)))
    times = np.arange(0.0, 50.0)
    gaps = [float(np.linalg.norm(north(t)[:3] - south(t)[:3])) for t in times]
    assert min(gaps) < 1e3 < gaps[0]
    assert gaps[-1] > 5e3
    chance = np.random.default_rng(2)
    watch = Watch(RADAR)
    watch.take(
        in_order(
            plots_of(RADAR, north, times + 0.2, chance)
            + plots_of(RADAR, south, times + 0.21, chance)
        )
    )
    assert watch.names() == ["T0001", "T0002"]

    def follower(course: object, at: int) -> str:
        when = Instant(NOON + int((at + 0.21) * SECOND))
        near = [one for one in watch.said if abs(one.time - when) < SECOND // 50]
        return min(
            near,
            key=lambda one: np.linalg.norm(
                np.array(one.position_ecef_m) - course((one.time - NOON) / SECOND)[:3]
            ),
        ).track_id

    for course in (north, south):
        assert follower(course, 6) == follower(course, 49)


def test_the_same_plots_say_the_same_to_the_last_bit() -> None:
    sensor, chance = radar(clutter_per_scan=5.0), np.random.default_rng(9)
    stimuli = plots_of(sensor, coasting(HIGH), np.arange(40) + 0.5, chance)
    for scan in range(40):
        stimuli += clutter_of(sensor, scan, 5, chance)
    stimuli = in_order(stimuli)
    first, second = Watch(sensor).take(stimuli), Watch(sensor).take(stimuli)
    assert msgspec.msgpack.encode(first) == msgspec.msgpack.encode(second)


def test_a_motor_that_infrared_sees_no_more_is_less_likely_to_burn() -> None:
    eye = infrared()
    watch = Watch(RADAR, eye)
    start = at_place(40.0, 127.0, 30e3, (700.0, 0.0, 900.0))
    whole = np.r_[start, np.log(35.0), np.log(0.012), 0.0][None]

    def burning(seconds: float) -> np.ndarray:
        return np.asarray(propagate(BOOST, whole, seconds)[0, :6])

    stimuli: list[Plot] = []
    for second in range(12):
        stimuli += plots_of(RADAR, burning, [second + 0.1], None)
        stimuli += plots_of(eye, burning, [second + 0.4], None)
    lit = watch.take(stimuli)[-1].phase.boost
    assert lit > 0.95
    watch.take([end_of_scan(eye, 12)])
    out = watch.take(plots_of(RADAR, burning, [13.1], None))[-1].phase.boost
    # Seen in 19 of 20 scans if it burnt: the odds fall twentyfold, and a radar's plot of a
    # motor that burns on in truth gives some of that back.
    assert (1.0 - out) > 5.0 * (1.0 - lit)


def test_an_absence_is_taken_back_when_the_scans_plot_comes_late() -> None:
    eye = infrared()
    start = at_place(40.0, 127.0, 30e3, (700.0, 0.0, 900.0))
    stimuli: list[Plot] = []
    for second in range(12):
        stimuli += plots_of(RADAR, coasting(start), [second + 0.1], None)
        stimuli += plots_of(eye, coasting(start), [second + 0.4], None)
    late = plots_of(eye, coasting(start), [12.4], None)
    last = plots_of(RADAR, coasting(start), [13.1], None)
    honest, surprised = Watch(RADAR, eye), Watch(RADAR, eye)
    honest.take([*stimuli, *late, end_of_scan(eye, 12), *last])
    surprised.take([*stimuli, end_of_scan(eye, 12), *late, *last])
    np.testing.assert_allclose(
        numbers(surprised.said[-1]), numbers(honest.said[-1]), rtol=1e-9, atol=1e-12
    )


def test_silence_makes_a_track_coast_after_5_s_and_drop_after_60() -> None:
    watch = Watch(RADAR)
    watch.take(coasting_plots(12))  # the last at 11.25 s
    said = watch.tick(12, 80)
    changes = [
        one for before, one in pairwise([watch.said[9], *said]) if one.status != before.status
    ]
    assert [(one.status, (one.known - NOON) / SECOND) for one in changes] == [
        ("coasting", 17.0),
        ("dropped", 72.0),
    ]
    coasted = [one for one in said if one.status == "coasting"]
    assert [one.time for one in coasted] == [one.known for one in coasted]
    sizes = [one.covariance_ecef[0] for one in coasted]
    assert sizes == sorted(sizes)


def test_a_coasting_track_takes_up_again_where_it_should_be() -> None:
    watch = Watch(RADAR)
    watch.take(coasting_plots(15))
    watch.tick(15, 40)
    assert watch.said[-1].status == "coasting"
    watch.take(plots_of(RADAR, coasting(HIGH), [40.2, 41.2], np.random.default_rng(4)))
    assert watch.said[-1].status == "confirmed"
    assert watch.said[-1].track_id == "T0001"


def test_a_tentative_track_s_end_is_told_to_whom_its_beginning_was() -> None:
    watch = Watch(RADAR)
    assert [one.status for one in watch.take(coasting_plots(3))] == ["tentative"]
    assert [one.status for one in watch.tick(3, 15)] == ["dropped"]
    # Nothing is left of it: the next plots begin another track.
    chance = np.random.default_rng(1)
    watch.take(plots_of(RADAR, coasting(HIGH), np.arange(15.0, 18.0), chance))
    assert watch.said[-1].track_id == "T0002"


def test_a_radar_that_turns_in_ten_seconds_confirms_and_keeps_a_track() -> None:
    slow = radar(scan_period_s=10.0, clutter_per_scan=2.0)
    liner = coasting(at_place(40.0, 127.0, 400e3, (6000.0, 0.0, 0.0)))
    plots = plots_of(slow, liner, np.arange(12) * 10.0 + 3.0, np.random.default_rng(1))
    watch = Watch(slow)
    for plot in plots:
        watch.take([plot])
        second = int((plot.time - NOON) / SECOND)
        watch.tick(second + 1, second + 10)
    assert watch.names("confirmed") == ["T0001"]
    assert watch.names("coasting") == []
    assert watch.said[-1].plots == 12


def test_a_track_that_would_be_underground_is_dropped_early() -> None:
    falling = coasting(at_place(39.0, 129.0, 12e3, (500.0, 0.0, -1500.0)))
    watch = Watch(RADAR)
    watch.take(plots_of(RADAR, falling, np.arange(5.0), np.random.default_rng(3)))
    said = watch.tick(5, 60)
    assert said[-1].status == "dropped"
    assert (said[-1].known - NOON) / SECOND < 30.0


def test_two_tracks_of_one_thing_become_the_older_one() -> None:
    """Two radars begin a track each while the other is blind, then both see it."""
    other = radar("other", latitude_deg=36.0, longitude_deg=127.0)
    course, chance = coasting(HIGH), np.random.default_rng(1)
    watch = Watch(RADAR, other)
    # The second is begun behind the tracker's gate, as two plots a moment apart may do.
    watch.take(plots_of(RADAR, course, np.arange(8.0), chance))
    near, watch.tracker._gate.near = watch.tracker._gate.near, lambda *_: []  # type: ignore[method-assign]
    watch.take(plots_of(other, course, np.arange(5.0, 8.0) + 0.3, chance))
    watch.tracker._gate.near = near  # type: ignore[method-assign]
    assert len(watch.tracker._tracks) == 2
    watch.tick(8, 10)
    assert [one.number for one in watch.tracker._tracks.values()] == [1]


def test_two_things_that_one_radar_sees_apart_stay_two() -> None:
    """Side by side at 600 m, less than a tentative track's doubt."""
    one = coasting(HIGH)
    two = coasting(HIGH + np.r_[600.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    chance = np.random.default_rng(3)
    watch = Watch(RADAR)
    times = np.arange(20.0)
    watch.take(
        in_order(plots_of(RADAR, one, times, chance) + plots_of(RADAR, two, times + 0.01, chance))
    )
    watch.tick(20, 22)
    assert len(watch.tracker._tracks) == 2


@pytest.mark.parametrize("when", ["step", "predict"])
def test_a_covariance_that_is_lost_is_contained(when: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The plot is used by nobody, the track stands as it was, and the watch goes on."""
    watch = Watch(RADAR, infrared())
    plots = coasting_plots(20)
    watch.take(plots[:10])
    before = watch.tracker._tracks[1].bank
    with monkeypatch.context() as broken:
        if when == "step":
            broken.setattr(registrar._bank_kernels, "take", lambda *_: (math.nan, math.nan, 4))
        else:
            broken.setattr(bank._kernels, "predict_bank", lambda *_: False)
            broken.setattr(registered._kernels_registration, "carry", lambda *_: False)
        watch.take([plots[10], end_of_scan(infrared(), 10)])
        watch.tick(11, 13)
    np.testing.assert_array_equal(watch.tracker._tracks[1].bank.X, before.X)
    end = watch.take(plots[11:])[-1]
    assert end.status == "confirmed"
    assert end.track_id == "T0001"


def test_a_bank_that_has_gone_nan_harms_no_other_track() -> None:
    north = coasting(at_place(41.0, 127.0, 100e3, (1500.0, -300.0, 900.0)))
    chance, watch = np.random.default_rng(1), Watch(RADAR)
    times = np.arange(10.0)
    watch.take(
        in_order(
            plots_of(RADAR, coasting(HIGH), times, chance)
            + plots_of(RADAR, north, times + 0.3, chance)
        )
    )
    assert len(watch.tracker._tracks) == 2
    spoilt = watch.tracker._tracks[1]
    for one in (spoilt.bank, spoilt.leaf.bank):
        one.X[:] = np.nan
        one.P[:] = np.nan
    watch.tracker._gate.hold(spoilt)
    said = watch.take(plots_of(RADAR, north, np.arange(10.0, 90.0) + 0.3, chance))
    watch.tick(10, 90)
    assert {one.track_id for one in said} == {"T0002"}
    assert all(math.isfinite(number) for one in watch.said for number in one.position_ecef_m)
    assert [one.number for one in watch.tracker._tracks.values()] == [2]


def test_a_thousand_plots_in_a_scan_are_taken_and_lead_to_nothing() -> None:
    sensor, chance = radar(clutter_per_scan=1000.0), np.random.default_rng(1)
    watch = Watch(sensor)
    for scan in range(6):
        watch.take(clutter_of(sensor, scan, 1000, chance))
        watch.take([end_of_scan(sensor, scan)])
    assert watch.names("confirmed") == []
    # Two scans behind the window nothing is kept of them.
    assert len(watch.tracker._initiators["radar"]._loose) <= 6000


def test_a_cloud_of_plots_leaves_the_watch_in_step() -> None:
    """A hundred plots a scan within some kilometres: bounded work, and the target survives it."""
    sensor, chance = radar(range_rate_sigma_mps=None), np.random.default_rng(1)
    watch = Watch(sensor)
    for scan in range(8):
        cloud = [
            plot_of(sensor, HIGH + np.r_[chance.normal(0.0, 5e3, 3), 0.0, 0.0, 0.0], scan + k / 99)
            for k in range(80)
        ]
        target = plots_of(sensor, coasting(HIGH + np.r_[2e5, 0, 0, 0, 0, 0]), [scan + 0.5], chance)
        watch.take(in_order(cloud + target))
    truth = coasting(HIGH + np.r_[2e5, 0, 0, 0, 0, 0])(7.5)[:3]
    assert any(
        one.status == "confirmed" and np.linalg.norm(np.array(one.position_ecef_m) - truth) < 1e3
        for one in watch.said
        if abs(one.time - NOON - 7.5 * SECOND) < SECOND // 100
    )
    # Each plot is put to few tracks and tried in few chains, however many there are.
    packed = watch.tracker._event_of(cloud[0]).packed
    assert packed is not None
    time = cloud[-1].time
    assert len(watch.tracker._gate.near(packed, time, 1e9)) == NEAREST


def test_a_plot_that_arrives_late_does_not_drop_its_tentative_track() -> None:
    watch = Watch(RADAR)
    plots = coasting_plots(4)
    watch.take(plots[:3])
    late = msgspec.structs.replace(plots[3], received=Instant(plots[3].time + 9 * SECOND))
    (update,) = watch.take([late])
    assert update.status in ("tentative", "confirmed")
