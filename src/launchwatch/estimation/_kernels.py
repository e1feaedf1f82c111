"""Compiled arithmetic of estimation: arrays in, arrays out, no checks.

States have nine numbers, position and velocity in ECEF first; measurements come packed as
`launchwatch.estimation.measurement` describes. A covariance that is not positive-definite
gives False, never an exception.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel

Floats = NDArray[np.float64]

STATE = 9
PACKED = 22

RADAR = 0
RADAR_WITH_RATE = 1
LINE_OF_SIGHT = 2


@kernel
def cholesky(P: Floats, L: Floats) -> bool:
    """Factor P = L·Lᵀ, L lower triangular; False where P is not positive-definite."""
    n = P.shape[0]
    for i in range(n):
        for j in range(i + 1):
            total = P[i, j]
            for k in range(j):
                total -= L[i, k] * L[j, k]
            if i == j:
                if not total > 0.0:
                    return False
                L[i, i] = math.sqrt(total)
            else:
                L[i, j] = total / L[j, j]
        for j in range(i + 1, n):
            L[i, j] = 0.0
    return True


@kernel
def solve_cholesky(L: Floats, b: Floats) -> None:
    """Solve L·Lᵀ·x = b in place."""
    n = L.shape[0]
    for i in range(n):
        for k in range(i):
            b[i] -= L[i, k] * b[k]
        b[i] /= L[i, i]
    for i in range(n - 1, -1, -1):
        for k in range(i + 1, n):
            b[i] -= L[k, i] * b[k]
        b[i] /= L[i, i]


@kernel
def cubature_points(x: Floats, L: Floats, points: Floats) -> None:
    """Place the 2n third-degree cubature points of N(x, L·Lᵀ) (Arasaratnam and Haykin, 2009)."""
    n = x.shape[0]
    reach = math.sqrt(n)
    for j in range(n):
        for i in range(n):
            offset = reach * L[i, j]
            points[j, i] = x[i] + offset
            points[n + j, i] = x[i] - offset


@kernel
def moments_of_points(points: Floats, x: Floats, P: Floats) -> None:
    """Take mean and covariance of equally weighted points."""
    count, n = points.shape
    for i in range(n):
        total = 0.0
        for k in range(count):
            total += points[k, i]
        x[i] = total / count
    for i in range(n):
        for j in range(i + 1):
            total = 0.0
            for k in range(count):
                total += (points[k, i] - x[i]) * (points[k, j] - x[j])
            P[i, j] = total / count
            P[j, i] = P[i, j]


@kernel
def innovate(packed: Floats, x: Floats, y: Floats, H: Floats) -> int:
    """Fill innovation y and Jacobian H (rows used, position and velocity columns only).

    Returns how many rows are used: 3 or 4 for a radar, 2 for a line of sight.
    """
    dx = x[0] - packed[2]
    dy = x[1] - packed[3]
    dz = x[2] - packed[4]
    distance = math.sqrt(dx * dx + dy * dy + dz * dz)
    if packed[0] == LINE_OF_SIGHT:
        ux, uy, uz = dx / distance, dy / distance, dz / distance
        for row in range(2):
            ex = packed[5 + 3 * row]
            ey = packed[6 + 3 * row]
            ez = packed[7 + 3 * row]
            along = ex * ux + ey * uy + ez * uz
            y[row] = packed[14 + row] - along
            H[row, 0] = (ex - along * ux) / distance
            H[row, 1] = (ey - along * uy) / distance
            H[row, 2] = (ez - along * uz) / distance
            H[row, 3] = 0.0
            H[row, 4] = 0.0
            H[row, 5] = 0.0
        return 2
    east = packed[5] * dx + packed[6] * dy + packed[7] * dz
    north = packed[8] * dx + packed[9] * dy + packed[10] * dz
    up = packed[11] * dx + packed[12] * dy + packed[13] * dz
    level2 = east * east + north * north
    level = math.sqrt(level2)
    y[0] = packed[14] - distance
    turn = packed[15] - math.atan2(east, north)
    y[1] = turn - 2.0 * math.pi * math.floor((turn + math.pi) / (2.0 * math.pi))
    y[2] = packed[16] - math.atan2(up, level)
    H[0, 0] = dx / distance
    H[0, 1] = dy / distance
    H[0, 2] = dz / distance
    for c in range(3):
        e, n, u = packed[5 + c], packed[8 + c], packed[11 + c]
        H[1, c] = (north * e - east * n) / level2
        H[2, c] = (level * u - up * (east * e + north * n) / level) / (distance * distance)
        for row in range(3):
            H[row, 3 + c] = 0.0
    if packed[0] == RADAR:
        return 3
    rate = (dx * x[3] + dy * x[4] + dz * x[5]) / distance
    y[3] = packed[17] - rate
    for c in range(3):
        H[3, 3 + c] = H[0, c]
        H[3, c] = (x[3 + c] - rate * H[0, c]) / distance
    return 4


@kernel
def innovation_covariance(packed: Floats, P: Floats, H: Floats, m: int, S: Floats) -> None:
    """Fill S = H·P·Hᵀ + R for the m rows in use."""
    for i in range(m):
        for j in range(i + 1):
            total = 0.0
            for a in range(6):
                part = 0.0
                for b in range(6):
                    part += P[a, b] * H[j, b]
                total += H[i, a] * part
            if i == j:
                total += packed[18 + i] * packed[18 + i]
            S[i, j] = total
            S[j, i] = total


@kernel
def log_gaussian(y: Floats, S: Floats, m: int) -> tuple[float, float]:
    """Give ln N(y; 0, S) and the squared Mahalanobis length of m rows; NaN if S is none."""
    L = np.empty((4, 4))
    log_determinant = 0.0
    length2 = 0.0
    w = np.empty(4)
    for i in range(m):
        for j in range(i + 1):
            total = S[i, j]
            for k in range(j):
                total -= L[i, k] * L[j, k]
            if i == j:
                if not total > 0.0:
                    return math.nan, math.nan
                L[i, i] = math.sqrt(total)
                log_determinant += 2.0 * math.log(L[i, i])
            else:
                L[i, j] = total / L[j, j]
        total = y[i]
        for k in range(i):
            total -= L[i, k] * w[k]
        w[i] = total / L[i, i]
        length2 += w[i] * w[i]
    return -0.5 * (length2 + log_determinant + m * math.log(2.0 * math.pi)), length2


@kernel
def update(packed: Floats, x: Floats, P: Floats, iterations: int) -> tuple[float, float]:
    """Condition N(x, P) on one measurement, in place; returns ln likelihood and Mahalanobis².

    An iterated extended Kalman update (Bell and Cathey, 1993): the Jacobian is taken again
    at the improved state, which matters when the prior is far wider than the beam. The
    covariance takes Joseph's form, which keeps it symmetric and positive.
    """
    n = x.shape[0]
    y = np.empty(4)
    H = np.empty((4, 6))
    S = np.empty((4, 4))
    L = np.empty((4, 4))
    PH = np.empty((n, 4))
    K = np.empty((n, 4))
    column = np.empty(4)
    start = x.copy()
    log_likelihood = math.nan
    length2 = math.nan
    m = 0
    for step in range(iterations):
        m = innovate(packed, x, y, H)
        innovation_covariance(packed, P, H, m, S)
        if step == 0:
            log_likelihood, length2 = log_gaussian(y, S, m)
            if math.isnan(length2):
                return log_likelihood, length2
        if not cholesky(S[:m, :m], L[:m, :m]):
            return math.nan, math.nan
        for a in range(n):
            for i in range(m):
                total = 0.0
                for b in range(6):
                    total += P[a, b] * H[i, b]
                PH[a, i] = total
        for a in range(n):
            for i in range(m):
                column[i] = PH[a, i]
            solve_cholesky(L[:m, :m], column[:m])
            for i in range(m):
                K[a, i] = column[i]
        for i in range(m):  # innovation seen from the prior mean
            for b in range(6):
                y[i] -= H[i, b] * (start[b] - x[b])
        moved2 = 0.0
        for a in range(n):
            total = start[a]
            for i in range(m):
                total += K[a, i] * y[i]
            change = total - x[a]
            moved2 = max(moved2, change * change / (P[a, a] + 1e-300))
            x[a] = total
        # A move of a hundredth of the prior's sigma changes the Jacobian beyond notice.
        if moved2 < 1e-4:
            break
    A = np.empty((n, n))
    for a in range(n):
        for b in range(n):
            total = 1.0 if a == b else 0.0
            if b < 6:
                for i in range(m):
                    total -= K[a, i] * H[i, b]
            A[a, b] = total
    B = np.empty((n, n))
    for a in range(n):
        for b in range(n):
            total = 0.0
            for c in range(n):
                total += A[a, c] * P[c, b]
            B[a, b] = total
    for a in range(n):
        for b in range(a + 1):
            total = 0.0
            for c in range(n):
                total += B[a, c] * A[b, c]
            for i in range(m):
                total += K[a, i] * K[b, i] * packed[18 + i] * packed[18 + i]
            P[a, b] = total
            P[b, a] = total
    return log_likelihood, length2
