"""What is drawn from a track's hypotheses."""

import numpy as np
import pytest

from launchwatch.assessment.posterior import draw, remaining_burn

from .making import COASTING, coasting_update, state_at, update_of


def normals(count=4000):
    return np.random.default_rng(1).standard_normal((count, 12))


def test_samples_are_shared_out_by_the_models_probabilities():
    state = state_at(40.0, 126.0, 40e3, 1500.0, 0.0, 1400.0)
    motor = ((np.log(50.0), np.log(0.02), 0.0), (0.1, 0.1, 1.0))
    update = update_of(
        state, (100.0, 5.0), {"boost": 0.3, "coast": 0.7}, extras=COASTING | {"boost": motor}
    )
    posterior = draw(update, 80.0, normals())
    assert posterior.boosting == 1200
    assert (posterior.burn_seconds[:1200] > 0).all()
    assert (posterior.burn_seconds[1200:] == 0).all()


def test_samples_have_the_tracks_mean_and_covariance():
    update = coasting_update()
    states = draw(update, 90.0, normals()).states
    # Means of 4,000 samples err by 1.6 % of a sigma; five of those.
    assert np.abs(states[:, :3].mean(axis=0) - update.position_ecef_m).max() < 0.08 * 100.0
    assert states[:, 3:6].std(axis=0) == pytest.approx(3.0, rel=0.06)


def test_a_cruising_share_is_left_out():
    state = state_at(40.0, 126.0, 40e3, 1500.0, 0.0, 1400.0)
    update = update_of(state, (100.0, 5.0), {"cruise": 0.5, "coast": 0.5}, extras=COASTING)
    assert len(draw(update, 80.0, normals()).states) == 4000


def test_a_motor_never_burns_longer_than_its_propellant_lasts():
    # Acceleration growing at 0.05/s: everything is gone in 20 s.
    log_growth = np.full(4000, np.log(0.05))
    burn = remaining_burn(60.0, log_growth, normals()[:, 10:])
    single = burn[burn < 20.0]
    assert len(single) > 0.75 * len(burn)
    assert (burn >= 0.0).all()


def test_what_has_burnt_long_already_burns_on_for_less_time_than_it_might_have_at_first():
    log_growth = np.full(4000, np.log(0.001))
    early = np.median(remaining_burn(10.0, log_growth, normals()[:, 10:]))
    late = np.median(remaining_burn(120.0, log_growth, normals()[:, 10:]))
    assert late < early


def test_burning_beyond_all_experience_still_gives_finite_times():
    burn = remaining_burn(5000.0, np.full(100, np.log(0.001)), normals(100)[:, 10:])
    assert np.isfinite(burn).all()
