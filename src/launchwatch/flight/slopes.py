"""How a fall point moves with the state that it follows from: its derivative, by differences.

Axes lie on the ground at the fall: across the ground track, to the right of it, and along it.
The ground track is the geodesic from below the body to its fall. Steps are large enough that
the half metre by which a fall is rounded is a thousandth of what they move it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.earth import geodesic
from launchwatch.earth.ellipsoid import geodetic_from_ecef
from launchwatch.errors import InputError
from launchwatch.flight.fall import falls

Array = NDArray[np.float64]

_STEPS = np.array([1000.0, 1000.0, 1000.0, 5.0, 5.0, 5.0, 0.05])
"""Of position (m), velocity (m/s) and ln ballistic coefficient: half a per cent of a flight."""


class FallSlopes(NamedTuple):
    """A fall point and how it moves.

    Attributes:
        latitude: of the fall, radians, with ``longitude``.
        azimuth: of the ground track there, radians clockwise from true north.
        seconds: until the fall.
        slopes: (2, 7) metres across (to the right) and along, by position (m) and velocity
            (m/s) in ECEF and the logarithm of the ballistic coefficient.
    """

    latitude: float
    longitude: float
    azimuth: float
    seconds: float
    slopes: Array


def fall_slopes(state: ArrayLike, ballistic_coefficient: float) -> FallSlopes:
    """Give where a body falls and the derivative of that.

    Args:
        state: (6,) position (m) and velocity (m/s) in ECEF.
        ballistic_coefficient: m/(Cd·A) in kg/m², above 0.

    Raises:
        InputError: another shape, numbers that cannot be, or a body that does not fall.
    """
    x = np.asarray(state, dtype=np.float64)
    if x.shape != (6,):
        raise InputError(f"state must have shape (6,), got {x.shape}")
    moved = np.zeros((15, 7))
    moved[1:8] = np.diag(_STEPS)
    moved[8:] = -np.diag(_STEPS)
    fell = falls(x + moved[:, :6], ballistic_coefficient * np.exp(moved[:, 6]))
    if not (fell.status == 1).all():
        raise InputError("the fall of a body is wanted that comes down, with all near it")
    below = geodetic_from_ecef(x[:3])
    latitude, longitude = float(fell.latitude[0]), float(fell.longitude[0])
    _, _, azimuth = geodesic.inverse(below[0], below[1], latitude, longitude)
    distance, start, _ = geodesic.inverse(latitude, longitude, fell.latitude, fell.longitude)
    offset = start - azimuth
    points = np.stack([distance * np.sin(offset), distance * np.cos(offset)])
    slopes = (points[:, 1:8] - points[:, 8:]) / (2.0 * _STEPS)
    return FallSlopes(latitude, longitude, float(azimuth), float(fell.seconds[0]), slopes)


def across_and_along(fell: FallSlopes, latitude: ArrayLike, longitude: ArrayLike) -> Array:
    """Give how far points (radians) lie to the right of a fall point and beyond it: (..., 2) m."""
    distance, start, _ = geodesic.inverse(fell.latitude, fell.longitude, latitude, longitude)
    offset = start - fell.azimuth
    return np.stack([distance * np.sin(offset), distance * np.cos(offset)], axis=-1)
