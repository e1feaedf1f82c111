"""The Murrili meteorite: a stone that cameras saw, that fell through wind, and that was found."""

from configparser import ConfigParser
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from launchwatch.earth import ellipsoid, geodesic, local
from launchwatch.flight.darkflight import air_profile, dark_falls

Array = NDArray[np.float64]

FOUND = np.radians((-29.26089, 137.53765))
"""Where the stone of 1.68 kg was dug out of Kati Thanda (Lake Eyre): latitude, longitude."""

GROUND = -15.0
"""Height of the dry lake as the observers give it, metres."""

SPHERE = 1.21
"""Cross-section over volume to the power 2/3: a stone with fusion crust is a rounded one."""


class Murrili:
    """The end of the observed track, with the observers' own uncertainties."""

    def __init__(self, folder: Path) -> None:
        settings = ConfigParser()
        settings.read(folder / "example_murrili.cfg")
        numbers = [(k, v) for k, v in settings["met"].items() if k not in ("name", "exposure_time")]
        self.met = {k: float(v) for k, v in numbers}
        self.monte = {k: float(v) for k, v in settings["montecarlo"].items()}
        self.profile = np.loadtxt(
            folder / "example_murrili_wind_profile.csv", delimiter=",", skiprows=1
        )

    def air(self, strength: float = 1.0, gust: Array | None = None) -> Array:
        """Give the air over the lake; gust (m, 2) is added to the wind towards east, north."""
        up, kelvin, pascals, _, speed, come_from = self.profile.T
        wind = (
            -strength
            * speed[:, None]
            * np.column_stack((np.sin(np.radians(come_from)), np.cos(np.radians(come_from))))
        )
        if gust is not None:
            wind = wind + gust
        return air_profile(up, kelvin, pascals, wind[:, 0], wind[:, 1])

    def states(self, count: int, rng: np.random.Generator | None) -> Array:
        def spread(value: str, sigma: str) -> Array:
            deviation = np.zeros(count) if rng is None else rng.normal(size=count)
            return self.met[value] + self.met[sigma] * deviation

        latitude = np.radians(spread("lat0", "dlat"))
        longitude = np.radians(spread("lon0", "dlon"))
        position = ellipsoid.ecef_from_geodetic(latitude, longitude, spread("z0", "dz"))
        # The azimuth is the heading of flight, and it goes down.
        azimuth = np.radians(spread("azimuth0", "dazimuth0"))
        zenith = np.radians(spread("zenangle", "dzenith"))
        enu = local.enu_from_aer(azimuth, zenith - np.pi / 2, spread("vtot0", "dvtot"))
        rotation = local.ecef_from_enu_rotation(latitude, longitude)
        return np.hstack((position, np.einsum("nij,nj->ni", rotation, enu)))


@pytest.fixture(scope="module")
def murrili(authorities: Path) -> Murrili:
    return Murrili(authorities / "murrili")


def test_the_fall_area_contains_the_stone(murrili: Murrili) -> None:
    rng = np.random.default_rng(20151127)
    met, monte = murrili.met, murrili.monte
    east, north = [], []
    for _ in range(30):
        gust = rng.normal(0.0, monte["dwind"], (len(murrili.profile), 2))
        mass = np.maximum(rng.normal(met["mass0"], monte["dmass"], 8), 0.3)
        rock = rng.normal(met["rdens0"], monte["drdens"], 8)
        drag = 1.0 + rng.uniform(monte["dragmin"], monte["dragmax"], 8)
        states = murrili.states(8, rng)
        fell = dark_falls(
            states, mass, rock, SPHERE, murrili.air(gust=gust), GROUND, drag_factors=drag
        )
        assert (fell.status == 1).all()
        east.append((fell.longitude - FOUND[1]) * np.cos(FOUND[0]) * 6.378e6)
        north.append((fell.latitude - FOUND[0]) * 6.357e6)
    points = np.column_stack((np.concatenate(east), np.concatenate(north)))
    mean, covariance = points.mean(axis=0), np.cov(points.T)
    # 5.99: the 95 % point of chi-squared with two degrees of freedom.
    assert mean @ np.linalg.solve(covariance, mean) < 5.99
    # And an area that says something: its half axes stay below two kilometres.
    assert np.sqrt(5.99 * np.linalg.eigvalsh(covariance)).max() < 2000.0


@pytest.mark.parametrize(("strength", "low", "high"), [(1.0, 0.0, 300.0), (0.0, 2500.0, 3000.0)])
def test_wind_decides_between_250_m_and_2_7_km(
    murrili: Murrili, strength: float, low: float, high: float
) -> None:
    fell = dark_falls(
        murrili.states(1, None), murrili.met["mass0"], murrili.met["rdens0"], SPHERE,
        murrili.air(strength), GROUND,
    )  # fmt: skip
    far, _, _ = geodesic.inverse(FOUND[0], FOUND[1], fell.latitude[0], fell.longitude[0])
    assert low <= far < high
