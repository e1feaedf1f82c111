"""The raids that trackers are measured on, and the floor that knows whose plot is whose."""

import numpy as np
import pytest

from launchwatch.earth.ellipsoid import geodetic_from_ecef
from launchwatch.estimation.consistency import chi_square_band, squared_lengths


@pytest.fixture(scope="module")
def raid(raids):
    return raids.raid(raids.ROWS["50"], seed=1)


def test_the_same_seed_gives_the_same_plots(raids, raid):
    again = raids.raid(raids.ROWS["50"], seed=1)
    other = raids.raid(raids.ROWS["50"], seed=2)
    pairs = zip(raid.scans, again.scans, strict=True)
    assert all(np.array_equal(one.plots, two.plots) for one, two in pairs)
    assert not np.array_equal(raid.scans[60].plots[:3], other.scans[60].plots[:3])


def test_plots_lie_around_their_objects_with_the_stated_errors(raids, raid):
    radar = raid.known.radars[0]
    misses = []
    for scan, origin, states in zip(raid.scans, raid.origins, raid.states, strict=True):
        real = origin >= 0
        places = raids.ecef_from_plots(scan.plots[real], radar)
        misses.append(np.linalg.norm(places - states[origin[real], :3], axis=1))
    distance = np.concatenate(misses)
    # 0.05° at some 450 km, twice, and 30 m: 555 m; a wrong frame would give hundreds of km.
    assert 300.0 < np.sqrt((distance**2).mean()) < 800.0


def test_nine_in_ten_are_found_and_clutter_is_poisson(raid):
    alive = (~np.isnan(raid.states[:, :, 0])).sum()
    real = sum((origin >= 0).sum() for origin in raid.origins)
    false = np.array([(origin < 0).sum() for origin in raid.origins])
    # Four standard deviations of a binomial of some 3,000 and of a Poisson mean over 120 scans.
    assert real / alive == pytest.approx(0.9, abs=4 * 0.3 / alive**0.5)
    assert false.mean() == pytest.approx(10.0, abs=4 * (10.0 / 120.0) ** 0.5)


def test_objects_are_born_die_and_stay_above_the_air(raid):
    alive = ~np.isnan(raid.states[:, :, 0])
    assert alive.any(axis=0).all()
    assert not alive[0].all()
    assert 0 < alive[-1].sum() < 50
    heights = geodetic_from_ecef(raid.states[alive][:, :3])[2]
    assert heights.min() > 95e3


@pytest.mark.parametrize(
    ("name", "low", "high"), [("50", 900.0, 3100.0), ("50 tight", 80.0, 350.0)]
)
def test_members_of_a_group_keep_their_distance(raids, name, low, high):
    # Tight: 150 m, drifting 0.5 m/s on each axis for up to two minutes.
    states = raids.raid(raids.ROWS[name], seed=3).states[5:, :, :3]
    gaps = np.linalg.norm(np.diff(states, axis=1), axis=2)
    inside = gaps[:, np.arange(49) % raids.GROUP < raids.GROUP - 1]
    middle = np.nanmedian(inside)
    assert low < middle < high


def test_every_radar_of_the_great_raid_sees_nearly_all(raids):
    row = raids.Row(100, 0.0, radars=4)
    raid = raids.raid(row, seed=1)
    assert len(raid.scans) == 480
    alive = (~np.isnan(raid.states[:, :, 0])).sum()
    assert sum(len(scan.plots) for scan in raid.scans) / alive > 0.85


def test_the_floor_is_as_sure_as_it_may_be(raids, raid_floor):
    # One error for each raid's objects at one moment: independent, so the band holds.
    lengths = []
    for seed in range(4):
        raid = raids.raid(raids.ROWS["50"], seed)
        picture, truth = raid_floor.floor(raid)[75], raid.states[75]
        alive = ~np.isnan(truth[picture.ids, 0])
        errors = picture.positions[alive] - truth[picture.ids[alive], :3]
        lengths.append(squared_lengths(errors, picture.covariances[alive]))
    every = np.concatenate(lengths)
    band = chi_square_band(len(every), 3, 0.999)
    assert band.low < every.mean() < band.high


def test_the_floor_waits_for_a_second_plot_and_one_that_is_sure_does_not(raid_floor, raid):
    first = np.full(50, -1)
    for k, origin in enumerate(raid.origins):
        new = origin[(origin >= 0)]
        first[new[first[new] < 0]] = k
    honest, sure = raid_floor.floor(raid), raid_floor.floor(raid, surely=True)
    for number in range(50):
        assert number not in honest[first[number]].ids
        assert number in sure[first[number]].ids


def test_who_knows_of_company_finds_sooner_and_who_is_sure_soonest(raid_floor, raid_score, raid):
    alone, told, sure = (
        raid_score.score_of(raid, raid_floor.floor(raid, **knows))
        for knows in ({}, {"company": True}, {"surely": True})
    )
    assert sure.missed < told.missed < alone.missed
    assert sure.gospa_mean < told.gospa_mean < alone.gospa_mean


def test_a_tracker_that_says_nothing_misses_everything(raids, raid_score, raid):
    def maker(known):
        return lambda scan: raids.Picture(np.empty(0, int), np.empty((0, 3)))

    score = raid_score.score(raid_score.run(maker, raid))
    alive = (~np.isnan(raid.states[:, :, 0])).sum(axis=1)
    assert score.gospa_mean == pytest.approx((np.sqrt(alive / 2) * 5000.0).mean())
    assert score.missed == pytest.approx(alive.mean())
    assert score.false == score.switches == 0
