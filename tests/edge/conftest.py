"""A made-up watch of the Friday flight: the messages an engine would give, without an engine.

The flight is a parabola over a geodesic, the uncertainties shrink as they do in earnest
(45 km of range for each second of burning not yet seen), and nothing is random.
"""

import math
from collections.abc import Iterator

import pytest
from pyproj import Geod, Transformer

from launchwatch.messages.assessment import FamilyAssessment, FamilyProbabilities
from launchwatch.messages.fallarea import FallArea, Polygon, ZoneProbability
from launchwatch.messages.launch import Ellipse, LaunchStatement
from launchwatch.messages.plot import EndOfScan, RadarPlot, Refused
from launchwatch.messages.report import LaunchSummary, Summary
from launchwatch.messages.sensor import SensorStatus
from launchwatch.messages.track import PhaseProbabilities, TrackUpdate
from launchwatch.messages.warning import Statement, Warning  # noqa: A004
from launchwatch.messages.wire import Message
from launchwatch.timescale import Instant, instant_after, instant_from_utc, seconds_between

LAUNCH = instant_from_utc("2025-11-07T01:17:30Z")
LAUNCH_PLACE = (40.2, 125.2)
FIRST_PLOT_S = 22.0
BURNOUT_S = 75.0
FLIGHT_S = 472.0
RANGE_M = 700_000.0
APOGEE_M = 180_000.0
HEADING_DEG = 92.0
SENSORS = ("ir-105", "ir-165", "jp-north", "jp-west", "kr-north", "kr-south", "ship-1")
_GEOD = Geod(ellps="WGS84")
_ECEF = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)


def after(seconds: float) -> Instant:
    """Give the instant a number of seconds after launch."""
    return instant_after(LAUNCH, seconds)


def place(share: float) -> tuple[float, float, float]:
    """Give longitude, latitude and height where a share of the flight time is over."""
    longitude, latitude, _ = _GEOD.fwd(
        LAUNCH_PLACE[1], LAUNCH_PLACE[0], HEADING_DEG, RANGE_M * share
    )
    return float(longitude), float(latitude), 4.0 * APOGEE_M * share * (1.0 - share)


FALL_PLACE = place(1.0)


def ecef(share: float) -> tuple[float, float, float]:
    """Give the ECEF position where a share of the flight time is over."""
    x, y, z = _ECEF.transform(*place(share))
    return float(x), float(y), float(z)


def track(seconds: float, status: str = "confirmed") -> TrackUpdate:
    """Give the track as it would stand some seconds after launch."""
    seen = seconds - FIRST_PLOT_S
    here = ecef(seconds / FLIGHT_S)
    there = ecef((seconds + 1.0) / FLIGHT_S)
    sigma = 40.0 + 2500.0 * math.exp(-seen / 12.0)
    covariance = [0.0] * 21
    for index in (0, 6, 11):
        covariance[index] = sigma**2
    for index in (15, 18, 20):
        covariance[index] = (2.0 + sigma / 20.0) ** 2
    boost = 1.0 / (1.0 + math.exp((seconds - BURNOUT_S) / 2.0))
    falling = 1.0 / (1.0 + math.exp((435.0 - seconds) / 3.0))
    return TrackUpdate(
        track_id="T1",
        time=after(seconds),
        known=after(seconds + 0.2),
        mode="simulation",
        status=status,  # type: ignore[arg-type]
        position_ecef_m=here,
        velocity_ecef_mps=tuple(b - a for a, b in zip(here, there, strict=True)),  # type: ignore[arg-type]
        covariance_ecef=tuple(covariance),
        phase=PhaseProbabilities(
            boost=0.98 * boost,
            coast=0.98 * (1.0 - boost) * (1.0 - falling),
            reentry=0.98 * (1.0 - boost) * falling,
            unknown=0.02,
        ),
        sensors=("ir-105", "ir-165") if seen < 20.0 else SENSORS,
        plots=round(seen * 5.0) + 2,
        hypotheses=(),
        first_plot=after(FIRST_PLOT_S),
        last_plot=after(seconds),
    )


def region(longitude: float, latitude: float, along: float, across: float) -> tuple[Polygon, ...]:
    """Give an ellipse bent like a bean, with its major half-axis along the flight."""
    ring = []
    for step in range(49):
        angle = 2.0 * math.pi * step / 48
        x = along * math.cos(angle)
        y = across * (math.sin(angle) + 0.25 * math.cos(angle) ** 2)
        bearing = HEADING_DEG + math.degrees(math.atan2(y, x))
        east, north, _ = _GEOD.fwd(longitude, latitude, bearing, math.hypot(x, y))
        ring.append((float(east), float(north)))
    return ((tuple(ring),),)


def zones_at(along: float) -> tuple[ZoneProbability, ...]:
    """Give zone probabilities that settle on the high seas as the region shrinks."""
    inside = 0.42 * min(along / 150_000.0, 1.0)
    return (
        ZoneProbability(zone="high-seas", kind="high-seas", probability=1.0 - inside),
        ZoneProbability(zone="JPN-EEZ", kind="eez", probability=0.8 * inside, claims="default"),
        ZoneProbability(zone="PRK-EEZ", kind="eez", probability=0.2 * inside, claims="default"),
    )


def fall_area(seconds: float, revision: int) -> FallArea:
    """Give the fall area as it would be told some seconds after launch."""
    left = max(BURNOUT_S - seconds, 0.0)
    settled = math.exp(-(seconds - FIRST_PLOT_S) / 90.0)
    along = 2.45 * (900.0 + 9_000.0 * settled + 3_000.0 * left)
    across = 2.45 * (600.0 + 3_000.0 * settled + 300.0 * left)
    miss = 0.5 * along * math.sin(seconds / 37.0)
    longitude, latitude, _ = _GEOD.fwd(FALL_PLACE[0], FALL_PLACE[1], HEADING_DEG, miss)
    share = seconds / FLIGHT_S
    path = []
    for step in range(41):
        each = share + (1.0 - share) * step / 40
        height = place(each)[2]
        off = miss * (step / 40) ** 2
        east, north, _ = _GEOD.fwd(
            LAUNCH_PLACE[1], LAUNCH_PLACE[0], HEADING_DEG, RANGE_M * each + off
        )
        path.append((float(east), float(north), height, (each - share) * FLIGHT_S))
    return FallArea(
        launch_id="L1",
        track_id="T1",
        revision=revision,
        time=after(seconds + 0.3),
        epoch=after(seconds),
        mode="simulation",
        fall_time=after(FLIGHT_S + miss / 2_000.0),
        fall_time_sigma_s=along / 4_900.0,
        latitude_deg=float(latitude),
        longitude_deg=float(longitude),
        ellipse_95=Ellipse(semi_major_m=along, semi_minor_m=across, azimuth_deg=HEADING_DEG),
        region_95=region(float(longitude), float(latitude), along, across),
        region_area_m2=math.pi * along * across,
        zones=zones_at(along),
        body="whole",
        apogee_m=APOGEE_M + 0.1 * miss,
        apogee_sigma_m=along / 25.0,
        path=tuple(path),
    )


def launch(seconds: float, revision: int) -> LaunchStatement:
    """Give the launch statement as it would be told some seconds after launch."""
    spread = 1.0 + 4.0 * math.exp(-(seconds - 30.0) / 40.0)
    return LaunchStatement(
        launch_id="L1",
        revision=revision,
        time=after(seconds),
        mode="simulation",
        track_ids=("T1",),
        launch_time=after(0.2),
        launch_time_sigma_s=0.3 * spread,
        latitude_deg=40.203,
        longitude_deg=125.21,
        position_ellipse_95=Ellipse(
            semi_major_m=1_500.0 * spread, semi_minor_m=900.0 * spread, azimuth_deg=95.0
        ),
        probability=0.999 if revision > 1 else 0.97,
        cancelled=False,
        reason="rising from the ground" if revision == 1 else "more plots",
    )


def warning(seconds: float, revision: int, action: str) -> Warning:
    """Give one revision of the warning."""
    area = fall_area(seconds, 1)
    return Warning(
        warning_id="W1",
        revision=revision,
        time=after(seconds + 0.4),
        mode="simulation",
        launch_id="L1",
        action=action,  # type: ignore[arg-type]
        severity="notice",
        region=area.region_95,
        fall_time=area.fall_time,
        fall_time_sigma_s=area.fall_time_sigma_s,
        zones=area.zones,
        reasons=("a body is falling towards the sea",),
        next_update=None,
    )


def statement(language: str, title: str, text: str) -> Statement:
    """Give the closing statement in one language."""
    return Statement(
        launch_id="L1",
        revision=1,
        time=after(500.0),
        mode="simulation",
        language=language,  # type: ignore[arg-type]
        title=title,
        text=text,
    )


def plots(second: int) -> Iterator[Message]:
    """Give one plot and one end of scan from each sensor that sees the flight by then."""
    for number, name in enumerate(SENSORS if second > 60 else ("ir-105", "ir-165")):
        moment = after(second + 0.1 * number)
        yield RadarPlot(
            sensor=name, time=moment, received=moment, mode="simulation", scan=second,
            range_m=900_000.0, azimuth_deg=350.0, elevation_deg=10.0, source="made-up", line=1,
        )  # fmt: skip
        yield EndOfScan(
            sensor=name, time=moment, received=moment, mode="simulation", scan=second,
            source="made-up", line=2,
        )  # fmt: skip


def summary() -> Summary:
    """Give the closing summary."""
    area = fall_area(470.0, 1)
    return Summary(
        launches=(
            LaunchSummary(
                launch_id="L1", track_ids=("T1",), probability=0.999, cancelled=False,
                launch_time=after(0.2), launch_time_sigma_s=0.3,
                latitude_deg=40.203, latitude_deg_sigma=0.004,
                longitude_deg=125.21, longitude_deg_sigma=0.006, place="north-western North Korea",
                range_km=699.0, range_km_sigma=1.1, apogee_km=180.2, apogee_km_sigma=0.2,
                flight_time_s=472.1, flight_time_s_sigma=0.5,
                fall_time=area.fall_time, fall_time_sigma_s=area.fall_time_sigma_s,
                fall_latitude_deg=area.latitude_deg, fall_latitude_deg_sigma=0.01,
                fall_longitude_deg=area.longitude_deg, fall_longitude_deg_sigma=0.012,
                zones=area.zones, family="short-range", family_probability=0.93,
                classes=FamilyProbabilities(short_range=0.93, unknown=0.07),
                first_detection_time=after(FIRST_PLOT_S), first_fallarea_time=after(34.3),
            ),
        ),
        counts={"lines": 4200, "plots": 2600, "plots_used": 2242, "refused": 1,
                "refused.malformed": 1},
        mode="simulation",
    )  # fmt: skip


def friday_messages() -> Iterator[tuple[Message, ...]]:
    """Give the whole watch, second by second of stream time."""
    yield tuple(plots(0))
    yield (
        Refused(
            source="made-up", line=3, time=after(1.0), mode="simulation", reason="malformed",
            detail="wanted a JSON object, got '{'",
        ),
    )  # fmt: skip
    revision = 0
    for second in range(2, 473):
        said: list[Message] = list(plots(second))
        if second >= 24:
            said.append(track(float(second), "tentative" if second < 28 else "confirmed"))
        if second in (32, 45, 60, 75, 90):
            said.append(launch(float(second), 1 + (32, 45, 60, 75, 90).index(second)))
        if second >= 34 and second % 2 == 0:
            revision += 1
            said.append(fall_area(float(second), revision))
        if second in (50, 120):
            sure = 0.6 if second == 50 else 0.93
            said.append(
                FamilyAssessment(
                    launch_id="L1",
                    track_id="T1",
                    time=after(second),
                    mode="simulation",
                    classes=FamilyProbabilities(short_range=sure, unknown=1.0 - sure),
                )
            )
        if second in (40, 100, 200):
            at = (40, 100, 200).index(second)
            said.append(warning(float(second), 1 + at, "update" if at else "alert"))
        if second == 300:
            said.append(
                SensorStatus(
                    sensor="kr-south",
                    time=after(300),
                    mode="simulation",
                    status="silent",
                    since=after(288),
                )
            )
        yield tuple(said)
    yield (
        track(472.0, "dropped"),
        fall_area(471.0, revision + 1),
        warning(471.0, 4, "all-clear"),
        statement("en", "Launch at 10:17 KST", "One ballistic missile flew about 700 km."),
        statement("ko", "10시 17분 발사", "탄도미사일 1발이 약 700km를 비행했다."),
        statement("ja", "10時17分に発射", "弾道ミサイル1発が約700km飛翔した。"),
        summary(),
    )


@pytest.fixture(scope="session")
def friday_watch() -> tuple[tuple[Message, ...], ...]:
    """The messages of a made-up watch of the Friday flight."""
    watch = tuple(friday_messages())
    assert seconds_between(LAUNCH, after(FLIGHT_S)) == FLIGHT_S
    return watch
