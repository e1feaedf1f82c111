"""The compiled arithmetic of raids: what is merged, what company says, what is foreseen."""

import numpy as np
import pytest

from launchwatch.estimation import _kernels_coast
from launchwatch.estimation.measurement import Site
from launchwatch.tracking import _kernels_alike, _kernels_company, _kernels_raid

from .raiding import body, flown, radar, seen

SIGMAS = np.array([100.0, 100.0, 100.0, 10.0, 10.0, 10.0])
P = np.diag(SIGMAS**2)


def merged(x, choice, weights, number, near2=3.0):
    """Merge one cluster's table (rows, tracks) of locals; P and existence alike for all."""
    choice = np.array(choice)
    rows, tracks = choice.shape
    means, covariances, r = x.copy(), np.tile(P, (len(x), 1, 1)), np.ones(len(x))
    kept_track, kept_local = np.empty(tracks, np.int64), np.empty(len(x), np.int64)
    starts = [np.empty(2, np.int64) for _ in range(3)]
    locals_start, log_weight = np.empty(tracks + 1, np.int64), np.empty(rows)
    out = np.empty(choice.size, np.int64)
    _, left, locals_ = _kernels_alike.merge(
        means, covariances, r, np.array(number), near2,
        np.array([0, tracks]), np.array([0, rows]), np.log(weights), np.array([0, choice.size]),
        choice.ravel(), kept_track, kept_local, starts[0], locals_start, starts[1], log_weight,
        starts[2], out,
    )  # fmt: skip
    count = starts[1][1]
    table = out[: starts[2][1]].reshape(count, left)
    return (
        kept_track[:left],
        kept_local[:locals_],
        table,
        np.exp(log_weight[:count]),
        means,
        covariances,
    )


def test_two_accounts_that_end_alike_become_one_and_keep_both_moments() -> None:
    x = np.zeros((2, 6))
    x[1, 0] = 120.0
    _, kept, table, weights, means, covariances = merged(x, [[0], [1]], [0.75, 0.25], [1])
    assert kept.tolist() == [0]
    assert table.tolist() == [[0]]
    assert weights == pytest.approx([1.0])
    assert means[0, 0] == pytest.approx(0.25 * 120.0)
    assert covariances[0, 0, 0] == pytest.approx(100.0**2 + 0.75 * 0.25 * 120.0**2)


def test_accounts_that_differ_stay_apart() -> None:
    x = np.zeros((2, 6))
    x[1, 0] = 180.0  # 3.24 squared sigmas
    _, kept, table, weights, means, _ = merged(x, [[0], [1]], [0.75, 0.25], [1])
    assert kept.tolist() == [0, 1]
    assert table.tolist() == [[0], [1]]
    assert weights == pytest.approx([0.75, 0.25])
    assert (means == x).all()


def test_one_object_under_two_names_keeps_the_lower_number() -> None:
    # Tracks 0 and 1 are never there together and are in the same place; track 2 always is.
    x = np.zeros((3, 6))
    x[2, 0] = 1e5
    tracks, kept, table, weights, _, _ = merged(x, [[0, -1, 2], [-1, 1, 2]], [0.6, 0.4], [7, 3, 1])
    assert tracks.tolist() == [1, 2]
    assert len(kept) == 2
    assert table.tolist() == [[0, 1]]
    assert weights == pytest.approx([1.0])


def test_two_that_are_there_together_are_two() -> None:
    tracks, *_ = merged(np.zeros((2, 6)), [[0, 1]], [1.0], [1, 2])
    assert tracks.tolist() == [0, 1]


def test_as_many_are_told_as_there_should_be() -> None:
    # One of five is gone, each as likely: five rows, each without another.
    rows = np.array([[-1 if t == gone else t for t in range(5)] for gone in range(5)])
    existence, told = np.empty(5), np.empty(5, dtype=bool)
    _kernels_alike.summarise(
        np.zeros((5, 6)), np.tile(P, (5, 1, 1)), np.ones(5), np.array([0, 5]), np.array([0, 5]),
        np.log(np.full(5, 0.2)), np.array([0, 25]), rows.ravel(), 0.25,
        existence, np.empty((5, 6)), np.empty((5, 6, 6)), told,
    )  # fmt: skip
    assert existence == pytest.approx(0.8)
    assert told.sum() == 4


def births_of(states, track, age, companions=0.8):
    """Give the density of births at the plots of states, after one track a second ago."""
    sensor = radar()
    z = seen(sensor, states)
    z = z[np.argsort(z[:, 0])]
    m = len(z)
    packed = Site(sensor).template
    place, unit, density = np.empty((m, 3)), np.empty(m), np.empty(m)
    velocity, uncertainty = np.empty((m, 3)), np.empty((m, 3, 3))
    _kernels_company.places(packed, z, place, unit)
    _kernels_company.company(
        packed[2:5], z, place, np.ones(m, dtype=bool), 0.0,
        np.ones(len(track)), track, np.tile(P, (len(track), 1, 1)), np.full(len(track), age), 1.0,
        companions, 10.0, 5000.0, 2000.0, 100.0, density, velocity, uncertainty,
    )  # fmt: skip
    return place, density, velocity, uncertainty


def test_company_is_a_gaussian_about_where_a_young_track_has_come_to() -> None:
    track = body()[None]
    now = flown(track, 1.0)
    aside = now.copy()
    aside[0, :3] += [3000.0, 0.0, 0.0]
    place, density, velocity, uncertainty = births_of(np.vstack([now, aside]), track, 6.0)
    here = np.argmin(np.linalg.norm(place - now[0, :3], axis=1))
    variance = 5000.0**2 + 100.0**2 + 10.0**2
    rate = 0.8 * (1.0 - np.exp(-0.1)) * np.exp(-0.6)
    # A straight line for a second is 5 m off.
    assert density[here] == pytest.approx(rate / (2 * np.pi * variance) ** 1.5, rel=1e-4)
    assert density[1 - here] / density[here] == pytest.approx(
        np.exp(-0.5 * 3000.0**2 / variance), rel=2e-3
    )
    assert velocity[here] == pytest.approx(track[0, 3:])
    assert np.diag(uncertainty[here]) == pytest.approx(10.0**2 + 100.0**2)


def test_a_track_too_young_passes_no_velocity_on_and_an_old_one_nothing() -> None:
    track = body()[None]
    _, density, velocity, uncertainty = births_of(flown(track, 1.0), track, 2.0)
    assert density[0] > 0.0
    assert (velocity == 0.0).all()
    assert np.diag(uncertainty[0]) == pytest.approx(2000.0**2)
    _, density, _, _ = births_of(flown(track, 1.0), track, 200.0)
    assert density[0] == 0.0


def test_what_is_foreseen_updates_as_the_filter_does() -> None:
    sensor = radar(range_rate_sigma_mps=1.0)
    packed = Site(sensor).template
    packed[0] = 1.0
    x, covariance = body()[None], P[None].copy()
    z = seen(sensor, x + 0.5 * SIGMAS)
    foreseen, factor, gain = np.empty((1, 4)), np.empty((1, 4, 4)), np.empty((1, 4, 6))
    size, found, wide = np.empty(1), np.empty(1), np.empty(1, dtype=bool)
    limits = np.array([np.radians(1.0), 1.2e6])
    rows = _kernels_raid.look(
        packed, limits, 0.9, x, covariance, foreseen, factor, gain, size, found, wide
    )
    assert rows == 4
    assert not wide[0]
    assert found[0] == pytest.approx(0.9)
    new_x, new_P = np.empty((1, 6)), np.empty((1, 6, 6))
    _kernels_raid.renew(
        packed, z, np.array([0]), np.array([0]), x, covariance, foreseen, factor, gain, wide, rows,
        np.zeros((1, 3)), np.zeros((1, 3, 3)), new_x, new_P,
    )  # fmt: skip
    packed[14:18] = z[0]
    wanted_x, wanted_P = x[0].copy(), covariance[0].copy()
    likelihood, length2 = _kernels_coast.update(
        packed, wanted_x, wanted_P, 1, np.empty((_kernels_coast.WORK, 6))
    )
    np.testing.assert_allclose(new_x[0], wanted_x, rtol=0, atol=1e-6)
    np.testing.assert_allclose(new_P[0], wanted_P, rtol=1e-9, atol=1e-6)
    owner, plot, weight = np.empty(4, np.int64), np.empty(4, np.int64), np.empty(4)
    miss = np.empty(1)
    count = _kernels_raid.pair(
        packed, z, 25.0, -100.0, 7.0, x, covariance, np.array([0.8]), foreseen, factor, size,
        found, wide, rows, owner, plot, weight, miss,
    )  # fmt: skip
    assert count == 1
    assert length2 < 25.0
    assert weight[0] == pytest.approx(np.log(0.8 * 0.9) + likelihood)
    assert miss[0] == pytest.approx(np.log(1.0 - 0.8 * 0.9))
