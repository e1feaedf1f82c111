import xml.etree.ElementTree as ET
from itertools import pairwise

import numpy as np
import pytest
from matplotlib.image import imread

from launchwatch.assessment.zones import Zones
from launchwatch.edge.chronicle import Chronicle
from launchwatch.edge.outlines import Outline, nearby, zone_outlines
from launchwatch.edge.phrasing import area, share, with_sigma
from launchwatch.edge.pictures import PICTURES, draw_all
from launchwatch.edge.pictures.groundtrack import regions_to_show
from launchwatch.edge.pictures.style import spread_labels


@pytest.fixture(scope="module")
def chronicle(friday_watch):
    chronicle = Chronicle()
    for messages in friday_watch:
        chronicle.take(messages)
    return chronicle


@pytest.fixture(scope="module")
def outlines():
    return zone_outlines(Zones.built_in())


@pytest.fixture(scope="module")
def folder(chronicle, outlines, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    draw_all(folder, chronicle, outlines=outlines)
    return folder


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_1600_wide_and_not_blank(folder, name):
    pixels = imread(folder / f"{name}.png")
    assert pixels.shape[:2] == (1024, 1600)
    # The middle, where no title stands, holds more than paper.
    assert float(np.std(pixels[300:900, 200:1400, :3])) > 0.02


@pytest.mark.parametrize("name", PICTURES)
def test_an_svg_keeps_its_text_as_text_with_the_mode_in_it(folder, name):
    tree = ET.parse(folder / f"{name}.svg")
    words = "".join(tree.getroot().itertext())
    assert "SIMULATION" in words
    assert "nothing was launched" in words


def test_the_same_watch_gives_the_same_picture(chronicle, folder, tmp_path):
    draw_all(tmp_path, chronicle)
    draw_all(tmp_path / "..", chronicle)
    again = (tmp_path / "profile.svg").read_bytes()
    assert again == (tmp_path / ".." / "profile.svg").read_bytes()
    assert again == (folder / "profile.svg").read_bytes()


def test_no_launch_gives_no_picture(tmp_path):
    assert draw_all(tmp_path, Chronicle()) == ()
    assert list(tmp_path.iterdir()) == []


def test_a_watch_cut_short_at_any_time_is_drawn(friday_watch, tmp_path):
    for count in (33, 36, 80):
        chronicle = Chronicle()
        for messages in friday_watch[:count]:
            chronicle.take(messages)
        assert len(draw_all(tmp_path, chronicle)) == 6


def test_the_regions_shown_run_from_the_first_to_the_last(chronicle):
    areas = chronicle.main_fall_areas()
    chosen = regions_to_show(areas)
    assert chosen[0] is areas[0]
    assert chosen[-1] is areas[-1]
    assert 2 <= len(chosen) <= 6
    assert regions_to_show([]) == []


def test_every_built_in_zone_has_an_outline(outlines):
    names = {each.name for each in outlines}
    assert {"JPN-EEZ", "JPN-land", "KOR-EEZ", "PRK-territorial-sea", "high-seas"} <= names
    assert all(each.polygons for each in outlines)


def test_outlines_nearby_leave_out_what_lies_far_away():
    def square(name, west, south):
        ring = tuple((west + x, south + y) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0)))
        return Outline(name=name, kind="land", polygons=((ring,),))

    far, near = square("far", -70.0, 0.0), square("near", 130.0, 38.0)
    assert [each.name for each in nearby((far, near), 130.0, 40.0)] == ["near"]


def test_labels_are_spread_apart_in_their_order():
    places = spread_labels([0.0, 0.01, 0.02, 1.0], 0.1, 0.0, 1.0)
    assert places == sorted(places)
    assert min(b - a for a, b in pairwise(places)) > 0.0999
    assert places[-1] <= 1.0


def test_numbers_are_written_with_the_digits_that_their_doubt_allows():
    assert with_sigma(182.4321, 0.31, "km") == "182.4 ± 0.3 km"
    assert with_sigma(700.2, 12.0, "km") == "700 ± 12 km"
    assert area(12_345e6) == "12,300 km²"
    assert area(1.234e6) == "1.23 km²"
    assert share(0.999) == ">99 %"
    assert share(0.0) == "<1 %"
    assert area(20_634.0) == "20,600 m²"
    assert with_sigma(180.0, 0.001, "km") == "180.00 ± <0.01 km"
