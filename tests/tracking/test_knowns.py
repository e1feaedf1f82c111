"""Aircraft that say where they are teach a radar its biases, and none of them alone misleads it."""

import math

import numpy as np
import pytest
from msgspec.structs import replace

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.local import aer_from_enu, enu_from_ecef
from launchwatch.estimation.measurement import Site
from launchwatch.messages.plot import RadarPlot
from launchwatch.messages.sensor import Radar
from launchwatch.messages.traffic import AircraftReport
from launchwatch.timescale import Instant, instant_after, instant_from_utc
from launchwatch.tracking.knowns import LESSONS, Knowns, known_of
from launchwatch.tracking.registrar import Registrar

START = instant_from_utc("2025-11-07T01:00:00Z")
RADAR = Radar(
    id="alpha", owner="KOR", latitude_deg=38.0, longitude_deg=128.0, height_m=500.0,
    range_sigma_m=30.0, azimuth_sigma_deg=0.05, elevation_sigma_deg=0.05, scan_period_s=1.0,
    minimum_elevation_deg=0.0, maximum_range_m=5e5, bias_sigma_m=50.0, bias_sigma_deg=0.1,
)  # fmt: skip
BIAS = np.array([60.0, math.radians(0.12), math.radians(-0.08)])
PLACES = [(38.8, 128.4), (37.4, 129.1), (38.3, 126.9), (37.2, 127.6), (38.9, 129.2)]


class Sky:
    """A radar, and aircraft that fly north at 230 m/s and say where they are."""

    def __init__(self, count: int) -> None:
        self.registrar = Registrar({"alpha": RADAR})
        self.knowns = Knowns({"alpha": Site(RADAR, bias_is_noise=False)}, self.registrar)
        self.places = PLACES[:count]
        self.chance = np.random.default_rng(1)
        self.lies: dict[int, float] = {}
        self.said: list[tuple[str, str, str]] = []

    def fly(self, seconds: int, *, twice: int | None = None) -> None:
        """Let a second pass so often: a word by each, then a scan with a plot of each."""
        for second in range(seconds):
            at = instant_after(START, float(second))
            for number, (south, longitude) in enumerate(self.places):
                latitude = south + 230.0 * second / 111_000.0
                self.knowns.hear(
                    report(number, latitude + self.lies.get(number, 0.0), longitude, at)
                )
                self.knowns.take(self.plot(latitude, longitude, at, second))
                if number == twice:
                    self.knowns.take(self.plot(latitude, longitude, at, second))
            self.said += [(one.name, one.status, one.reason) for one in self.knowns.news()]

    def plot(self, latitude: float, longitude: float, at: Instant, scan: int) -> RadarPlot:
        point = ecef_from_geodetic(
            np.radians([latitude]), np.radians([longitude]), np.array([10_000.0])
        )
        site = math.radians(RADAR.latitude_deg), math.radians(RADAR.longitude_deg), RADAR.height_m
        azimuth, elevation, distance = (
            float(one[0]) for one in aer_from_enu(enu_from_ecef(point, *site))
        )
        noise = self.chance.standard_normal(3) * (30.0, math.radians(0.05), math.radians(0.05))
        return RadarPlot(
            sensor="alpha", time=at, received=at, mode="simulation", scan=scan,
            range_m=distance + BIAS[0] + noise[0],
            azimuth_deg=math.degrees(azimuth + BIAS[1] + noise[1]) % 360.0,
            elevation_deg=math.degrees(elevation + BIAS[2] + noise[2]), source="s", line=1,
        )  # fmt: skip

    def error(self) -> tuple[np.ndarray, np.ndarray]:
        """Give the biases' errors and sigmas, range first."""
        believed = self.registrar.believed
        return believed.mean[:3] - BIAS, np.sqrt(np.diag(believed.covariance))[:3]


def report(number: int, latitude: float, longitude: float, at: Instant) -> AircraftReport:
    return AircraftReport(
        icao24=f"a{number}", time=at, received=at, mode="simulation", latitude_deg=latitude,
        longitude_deg=longitude, height_m=10_000.0, position_sigma_m=12.3, height_sigma_m=23.0,
        course_deg=0.0, speed_mps=230.0, on_ground=False, source="t", line=1,
    )  # fmt: skip


def test_a_lone_radar_learns_what_is_wrong_with_it() -> None:
    sky = Sky(5)
    sky.fly(300)
    error, sigma = sky.error()
    # Once in a thousand the worst of three lies farther out than 3.6 sigmas.
    assert (np.abs(error) < 3.6 * sigma).all()
    assert (sigma < np.array([25.0, math.radians(0.02), math.radians(0.02)])).all()
    assert sorted(sky.said) == [(f"a{k}", "teaches", "") for k in range(5)]


def test_two_aircraft_teach_nothing() -> None:
    sky = Sky(2)
    sky.fly(60)
    assert sky.said == []
    assert sky.error()[1] == pytest.approx([50.0, math.radians(0.1), math.radians(0.1)])


def test_one_that_lies_teaches_nothing_and_is_named() -> None:
    honest, fooled = Sky(5), Sky(5)
    fooled.lies = {0: 200.0 / 111_000.0}
    for sky in (honest, fooled):
        sky.fly(200)
    assert [name for name, status, _ in fooled.said if status == "disagrees"] == ["a0"]
    (reason,) = (why for _, status, why in fooled.said if status == "disagrees")
    assert "4 others agree about alpha" in reason
    error, sigma = fooled.error()
    assert (np.abs(error) < 3.6 * sigma).all()


def test_where_as_many_lie_as_do_not_none_is_believed() -> None:
    sky = Sky(4)
    sky.lies = {0: 250.0 / 111_000.0, 1: 250.0 / 111_000.0}
    sky.fly(200)
    error, sigma = sky.error()
    assert (np.abs(error) < 3.6 * sigma).all()


def test_of_two_plots_that_could_be_it_neither_teaches() -> None:
    sky = Sky(3)
    sky.fly(60, twice=1)
    assert sky.said == []


def test_all_lessons_of_an_aircraft_know_no_more_than_its_word() -> None:
    # A second's word and a plot without noise: what is left is the word's own error.
    sky = Sky(5)
    sky.fly(5 * LESSONS + 60)
    before = sky.error()[1]
    word = np.sqrt(12.3**2 + 0.0)
    # Five words of 12 m and older by 0.17 s at most: none of it is averaged away by the plots.
    assert before[0] > word / math.sqrt(5.0)


@pytest.mark.parametrize(
    "change",
    [
        {"origin": "mlat"}, {"doubts": ("jump",)}, {"on_ground": True}, {"height_m": None},
        {"latitude_deg": None}, {"course_deg": None}, {"speed_mps": None},
        {"position_sigma_m": None}, {"position_sigma_m": 500.0},
    ],
)  # fmt: skip
def test_a_word_that_is_not_good_enough_is_left(change: dict[str, object]) -> None:
    good = report(1, 38.0, 128.0, START)
    assert known_of(good) is not None
    assert known_of(replace(good, **change)) is None


def test_a_word_is_older_than_it_says_along_its_way() -> None:
    known = known_of(report(1, 38.0, 128.0, START))
    assert known is not None
    north = known.velocity / np.linalg.norm(known.velocity)
    assert np.linalg.norm(known.velocity) == pytest.approx(230.0)
    assert north @ known.covariance @ north == pytest.approx(12.3**2 + (0.17 * 230.0) ** 2)
    assert np.trace(known.covariance) == pytest.approx(2 * 12.3**2 + 23.0**2 + (0.17 * 230.0) ** 2)
