"""Doubts that bend: against draws, and against what they are where they do not."""

import numpy as np
import pytest

from launchwatch.errors import InputError, NotPositiveDefinite
from launchwatch.estimation.shell import seen_whole

SENSOR = np.array([-3.1e6, 4.0e6, 3.9e6])
MEAN = np.r_[SENSOR + np.array([3e5, -2e5, 4e5]), 1e3, -2e3, 500.0]


def tangent(across: float, along: float) -> np.ndarray:
    """Give a covariance, thin along the line and wide across it, 10 and 100 m/s in speed."""
    line = (MEAN[:3] - SENSOR) / np.linalg.norm(MEAN[:3] - SENSOR)
    P = np.zeros((6, 6))
    P[:3, :3] = across**2 * np.eye(3) + (along**2 - across**2) * np.outer(line, line)
    P[3:, 3:] = 100.0**2 * np.eye(3) + (10.0**2 - 100.0**2) * np.outer(line, line)
    return P


def test_a_small_doubt_is_left_as_it_is() -> None:
    """10 m wide at 540 km: it bends by 0.2 mm."""
    P = tangent(10.0, 5.0)
    found = seen_whole(SENSOR, MEAN[None], P[None])
    np.testing.assert_allclose(found.mean[0], MEAN, atol=1e-3)
    scale = np.sqrt(np.diag(P))
    np.testing.assert_allclose((found.covariance[0] - P) / np.outer(scale, scale), 0.0, atol=1e-4)


def test_a_wide_doubt_is_as_thick_as_its_bend() -> None:
    """5 km wide and 10 m thick: 400,000 draws in range and angles have these moments.

    The mean lies σ²/r, here 46 m, inside the shell; cubature knows the variance of the bend,
    a fourth moment, to half of it.
    """
    P = tangent(5e3, 10.0)
    found = seen_whole(SENSOR, MEAN[None], P[None])
    offset = MEAN[:3] - SENSOR
    distance = np.linalg.norm(offset)
    line = offset / distance
    across = np.linalg.svd(line[None])[2][1:]
    chance = np.random.default_rng(2)
    angles = chance.standard_normal((400_000, 2)) * 5e3 / distance
    ranges = distance + 10.0 * chance.standard_normal(400_000)
    size = np.linalg.norm(angles, axis=1)
    lines = np.cos(size)[:, None] * line + np.sinc(size / np.pi)[:, None] * angles @ across
    along = (ranges[:, None] * lines) @ line
    assert (found.mean[0, :3] - SENSOR) @ line == pytest.approx(along.mean(), abs=1.0)
    assert along.mean() - distance == pytest.approx(-(5e3**2) / distance, rel=0.01)
    thickness = np.sqrt(line @ found.covariance[0, :3, :3] @ line)
    assert 0.7 * along.std() < thickness < 1.5 * along.std()
    assert thickness > 3.0 * 10.0


def test_many_are_as_one_by_one_and_arguments_are_left_alone() -> None:
    means, covariances = np.array([MEAN, MEAN + 1e4]), np.array([tangent(5e3, 10), tangent(1e3, 9)])
    kept = means.copy(), covariances.copy()
    both = seen_whole(np.array([SENSOR, SENSOR]), means, covariances)
    for k in range(2):
        one = seen_whole(SENSOR, means[k : k + 1], covariances[k : k + 1])
        np.testing.assert_allclose(both.mean[k], one.mean[0], rtol=1e-14)
        np.testing.assert_allclose(both.covariance[k], one.covariance[0], rtol=1e-9, atol=1e-6)
        np.testing.assert_array_equal(both.covariance[k], both.covariance[k].T)
    np.testing.assert_array_equal(means, kept[0])
    np.testing.assert_array_equal(covariances, kept[1])


def test_what_does_not_fit_is_refused_by_name() -> None:
    with pytest.raises(InputError, match=r"covariances \(k, 6, 6\)"):
        seen_whole(SENSOR, MEAN, np.eye(6))
    with pytest.raises(InputError, match="sensors"):
        seen_whole(SENSOR[:2], MEAN[None], np.eye(6)[None])
    with pytest.raises(NotPositiveDefinite):
        seen_whole(SENSOR, MEAN[None], -np.eye(6)[None])
