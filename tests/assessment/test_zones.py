"""Zones against well-known facts, published lines, and what a partition must keep to."""

import csv
from importlib import resources

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyproj import Geod

from launchwatch.assessment.partition import (
    OUTSIDE,
    distances_to_pieces,
    pieces_of,
    points_ecef,
)
from launchwatch.assessment.userzones import KINDS
from launchwatch.assessment.zonefile import differences, sheet
from launchwatch.assessment.zonelines import outlines
from launchwatch.assessment.zones import CLAIM_SETS, Zones
from launchwatch.constants import NAUTICAL_MILE
from launchwatch.errors import InputError, SettingsError

ZONES = Zones.built_in()
SETS = {claims: Zones.built_in(claims) for claims in CLAIM_SETS}
WGS84 = Geod(ellps="WGS84")

in_the_box = {"latitude": st.floats(20.0, 52.0), "longitude": st.floats(112.0, 180.0)}
anywhere = {"latitude": st.floats(-90.0, 90.0), "longitude": st.floats(-180.0, 360.0)}


def zone_at(latitude, longitude):
    return ZONES.at(latitude, longitude)[0].zone


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (40.2, 125.2, "PRK-land"),
        (35.69, 139.69, "JPN-land"),  # Tokyo
        (37.55, 127.00, "KOR-land"),  # Seoul
        (37.50, 130.87, "KOR-land"),  # Ulleungdo
        (39.35, 135.00, "JPN-EEZ"),  # Yamato bank
        (42.10, 139.45, "JPN-land"),  # Okushiri
        (41.50, 139.30, "JPN-territorial-sea"),  # off Oshima-Oshima
        (37.85, 136.95, "JPN-territorial-sea"),  # off Hegurajima
        (31.95, 128.35, "JPN-territorial-sea"),  # off the Danjo islands
        (25.85, 131.20, "JPN-territorial-sea"),  # off Minami-Daito
        (24.29, 153.98, "JPN-land"),  # Minami-Torishima
        (20.45, 136.08, "JPN-territorial-sea"),  # off Okinotorishima
        (34.40, 129.33, "JPN-land"),  # Tsushima
        (36.25, 133.25, "JPN-land"),  # Oki
        (45.18, 141.23, "JPN-land"),  # Rishiri
        (37.77, 124.80, "KOR-territorial-sea"),  # off Socheongdo
        (37.96, 124.67, "KOR-land"),  # Baengnyeongdo
        (46.70, 150.73, "RUS-territorial-sea"),  # off Broutona
        (41.00, 132.70, "RUS-EEZ"),
        (39.50, 130.00, "PRK-EEZ"),
        (27.00, 135.00, "high-seas"),  # the pocket south of Shikoku
        (35.00, 160.00, "high-seas"),
        (34.20, 133.40, "JPN-internal-waters"),  # the Seto Inland Sea
        # Beyond Northeast Asia.
        (48.85, 2.35, "FRA-land"),
        (-33.5, -70.6, "CHL-land"),
        (66.0, 5.0, "NOR-EEZ"),  # the Norwegian Sea
        (20.0, -160.0, "USA-EEZ"),  # off Hawaii
        (-12.0, -140.0, "PYF-EEZ"),  # south of the Marquesas
        (12.0, 118.5, "PHL-EEZ"),
        (52.5, 179.5, "USA-EEZ"),  # off the Aleutians, west of the antimeridian
        (52.5, -179.5, "USA-EEZ"),
        (42.0, 51.0, "caspian-sea"),
        (90.0, 0.0, "high-seas"),
        (-90.0, 0.0, "ATA-land"),
        (-65.0, 100.0, "high-seas"),  # off Antarctica: the treaty knows no zones
        (0.0, -130.0, "high-seas"),
    ],
)
def test_a_well_known_place_lies_in_its_zone(latitude, longitude, zone):
    assert zone_at(latitude, longitude) == zone


def test_disputed_islets_give_no_zone_of_their_own():
    # Under "median" the sea round them is parted as if they were not there.
    for latitude, longitude in ((37.24, 131.87), (25.745, 123.475), (25.92, 124.56)):
        assert ZONES.at(latitude, longitude)[0].kind == "eez"


@pytest.mark.parametrize(
    ("claims", "liancourt", "senkaku", "kunashiri"),
    [
        ("median", "KOR-EEZ", "TWN-EEZ", "RUS-land"),
        ("japan", "JPN-territorial-sea", "JPN-territorial-sea", "JPN-land"),
        ("korea", "KOR-territorial-sea", "TWN-EEZ", "RUS-land"),
        ("china", "KOR-EEZ", "CHN-territorial-sea", "RUS-land"),
        ("russia", "KOR-EEZ", "TWN-EEZ", "RUS-land"),
    ],
)
def test_each_claim_set_gives_disputed_islands_its_own_way(claims, liancourt, senkaku, kunashiri):
    zones = Zones.built_in(claims)
    places = ((37.26, 131.85, liancourt), (25.66, 123.40, senkaku), (44.1, 145.9, kunashiri))
    for latitude, longitude, zone in places:
        found = zones.at(latitude, longitude)[0]
        assert (found.zone, found.claims) == (zone, claims)


def test_other_claim_sets_are_heard_only_where_they_differ():
    zones = Zones.built_in("median", CLAIM_SETS)
    assert zones.otherwise(np.array([30.0, 48.85]), np.array([160.0, 2.35])) == ()
    heard = zones.otherwise(np.array([37.26, 37.26]), np.array([131.85, 150.0]))
    said = {(one.claims, one.zone): one.probability for one in heard}
    assert said["japan", "JPN-territorial-sea"] == 0.5
    assert said["korea", "KOR-territorial-sea"] == 0.5
    assert said["japan", "KOR-EEZ"] == 0.0  # what the first set gives to Korea, Japan's does not
    assert "russia" not in {claims for claims, _ in said}


def test_a_set_that_differs_hears_the_default_one():
    zones = Zones.built_in("japan", CLAIM_SETS)
    heard = {one.claims for one in zones.otherwise(np.array([37.26]), np.array([131.85]))}
    assert {"median", "korea", "treaty", "china", "russia", "north-korea"} == heard


def test_every_difference_lies_in_a_cell_that_is_marked():
    draw = np.random.default_rng(1982)
    latitude, longitude = draw.uniform(20.0, 52.0, 100_000), draw.uniform(112.0, 158.0, 100_000)
    names = [np.array([zone.zone for zone in zones.zones]) for zones in ZONES.by_claims()]
    numbers = [zones.numbers_at(latitude, longitude) for zones in ZONES.by_claims()]
    for n, claims in enumerate(CLAIM_SETS[1:], start=1):
        differ = names[0][numbers[0]] != names[n][numbers[n]]
        assert differ.any()
        for at in np.flatnonzero(differ)[:200]:
            one = slice(at, at + 1)
            assert claims in differences().sets_at(longitude[one], latitude[one])


def test_the_line_of_1974_parts_japan_from_korea_under_treaty(authorities):
    zones = Zones.built_in("treaty")
    with (authorities / "boundaries" / "boundary_points.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["line"].startswith("JPN-KOR continental")]
    points = np.array([[float(row["lat"]), float(row["lon"])] for row in rows])
    korea = zones.distances(zones.zones_of("KOR"), *points.T)
    # Coordinates are stored to 11 m; the line between two points is straight on the map here.
    assert np.abs(korea).max() < 30.0


def test_the_territorial_sea_is_three_miles_wide_in_the_korea_strait():
    # Ten kilometres off Tsushima and off Busan: beyond 3 NM, within 12.
    assert zone_at(34.73, 129.55) == "JPN-EEZ"
    assert zone_at(35.03, 129.22) == "KOR-EEZ"


def test_the_contiguous_zone_is_a_part_of_the_economic_zone():
    # 30 km off Oshima-Oshima, between 12 and 24 NM.
    spot = ZONES.spot(41.51, 139.00)
    assert (spot.zone.zone, spot.part) == ("JPN-EEZ", "contiguous")
    assert ZONES.spot(41.0, 137.0).part == ""


def test_signed_distances_of_many_points_are_those_of_one_by_one():
    draw = np.random.default_rng(7)
    latitude, longitude = draw.uniform(21.0, 51.0, 60), draw.uniform(115.0, 179.0, 60)
    found = ZONES.distances(["JPN-EEZ"], latitude, longitude)
    for at, metres in zip(zip(latitude, longitude, strict=True), found, strict=True):
        near = {one.zone: one.distance_km for one in ZONES.at(*at, within_km=2e4)}
        # Pieces of different lengths lie some metres apart where they are measured.
        assert metres / 1e3 == pytest.approx(near["JPN-EEZ"], rel=1e-4, abs=2e-3)


def test_zones_taken_together_have_no_edge_between_them():
    ours = ZONES.zones_of("JPN")
    assert {"JPN-land", "JPN-internal-waters", "JPN-territorial-sea", "JPN-EEZ"} == set(ours)
    at = np.array([41.50]), np.array([139.30])  # the territorial sea off Oshima-Oshima
    assert ZONES.distances(["JPN-EEZ"], *at)[0] > 0.0
    assert ZONES.distances(ours, *at)[0] < -100e3


def test_the_fall_place_of_the_friday_flight_is_outside_japans_zone():
    # 700 km east-north-east of the launch place, at several bearings.
    for azimuth in (75, 80, 85, 90, 95):
        longitude, latitude, _ = WGS84.fwd(125.2, 40.2, azimuth, 700e3)
        assert not zone_at(latitude, longitude).startswith("JPN")


def test_the_1974_line_agrees_with_our_median(authorities):
    # The treaty's median was drawn from large-scale charts, with straight baselines on both
    # sides; ours from a coast at 1:10 m, in which bays and points are off by about a kilometre.
    # The line moves by half of that where coasts face each other, more where they turn.
    found = []
    with (authorities / "boundaries" / "boundary_points.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["line"].startswith("JPN-KOR continental shelf"):
                at = float(row["lat"]), float(row["lon"])
                distances = {one.zone: abs(one.distance_km) for one in ZONES.at(*at)}
                sides = [
                    distances[f"{c}-{z}"]
                    for c in ("JPN", "KOR")
                    for z in ("EEZ", "territorial-sea")
                ]
                found.append(min(max(sides[0], sides[2]), max(sides[1], sides[3]),
                                 max(sides[0], sides[3]), max(sides[1], sides[2])))  # fmt: skip
    assert len(found) == 35
    assert np.median(found) < 1.0
    assert max(found) < 4.0


def coast_of(countries):
    """The pieces of coast that the map holds, in ECEF."""
    partition, zones = ZONES.partition, ZONES.zones
    lines = [
        points
        for left, right, points in partition.arcs
        if OUTSIDE not in (left, right)
        and any(zones[n].kind == "land" and zones[n].country in countries for n in (left, right))
    ]
    sizes = np.array([len(line) for line in lines])
    start, end, _ = pieces_of(np.concatenate(lines), 0.01, sizes)
    return points_ecef(*start.T), points_ecef(*end.T)


def edges_between(one, other):
    """Vertices of the lines between two zones, those whose coasts lie within the map."""
    numbers = {n for n, zone in enumerate(ZONES.zones) if zone.zone in (one, other)}
    points = np.concatenate([p for a, b, p in ZONES.partition.arcs if {a, b} == numbers])
    inside = (np.abs(points - [137.0, 36.0]) < [16.0, 12.0]).all(axis=1)
    return points[inside]


def in_a_narrow_strait(points):
    """Which points lie where 3 NM are claimed, by the frame of each strait and a little more."""
    file = resources.files("launchwatch") / "data" / "zones" / "boundaries.csv"
    corners = {}
    for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()):
        if row["kind"] == "strait":
            at = float(row["longitude_deg"]), float(row["latitude_deg"])
            corners.setdefault(row["line"], []).append(at)
    inside = np.zeros(len(points), dtype=bool)
    for strait in corners.values():
        low, high = np.min(strait, axis=0) - 0.01, np.max(strait, axis=0) + 0.01
        inside |= ((points >= low) & (points <= high)).all(axis=1)
    return inside


@pytest.mark.parametrize(
    ("one", "other", "miles"),
    [("JPN-EEZ", "high-seas", 200), ("JPN-territorial-sea", "JPN-EEZ", 12),
     ("KOR-territorial-sea", "KOR-EEZ", 12), ("RUS-EEZ", "high-seas", 200)],
)  # fmt: skip
def test_limits_lie_as_many_miles_from_the_coast_as_the_law_says(one, other, miles):
    coast = coast_of(("JPN", "KOR", "PRK", "CHN", "RUS", "TWN"))
    points = edges_between(one, other)[::7]
    points = points[~in_a_narrow_strait(points)]
    metres = np.array([distances_to_pieces(*at, *coast).min() for at in points])
    off = np.abs(metres - miles * NAUTICAL_MILE)
    # Thinning by 15 m, coordinates to 11 m, coast points 500 m apart: 50 m in all. At corners
    # of the limit, where circles meet, a vertex may lie half a grid step (2 km) off.
    assert np.median(off) < 20.0
    assert np.quantile(off, 0.95) < 100.0
    assert off.max() < 1500.0


@pytest.mark.parametrize(("one", "other"), [("JPN", "KOR"), ("PRK", "RUS"), ("JPN", "RUS")])
def test_medians_lie_as_far_from_one_coast_as_from_the_other(one, other):
    points = edges_between(f"{one}-EEZ", f"{other}-EEZ")[::5]
    coasts = coast_of((one,)), coast_of((other,))
    off = [np.subtract(*(distances_to_pieces(*at, *c).min() for c in coasts)) for at in points]
    # As above; a difference of distances changes twice as fast as the way.
    assert np.median(np.abs(off)) < 30.0
    assert np.quantile(np.abs(off), 0.95) < 200.0


@given(**anywhere, claims=st.sampled_from(CLAIM_SETS))
def test_one_zone_of_each_claim_set_holds_each_point(latitude, longitude, claims):
    zones = SETS[claims]
    near = [one for one in zones.at(latitude, longitude) if one.kind != "other"]
    inside = [one for one in near if one.distance_km < 0.0]
    assert len(inside) <= 1
    assert all(one.claims == claims for one in near)
    assert {one.kind for one in near} <= {*KINDS, "internal-waters", "high-seas"}
    spot = zones.spot(latitude, longitude)
    assert not inside or spot.zone.zone == inside[0].zone


@given(latitude=st.floats(-90.0, 90.0), turn=st.floats(-1e-9, 1e-9))
def test_nothing_changes_at_the_antimeridian(latitude, turn):
    here = ZONES.spot(latitude, 180.0)
    assert ZONES.spot(latitude, -180.0) == here
    beside = ZONES.at(latitude, 180.0 + turn)[0]
    # A line may run along the antimeridian nowhere: what changes lies at a line.
    assert beside.zone == here.zone.zone or abs(beside.distance_km) < 0.02


@given(pole=st.sampled_from([-90.0, 90.0]), longitude=st.floats(-180.0, 180.0))
def test_a_pole_lies_in_one_zone_whatever_its_longitude(pole, longitude):
    assert ZONES.spot(pole, longitude) == ZONES.spot(pole, 0.0)


@settings(max_examples=60)
@given(**in_the_box, azimuth=st.floats(0.0, 360.0), metres=st.floats(10.0, 50e3))
def test_the_zone_changes_exactly_where_the_signed_distance_changes_sign(
    latitude, longitude, azimuth, metres
):
    here = {one.zone: one.distance_km for one in ZONES.at(latitude, longitude)}
    x, y, _ = WGS84.fwd(longitude, latitude, azimuth, metres)
    assume(20.0 <= y <= 52.0 and 112.0 <= x % 360.0 <= 180.0)
    there = {one.zone: one.distance_km for one in ZONES.at(y, x)}
    holds = [min(near, key=near.get) for near in (here, there)]
    for zone in set(here) & set(there):
        # A distance to an edge cannot change by more than the way: 1 m for the arithmetic, 1 %
        # because arcs of thousands of km are measured on a sphere.
        # Beyond a quarter of the Earth straight lines hardly change any more.
        if abs(here[zone]) < 9000.0:
            assert abs(here[zone] - there[zone]) <= 1.01 * metres / 1e3 + 1e-3
        if here[zone] <= 0.0:
            assert zone == holds[0]
        # No edge within reach: no change of zone.
        if here[zone] < -(metres / 1e3 + 1e-3):
            assert holds[1] == zone


@given(
    st.lists(
        st.tuples(st.floats(-90, 90), st.floats(-180, 360)), min_size=1, max_size=200
    )
)  # fmt: skip
def test_probabilities_of_the_built_in_zones_sum_to_one(points):
    latitude, longitude = np.array(points).T
    kept = latitude.copy(), longitude.copy()
    found = ZONES.probabilities(latitude, longitude)
    assert sum(one.probability for one in found) == pytest.approx(1.0, abs=1e-12)
    assert [one.probability for one in found] == sorted(
        (o.probability for o in found), reverse=True
    )
    assert (latitude == kept[0]).all()
    assert (longitude == kept[1]).all()


def test_probabilities_are_the_fractions_of_points_one_by_one():
    rng = np.random.default_rng(20251107)
    latitude, longitude = rng.normal(39.7, 0.7, 300), rng.normal(133.4, 0.7, 300)
    one_by_one = [zone_at(*at) for at in zip(latitude, longitude, strict=True)]
    for one in ZONES.probabilities(latitude, longitude):
        assert one.probability == pytest.approx(one_by_one.count(one.zone) / 300)


def test_a_turn_of_longitude_changes_nothing():
    latitude = np.array([40.4, 35.0])
    there = ZONES.probabilities(latitude, np.array([133.3, 175.0]))
    assert ZONES.probabilities(latitude, np.array([133.3 - 360, 175.0 + 360])) == there


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [([], []), ([1.0], [1.0, 2.0]), ([np.nan], [1.0]), ([91.0], [1.0]), ([1.0], [1e300])],
)
def test_points_that_are_none_are_refused(latitude, longitude):
    with pytest.raises(InputError):
        ZONES.probabilities(np.array(latitude), np.array(longitude))


def feature(coordinates, kind="other", zone="exercise", shape="Polygon"):
    return {
        "type": "Feature",
        "properties": {"zone": zone, "kind": kind},
        "geometry": {"type": shape, "coordinates": coordinates},
    }


def collection(*features):
    return {"type": "FeatureCollection", "features": list(features)}


SQUARE = [[[133, 40], [134, 40], [134, 41], [133, 41], [133, 40]]]


def test_a_zone_of_the_user_is_judged_besides_the_built_in_ones():
    with_mine = ZONES.with_features(collection(feature(SQUARE)))
    found = with_mine.probabilities(np.array([40.4, 40.4]), np.array([133.3, 135.0]))
    mine = [one for one in found if one.zone == "exercise"]
    assert [(one.probability, one.kind, one.claims) for one in mine] == [(0.5, "other", "")]
    assert sum(one.probability for one in found if one.claims) == pytest.approx(1.0)
    near = {one.zone: one.distance_km for one in with_mine.at(40.4, 133.3)}
    # 0.3 deg of longitude at 40.4 N is 25.5 km.
    assert near["exercise"] == pytest.approx(-25.5, abs=0.1)
    assert not any(one.zone == "exercise" for one in ZONES.at(40.4, 133.3))


def test_features_of_one_name_are_one_zone():
    east = [[[134, 40], [135, 40], [135, 41], [134, 41], [134, 40]]]
    both = ZONES.with_features(collection(feature(SQUARE), feature(east)))
    near = {one.zone: one.distance_km for one in both.at(40.5, 134.0)}
    # The border between the two parts is no edge: the nearest is half a degree north or south.
    assert near["exercise"] == pytest.approx(-55.5, abs=0.2)


def test_a_zone_across_the_antimeridian_works_cut_or_uncut():
    cut = [[[[178, 30], [180, 30], [180, 34], [178, 34], [178, 30]]],
           [[[-180, 30], [-178, 30], [-178, 34], [-180, 34], [-180, 30]]]]  # fmt: skip
    uncut = [[[178, 30], [182, 30], [182, 34], [178, 34], [178, 30]]]
    for one in (feature(cut, shape="MultiPolygon"), feature(uncut)):
        zones = ZONES.with_features(collection(one))
        for longitude in (179.99, -179.99, 181.0):
            near = {each.zone: each.distance_km for each in zones.at(32.0, longitude)}
            # 1 deg of longitude and 2 deg of latitude away at least; 94 km a degree at 32 N.
            assert near["exercise"] < -90.0


@pytest.mark.parametrize(
    ("features", "text"),
    [
        ([], "FeatureCollection"),
        ({"type": "FeatureCollection"}, "features must be a list"),
        (collection(3), "feature 0: must be an object"),
        (collection(feature(SQUARE), feature(SQUARE, kind="sea")), "feature 1: properties.kind"),
        (collection(feature(SQUARE, zone="")), "properties.zone"),
        (collection({"type": "Feature", "geometry": None}), "properties.zone"),
        (collection(feature(SQUARE, shape="Point")), "Polygon or MultiPolygon"),
        (collection(feature("x")), "coordinates"),
        (collection(feature([[[1, 2], [3]]])), "coordinates"),
        (collection(feature([[[1, 1], [2, 1], [2, 2], [1, 2]]])), "closed rings"),
        (collection(feature([])), "closed rings"),
        (collection(feature([[[1, 95], [2, 95], [2, 96], [1, 95]]])), "latitude -90..90"),
        (collection(feature([[[1, 5], [2, 5], [3, 5], [1, 5]]])), "encloses nothing"),
        (collection(feature([[[1, 1], [2, float("nan")], [2, 2], [1, 1]]])), "finite"),
    ],
)
def test_a_malformed_zone_is_refused_by_file_feature_and_reason(features, text):
    with pytest.raises(SettingsError, match=r"mine\.geojson") as refused:
        ZONES.with_features(features, "mine.geojson")
    assert text in str(refused.value)
    assert "\n" not in str(refused.value)


@settings(max_examples=200)
@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "features", "geometry", "properties", "coordinates", "zone", "kind"]
            ),
            inner,
            max_size=4,
        ),
        max_leaves=12,
    )
)  # fmt: skip
def test_whatever_is_given_as_coordinates_is_used_or_refused(anything):
    for attempt in (anything, collection(anything), collection(feature(anything))):
        try:
            ZONES.with_features(attempt, "mine.geojson")
        except SettingsError:
            continue


def test_an_unknown_claim_set_is_refused():
    with pytest.raises(SettingsError, match="median"):
        Zones.built_in("mine")


def test_outlines_are_cut_at_the_box():
    shapes = outlines(ZONES, 128.0, 36.0, 136.0, 42.0)
    assert {"JPN", "KOR", "PRK"} <= {country for country, _ in shapes.land}
    assert {kind for kind, _ in shapes.edges} == {"median", "territorial-sea", "border"}
    for _, line in (*shapes.land, *shapes.edges):
        assert line[:, 0].min() >= 128.0 - 1e-9
        assert line[:, 0].max() <= 136.0 + 1e-9
        assert line[:, 1].min() >= 36.0 - 1e-9
        assert line[:, 1].max() <= 42.0 + 1e-9


def test_prepared_zones_read_nothing_more_when_they_are_asked():
    sheet.cache_clear()
    zones = Zones.built_in("median", CLAIM_SETS[1:])
    zones.prepare()
    read = sheet.cache_info().misses
    assert zones.at(10.0, -30.0)[0].zone == "high-seas"
    points = np.array([37.24, 25.75, 45.0]), np.array([131.87, 123.5, 148.0])
    assert {one.claims for one in zones.otherwise(*points)} <= set(CLAIM_SETS)
    assert sheet.cache_info().misses == read
