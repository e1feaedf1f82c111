"""`launchwatch zone`: JSON for good input, one line and status 2 for bad."""

import json

import pytest
from click.testing import CliRunner

from launchwatch.assessment.zones import CLAIM_SETS
from launchwatch.cli import main
from launchwatch.cli.zone import command


@pytest.fixture
def run(capfd):
    def call(*arguments):
        with pytest.raises(SystemExit) as ended:
            main(["zone", *arguments])
        return (ended.value.code or 0, *capfd.readouterr())

    return call


def test_the_zones_of_a_point_come_with_signed_distances_and_claims(run):
    status, out, err = run("40.4", "133.3")
    answer = json.loads(out)
    assert (status, err) == (0, "")
    first, *others = answer["zones"]
    assert first["zone"] == "RUS-EEZ"
    assert first["inside"]
    assert first["distance_km"] < 0.0
    assert all(one["distance_km"] > 0.0 and not one["inside"] for one in others)
    assert {one["claims"] for one in answer["zones"]} == {"median"}
    assert answer["place"].startswith("the East Sea / Sea of Japan")


def test_a_western_longitude_and_a_southern_latitude_are_numbers_not_options(run):
    status, out, _ = run("-33.5", "-70.6")
    assert status == 0
    assert json.loads(out)["zones"][0]["zone"] == "CHL-land"


def test_every_claim_set_says_its_own(run):
    answer = json.loads(run("37.26", "131.85")[1])
    by_claims = {one["claims"]: one["zone"] for one in answer["by_claims"]}
    assert tuple(by_claims) == CLAIM_SETS
    assert by_claims["treaty"] == "KOR-EEZ"  # the provisional zone is judged besides
    assert by_claims["japan"] == "JPN-territorial-sea"
    assert by_claims["korea"] == "KOR-territorial-sea"
    assert answer["zones"][0]["zone"] == by_claims["median"]


def test_a_place_on_land_comes_with_its_province(run):
    answer = json.loads(run("36.25", "133.25")[1])
    assert answer["province"] == {
        "country": "JPN", "name": "Shimane", "iso": "JP-32", "local": "島根県",
    }  # fmt: skip
    assert json.loads(run("41.51", "139.0")[1])["contiguous_zone"]


def test_within_leaves_out_what_is_farther(run):
    near = json.loads(run("40.4", "133.3", "--within", "50")[1])["zones"]
    assert {one["zone"] for one in near} == {"RUS-EEZ", "PRK-EEZ"}


def test_own_zones_are_judged_besides(run, tmp_path):
    file = tmp_path / "own.geojson"
    ring = [[133, 40], [134, 40], [134, 41], [133, 41], [133, 40]]
    feature = {
        "type": "Feature",
        "properties": {"zone": "exercise", "kind": "other"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    status, out, _ = run("40.4", "133.3", "--zones", str(file))
    inside = {one["zone"]: one["claims"] for one in json.loads(out)["zones"] if one["inside"]}
    assert (status, inside) == (0, {"RUS-EEZ": "median", "exercise": ""})


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("north", "133.3"), "LAT must be degrees in -90..90, got 'north'"),
        (("91", "133.3"), "LAT must be degrees"),
        (("nan", "133.3"), "LAT must be degrees"),
        (("40", "1e300"), "LON must be degrees in -360..360"),
        (("40",), "LON"),
        (("40", "133", "7"), "7"),
        (("40", "133", "--claims", "mine"), "median"),
        (("40", "133", "--zones", "missing.geojson"), "missing.geojson"),
        (("40", "133", "--within", "-1"), "within"),
        (("40", "133", "--wrong"), "--wrong"),
    ],
)
def test_bad_input_gets_one_line_and_status_2(run, arguments, text):
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert text in err


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"type": 3}'])
def test_a_zones_file_that_is_none_gets_one_line_and_status_2(run, tmp_path, content):
    file = tmp_path / "bad.geojson"
    file.write_bytes(content)
    status, out, err = run("40", "133", "--zones", str(file))
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    assert "bad.geojson" in err


def test_help_shows_an_example():
    told = CliRunner().invoke(command, ["--help"])
    assert told.exit_code == 0
    assert "launchwatch zone 40.4 133.3" in told.output
