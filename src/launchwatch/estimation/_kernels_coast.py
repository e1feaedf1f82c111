"""Compiled arithmetic of one coasting body: an extended Kalman filter as lean as it can be.

Six numbers, position and velocity in ECEF, under gravity with J2, Coriolis and centrifugal
terms; no drag. Everything happens in place: x (6,), P (6, 6) symmetric, and work of shape
(`WORK`, 6) that a caller allocates once and passes on, because allocating costs as much as
an update. Nothing is checked; a covariance that is lost gives False or NaN.

A step of at most `GREATEST_STEP` seconds takes the classical Runge-Kutta rule for the state,
and for the transition the exponential of the motion linearised in its middle, to third order:
with gradients of 1e-6 s⁻² the rest is below 1e-10 of a sigma.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.constants import EARTH_GM, EARTH_J2, EARTH_ROTATION, WGS84_SEMI_MAJOR
from launchwatch.earth._kernels import gravity
from launchwatch.estimation._kernels import RADAR_WITH_RATE, innovate

Floats = NDArray[np.float64]

STATE = 6
WORK = 16
"""Rows of six: a transition and a product when predicting (12), and when updating the innovation,
its whitened form, the prior's mean, Jacobian, gain and innovation covariance (15)."""

GREATEST_STEP = 1.0

_W = EARTH_ROTATION
_W2 = EARTH_ROTATION * EARTH_ROTATION
_J2_FACTOR = 1.5 * EARTH_J2 * WGS84_SEMI_MAJOR * WGS84_SEMI_MAJOR


@kernel
def _acceleration(x: float, y: float, z: float, vx: float, vy: float) -> tuple[float, float, float]:
    gx, gy, gz = gravity(x, y, z)
    return gx + _W2 * x + 2.0 * _W * vy, gy + _W2 * y - 2.0 * _W * vx, gz


@kernel
def gradient(x: float, y: float, z: float) -> tuple[float, float, float, float, float, float]:
    """Give the derivative of gravity and centrifugal terms: xx, xy, xz, yy, yz, zz (1/s²)."""
    r2 = x * x + y * y + z * z
    inverse2 = 1.0 / r2
    central = -EARTH_GM * inverse2 / math.sqrt(r2)
    bulge = _J2_FACTOR * inverse2
    polar = z * z * inverse2
    slope = central * inverse2
    across = slope * (-3.0 - bulge * (5.0 - 35.0 * polar))
    along = slope * (-3.0 - bulge * (15.0 - 35.0 * polar))
    level = central * (1.0 + bulge * (1.0 - 5.0 * polar)) + _W2
    upright = central * (1.0 + bulge * (3.0 - 5.0 * polar))
    return (
        level + x * x * across,
        x * y * across,
        x * z * along,
        level + y * y * across,
        y * z * along,
        upright + z * z * slope * (-3.0 - bulge * (25.0 - 35.0 * polar)),
    )


@kernel
def _step(x: Floats, h: float, F: Floats) -> None:
    """Carry a state h seconds on, in place, and write its transition F (6, 6)."""
    rx, ry, rz, vx, vy, vz = x[0], x[1], x[2], x[3], x[4], x[5]
    half = 0.5 * h
    ax, ay, az = _acceleration(rx, ry, rz, vx, vy)
    ux, uy, uz = vx + half * ax, vy + half * ay, vz + half * az
    bx, by, bz = _acceleration(rx + half * vx, ry + half * vy, rz + half * vz, ux, uy)
    tx, ty, tz = vx + half * bx, vy + half * by, vz + half * bz
    mx, my, mz = rx + half * ux, ry + half * uy, rz + half * uz
    cx, cy, cz = _acceleration(mx, my, mz, tx, ty)
    wx, wy, wz = vx + h * cx, vy + h * cy, vz + h * cz
    dx, dy, dz = _acceleration(rx + h * tx, ry + h * ty, rz + h * tz, wx, wy)
    sixth = h / 6.0
    x[0] = rx + sixth * (vx + 2.0 * (ux + tx) + wx)
    x[1] = ry + sixth * (vy + 2.0 * (uy + ty) + wy)
    x[2] = rz + sixth * (vz + 2.0 * (uz + tz) + wz)
    x[3] = vx + sixth * (ax + 2.0 * (bx + cx) + dx)
    x[4] = vy + sixth * (ay + 2.0 * (by + cy) + dy)
    x[5] = vz + sixth * (az + 2.0 * (bz + cz) + dz)
    # The exponential of [[0, 1], [G, C]]·h with C the Coriolis turn, whose square is -4 W²
    # across the axis; products of G and C count in the third order alone.
    gxx, gxy, gxz, gyy, gyz, gzz = gradient(mx, my, mz)
    h2 = 0.5 * h * h
    h3 = h * h2 / 3.0
    turn = 2.0 * _W
    turn2 = turn * turn
    k = turn * h3
    F[0, 0] = 1.0 + h2 * gxx + k * gxy
    F[0, 1] = h2 * gxy + k * gyy
    F[0, 2] = h2 * gxz + k * gyz
    F[1, 0] = h2 * gxy - k * gxx
    F[1, 1] = 1.0 + h2 * gyy - k * gxy
    F[1, 2] = h2 * gyz - k * gxz
    F[2, 0] = h2 * gxz
    F[2, 1] = h2 * gyz
    F[2, 2] = 1.0 + h2 * gzz
    F[0, 3] = h + h3 * (gxx - turn2)
    F[0, 4] = h2 * turn + h3 * gxy
    F[0, 5] = h3 * gxz
    F[1, 3] = -h2 * turn + h3 * gxy
    F[1, 4] = h + h3 * (gyy - turn2)
    F[1, 5] = h3 * gyz
    F[2, 3] = h3 * gxz
    F[2, 4] = h3 * gyz
    F[2, 5] = h + h3 * gzz
    k = turn * h2
    F[3, 0] = h * gxx + k * gxy
    F[3, 1] = h * gxy + k * gyy
    F[3, 2] = h * gxz + k * gyz
    F[4, 0] = h * gxy - k * gxx
    F[4, 1] = h * gyy - k * gxy
    F[4, 2] = h * gyz - k * gxz
    F[5, 0] = h * gxz
    F[5, 1] = h * gyz
    F[5, 2] = h * gzz
    F[3, 3] = 1.0 + h2 * (gxx - turn2)
    F[3, 4] = h * turn + h2 * gxy
    F[3, 5] = h2 * gxz
    F[4, 3] = -h * turn + h2 * gxy
    F[4, 4] = 1.0 + h2 * (gyy - turn2)
    F[4, 5] = h2 * gyz
    F[5, 3] = h2 * gxz
    F[5, 4] = h2 * gyz
    F[5, 5] = 1.0 + h2 * gzz


@kernel
def propagate(x: Floats, seconds: float, work: Floats) -> None:
    """Carry a state (6,) on, or back where seconds is negative, in place."""
    steps = int(np.ceil(abs(seconds) / GREATEST_STEP))
    for _ in range(steps):
        _step(x, seconds / steps, work)


@kernel
def predict(x: Floats, P: Floats, seconds: float, noise: float, work: Floats) -> None:
    """Carry a Gaussian on in place; noise is white acceleration's density (m²/s³ per axis)."""
    steps = int(np.ceil(abs(seconds) / GREATEST_STEP))
    if steps == 0:
        return
    h = seconds / steps
    for _ in range(steps):
        F = work[:6]
        B = work[6:12]
        _step(x, h, F)
        for i in range(6):
            for j in range(6):
                B[i, j] = (
                    F[i, 0] * P[0, j]
                    + F[i, 1] * P[1, j]
                    + F[i, 2] * P[2, j]
                    + F[i, 3] * P[3, j]
                    + F[i, 4] * P[4, j]
                    + F[i, 5] * P[5, j]
                )
        for i in range(6):
            for j in range(i + 1):
                P[i, j] = (
                    B[i, 0] * F[j, 0]
                    + B[i, 1] * F[j, 1]
                    + B[i, 2] * F[j, 2]
                    + B[i, 3] * F[j, 3]
                    + B[i, 4] * F[j, 4]
                    + B[i, 5] * F[j, 5]
                )
                P[j, i] = P[i, j]
        q = noise * abs(h)
        for i in range(3):
            P[i, i] += q * h * h / 3.0
            P[i, i + 3] += 0.5 * q * h
            P[i + 3, i] += 0.5 * q * h
            P[i + 3, i + 3] += q


@kernel
def update(
    packed: Floats, x: Floats, P: Floats, iterations: int, work: Floats
) -> tuple[float, float]:
    """Condition N(x, P) on one packed measurement, in place: an iterated extended Kalman update.

    Returns ln N(y; 0, S) and yᵀ·S⁻¹·y of the innovation at the prior's mean. Both are NaN, and x
    and P as they came, where S or the result is no covariance.
    """
    y = work[0]
    w = work[1]
    start = work[2]
    H = work[3:7]
    U = work[7:11]
    S = work[11:15]
    for a in range(6):
        start[a] = x[a]
    log_likelihood = math.nan
    length2 = math.nan
    m = 0
    for step in range(iterations):
        m = innovate(packed, x, y, H)
        if step > 0:  # the innovation seen from the prior's mean
            for i in range(m):
                for b in range(6):
                    y[i] -= H[i, b] * (start[b] - x[b])
        # U = L⁻¹·H·P with L·Lᵀ = S, row by row; then x += Uᵀ·L⁻¹·y and P -= Uᵀ·U. L grows in the
        # lower part of S, the reciprocals of its diagonal in the last column.
        columns = 6 if packed[0] == RADAR_WITH_RATE else 3  # only a rate depends on velocity
        size = 0.0
        length2_here = 0.0
        for i in range(m):
            for a in range(6):
                total = 0.0
                for b in range(columns):
                    total += H[i, b] * P[b, a]
                U[i, a] = total
            for j in range(i + 1):
                total = 0.0
                for b in range(columns):
                    total += U[i, b] * H[j, b]
                S[i, j] = total
            S[i, i] += packed[18 + i] * packed[18 + i]
        for i in range(m):
            for j in range(i):
                total = S[i, j]
                for k in range(j):
                    total -= S[i, k] * S[j, k]
                S[i, j] = total * S[j, 5]
            pivot = S[i, i]
            rest = y[i]
            for k in range(i):
                pivot -= S[i, k] * S[i, k]
                rest -= S[i, k] * w[k]
                for a in range(6):
                    U[i, a] -= S[i, k] * U[k, a]
            if not pivot > 0.0:
                for a in range(6):
                    x[a] = start[a]
                return math.nan, math.nan
            inverse = 1.0 / math.sqrt(pivot)
            S[i, 5] = inverse
            size -= math.log(inverse)
            w[i] = rest * inverse
            length2_here += w[i] * w[i]
            for a in range(6):
                U[i, a] *= inverse
        if not length2_here < math.inf:
            for a in range(6):
                x[a] = start[a]
            return math.nan, math.nan
        if step == 0:
            length2 = length2_here
            log_likelihood = -0.5 * (length2 + m * math.log(2.0 * math.pi)) - size
        moved2 = 0.0
        for a in range(6):
            total = start[a]
            left = P[a, a]
            for i in range(m):
                total += U[i, a] * w[i]
                left -= U[i, a] * U[i, a]
            if not left > 0.0:
                for b in range(6):
                    x[b] = start[b]
                return math.nan, math.nan
            moved2 = max(moved2, (total - x[a]) * (total - x[a]) / left)
            x[a] = total
        # A move of a tenth of the posterior's sigma changes the Jacobian beyond notice.
        if moved2 < 1e-2:
            break
    for a in range(6):
        for b in range(a + 1):
            total = P[a, b]
            for i in range(m):
                total -= U[i, a] * U[i, b]
            P[a, b] = total
            P[b, a] = total
    return log_likelihood, length2


@kernel
def run(
    packed: Floats,
    seconds: Floats,
    x: Floats,
    P: Floats,
    noise: float,
    iterations: int,
    means: Floats,
    covariances: Floats,
    innovations: Floats,
    log_likelihoods: Floats,
    lengths2: Floats,
) -> int:
    """Filter a whole row of measurements; returns how many were used before a covariance was lost.

    packed (k, 22) at seconds (k,) from the epoch of x and P, which are left as after the last.
    """
    work = np.empty((WORK, 6))
    now = 0.0
    for k in range(packed.shape[0]):
        predict(x, P, seconds[k] - now, noise, work)
        now = seconds[k]
        for i in range(4):
            innovations[k, i] = math.nan
        for i in range(innovate(packed[k], x, work[0], work[3:7])):
            innovations[k, i] = work[0, i]
        log_likelihoods[k], lengths2[k] = update(packed[k], x, P, iterations, work)
        if math.isnan(lengths2[k]):
            return k
        for a in range(6):
            means[k, a] = x[a]
            for b in range(6):
                covariances[k, a, b] = P[a, b]
    return len(packed)
