"""A small launch to tell stories with: fall areas as boxes, times in seconds after launch."""

import msgspec
import pytest

from launchwatch.messages.fallarea import FallArea, ZoneProbability
from launchwatch.messages.launch import Ellipse, LaunchStatement
from launchwatch.messages.packet import Tick
from launchwatch.messages.track import PhaseProbabilities, TrackUpdate
from launchwatch.timescale import instant_after, instant_from_utc
from launchwatch.warning.policy import Policy

LAUNCH = instant_from_utc("2025-11-07T01:17:31Z")
ELLIPSE = Ellipse(semi_major_m=2000.0, semi_minor_m=1000.0, azimuth_deg=90.0)


def at(seconds):
    """Give the instant so many seconds after the launch."""
    return instant_after(LAUNCH, seconds)


def box(longitude, latitude, half):
    """Give a square region, half a side in degrees."""
    west, east, south, north = longitude - half, longitude + half, latitude - half, latitude + half
    return (((west, south), (east, south), (east, north), (west, north), (west, south)),)


class Story:
    """Feeds a policy and keeps what it said; the words of the tests."""

    def __init__(self, settings=None, mode="simulation"):
        self.policy = Policy(settings)
        self.mode = mode
        self.said = []

    def hear(self, message):
        said = self.policy.take(message)
        self.said.extend(said)
        return said

    def launch(self, seconds, probability=0.97, cancelled=False, reason="", tracks=("T1",)):
        return self.hear(
            LaunchStatement(
                launch_id="L1", revision=1, time=at(seconds), mode=self.mode, track_ids=tracks,
                launch_time=LAUNCH, launch_time_sigma_s=0.5, latitude_deg=40.2,
                longitude_deg=125.2, position_ellipse_95=ELLIPSE, probability=probability,
                cancelled=cancelled, reason=reason,
            )
        )  # fmt: skip

    def track(self, seconds, status="confirmed", last_plot=None, track_id="T1"):
        last = at(seconds if last_plot is None else last_plot)
        return self.hear(
            TrackUpdate(
                track_id=track_id, time=at(seconds), known=at(seconds), mode=self.mode,
                status=status, position_ecef_m=(0.0,) * 3, velocity_ecef_mps=(0.0,) * 3,
                covariance_ecef=(0.0,) * 21, phase=PhaseProbabilities(), sensors=("a",),
                plots=50, hypotheses=(), first_plot=at(12), last_plot=last,
            )
        )  # fmt: skip

    def area(
        self, seconds, fall=472.0, sigma=5.0, where=(133.4, 40.1), half=1.0, zones=None,
        track_id="T1", body="whole",
    ):  # fmt: skip
        zones = {"high-seas": 0.999} if zones is None else zones
        listed = tuple(
            ZoneProbability(zone=zone, kind=kind_of(zone), probability=p)
            for zone, p in sorted(zones.items(), key=lambda item: -item[1])
        )
        return self.hear(
            FallArea(
                launch_id="L1", track_id=track_id, revision=1, time=at(seconds),
                epoch=at(seconds), mode=self.mode, fall_time=at(fall), fall_time_sigma_s=sigma,
                latitude_deg=where[1], longitude_deg=where[0], ellipse_95=ELLIPSE,
                region_95=(box(*where, half),), region_area_m2=4e10 * half * half, zones=listed,
                body=body, apogee_m=183e3, apogee_sigma_m=500.0,
            )
        )  # fmt: skip

    def tick(self, seconds):
        return self.hear(Tick(time=at(seconds), mode=self.mode))

    def ticks(self, first, last):
        for second in range(first, last):
            self.tick(second)

    def fly(self, first, last, half=lambda second: 0.2, **area):
        """Hear one measured fall area a second, and a tick."""
        for second in range(first, last):
            self.track(second)
            self.area(second, half=half(second), **area)
            self.tick(second)

    def actions(self, severity):
        return [w.action for w in self.said if w.severity == severity]


def kind_of(zone):
    for kind in ("land", "territorial-sea", "high-seas"):
        if zone.endswith(kind):
            return kind
    return "eez"


@pytest.fixture
def story():
    return Story()


@pytest.fixture
def make_story():
    return Story


@pytest.fixture
def some_warning(story):
    """An issued notice with a region, a fall time and zones."""
    story.track(60)
    story.launch(60)
    story.area(80, half=1.0)
    return msgspec.structs.replace(story.said[-1], warning_id="L1-notice", revision=1)
