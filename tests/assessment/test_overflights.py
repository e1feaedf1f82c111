"""Whose land lies under the path ahead, when, and that it ends once it is past."""

import numpy as np
import pytest
from msgspec.structs import replace

from launchwatch.assessment.overflights import Overflights
from launchwatch.assessment.provinces import Provinces
from launchwatch.assessment.zones import Zones
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import Ellipse
from launchwatch.timescale import instant_after, instant_from_utc, seconds_between

ZONES = Zones.built_in()
NOW = instant_from_utc("2025-11-07T01:20:00Z")


def over_aomori(**changes):
    """Give a fall area far out in the Pacific: due east along 40.7° N, 0.03° a second."""
    longitudes = np.arange(128.0, 170.0, 1.0)
    values = {
        "launch_id": "L1", "track_id": "T1", "revision": 1, "time": NOW, "epoch": NOW,
        "mode": "simulation", "fall_time": instant_after(NOW, 1400.0), "fall_time_sigma_s": 10.0,
        "latitude_deg": 40.7, "longitude_deg": 169.0,
        "ellipse_95": Ellipse(semi_major_m=1e4, semi_minor_m=1e3, azimuth_deg=90.0),
        "region_95": (), "region_area_m2": 1e8, "zones": (), "body": "whole", "apogee_m": 1e6,
        "apogee_sigma_m": 1e3,
        "path": tuple((lon, 40.7, 3e5, (lon - 128.0) / 0.03) for lon in longitudes.tolist()),
        "range_95_m": (3.49e6, 3.51e6), "across_95_m": 2e4,
    }  # fmt: skip
    return FallArea(**(values | changes))


def ahead_of(area, after=0.0):
    overflights = Overflights(ZONES, ("JPN", "KOR"))
    overflights.hear(area)
    said = overflights.tick(instant_after(NOW, after))
    return said[0].crossings if said else ()


def test_a_path_over_aomori_names_it_and_when():
    (crossing,) = ahead_of(over_aomori())
    assert crossing.country == "JPN"
    assert crossing.probability == pytest.approx(1.0, abs=0.01)
    assert [(one.name, one.iso, one.local) for one in crossing.provinces] == [
        ("Aomori", "JP-02", "青森県")
    ]
    # The coast of Aomori lies at 139.9° and 141.4° E here, its territorial sea 0.26° farther.
    assert seconds_between(NOW, crossing.enters) == pytest.approx((139.6 - 128.0) / 0.03, abs=12.0)
    assert seconds_between(NOW, crossing.leaves) == pytest.approx((141.7 - 128.0) / 0.03, abs=12.0)


def test_the_corridor_covers_the_path_over_land_and_not_the_ocean():
    (crossing,) = ahead_of(over_aomori())
    covered = Provinces(ZONES).covered(crossing.corridor)
    assert covered[0].name == "Aomori"
    longitudes = [lon for polygon in crossing.corridor for lon, _ in polygon[0]]
    assert 138.8 < min(longitudes) < 139.7
    assert 141.4 < max(longitudes) < 142.6


def test_once_it_is_past_nothing_lies_ahead():
    overflights = Overflights(ZONES, ("JPN", "KOR"))
    overflights.hear(over_aomori())
    assert overflights.tick(NOW)[0].crossings
    (said,) = overflights.tick(instant_after(NOW, 480.0))
    assert said.crossings == ()
    assert overflights.tick(instant_after(NOW, 481.0)) == []


def test_while_the_motor_burns_it_may_reach_so_far_and_no_time_is_known():
    short = over_aomori(
        path=tuple((lon, 40.7, 1e5, (lon - 128.0) / 0.03) for lon in (128.0, 130.0, 132.0)),
        range_95_m=(1e5, 1.5e6),
    )
    (crossing,) = ahead_of(short)
    assert 0.02 < crossing.probability < 0.7
    assert crossing.enters is None
    assert crossing.leaves is None


def test_a_flight_that_ends_before_a_coast_passes_over_nobody():
    short = over_aomori(
        path=tuple((lon, 40.7, 1e5, (lon - 128.0) / 0.03) for lon in (128.0, 131.0, 134.0)),
        range_95_m=(4.9e5, 5.2e5),
    )
    assert ahead_of(short) == ()


def test_a_path_beside_the_country_counts_as_far_as_it_is_in_doubt():
    path = tuple((lon, 29.2, 3e5, (lon - 128.0) / 0.03) for lon in range(134, 160))
    south = over_aomori(path=path)
    near = ahead_of(replace(south, across_95_m=3e5))
    assert ahead_of(replace(south, across_95_m=1e3)) == ()
    assert near
    assert 0.0 < near[0].probability < 0.7


def test_what_perhaps_parted_unseen_passes_over_nobody_yet():
    assert ahead_of(over_aomori(probability=0.6)) == ()


def test_a_region_names_the_provinces_on_which_it_lies_largest_share_first():
    box = ((((140.0, 40.3), (142.0, 40.3), (142.0, 41.6), (140.0, 41.6), (140.0, 40.3)),),)
    found = Provinces(ZONES).covered(box)
    assert [one.name for one in found] == ["Aomori", "Akita", "Hokkaido", "Iwate"]
    assert sum(one.share for one in found) == pytest.approx(1.0)
    assert Provinces(ZONES).covered(box, ("KOR",)) == ()
    assert Provinces(ZONES).covered(()) == ()


def test_a_region_as_large_as_an_ocean_is_looked_at_all_the_same():
    box = ((((100.0, 0.0), (179.0, 0.0), (179.0, 60.0), (100.0, 60.0), (100.0, 0.0)),),)
    covered = Provinces(ZONES).covered(box, ("JPN",))
    assert {"Hokkaido", "Tokyo", "Kagoshima"} <= {one.name for one in covered}
