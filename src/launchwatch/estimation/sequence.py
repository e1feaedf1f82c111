"""A whole row of measurements through one filter, in one call: arrays in, arrays out.

For a body that coasts above the air: gravity with J2, Coriolis and centrifugal terms, no
drag. It is the extended Kalman filter, iterated where the prior is wide against the beam.

Left out: drag, thrust, and the question which plots are of this body. Where the air is felt,
`launchwatch.tracking` has other models.

Source: Bar-Shalom, Li and Kirubarajan, Estimation with Applications to Tracking and
Navigation, 2001, section 10.3; Bell and Cathey, IEEE Trans. Automatic Control 38 (1993) 294.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.errors import InputError, NotPositiveDefinite
from launchwatch.estimation import _kernels, _kernels_coast
from launchwatch.estimation.gaussian import Gaussian, gaussian

Floats = NDArray[np.float64]


class Filtered(NamedTuple):
    """What a filter made of k measurements.

    Attributes:
        means: (k, 6) position and velocity after each, ECEF metres and m/s.
        covariances: (k, 6, 6).
        innovations: (k, 4) measured less expected, before each; NaN where not measured.
        log_likelihoods: (k,) ln density of each innovation.
        lengths2: (k,) its squared Mahalanobis length (NIS): chi-square where all is right.
    """

    means: Floats
    covariances: Floats
    innovations: Floats
    log_likelihoods: Floats
    lengths2: Floats

    @property
    def last(self) -> Gaussian:
        """The belief after the last measurement."""
        return Gaussian(self.means[-1], self.covariances[-1])


def filtered(
    plots: ArrayLike,
    seconds: ArrayLike,
    prior: Gaussian,
    noise: float = 0.0,
    iterations: int = 4,
) -> Filtered:
    """Filter a coasting body's measurements.

    Args:
        plots: (k, 22), as `launchwatch.estimation.measurement` describes, of any sensors;
            `radar_plots` makes them from bare numbers.
        seconds: (k,) from the prior's epoch, not decreasing.
        prior: of six numbers, position and velocity in ECEF (m, m/s).
        noise: spectral density of white acceleration on each axis, m²/s³. Nought where
            gravity is all there is; 1e-4 stands for what gravity beyond J2 does in minutes.
        iterations: how often a Jacobian is taken anew at most; 1 is the plain filter.

    Raises:
        InputError: another shape, numbers that are not finite, times that run backwards.
        NotPositiveDefinite: a covariance was lost; the text says at which plot.
    """
    z, t = checked_plots(plots, seconds)
    x, P = (one.copy() for one in gaussian(*prior))
    if len(x) != _kernels_coast.STATE:
        raise InputError(f"the prior must have six numbers, got {len(x)}")
    if iterations < 1 or not 0.0 <= noise < np.inf:
        raise InputError(
            f"iterations must be 1 or more and noise not negative, got {iterations} and {noise}"
        )
    k = len(z)
    found = Filtered(
        np.empty((k, 6)), np.empty((k, 6, 6)), np.empty((k, 4)), np.empty(k), np.empty(k)
    )
    used = _kernels_coast.run(z, t, x, P, float(noise), int(iterations), *found)
    if used < k:
        raise NotPositiveDefinite(f"the covariance was lost at plot {used} of {k}")
    return found


def radar_plots(
    place: tuple[float, float, float], measured: ArrayLike, sigmas: ArrayLike
) -> Floats:
    """Pack what one radar measured, from bare numbers.

    Args:
        place: of the radar: latitude, longitude (radians), height above the ellipsoid (m).
        measured: (k, 3) range, azimuth, elevation (m, radians), or (k, 4) with range rate
            (m/s). Azimuth runs clockwise from true north.
        sigmas: (3,) or (4,) the standard deviations of each.

    Returns:
        (k, 22), as `launchwatch.estimation.measurement` describes.

    Raises:
        InputError: shapes do not belong together, or a number is not finite or a sigma not
            above nought.
    """
    z = np.asarray(measured, dtype=np.float64)
    spread = np.asarray(sigmas, dtype=np.float64)
    if z.ndim != 2 or z.shape[1] not in (3, 4) or spread.shape != z.shape[1:]:
        raise InputError(
            "measured must have shape (k, 3) or (k, 4) and sigmas as many numbers as a row, "
            f"got {z.shape} and {spread.shape}"
        )
    if not (np.isfinite(z).all() and np.isfinite(spread).all() and (spread > 0.0).all()):
        raise InputError("what was measured must be finite, and its sigmas above nought")
    width = z.shape[1]
    packed = np.zeros((len(z), _kernels.PACKED))
    packed[:, 0] = _kernels.RADAR if width == 3 else _kernels.RADAR_WITH_RATE
    packed[:, 2:5] = ecef_from_geodetic(*place)
    packed[:, 5:14] = ecef_from_enu_rotation(place[0], place[1]).T.ravel()
    packed[:, 14 : 14 + width] = z
    packed[:, 18 : 18 + width] = spread
    return packed


def checked_plots(plots: ArrayLike, seconds: ArrayLike) -> tuple[Floats, Floats]:
    """Give packed measurements (k, 22) and their times (k,) as kernels want them.

    Raises:
        InputError: another shape, not finite, or times that run backwards.
    """
    z = np.ascontiguousarray(plots, dtype=np.float64)
    t = np.ascontiguousarray(seconds, dtype=np.float64)
    if z.ndim != 2 or z.shape[1] != _kernels.PACKED or t.shape != z.shape[:1] or len(t) == 0:
        raise InputError(
            f"plots must have shape (k, {_kernels.PACKED}) and seconds (k,), with k of 1 or "
            f"more, got {z.shape} and {t.shape}"
        )
    finite = np.isfinite(z).all(axis=1) & np.isfinite(t)
    if not finite.all():
        raise InputError(f"plot {int(np.argmin(finite))} has numbers that are not finite")
    backwards = np.flatnonzero(np.diff(t, prepend=0.0) < 0.0)
    if len(backwards):
        raise InputError(
            f"plots must come in the order of time and none before the prior: plot "
            f"{backwards[0]} of {len(t)} does not"
        )
    return z, t
