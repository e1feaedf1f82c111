"""Summaries: what remains of a watch, against numbers worked out by hand."""

import msgspec
import pytest

from launchwatch.messages.assessment import FamilyAssessment, FamilyProbabilities
from launchwatch.messages.fallarea import FallArea, ZoneProbability
from launchwatch.messages.launch import Ellipse, LaunchStatement
from launchwatch.messages.plot import EndOfScan, RadarPlot, Refused
from launchwatch.messages.track import PhaseProbabilities, TrackUpdate
from launchwatch.record.summary import Summariser
from launchwatch.timescale import instant_after, instant_from_utc

LAUNCH = instant_from_utc("2025-11-07T01:17:31Z")
CLASSES = FamilyProbabilities(short_range=0.9, unknown=0.1)


def at(seconds):
    return instant_after(LAUNCH, seconds)


def circle(sigma):
    """Give the 95 % ellipse of a round Gaussian."""
    return Ellipse(semi_major_m=2.4477 * sigma, semi_minor_m=2.4477 * sigma, azimuth_deg=0.0)


def launch(seconds=18, ellipse=None, name="L1", tracks=("T1",), start=LAUNCH):
    return LaunchStatement(
        launch_id=name, revision=1, time=at(seconds), mode="replay", track_ids=tracks,
        launch_time=start, launch_time_sigma_s=0.3, latitude_deg=0.0, longitude_deg=0.0,
        position_ellipse_95=ellipse or circle(300.0), probability=0.99, cancelled=False, reason="",
    )  # fmt: skip


def track(seconds, status="confirmed", plots=10, name="T1"):
    return TrackUpdate(
        track_id=name, time=at(seconds), known=at(seconds), mode="replay", status=status,
        position_ecef_m=(0.0,) * 3, velocity_ecef_mps=(0.0,) * 3, covariance_ecef=(0.0,) * 21,
        phase=PhaseProbabilities(), sensors=("a",), plots=plots, hypotheses=(),
        first_plot=at(12), last_plot=at(seconds),
    )  # fmt: skip


def area(seconds, longitude=6.0, ellipse=None, apogee=183e3, path=(), fall=470.0):
    return FallArea(
        launch_id="L1", track_id="T1", revision=1, time=at(seconds), epoch=at(seconds),
        mode="replay", fall_time=at(fall), fall_time_sigma_s=0.4, latitude_deg=0.0,
        longitude_deg=longitude, ellipse_95=ellipse or circle(400.0), region_95=(),
        region_area_m2=1e7, body="whole", apogee_m=apogee, apogee_sigma_m=200.0, path=path,
        zones=(ZoneProbability(zone="high-seas", kind="high-seas", probability=1.0),),
    )  # fmt: skip


def summarise(*messages):
    summariser = Summariser()
    for message in messages:
        summariser.take(message)
    return summariser.summary("replay", lambda lat, lon: f"{lat:.0f}:{lon:.0f}")


def test_a_flight_is_summed_up():
    (told,) = summarise(
        launch(),
        track(30),
        area(31),
        FamilyAssessment(
            launch_id="L1", track_id="T1", time=at(40), mode="replay", classes=CLASSES
        ),
        track(460),
    ).launches
    # Along the equator a degree is 111.3195 km (WGS 84 equatorial radius times pi / 180).
    assert told.range_km == pytest.approx(6 * 111.3195, abs=0.001)
    assert told.range_km_sigma == pytest.approx(0.5, rel=1e-4)  # hypot(300, 400) m
    assert told.flight_time_s == pytest.approx(470.0)
    assert told.flight_time_s_sigma == pytest.approx(0.5)
    assert (told.place, told.fall_place) == ("0:0", "0:6")
    assert (told.family, told.family_probability) == ("short-range", 0.9)
    assert told.first_detection_time == at(12)
    assert told.first_fallarea_time == at(31)
    assert told.last_plot_time == at(460)
    # 300 m are 1/371 degree of longitude there; a degree of latitude is shorter, 110.574 km.
    assert told.longitude_deg_sigma == pytest.approx(0.3 / 111.3195, rel=1e-4)
    assert told.latitude_deg_sigma == pytest.approx(0.3 / 110.574, rel=1e-4)


def test_range_sigma_looks_along_the_flight():
    # 95 % half-axes of 1,000 m along east, and of 100 m across.
    long = Ellipse(semi_major_m=2447.7, semi_minor_m=244.77, azimuth_deg=90.0)
    (along,) = summarise(launch(ellipse=long), area(31, ellipse=circle(0.0))).launches
    assert along.range_km_sigma == pytest.approx(1.0, rel=1e-4)
    across = Ellipse(semi_major_m=2447.7, semi_minor_m=244.77, azimuth_deg=0.0)
    (narrow,) = summarise(launch(ellipse=across), area(31, ellipse=circle(0.0))).launches
    assert narrow.range_km_sigma == pytest.approx(0.1, rel=1e-4)


def test_a_fall_area_of_a_coasting_track_does_not_replace_a_measured_one():
    (told,) = summarise(
        launch(), track(30), area(31, longitude=6.0), track(40, "coasting"), area(41, longitude=7.0)
    ).launches
    assert told.fall_longitude_deg == 6.0
    (coasting,) = summarise(launch(), track(40, "coasting"), area(41, longitude=7.0)).launches
    assert coasting.fall_longitude_deg == 7.0


def test_the_apogee_is_kept_from_before_it_was_passed():
    climbing = area(31, apogee=183e3, path=((0.0, 0.0, 90e3, 0.0),))
    falling = area(331, apogee=100e3, path=((0.0, 0.0, 100e3, 0.0),), fall=471.0)
    (told,) = summarise(launch(), track(30), climbing, track(330), falling).launches
    assert told.apogee_km == 183.0
    assert told.flight_time_s == pytest.approx(471.0)


def test_a_launch_without_a_fall_area_has_no_fall():
    (told,) = summarise(launch(), track(30)).launches
    assert told.fall_time is None
    assert told.range_km is None
    assert told.family == "unknown"


def test_counts_add_up():
    plot = RadarPlot(
        sensor="a", time=LAUNCH, received=LAUNCH, mode="replay", scan=1, range_m=1e5,
        azimuth_deg=1.0, elevation_deg=1.0, source="f", line=1,
    )  # fmt: skip
    end = EndOfScan(
        sensor="a", time=LAUNCH, received=LAUNCH, mode="replay", scan=1, source="f", line=2
    )
    refused = [
        Refused(source="f", line=3, time=LAUNCH, mode="replay", reason=reason, detail="")
        for reason in ("late", "absurd", "late")
    ]
    told = summarise(
        plot, plot, end, *refused, track(30), track(31, plots=40), track(32, "tentative", name="T2")
    )
    assert told.counts == {
        "lines": 6, "plots": 2, "end_of_scans": 1, "refused": 3, "plots_used": 40,
        "refused.absurd": 1, "refused.late": 2,
    }  # fmt: skip
    assert told.mode == "replay"
    assert told.launches == ()


def test_plots_of_a_track_that_was_dropped_count_as_used_and_the_track_is_let_go():
    summariser = Summariser()
    for number in range(50):
        name = f"T{number + 10}"
        summariser.take(track(30, name=name, plots=20))
        summariser.take(track(90, "dropped", name=name, plots=20))
    assert summariser.summary("replay", lambda _lat, _lon: "-").counts["plots_used"] == 1000
    assert not summariser._tracks


def test_a_launch_keeps_its_track_when_that_is_dropped():
    (told,) = summarise(track(30), launch(), track(460), track(520, "dropped")).launches
    assert told.last_plot_time == at(520)
    assert told.first_detection_time == at(12)


def test_one_launch_can_be_summed_up_alone():
    summariser = Summariser()
    summariser.take(launch())
    assert summariser.launch("L1", lambda _lat, _lon: "-").launch_id == "L1"
    assert summariser.launch("L2", lambda _lat, _lon: "-") is None


def test_launches_come_in_order_of_their_time():
    later = launch(name="L0", start=at(3), tracks=("T2",))
    told = summarise(later, launch()).launches
    assert [launch.launch_id for launch in told] == ["L1", "L0"]


def test_a_launch_of_several_bodies_is_summed_up_by_its_first():
    piece = msgspec.structs.replace(
        area(40, longitude=2.0), track_id="T2", body="piece 1", fall_time=at(300)
    )
    lower = FamilyAssessment(
        launch_id="L1", track_id="T2", time=at(41), mode="replay",
        classes=FamilyProbabilities(close_range=0.98, unknown=0.02),
    )  # fmt: skip
    (told,) = summarise(
        launch(tracks=("T1", "T2")), track(30), area(31), track(39, name="T2"), piece, lower
    ).launches
    assert told.fall_longitude_deg == 6.0
    assert told.track_ids == ("T1", "T2")


def test_what_goes_into_an_orbit_falls_nowhere():
    space = FamilyAssessment(
        launch_id="L1", track_id="T1", time=at(41), mode="replay",
        classes=FamilyProbabilities(space_launch=0.98, unknown=0.02),
    )  # fmt: skip
    (told,) = summarise(launch(), track(30), area(31), space).launches
    assert told.family == "space-launch"
    assert told.fall_time is None
    assert told.range_km is None
