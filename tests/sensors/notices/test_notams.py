"""NOTAMs: made ones, and real ones that nobody here wrote."""

import numpy as np
import pytest

from launchwatch.earth.areas import area
from launchwatch.messages.notice import Notice
from launchwatch.sensors.notices.notams import parse
from launchwatch.sensors.notices.reading import read
from launchwatch.sensors.refusing import Refusal
from launchwatch.timescale import utc_from_instant

MISSILE = """(P1234/24 NOTAMN
Q) RJJJ/QWMLW/IV/BO/W/000/999/4010N13540E050
A) RJJJ B) 2405270000 C) 2405281500
D) DAILY 0100-0300 2300-0030
E) AREA BOUNDED BY N401000E1350000 - N401000E1360000 - N394000E1360000 -
N394000E1350000 CLSD DUE TO MISSILE FIRING
F) SFC G) UNL)"""


def test_a_firing_has_its_corners_and_hours():
    notice = parse(MISSILE, mode="replay")
    assert (notice.reference, notice.kind) == ("P1234/24", "missile")
    (ground,) = notice.areas
    assert len(ground.polygons[0][0]) == 5
    starts = [utc_from_instant(window.start)[5:16] for window in ground.windows]
    assert starts == ["05-27T00:00", "05-27T01:00", "05-27T23:00", "05-28T01:00"]


def test_hours_that_differ_by_day_are_read_wide_and_remarked():
    notice = parse(MISSILE.replace("DAILY 0100-0300 2300-0030", "MON 0100-0300"), mode="replay")
    assert len(notice.areas[0].windows) == 1
    assert "the hours of item D) are not taken out" in notice.remarks


def test_without_corners_the_circle_of_item_q_holds_it():
    text = MISSILE.replace("AREA BOUNDED BY", "SEE AIP").replace("N39", "X39").replace("N40", "X40")
    notice = parse(text, mode="replay")
    assert area(notice.areas[0].polygons) == pytest.approx(np.pi * (50 * 1852.0) ** 2, rel=0.01)
    assert "the area is the circle of item Q), which holds it" in notice.remarks


def test_a_replacing_notam_names_what_it_ends_and_a_cancelling_one_has_no_area():
    replacing = parse(MISSILE.replace("NOTAMN", "NOTAMR P1200/24"), mode="replay")
    assert replacing.cancels == ("P1200/24",)
    assert replacing.areas
    assert parse(MISSILE.replace("NOTAMN", "NOTAMC P1200/24"), mode="replay").areas == ()


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("Q) RJJJ", "Z) RJJJ", "item Q"),
        ("B) 2405270000", "B) 24052700", "ten digits"),
        ("B) 2405270000", "B) 2405320000", "no time"),
        ("C) 2405281500", "C) 2305281500", "later than"),
        ("DAILY 0100-0300 2300-0030", "DAILY 0170-0300", "an hour"),
        ("N401000E1350000", "N407000E1350000", "below 60"),
        ("E) AREA", "H) AREA", "item E"),
        ("(P1234/24", "(P12", "its number"),
    ],
)
def test_what_is_wrong_is_refused_by_item(old, new, why):
    ((_, found), *_) = read(MISSILE.replace(old, new).encode(), "notam", "replay")
    assert isinstance(found, Refusal)
    assert why in found.detail


@pytest.mark.parametrize(
    "content", [b"", b"\xff\x00" * 99, b"(A0001/24 NOTAMN", b"(A0001/24 NOTAMN" * 99]
)
def test_hostile_files_are_refused_in_words(content):
    found = list(read(content, "notam", "replay"))
    assert found
    assert all(isinstance(one, Refusal) and one.detail for _, one in found)


def test_every_real_notam_is_read_and_areas_are_those_of_their_texts(authorities):
    found = {}
    for file in sorted((authorities / "notam").glob("*.txt")):
        ((_, notice),) = read(file.read_bytes(), "notam", "replay")
        assert isinstance(notice, Notice), (file.name, notice)
        found[notice.reference] = notice
    assert len(found) == 93
    dangerous = {name for name, notice in found.items() if notice.areas}
    # Those whose text closes or restricts an area, read by eye; the others are of runways,
    # cranes, routes and radio aids.
    assert dangerous >= {"C1744/15", "C1963/15", "C2041/15", "A0624/91", "C1518/15", "C1775/15"}
    assert not dangerous & {"A0069/08", "A0024/15", "C1984/15", "A1216/15", "A0916/15"}
    assert area(found["C1744/15"].areas[0].polygons) == pytest.approx(np.pi * 500.0**2, rel=0.003)
    assert len(found["C1963/15"].areas) == 6
