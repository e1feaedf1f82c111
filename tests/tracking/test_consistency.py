"""Whether tracks are as sure as they have a right to be, and near the best that is possible."""

import numpy as np
import pytest

from launchwatch.estimation._kernels import update
from launchwatch.estimation.bound import information, posterior_bound
from launchwatch.estimation.consistency import chi_square_band, squared_lengths
from launchwatch.estimation.measurement import Site
from launchwatch.flight.motion import COAST, propagate
from launchwatch.tracking._kernels import predict_one
from launchwatch.tracking.models import NOISE

from .watching import HIGH, Watch, coasting, plot_of, plots_of, radar

RUNS, SCANS = 200, 60
RADAR = radar()
START = np.r_[HIGH, np.log(5000.0), 0.0, 0.0]
DOUBT = np.r_[[300.0] * 3, [40.0] * 3, 0.8, 1.0, 1.0]
UPPER = np.triu_indices(6)


def coasting_run(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Let one filter with the right model follow one flight, from a prior that holds.

    Returns its errors (k, 6), their covariances (k, 6, 6) and the innovations' NIS (k,).
    """
    chance = np.random.default_rng(seed)
    truth = START.copy()
    x, P = START + DOUBT * chance.standard_normal(9), np.diag(DOUBT**2)
    x[7:] = 0.0
    site = Site(RADAR)
    errors, covariances, lengths = np.empty((SCANS, 6)), np.empty((SCANS, 6, 6)), np.empty(SCANS)
    for k in range(SCANS):
        truth = propagate(COAST, truth[None], 1.0)[0]
        assert predict_one(COAST, x, P, 1.0, NOISE)
        packed = site.pack(plot_of(RADAR, truth, k + 1.0, chance.standard_normal(4)))
        _, lengths[k] = update(packed, x, P, 4)
        errors[k], covariances[k] = x[:6] - truth[:6], P[:6, :6]
    return errors, covariances, lengths


@pytest.fixture(scope="module")
def runs() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Errors, covariances and NIS of all runs: (RUNS, SCANS, ...)."""
    errors, covariances, lengths = zip(*(coasting_run(seed) for seed in range(RUNS)), strict=True)
    return np.array(errors), np.array(covariances), np.array(lengths)


@pytest.mark.parametrize("scan", [0, 4, 19, 59])
def test_nees_of_a_coasting_flight_lies_in_its_band(
    runs: tuple[np.ndarray, np.ndarray, np.ndarray], scan: int
) -> None:
    errors, covariances, _ = runs
    band = chi_square_band(RUNS, 6, 0.999)  # four looks, one chance in 250 that one is out
    assert band.low < squared_lengths(errors[:, scan], covariances[:, scan]).mean() < band.high


def test_nis_of_a_coasting_flight_lies_in_its_band(
    runs: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """Innovations are independent of one another: all scans count."""
    band = chi_square_band(RUNS * SCANS, 4, 0.99)
    assert band.low < runs[2].mean() < band.high


def test_a_coasting_flight_is_known_within_five_per_cent_of_the_bound(
    runs: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    """The root mean square of errors in units of the Cramér-Rao bound; 2 % is its own noise.

    The bound takes the flight as it is, without noise on the way; the filter allows some.
    """
    steps = np.r_[[10.0] * 3, [0.1] * 3, [1e-3] * 3]
    state, transitions, informations = START, [], []
    for k in range(SCANS):
        ahead = propagate(
            COAST, np.concatenate([state + np.diag(steps), state - np.diag(steps)]), 1.0
        )
        transitions.append((ahead[:9] - ahead[9:]).T / (2.0 * steps))
        state = propagate(COAST, state[None], 1.0)[0]
        informations.append(information(Site(RADAR).pack(plot_of(RADAR, state, k + 1.0)), state))
    bounds = posterior_bound(np.diag(DOUBT**2), transitions, np.zeros((SCANS, 9, 9)), informations)[
        :, :6, :6
    ]
    for scan in (4, 19, 59):
        whitened = squared_lengths(runs[0][:, scan], np.broadcast_to(bounds[scan], (RUNS, 6, 6)))
        ratio = np.sqrt(whitened.mean() / 6.0)
        assert 0.95 < ratio < 1.05


def test_the_whole_bank_is_not_too_sure_of_a_coasting_flight() -> None:
    """From the first plot to the hundredth: below the band is modest, above it would be wrong."""
    after = {10: [], 40: [], 95: []}  # type: dict[int, list[float]]
    for seed in range(50):
        plots = plots_of(RADAR, coasting(HIGH), np.arange(100.0), np.random.default_rng(seed))
        watch = Watch(RADAR)
        watch.take(plots)
        assert {one.track_id for one in watch.said} == {"T0001"}
        for scan, found in after.items():
            said = watch.said[scan]
            truth = coasting(HIGH)((said.time - plots[0].time) / 1e9)
            P = np.zeros((6, 6))
            P[UPPER] = said.covariance_ecef
            P = P + P.T - np.diag(np.diag(P))
            error = np.r_[said.position_ecef_m, said.velocity_ecef_mps] - truth
            found.append(float(squared_lengths(error[None], P[None])[0]))
    high = chi_square_band(50, 6, 0.99).high
    for found in after.values():
        assert np.mean(found) < high
        assert np.mean(found) > 0.4 * 6.0
