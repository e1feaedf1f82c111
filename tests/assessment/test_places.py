"""Places in words: the ones that reports name, and codes that always have words."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.assessment.places import (
    COUNTRIES,
    PARTS,
    SEAS,
    Gazetteer,
    describe,
    direction,
)
from launchwatch.errors import InputError


def test_the_launch_place_is_called_as_the_report_calls_it():
    place = describe(40.2, 125.2)
    assert (place.country, place.part, place.near_border) == ("PRK", "northwest", "CHN")
    # The Yalu above the Supung dam is some 30 km away on any map.
    assert place.border_km == pytest.approx(31.0, abs=3.0)
    assert place.english == "northwestern North Korea, near the border with China"


@pytest.mark.parametrize(
    ("latitude", "longitude", "country", "part"),
    [
        (39.03, 125.75, "PRK", "west"),  # Pyongyang
        (39.66, 124.70, "PRK", "northwest"),  # Sohae
        (40.85, 129.66, "PRK", "northeast"),  # Tonghae
        (40.02, 128.16, "PRK", "east"),  # Sinpo
        (37.98, 126.56, "PRK", "south"),  # Kaesong
        (37.55, 127.00, "KOR", "northwest"),  # Seoul
        (35.20, 129.05, "KOR", "southeast"),  # Busan
        (43.06, 141.35, "JPN", "north"),  # Sapporo
        (26.35, 127.80, "JPN", "southwest"),  # Okinawa
        (40.80, 140.90, "JPN", "north"),  # Aomori
        (43.20, 132.00, "RUS", "east"),
    ],
)
def test_a_part_is_called_as_people_call_it(latitude, longitude, country, part):
    place = describe(latitude, longitude)
    assert (place.country, place.part, place.sea) == (country, part, None)


@pytest.mark.parametrize(
    ("latitude", "longitude", "sea"),
    [
        (40.4, 133.3, "east-sea"),
        (41.2, 129.9, "east-sea"),
        (38.0, 124.0, "yellow-sea"),
        (38.8, 119.5, "bohai"),
        (34.6, 129.0, "korea-strait"),
        (30.0, 125.0, "east-china-sea"),
        (24.5, 119.8, "taiwan-strait"),
        (20.5, 116.0, "south-china-sea"),
        (47.0, 148.0, "sea-of-okhotsk"),
        (25.0, 135.0, "philippine-sea"),
        (34.2, 133.5, "seto-inland-sea"),
        (38.0, 150.0, "pacific"),
        (40.0, 170.0, "pacific"),
    ],
)
def test_a_sea_has_its_name(latitude, longitude, sea):
    place = describe(latitude, longitude)
    assert (place.sea, place.country, place.part, place.near_border) == (sea, None, None, None)


def test_a_place_at_sea_is_told_from_the_nearest_land():
    place = describe(39.5, 129.5)
    assert place.english.startswith("the East Sea / Sea of Japan, about 1")
    assert place.english.endswith("km southeast of North Korea") or place.english.endswith(
        "km east of North Korea"
    )


def test_a_strait_is_no_border():
    # Tsushima lies 50 km from Korea: near it, yet near no border.
    place = describe(34.60, 129.35)
    assert (place.country, place.near_border, place.border_km) == ("JPN", None, None)


def test_beyond_the_map_nothing_is_said():
    assert describe(0.0, 0.0).english == "an area without a name here"


def test_the_east_sea_has_both_its_names():
    assert SEAS["east-sea"] == "East Sea / Sea of Japan"


def test_a_place_is_the_same_after_a_turn_of_longitude():
    assert describe(40.2, 125.2 - 360.0) == describe(40.2, 125.2)


@pytest.mark.parametrize("at", [(91.0, 0.0), (float("nan"), 0.0), (0.0, float("inf"))])
def test_a_point_that_is_none_is_refused(at):
    with pytest.raises(InputError):
        describe(*at)


@given(latitude=st.floats(-90, 90), longitude=st.floats(-180, 360))
def test_every_point_has_words(latitude, longitude):
    place = describe(latitude, longitude)
    assert (place.country is None) or (place.sea is None)
    assert place.country is None or place.country in COUNTRIES
    assert place.part is None or place.part in PARTS
    assert place.sea is None or place.sea in SEAS
    assert place.english
    assert "None" not in place.english


def test_the_open_pacific_has_no_gap_in_its_names():
    gazetteer = Gazetteer.built_in()
    for latitude in np.arange(21.0, 50.0, 2.0):
        for longitude in np.arange(146.5, 180.0, 3.0):
            place = gazetteer.describe(float(latitude), float(longitude))
            assert place.sea is not None or place.country is not None, (latitude, longitude)


@pytest.mark.parametrize(
    ("end", "word"),
    [((10, 11), "north"), ((11, 11), "northeast"), ((11, 10), "east"), ((9, 9), "southwest")],
)
def test_a_direction_is_an_eighth_of_the_compass(end, word):
    assert direction((10.0, 10.0), end) == word
