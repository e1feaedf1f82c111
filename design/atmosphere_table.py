"""Write the density table of earth/_kernels_density.py from the standard's defining equations.

U.S. Standard Atmosphere, 1976 (NOAA-S/T-76-1562, NASA-TM-X-74335): section 1.2.5 for the
layers below 86 km, section 1.3 for diffusive equilibrium above. Nothing is copied from a
printed table. The integrals above 86 km are sums over the grid of `QUADRATURE`, by the
trapezoidal rule, as in the open implementation ``ussa1976`` against which we are tested:
the mean mass jumps at 100 km, and an exact integral (10 m, either rule) lies 2e-4 away at
100 km and 6e-4 at 500 km, which is far below what the real atmosphere does.

Run ``python design/atmosphere_table.py`` to write the file anew; ``--check CSV`` compares
with densities by others (columns: km, kg/m³).
"""

import sys
from pathlib import Path

import numpy as np
from scipy.integrate import cumulative_trapezoid
from scipy.interpolate import CubicSpline

R = 8314.32  # N·m/(kmol·K), the standard's own value
RADIUS = 6_356_766.0  # the standard's Earth radius, m
G0 = 9.80665
AIR = 28.964425278793997  # kg/kmol: the sum of table 3 with its molar masses
AVOGADRO = 6.022169e26  # 1/kmol

QUADRATURE = np.concatenate(
    (np.linspace(86e3, 150e3, 640, endpoint=False), np.geomspace(150e3, 1000e3, 100))
)  # m

FINE, COARSE = 250.0, 1000.0  # cell widths, m
BOTTOM, MIDDLE, TOP = -5000.0, 128_000.0, 1_000_000.0


def low(height):
    """Give density (kg/m³) from -5 to 86 km: layers of constant gradient (equations 23, 33)."""
    bases = np.array([0.0, 11e3, 20e3, 32e3, 47e3, 51e3, 71e3])
    lapses = np.array([-6.5e-3, 0.0, 1e-3, 2.8e-3, 0.0, -2.8e-3, -2e-3])
    potential = RADIUS * height / (RADIUS + height)
    density = np.empty_like(height)
    temperature, pressure = 288.15, 101_325.0
    for i, (base, lapse) in enumerate(zip(bases, lapses, strict=True)):
        top = bases[i + 1] if i + 1 < len(bases) else np.inf
        inside = (potential < top) & ((potential >= base) | (i == 0))

        def state(h, base=base, lapse=lapse, t=temperature, p=pressure):
            here = t + lapse * (h - base)
            if lapse == 0.0:
                return here, p * np.exp(-G0 * AIR * (h - base) / (R * t))
            return here, p * np.abs(t / here) ** (G0 * AIR / (R * lapse))

        t, p = state(potential[inside])
        density[inside] = p * AIR / (R * t)
        if np.isfinite(top):
            temperature, pressure = state(top)
    return density


def temperature_above(z):
    """Give kinetic temperature (K) and its gradient (K/m) above 86 km (equations 25 to 31)."""
    a, b, centre = -76.3232, -19_942.9, 263.1905
    root = np.sqrt(np.maximum(1.0 - ((z - 91e3) / b) ** 2, 1e-12))
    xi = (z - 120e3) * (RADIUS + 120e3) / (RADIUS + z)
    decay = np.exp(-0.01875e-3 * xi)
    pieces = [z < 91e3, z < 110e3, z < 120e3]
    t = np.select(
        pieces,
        [np.full_like(z, 186.8673), centre + a * root, 240.0 + 0.012 * (z - 110e3)],
        1000.0 - 640.0 * decay,
    )
    slope = np.select(
        pieces,
        [np.zeros_like(z), -a / b * (z - 91e3) / b / root, np.full_like(z, 0.012)],
        0.01875e-3 * 640.0 * ((RADIUS + 120e3) / (RADIUS + z)) ** 2 * decay,
    )
    return t, slope


def high(z):
    """Give each gas's density (6, n; kg/m³) on a grid from 86 to 1,000 km (equations 32 to 42)."""
    t, slope = temperature_above(z)
    g = G0 * (RADIUS / (RADIUS + z)) ** 2
    eddy = np.zeros_like(z)
    eddy[z < 95e3] = 120.0
    mixing = (z >= 95e3) & (z < 115e3)
    eddy[mixing] = 120.0 * np.exp(1.0 - 4e8 / (4e8 - (z[mixing] - 95e3) ** 2))

    def climb(number, integrand):
        total = cumulative_trapezoid(integrand, z, initial=0.0)
        return number * 186.8673 / t * np.exp(-total)

    def flow(q, u, w):
        return np.where(z <= 150e3, q * (z - u) ** 2 * np.exp(-w * (z - u) ** 3), 0.0)

    def diffusing(mass, a, b, alpha, background, mean_mass, transport, number):
        molecular = a / background * (t / 273.15) ** b
        share = np.where(z < 115e3, molecular / (molecular + eddy), 1.0)
        mixed = np.where(z < 115e3, eddy / np.maximum(molecular, 1e-300), 0.0)
        f = g * share / (R * t) * (mass + mean_mass * mixed + alpha * R * slope / g)
        return climb(number, f + transport)

    mean = np.where(z <= 100e3, AIR, 28.0134)
    n2 = climb(1.129794e20, mean * g / (R * t))
    below_97 = np.where(
        z <= 97e3,
        -3.416248e-12 * (97e3 - z) ** 2 * np.exp(-5.008765e-13 * np.maximum(97e3 - z, 0.0) ** 3),
        0.0,
    )
    o = diffusing(
        15.99939, 6.986e20, 0.75, 0.0, n2, 28.0134,
        flow(-5.809644e-13, 56.90311e3, 2.706240e-14) + below_97, 8.6e16,
    )  # fmt: skip
    o2 = diffusing(
        31.9988, 4.863e20, 0.75, 0.0, n2, mean, flow(1.366212e-13, 86e3, 8.333333e-14), 3.030898e19
    )
    three = n2 + o + o2
    ar = diffusing(
        39.948, 4.487e20, 0.87, 0.0, three, mean, flow(9.434079e-14, 86e3, 8.333333e-14), 1.3514e18
    )
    he = diffusing(
        4.0026, 1.7e21, 0.691, -0.4, three, mean, flow(-2.457369e-13, 86e3, 6.666667e-13), 7.5817e14
    )
    # Hydrogen, from its value at 500 km (equations 39 and 40); none below 150 km.
    depth = cumulative_trapezoid(1.00797 * g / (R * t), z, initial=0.0)
    at_500 = np.searchsorted(z, 500e3, side="right") - 1
    tau = depth - np.where(z <= 500e3, depth[at_500], depth[at_500 + 1])
    molecular = 3.305e21 / (three + ar + he) * np.sqrt(t / 273.15)
    flux = 7.2e11 / molecular * (t / 999.2356) ** 0.75 * np.exp(tau)
    risen = cumulative_trapezoid(flux, z, initial=0.0)
    supply = np.where(z <= 500e3, risen[at_500] - risen, 0.0)
    h = np.where(z >= 150e3, (8e10 - supply) * (999.2356 / t) ** 0.75 * np.exp(-tau), 0.0)
    numbers = np.array([n2, o, o2, ar, he, h])
    masses = np.array([28.0134, 15.99939, 31.9988, 39.948, 4.0026, 1.00797])
    return numbers * masses[:, None] / AVOGADRO


def high_logarithm(z):
    """Give ln density and its slope (1/m) at heights above 86 km.

    Between the heights of the sums each gas follows a power of height, as in ``ussa1976``
    (it matters above 150 km, by up to 4e-4); the slope is that of a smooth curve.
    """
    gases = high(QUADRATURE)
    with np.errstate(divide="ignore"):
        logs = np.log(np.maximum(gases, 1e-300))
    total = sum(np.exp(np.interp(np.log(z), np.log(QUADRATURE), log)) for log in logs)
    return np.log(total), CubicSpline(QUADRATURE, np.log(gases.sum(axis=0)))(z, 1)


def nodes():
    """Give heights (m), densities (kg/m³) and their slopes (kg/m⁴) at the cells' borders."""
    fine = np.arange(BOTTOM, MIDDLE + 1.0, FINE)
    coarse = np.arange(MIDDLE, TOP + 1.0, COARSE)
    heights = np.concatenate((fine, coarse[1:]))
    below = np.arange(BOTTOM - 100.0, 86e3 + 0.5, 10.0)
    low_spline = CubicSpline(below, np.log(low(below)))
    is_low = heights <= 86e3
    high_logs, high_slopes = high_logarithm(np.maximum(heights, 86e3))
    logs = np.where(is_low, low_spline(heights), high_logs)
    slopes = np.where(is_low, low_spline(heights, 1), high_slopes)
    density = np.exp(logs)
    return heights, density, density * slopes


HEADER = '''"""Density of the US Standard Atmosphere 1976 at the borders of cells, cubic between.

Written by design/atmosphere_table.py from the standard's equations; do not edit by hand.
Cells are {fine:g} m wide from {bottom:g} to {middle:g} m, then {coarse:g} m wide to {top:g} m.
`CELLS` holds one row a cell: the four coefficients of ρ (kg/m³) as a polynomial in the
fraction of the cell, lowest power first; value and slope are continuous.
"""

import numpy as np
from numpy.typing import NDArray

BOTTOM = {bottom!r}
MIDDLE = {middle!r}
TOP = {top!r}
FINE = {fine!r}
COARSE = {coarse!r}
FINE_CELLS = {count}

# Density in kg/m³ and its slope in kg/m⁴, from below upwards.
_DENSITY_TEXT = """
{density}
"""
_SLOPE_TEXT = """
{slope}
"""
_DENSITY = np.array(_DENSITY_TEXT.split(), dtype=np.float64)
_SLOPE = np.array(_SLOPE_TEXT.split(), dtype=np.float64)


def _cells() -> NDArray[np.float64]:
    """Give the (n, 4) cubic coefficients of each cell from values and slopes at its borders."""
    width = np.full(len(_DENSITY) - 1, COARSE)
    width[:FINE_CELLS] = FINE
    low, high = _DENSITY[:-1], _DENSITY[1:]
    start, end = _SLOPE[:-1] * width, _SLOPE[1:] * width
    rows = (low, start, 3.0 * (high - low) - 2.0 * start - end, 2.0 * (low - high) + start + end)
    return np.ascontiguousarray(np.array(rows).T)


CELLS = _cells()
'''


def rows(values):
    """Set numbers as Python source, five a line."""
    texts = [f"{v:.11e}" for v in values]
    return "\n".join(" ".join(texts[i : i + 5]) for i in range(0, len(texts), 5))


def main():
    heights, density, slope = nodes()
    if len(sys.argv) > 2 and sys.argv[1] == "--check":
        theirs = np.loadtxt(sys.argv[2], delimiter=",", skiprows=1)
        ours = high_logarithm(np.maximum(theirs[:, 0] * 1e3, 86e3))[0]
        ours = np.where(theirs[:, 0] <= 86, np.log(low(theirs[:, 0] * 1e3)), ours)
        apart = np.abs(np.exp(ours) / theirs[:, 1] - 1.0)
        for start, end in ((0, 86), (86, 115), (115, 150), (150, 500), (500, 1001)):
            part = (theirs[:, 0] > start - 0.5) & (theirs[:, 0] <= end)
            worst = np.argmax(np.where(part, apart, 0.0))
            print(f"{start}-{end} km: {apart[worst]:.2e} at {theirs[worst, 0]:g} km")
        return
    text = HEADER.format(
        bottom=BOTTOM, middle=MIDDLE, top=TOP, fine=FINE, coarse=COARSE,
        count=int((MIDDLE - BOTTOM) / FINE), density=rows(density), slope=rows(slope),
    )  # fmt: skip
    path = Path(__file__).parent.parent / "src/launchwatch/earth/_kernels_density.py"
    path.write_text(text)
    print(f"wrote {path.name}: {len(heights)} borders")


if __name__ == "__main__":
    main()
