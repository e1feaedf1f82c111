"""One outline around several bodies."""

import numpy as np
import pytest
import shapely
from msgspec.structs import replace
from pyproj import Geod

from launchwatch.assessment.envelopes import Envelopes, envelope_of
from launchwatch.assessment.fallareas import FallAreas
from launchwatch.assessment.regions import region_of
from launchwatch.assessment.settings import Settings
from launchwatch.timescale import SECOND, Instant

from .making import coasting_update, launch_statement
from .test_fallareas import OneSea
from .test_regions import cloud


def polygons_at(longitude_deg, seed):
    rng = np.random.default_rng(seed)
    return region_of(*cloud(rng, 500, 40.0, longitude_deg, 30e3, 5e3, 90.0)).polygons


def shape(polygons):
    return shapely.union_all([shapely.Polygon(rings[0], rings[1:]) for rings in polygons])


def test_it_holds_every_body_and_the_sea_between_them():
    regions = [polygons_at(131.0, 1), polygons_at(135.0, 2)]
    envelope, area = envelope_of(regions)
    whole = shape(envelope)
    for region in regions:
        # A hundred-thousandth of a degree: a metre, by rounding and by the chart's bend.
        assert whole.buffer(1e-5).contains(shape(region))
    assert whole.contains(shapely.Point(133.0, 40.0))
    geod = Geod(ellps="WGS84")
    measured = sum(abs(geod.geometry_area_perimeter(shapely.Polygon(p[0]))[0]) for p in envelope)
    assert area == pytest.approx(measured, rel=0.01)


def test_across_the_antimeridian_it_is_two_polygons_of_the_same_size():
    there, size_there = envelope_of([polygons_at(178.5, 1), polygons_at(-178.5, 2)])
    _, size_here = envelope_of([polygons_at(130.5, 1), polygons_at(133.5, 2)])
    assert len(there) == 2
    assert size_there == pytest.approx(size_here, rel=1e-6)
    edges = [ring for rings in there for ring in rings]
    assert all(abs(longitude) <= 180.0 for ring in edges for longitude, _ in ring)
    assert shape(there).area < 10.0  # square degrees: not once round the world


def test_one_body_needs_no_envelope_and_a_second_brings_it_at_once():
    update, envelopes = coasting_update(), Envelopes(Settings())
    whole = FallAreas(OneSea(), Settings()).judge(update, launch_statement()).area
    assert envelopes.take(whole) is None
    piece = replace(whole, body="piece 1", track_id="T0002", time=Instant(whole.time + SECOND))
    envelope = envelopes.take(piece)
    assert envelope.bodies == ("piece 1", "whole")
    assert envelope.revision == 1
    assert envelopes.take(replace(piece, time=Instant(piece.time + SECOND))) is None
    later = envelopes.take(replace(piece, time=Instant(piece.time + 11 * SECOND)))
    assert later.revision == 2
    assert later.begins < whole.fall_time < later.ends


def test_two_points_have_an_envelope_too():
    point = (((130.0, 40.0), (130.0, 40.0), (130.0, 40.0), (130.0, 40.0)),)
    envelope, area = envelope_of([(point,)])
    assert area < 1.0
    assert isinstance(envelope, tuple)
