"""Falls into areas that were announced, at times that were."""

import numpy as np

from launchwatch.assessment.announced import MOST, Announcements
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import Ellipse
from launchwatch.messages.notice import AnnouncedArea, Notice, Window
from launchwatch.timescale import SECOND, Instant

from .making import EPOCH

SQUARE = ((133.0, 39.0), (134.0, 39.0), (134.0, 40.0), (133.0, 40.0), (133.0, 39.0))


def after(seconds):
    return Instant(EPOCH + round(seconds * SECOND))


def notice(reference="HYDROPAC 1/25", start=0.0, end=600.0, kind="rocket", cancels=(), ring=SQUARE):
    window = Window(start=after(start), end=after(end))
    area = AnnouncedArea(name="A", polygons=((ring,),), windows=(window,))
    return Notice(
        reference=reference, format="navwarn", issued=EPOCH, mode="simulation", kind=kind,
        areas=(area,), cancels=tuple(cancels), remarks=(), text="",
    )  # fmt: skip


def fall(seconds=300.0, sigma=1.0):
    return FallArea(
        launch_id="L001", track_id="T0001", revision=1, time=EPOCH, epoch=EPOCH, mode="simulation",
        fall_time=after(seconds), fall_time_sigma_s=sigma, latitude_deg=39.5, longitude_deg=133.5,
        ellipse_95=Ellipse(semi_major_m=1.0, semi_minor_m=1.0, azimuth_deg=0.0), region_95=(),
        region_area_m2=1.0, zones=(), body="whole", apogee_m=1.0, apogee_sigma_m=1.0,
    )  # fmt: skip


def points(inside, of=100):
    """Some points in the square, the others west of it."""
    longitude = np.where(np.arange(of) < inside, 133.5, 130.0)
    return np.full(of, 39.5), longitude


def test_a_fall_into_an_announced_area_says_so_with_its_share():
    held = Announcements()
    held.hear(notice())
    (said,) = held.match(fall(), *points(80))
    assert (said.reference, said.kind, said.areas) == ("HYDROPAC 1/25", "rocket", ("A",))
    assert said.probability == 0.8
    assert held.space_share("T0001") == 0.8
    assert held.space_share("T0002") == 0.0


def test_only_changes_are_said_and_what_is_no_longer_so_is_taken_back():
    held = Announcements()
    held.hear(notice())
    assert held.match(fall(), *points(3)) == ()
    assert len(held.match(fall(), *points(80))) == 1
    assert held.match(fall(), *points(82)) == ()
    (back,) = held.match(fall(), *points(0))
    assert back.probability == 0.0
    assert held.space_share("T0001") == 0.0


def test_the_time_counts_with_its_doubt():
    held = Announcements()
    held.hear(notice(start=310.0))
    assert held.match(fall(300.0, sigma=1.0), *points(100)) == ()
    assert len(held.match(fall(300.0, sigma=6.0), *points(100))) == 1


def test_a_cancelled_or_ended_notice_matches_nothing():
    held = Announcements()
    held.hear(notice())
    held.hear(
        notice(
            "HYDROPAC 2/25", cancels=["HYDROPAC 1/25"], ring=tuple((x + 9, y) for x, y in SQUARE)
        )
    )
    assert held.match(fall(), *points(100)) == ()
    held.hear(notice("HYDROPAC 3/25", end=-1.0))
    assert held.match(fall(), *points(100)) == ()
    assert "HYDROPAC 3/25" not in held._held


def test_missiles_and_gunnery_are_no_prior_for_space():
    held = Announcements()
    held.hear(notice(kind="missile"))
    assert len(held.match(fall(), *points(100))) == 1
    assert held.space_share("T0001") == 0.0


def test_memory_is_bounded():
    held = Announcements()
    for number in range(MOST + 10):
        held.hear(notice(f"HYDROPAC {number}/25"))
    assert len(held._held) == MOST
