"""Where pictures differ, how and why."""

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.messages.launch import Ellipse
from launchwatch.messages.partner import PartnerFall, PartnerLaunch
from launchwatch.nations.differences import Differences
from launchwatch.nations.losing import lost_to

from .saying import ELLIPSE, ROSTER, after, fall, launch, radar, track
from .sealing import NOW

SMALL = Ellipse(semi_major_m=8_000.0, semi_minor_m=4_000.0, azimuth_deg=90.0)


def their_launch(seconds: float = 0.0, **changed: object) -> PartnerLaunch:
    given = {
        "partner": "JPN", "launch_id": "L0007", "revision": 1, "time": after(seconds),
        "received": after(seconds), "mode": "live", "track_ids": ("T0003",),
        "launch_time": after(2.0), "launch_time_sigma_s": 3.0, "latitude_deg": 40.1,
        "longitude_deg": 125.1, "position_ellipse_95": ELLIPSE, "probability": 0.99,
        "cancelled": False, "reason": "", "source": "partner JPN", "line": 1,
    }  # fmt: skip
    return PartnerLaunch(**(given | changed))


def their_fall(seconds: float, longitude_deg: float, **changed: object) -> PartnerFall:
    given = {
        "partner": "JPN", "launch_id": "L0007", "track_id": "T0003", "body": "whole",
        "revision": 1, "time": after(seconds), "received": after(seconds), "mode": "live",
        "fall_time": after(300.0), "fall_time_sigma_s": 5.0, "latitude_deg": 40.47,
        "longitude_deg": longitude_deg, "ellipse_95": SMALL, "probability": 1.0,
        "status": "tracked", "last_plot": after(seconds), "source": "partner JPN", "line": 2,
    }  # fmt: skip
    return PartnerFall(**(given | changed))


def said_of(differences: Differences, *words: object) -> list:
    found = []
    for word in words:
        take = differences.hear if isinstance(word, PartnerLaunch | PartnerFall) else (
            differences.judge)  # fmt: skip
        found += take(word)
    return found


def test_a_far_radar_that_lost_a_low_flight_is_named_with_how_and_why() -> None:
    differences = Differences(ROSTER)
    assert not said_of(differences, launch(), their_launch(), fall(60.0))
    lost = their_fall(60.0, 130.3, status="coasting", last_plot=after(60.0), lost="horizon")
    assert said_of(differences, lost)[0].why == "unexplained"  # both saw it a moment ago
    (said,) = said_of(differences, fall(140.0))
    assert (said.subject, said.why, said.lost_by) == ("fall", "lost-track", "JPN")
    assert said.since == after(60.0)
    ours, theirs = said.range_km
    # 8.2° of longitude at 40° north are 698 km, 5.2° are 442 km.
    assert 690 < ours < 705
    assert 435 < theirs < 450
    assert said.text == (
        "JPN expects the fall of L0001 444 km from its launch, we 700 km: 246 km apart, where both "
        "doubts allow 22 km; JPN saw it last at 01:03:03 UTC (it went behind the horizon of all "
        "its radars); we follow it on, to 01:04:23 UTC so far"
    )


def test_pictures_that_agree_say_nothing() -> None:
    differences = Differences(ROSTER)
    assert not said_of(differences, launch(), their_launch(), fall(60.0), their_fall(61.0, 133.25))


def test_a_difference_that_ends_is_settled() -> None:
    differences = Differences(ROSTER)
    (said,) = said_of(differences, launch(), their_launch(), fall(60.0), their_fall(61.0, 130.0))
    (again,) = said_of(differences, their_fall(90.0, 133.2))
    assert not said.settled
    assert again.settled
    assert (again.difference_id, again.revision) == (said.difference_id, 2)


def test_a_difference_is_not_told_anew_while_it_stays() -> None:
    differences = Differences(ROSTER)
    said_of(differences, launch(), their_launch(), fall(60.0), their_fall(61.0, 130.0))
    assert not said_of(differences, *(their_fall(62.0 + n, 130.0) for n in range(20)))


def test_a_cancelled_launch_differs_from_nothing() -> None:
    differences = Differences(ROSTER)
    said_of(differences, launch(), their_launch(), fall(60.0), their_fall(61.0, 130.0))
    (said,) = said_of(differences, their_launch(70.0, revision=2, cancelled=True))
    assert said.settled


def test_a_launch_that_a_partner_alone_sees_is_told_after_a_while() -> None:
    differences = Differences(ROSTER)
    said_of(differences, their_launch())
    assert not list(differences.tick(after(10.0), "live"))
    (said,) = differences.tick(after(21.0), "live")
    assert (said.subject, said.why, said.lost_by) == ("unseen", "no-view", "us")
    (seen,) = said_of(differences, launch(30.0))
    assert seen.settled


def test_launches_far_apart_are_not_taken_for_one() -> None:
    differences = Differences(ROSTER)
    elsewhere = their_launch(latitude_deg=20.0)
    later = their_launch(launch_id="L0008", launch_time=after(900.0))
    said = said_of(differences, launch(), elsewhere, later, fall(60.0), their_fall(61.0, 130.0))
    assert said == []


def seen_at(latitude_deg: float, longitude_deg: float, height_m: float):
    import math

    place = ecef_from_geodetic(math.radians(latitude_deg), math.radians(longitude_deg), height_m)
    return track(position_ecef_m=tuple(place.tolist()))


def test_a_track_is_lost_to_the_horizon_to_range_or_to_what_nobody_knows() -> None:
    # From 37.9 N 128.2 E: 400 km east, 20 km up stands at 1 degree; 200 km up, at 24.
    assert lost_to(seen_at(37.9, 132.75, 20_000.0), ROSTER) == "horizon"
    assert lost_to(seen_at(37.9, 132.75, 200_000.0), ROSTER) == "unknown"
    short = {"kr-north": radar("kr-north", maximum_range_m=440_000.0)}
    assert lost_to(seen_at(37.9, 132.75, 200_000.0), short) == "range"
    assert lost_to(track(("ir-east",)), ROSTER) == "burnout"
    assert after(0.0) == NOW
