"""Zones drawn by others: what is repaired, what is refused, and what they answer then."""

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwatch.assessment.zoneimport import Feature, import_zones
from launchwatch.assessment.zones import Zones
from launchwatch.errors import SettingsError

BASE = Zones.built_in()
SQUARE = shapely.box(133.0, 39.0, 136.0, 41.0)


def marine(shape, state="JPN", kind="200NM", **more):
    """A feature as Marine Regions writes them."""
    return Feature({"GEONAME": f"{state} zone", "POL_TYPE": kind, "ISO_TER1": state, **more}, shape)


def used(*features, claims="mine"):
    """The zones once the features are imported."""
    return BASE.with_features(import_zones(features, claims, "eez.gpkg").features, "eez.geojson")


def zone_at(zones, latitude, longitude):
    return zones.spot(latitude, longitude).zone.zone


def test_imported_zones_take_the_place_of_economic_zones_and_high_seas():
    zones = used(marine(SQUARE))
    assert zones.claims == "mine"
    assert zone_at(zones, 40.0, 134.0) == "JPN-EEZ"
    assert zone_at(BASE, 40.4, 133.5) == "RUS-EEZ"
    assert zone_at(zones, 40.4, 133.5) == "JPN-EEZ"
    assert zone_at(zones, 41.5, 134.0) == "high-seas"  # none of the polygons holds it
    assert zone_at(zones, 35.69, 139.69) == "JPN-land"
    assert zone_at(zones, 41.50, 139.30) == "JPN-territorial-sea"
    probable = zones.probabilities(np.array([40.0, 41.5]), np.array([134.0, 134.0]))
    assert {(one.zone, one.probability, one.claims) for one in probable} == {
        ("JPN-EEZ", 0.5, "mine"), ("high-seas", 0.5, "mine"),
    }  # fmt: skip


def test_distances_are_those_to_the_imported_lines():
    zones = used(marine(SQUARE))
    near = {one.zone: one.distance_km for one in zones.at(40.0, 133.5)}
    # Half a degree of longitude at 40 N is 42.7 km, the way to the square's western edge.
    assert near["JPN-EEZ"] == pytest.approx(-42.7, abs=0.1)
    (signed,) = zones.distances(["JPN-EEZ"], np.array([40.0]), np.array([132.5]))
    assert signed == pytest.approx(42.7e3, abs=100.0)


def test_overlapping_claims_and_joint_regimes_are_zones_of_their_own():
    one = marine(SQUARE, kind="Overlapping claim", ISO_TER2="KOR")
    assert zone_at(used(one), 40.0, 134.0) == "JPN-KOR-overlapping-claim"
    joint = marine(SQUARE, kind="Joint regime", ISO_TER2="KOR")
    assert zone_at(used(joint), 40.0, 134.0) == "JPN-KOR-joint-regime"


def test_features_of_one_state_are_one_zone_and_doubles_are_left_out():
    made = import_zones(
        [marine(SQUARE), marine(SQUARE), marine(shapely.box(136.0, 39.0, 137.0, 41.0))], "m", "f"
    )
    assert [zone for zone, _ in made.zones] == ["JPN-EEZ"]
    assert any("feature 1 (JPN zone): the same shape" in line for line in made.told)


def test_rings_that_cross_themselves_are_repaired_and_told():
    bow = shapely.Polygon([(133, 39), (136, 41), (136, 39), (133, 41)])
    made = import_zones([marine(bow)], "m", "f")
    assert "Self-intersection" in made.told[0]
    assert made.zones[0][1] == pytest.approx(3.0)  # both triangles


def test_a_zone_across_the_antimeridian_may_jump_run_on_or_be_cut():
    jumping = shapely.Polygon([(178, 30), (-178, 30), (-178, 34), (178, 34)])
    running = shapely.Polygon([(178, 30), (182, 30), (182, 34), (178, 34)])
    cut = shapely.union_all([shapely.box(178, 30, 180, 34), shapely.box(-180, 30, -178, 34)])
    for shape in (jumping, running, cut):
        zones = used(marine(shape, "USA"))
        for longitude in (179.0, 180.0, -180.0, -179.0, 181.0, 541.0):
            assert zone_at(zones, 32.0, longitude) == "USA-EEZ"
        assert zone_at(zones, 32.0, 0.0 - 177.0) == "high-seas"
        # 2 degrees of latitude and of longitude to the edge: the cut is none.
        (signed,) = zones.distances(["USA-EEZ"], np.array([32.0]), np.array([180.0]))
        assert signed == pytest.approx(-188.9e3, rel=0.01)


@pytest.mark.parametrize(
    ("feature", "said"),
    [
        (Feature({"name": "Nowhere"}, SQUARE), r"feature 0 \(Nowhere\): a state's three-letter"),
        (Feature({"ISO_TER1": "Japan"}, SQUARE), "three-letter code was wanted"),
        (marine(None), r"feature 0 \(JPN zone\): no shape"),
        (marine(shapely.Polygon()), "no shape"),
        (marine(shapely.Point(1, 2)), "wanted a polygon, got a Point"),
        (marine(shapely.box(4e6, 4e6, 5e6, 5e6)), "perhaps metres of a projection"),
        (marine(shapely.box(39.0, 133.0, 41.0, 136.0)), "or latitude first"),
        (marine(shapely.Polygon([(1, 1), (2, 2), (3, 3)])), "encloses nothing"),
    ],
)
def test_what_cannot_be_used_is_refused_by_file_and_feature(feature, said):
    with pytest.raises(SettingsError, match=said) as refused:
        import_zones([feature], "mine", "eez.gpkg")
    assert str(refused.value).startswith("eez.gpkg: feature 0")
    assert "\n" not in str(refused.value)


def test_an_empty_file_is_refused():
    with pytest.raises(SettingsError, match="no polygon"):
        import_zones([], "mine", "eez.gpkg")


def test_overlaps_are_told_and_the_first_by_name_wins():
    made = import_zones([marine(SQUARE, "KOR"), marine(SQUARE, "JPN")], "m", "f")
    assert any("JPN-EEZ and KOR-EEZ overlap by 6.00 square degrees" in line for line in made.told)
    zones = BASE.with_features(made.features, "f")
    assert zone_at(zones, 40.0, 134.0) == "JPN-EEZ"


def test_a_damaged_import_is_refused_by_name():
    made = import_zones([marine(SQUARE)], "m", "f").features
    with pytest.raises(SettingsError, match=r"mine\.json: launchwatch\.claims must be a name"):
        BASE.with_features({**made, "launchwatch": {}}, "mine.json")


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(st.floats(-400, 400), st.floats(-100, 100)), min_size=3, max_size=12, unique=True
    )
)
def test_any_ring_is_used_or_refused(corners):
    try:
        zones = used(marine(shapely.Polygon(corners)))
    except SettingsError:
        return
    found = zones.probabilities(np.array([-89.9, 0.0, 40.0]), np.array([0.0, -179.9, 134.0]))
    assert sum(one.probability for one in found) == pytest.approx(1.0)
