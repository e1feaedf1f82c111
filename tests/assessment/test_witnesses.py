"""A fact told twice by one way is told once."""

import pytest

from launchwatch.assessment.witnesses import are_words_alone, independent
from launchwatch.messages.sensor import Infrared, Partner

SENSOR = Infrared(
    id="east", owner="USA", latitude_deg=0.0, longitude_deg=105.0, height_m=35786e3,
    line_of_sight_sigma_rad=3e-4, scan_period_s=1.0,
)  # fmt: skip
LISTED = {
    "east": SENSOR,
    "west": SENSOR,
    "a": Partner(id="a", owner="JPN", site="x", link="cable"),
    "b": Partner(id="b", owner="USA", link="cable", host="box"),
    "c": Partner(id="c", owner="KOR", host="box", clock="gps"),
    "d": Partner(id="d", owner="PHL", site="y"),
    # The same word for another thing is no common thing.
    "e": Partner(id="e", owner="AUS", host="y"),
}


@pytest.mark.parametrize(
    ("names", "count"),
    [
        ([], 0),
        (["east"], 1),
        (["east", "west", "east"], 2),
        (["a"], 1),
        (["a", "b"], 1),
        (["a", "c"], 2),
        (["a", "c", "b"], 1),
        (["d", "e"], 2),
        (["east", "a", "b", "c", "d", "unlisted"], 4),
    ],
)
def test_partners_that_share_a_place_are_one_witness(names, count):
    assert independent(names, LISTED) == count


def test_what_partners_alone_say_is_hearsay():
    assert are_words_alone(["a", "d"], LISTED)
    assert not are_words_alone(["a", "east"], LISTED)
    assert not are_words_alone(["unlisted"], LISTED)
