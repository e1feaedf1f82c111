"""Far radars that give range rate: speed and place across the line of sight are little known."""

import numpy as np

from launchwatch.estimation._kernels import innovate
from launchwatch.tracking._kernels_registration import rate_spread2

PACKED = np.zeros(22)
PACKED[0] = 1.0
PACKED[5:14] = np.eye(3).ravel()
PACKED[14] = 1.1e6
PACKED[18:22] = 30.0, 1.2e-3, 1.2e-3, 1.0


def test_what_a_rate_leaves_out_is_the_spread_of_the_product_of_errors_across() -> None:
    """A million draws tell a standard deviation to a part in a thousand."""
    place, speed, far = 900.0, 700.0, PACKED[14]
    x = np.array([0.0, far, 0.0, 800.0, -1500.0, 600.0])
    P = np.diag([place, 20.0, place, speed, 5.0, speed]) ** 2.0
    y, H = np.empty(4), np.empty((4, 6))
    innovate(PACKED, x, y, H)
    told = rate_spread2(PACKED, P, H, far)
    measured = far * 1.2e-3
    known = place * measured / np.hypot(place, measured)
    draws = np.random.default_rng(7).standard_normal((1_000_000, 4))
    product = known * speed * (draws[:, 0] * draws[:, 1] + draws[:, 2] * draws[:, 3]) / far
    np.testing.assert_allclose(np.sqrt(told), product.std(), rtol=0.01)


def test_a_well_known_speed_leaves_a_rate_as_sharp_as_it_is_stated() -> None:
    x = np.array([0.0, 1.1e6, 0.0, 800.0, -1500.0, 600.0])
    P = np.diag([100.0, 20.0, 100.0, 5.0, 1.0, 5.0]) ** 2.0
    y, H = np.empty(4), np.empty((4, 6))
    innovate(PACKED, x, y, H)
    assert rate_spread2(PACKED, P, H, PACKED[14]) < 1e-5
