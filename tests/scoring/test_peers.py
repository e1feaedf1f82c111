"""The peers that we measure ourselves against work as they should: else we win for nothing."""

import numpy as np
import pytest

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.local import aer_from_enu, ecef_from_enu_rotation, enu_from_ecef
from launchwatch.estimation.gaussian import gaussian
from launchwatch.estimation.sequence import filtered, radar_plots
from launchwatch.flight.motion import COAST, propagate

SITE = (np.radians(38.0), np.radians(128.0), 900.0)
SIGMAS = np.array([30.0, np.radians(0.05), np.radians(0.05)])


def flight():
    """Thirty plots of a body 250 km from a radar, and what is known of it beforehand."""
    chance = np.random.default_rng(4)
    place = np.radians([40.0, 127.0])
    velocity = ecef_from_enu_rotation(*place) @ [1500.0, -300.0, 900.0]
    body = np.r_[ecef_from_geodetic(*place, 150e3), velocity, 50.0, 0.0, 0.0]
    path = np.array([propagate(COAST, body[None], float(k))[0, :3] for k in range(1, 31)])
    azimuth, elevation, distance = aer_from_enu(enu_from_ecef(path, *SITE))
    z = np.column_stack([distance, azimuth, elevation]) + SIGMAS * chance.normal(size=(30, 3))
    prior = gaussian(body[:6], np.diag([300.0] * 3 + [40.0] * 3) ** 2)
    return radar_plots(SITE, z, SIGMAS), np.arange(1.0, 31.0), prior


@pytest.mark.parametrize("kind", ["ekf", "ukf", "ckf"])
def test_stone_soup_filters_one_body_as_we_do(peer_stonesoup, kind):
    ours, theirs = filtered(*flight()), peer_stonesoup.filtered(kind, *flight())
    # The same Gaussian: what is left, a twentieth of its width at most, is how each linearises.
    sigma = np.sqrt(np.diag(ours.covariances[-1]))
    assert np.abs(theirs.means[-1] - ours.means[-1]).max() < 0.05 * sigma.max()
    assert np.sqrt(np.diag(theirs.covariances[-1])) == pytest.approx(sigma, rel=0.01)


@pytest.mark.parametrize("kind", ["ekf", "ukf"])
def test_filterpy_filters_one_body_as_we_do(peer_filterpy, kind):
    ours, theirs = filtered(*flight()), getattr(peer_filterpy, kind)(*flight())
    sigma = np.sqrt(np.diag(ours.covariances[-1]))
    assert np.abs(theirs.means[-1] - ours.means[-1]).max() < 0.05 * sigma.max()
    assert np.sqrt(np.diag(theirs.covariances[-1])) == pytest.approx(sigma, rel=0.01)


def test_stone_soup_tracks_most_of_a_small_raid(raids, raid_floor, raid_score, peer_stonesoup):
    raid = raids.raid(raids.Row(10, 5.0), seed=2)
    score = raid_score.score(raid_score.run(peer_stonesoup.gnn(), raid))
    floor = raid_score.score_of(raid, raid_floor.floor(raid))
    # Twice the floor is far more than it loses; a wrong frame or model loses everything.
    assert score.gospa_mean < 2.0 * floor.gospa_mean
