"""Still layers: what they draw is what the zones say, and one level is finer than another."""

import gzip
import json

import numpy as np
import pytest
import shapely

from launchwatch.assessment.userzones import read_features
from launchwatch.assessment.zones import Zones
from launchwatch.edge.web.layers import Layers
from launchwatch.errors import InputError


@pytest.fixture(scope="module")
def layers():
    return Layers()


def features(layers, name):
    return json.loads(gzip.decompress(layers.content(name)[0]))["features"]


@pytest.mark.parametrize(("level", "most_wrong"), [(1, 0.02), (3, 0.0)])
def test_zones_are_drawn_where_they_are(layers, level, most_wrong):
    drawn = [
        (each["properties"]["zone"], shapely.from_geojson(json.dumps(each["geometry"])))
        for each in features(layers, f"zones/median/{level}")
    ]
    generator = np.random.default_rng(1)
    longitude, latitude = generator.uniform(120, 150, 1000), generator.uniform(25, 48, 1000)
    zones = Zones.built_in()
    names = [zones.zones[number].zone for number in zones.numbers_at(latitude, longitude)]
    found = [""] * 1000
    for name, shape in drawn:
        assert shape.is_valid
        for number in np.flatnonzero(shapely.contains_xy(shape, longitude, latitude)):
            found[number] = name
    wrong = sum(one != other for one, other in zip(names, found, strict=True))
    assert wrong <= most_wrong * 1000


def test_a_finer_level_has_more_corners(layers):
    sizes = [len(layers.content(f"zones/median/{level}")[0]) for level in range(4)]
    assert sizes == sorted(sizes)
    assert sizes[0] < 40_000  # what a first look loads


def test_provinces_bear_their_own_names(layers):
    found = {
        each["properties"]["iso"]: each["properties"] for each in features(layers, "provinces/0")
    }
    assert found["JP-01"]["local"] == "北海道"


def test_a_claim_set_has_its_own_zones(layers):
    assert layers.content("zones/japan/0")[1] != layers.content("zones/median/0")[1]
    listed = {(each["claims"], each["level"]) for each in layers.index()["layers"]}
    assert ("russia", 2) in listed


def test_a_layer_that_is_not_there_is_refused(layers):
    with pytest.raises(InputError, match="there is no layer 'zones/mars/0'"):
        layers.content("zones/mars/0")


def test_own_zones_beyond_180_degrees_are_put_on_the_sheet():
    ring = [[178, 0], [184, 0], [184, 5], [178, 5], [178, 0]]
    own = read_features(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "properties": {"zone": "range", "kind": "other"},
                    "geometry": {"type": "Polygon", "coordinates": [ring]},
                }
            ],
        },
        "test",
    )
    (feature,) = features(Layers(own), "own")
    points = [point for rings in feature["geometry"]["coordinates"] for point in rings[0]]
    assert {point[0] for point in points} == {178.0, 180.0, -180.0, -176.0}


def test_the_world_beyond_the_box_has_its_economic_zones(layers):
    kinds = {
        (each["properties"]["country"], each["properties"]["kind"])
        for each in features(layers, "zones/world/0")
    }
    assert ("USA", "eez") in kinds
    assert ("FRA", "eez") in kinds
    assert not [one for one in kinds if one[1] in ("land", "high-seas")]
