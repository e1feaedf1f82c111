"""Fall areas from made tracks."""

import msgspec
import numpy as np
import pytest
from pyproj import Geod
from scipy.integrate import solve_ivp

from launchwatch.assessment.fallareas import FallAreas, let_fall
from launchwatch.assessment.posterior import draw
from launchwatch.assessment.settings import Settings
from launchwatch.messages.fallarea import ZoneProbability

from .making import COASTING, EPOCH, coasting_update, launch_statement, state_at, update_of


class OneSea:
    """A world of one zone."""

    def otherwise(self, _latitude_deg, _longitude_deg):
        return ()

    def probabilities(self, latitude_deg, longitude_deg):
        assert len(latitude_deg) == len(longitude_deg)
        return (ZoneProbability(zone="high-seas", kind="high-seas", probability=1.0),)


def judged(update, settings=None):
    return FallAreas(OneSea(), settings or Settings()).judge(update, launch_statement())


def test_the_middle_of_a_fall_area_is_where_an_independent_integrator_comes_down():
    update = coasting_update()
    area = judged(update).area
    w = 7.292115e-5
    omega = np.array([0.0, 0.0, w])

    def rate(_, s):
        r, v = s[:3], s[3:]
        distance = np.linalg.norm(r)
        pull = -3.986004418e14 * r / distance**3
        z2 = (r[2] / distance) ** 2
        bulge = 1.5 * 1.08263e-3 * 3.986004418e14 * 6378137.0**2 / distance**5
        pull -= bulge * r * (np.array([1.0, 1.0, 3.0]) - 5.0 * z2)
        height = distance - 6378137.0 * (1 - z2 / 298.257)
        # An exponential atmosphere: far from USSA76 in detail, near in effect on the range.
        drag = 1.225 * np.exp(-max(height, 0.0) / 7200.0) * np.linalg.norm(v) / (2 * 5000.0)
        return np.concatenate(
            [v, pull - drag * v - 2 * np.cross(omega, v) - np.cross(omega, np.cross(omega, r))]
        )

    def ground(_, s):
        distance = np.linalg.norm(s[:3])
        return distance - 6378137.0 * (1 - (s[2] / distance) ** 2 / 298.257)

    ground.terminal = True
    ground.direction = -1
    start = np.concatenate([update.position_ecef_m, update.velocity_ecef_mps])
    end = solve_ivp(rate, (0, 1000), start, events=ground, rtol=1e-9, atol=1e-6)
    x, y, z = end.y[:3, -1]
    latitude = np.degrees(np.arctan2(z, np.hypot(x, y) * (1 - 0.00669438)))
    longitude = np.degrees(np.arctan2(y, x))
    _, _, miss = Geod(ellps="WGS84").inv(longitude, latitude, area.longitude_deg, area.latitude_deg)
    # Half a kilometre of atmosphere model, half of a skewed drag prior's mean, and the spread.
    assert miss < 2_500.0
    # The cruder atmosphere and the mean of a skewed law: some seconds in 400.
    assert (area.fall_time - EPOCH) / 1e9 == pytest.approx(end.t[-1], abs=6.0)


def test_the_same_track_gives_the_same_area_to_the_last_bit():
    assert judged(coasting_update()).area == judged(coasting_update()).area


def test_an_area_is_drawn_again_only_after_the_interval():
    areas = FallAreas(OneSea(), Settings(fallarea_interval_s=1.0))
    assert areas.judge(coasting_update(), launch_statement()) is not None
    assert areas.judge(coasting_update(seconds=0.5), launch_statement()) is None
    again = areas.judge(coasting_update(seconds=1.5), launch_statement())
    assert again is not None
    assert again.area.revision == 2


def test_a_dropped_track_gives_no_area():
    assert judged(coasting_update(status="dropped")) is None


def test_probabilities_count_what_does_not_come_down():
    update = coasting_update()
    # Twice the speed needed to leave: half of nothing comes down.
    faster = msgspec.structs.replace(
        update,
        hypotheses=tuple(
            msgspec.structs.replace(
                one, mean=(*one.mean[:3], *(6.0 * v for v in one.mean[3:6]), *one.mean[6:])
            )
            for one in update.hypotheses
        ),
    )
    fall = judged(faster)
    assert fall.area is None
    assert len(fall.samples) > 0


def test_every_sample_falls_where_it_falls_alone():
    posterior = draw(coasting_update(), 90.0, np.random.default_rng(1).standard_normal((200, 12)))
    together = let_fall(posterior, 4000.0)
    some = posterior._replace(
        states=posterior.states[50:60],
        log_beta=posterior.log_beta[50:60],
        burn_seconds=posterior.burn_seconds[50:60],
    )
    # Bodies fall side by side; whoever is beside them must not matter.
    np.testing.assert_allclose(let_fall(some, 4000.0), together[50:60], rtol=1e-12, atol=1e-9)


def test_once_sinking_the_apogee_is_remembered():
    areas = FallAreas(OneSea(), Settings())
    rising = areas.judge(coasting_update(), launch_statement()).area
    update = coasting_update(seconds=5.0)
    sinking = msgspec.structs.replace(
        update,
        velocity_ecef_mps=tuple(-v for v in update.velocity_ecef_mps),
        hypotheses=tuple(
            msgspec.structs.replace(
                one, mean=(*one.mean[:3], *(-v for v in one.mean[3:6]), *one.mean[6:])
            )
            for one in update.hypotheses
        ),
    )
    assert areas.judge(sinking, launch_statement()).area.apogee_m == rising.apogee_m


def test_what_is_below_the_ground_already_came_down_where_it_passed_it():
    state = state_at(39.0, 133.0, -600.0, 300.0, 0.0, -400.0)
    update = update_of(state, (1.0, 0.1), {"reentry": 1.0}, extras={"reentry": COASTING["coast"]})
    posterior = draw(update, 400.0, np.random.default_rng(1).standard_normal((100, 12)))
    falls = let_fall(posterior, 4000.0)
    # 600 m at 400 m/s: 1.5 s ago, 450 m to the west.
    assert np.median(falls[:, 2]) == pytest.approx(-1.5, abs=0.02)
    west = (133.0 - np.degrees(np.median(falls[:, 1]))) * 111_320 * np.cos(np.radians(39.0))
    assert west == pytest.approx(450.0, abs=5.0)
