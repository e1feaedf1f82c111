"""Provinces against well-known places."""

import numpy as np
import pytest

from launchwatch.assessment.provinces import Provinces, province_of
from launchwatch.assessment.zonefile import sheet
from launchwatch.assessment.zones import Zones

ZONES = Zones.built_in()
PROVINCES = Provinces(ZONES)


@pytest.mark.parametrize(
    ("latitude", "longitude", "iso", "name"),
    [
        (35.69, 139.69, "JP-13", "Tokyo"),
        (34.69, 135.50, "JP-27", "Osaka"),
        (41.80, 140.75, "JP-01", "Hokkaido"),  # Hakodate
        (42.10, 139.45, "JP-01", "Hokkaido"),  # Okushiri
        (40.82, 140.75, "JP-02", "Aomori"),
        (39.72, 140.10, "JP-05", "Akita"),
        (37.90, 139.02, "JP-15", "Niigata"),
        (38.05, 138.40, "JP-15", "Niigata"),  # Sado
        (36.59, 136.63, "JP-17", "Ishikawa"),  # Kanazawa
        (36.25, 133.25, "JP-32", "Shimane"),  # Oki
        (34.40, 129.33, "JP-42", "Nagasaki"),  # Tsushima
        (24.45, 122.98, "JP-47", "Okinawa"),  # Yonaguni
        (24.29, 153.98, "JP-13", "Tokyo"),  # Minami-Torishima
        (37.55, 127.00, "KR-11", "Seoul"),
        (37.50, 130.87, "KR-47", "North Gyeongsang"),  # Ulleungdo
        (37.96, 124.67, "KR-28", "Incheon"),  # Baengnyeongdo
        (33.38, 126.55, "KR-49", "Jeju"),
        (37.72, 126.43, "KR-28", "Incheon"),  # Ganghwado
        (33.92, 126.638, "KR-49", "Jeju"),  # Sasudo, of the Chuja islands
        (28.30, 129.40, "JP-46", "Kagoshima"),  # Amami
        (26.50, 127.95, "JP-47", "Okinawa"),
        (39.02, 125.75, "KP-01", "Pyongyang"),
        (40.2, 125.2, "KP-03", "North Pyongan"),
        (41.78, 129.78, "KP-09", "North Hamgyong"),  # Chongjin
    ],
)
def test_a_well_known_place_lies_in_its_province(latitude, longitude, iso, name):
    found = PROVINCES.at(latitude, longitude)
    assert (found.iso, found.name) == (iso, name)
    assert found.local


@pytest.mark.parametrize(
    ("latitude", "longitude", "country", "name"),
    [
        (48.14, 11.58, "DEU", "Bayern"),
        (34.05, -118.25, "USA", "California"),
        (64.84, -147.72, "USA", "Alaska"),
        (-33.87, 151.0, "AUS", "New South Wales"),
        (22.35, 114.15, "CHN", "Hong Kong"),
        (13.45, 144.77, "USA", "Guam"),
        (66.5, -172.5, "RUS", "Chukchi Autonomous Okrug"),
    ],
)
def test_provinces_are_known_all_over_the_world(latitude, longitude, country, name):
    found = PROVINCES.at(latitude, longitude)
    assert (found.country, found.name) == (country, name)


def test_at_sea_there_is_no_province():
    assert PROVINCES.at(40.4, 133.3) is None


def test_fractions_are_those_of_the_points_on_land():
    found = PROVINCES.probabilities(
        np.array([35.69, 35.69, 34.69, 30.0]), np.array([139.69, 139.69, 135.5, 140.9])
    )
    assert [(one.province.iso, one.probability) for one in found] == [
        ("JP-13", 0.5), ("JP-27", 0.25),
    ]  # fmt: skip


def test_every_province_of_japan_and_korea_has_its_code_and_name():
    names = {(p.zone[:3], p.name) for p in sheet("median").parts if p.zone.endswith("-land")}
    for country, count in (("JPN", 47), ("KOR", 17), ("PRK", 11)):
        own = [province_of(*one) for one in sorted(names) if one[0] == country]
        assert len({one.iso for one in own}) == len(own) == count
