"""Positions as notices write them."""

import pytest

from launchwatch.errors import InputError
from launchwatch.sensors.notices.positions import coordinates, points


@pytest.mark.parametrize(
    ("text", "latitude", "longitude"),
    [
        ("35-29N 023-46E", 35 + 29 / 60, 23 + 46 / 60),
        ("23-02.03S 043-51.03W", -(23 + 2.03 / 60), -(43 + 51.03 / 60)),
        ("02-02-15.7N 026-42-21.2W", 2 + 2 / 60 + 15.7 / 3600, -(26 + 42 / 60 + 21.2 / 3600)),
        ("00-00 030-00W", 0.0, -30.0),
        ("51-30N 000-00", 51.5, 0.0),
        ("PSN N320015 E0345244", 32 + 15 / 3600, 34 + 52 / 60 + 44 / 3600),
        ("PSN N315957.84 E0345348.73", 31 + 59 / 60 + 57.84 / 3600, 34 + 53 / 60 + 48.73 / 3600),
        ("PSN 321206N0351606E", 32 + 12 / 60 + 6 / 3600, 35 + 16 / 60 + 6 / 3600),
        ("3310N03543E", 33 + 10 / 60, 35 + 43 / 60),
        ("CRP (N322411E350243)", 32 + 24 / 60 + 11 / 3600, 35 + 2 / 60 + 43 / 3600),
    ],
)
def test_a_position_is_read(text, latitude, longitude):
    (found,) = points(text)
    assert (found.latitude, found.longitude) == pytest.approx((latitude, longitude), abs=1e-12)
    assert text[found.start : found.end].strip("() ") in text


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("35-61N 023-46E", "below 60"),
        ("35-29N 181-46E", "at most 180"),
        ("91-29N 023-46E", "at most 90"),
        ("35-29N 36-29N", "two of one kind"),
        ("35-29N", "half"),
        ("N320015 E034524", "5 or 7 digits"),
    ],
)
def test_what_is_no_place_is_refused(text, why):
    with pytest.raises(InputError, match=why):
        points(text)


def test_telephone_and_chart_numbers_are_no_positions():
    assert coordinates("PHONE: 187 060 4449, CHART 24150, HYDROLANT 2487/10(51,57)") == []
