"""`launchwatch zones import`: a file of zones in, a claim set out, or one line of why not."""

import json

import pytest

from launchwatch.cli import main


@pytest.fixture
def run(capfd):
    def call(*arguments):
        with pytest.raises(SystemExit) as ended:
            main([*arguments])
        return (ended.value.code or 0, *capfd.readouterr())

    return call


def zones_file(path, ring, **properties):
    feature = {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return str(path)


SQUARE = [[133, 39], [136, 39], [136, 41], [133, 41], [133, 39]]


def test_imported_zones_answer_under_their_own_name(run, tmp_path):
    file = zones_file(tmp_path / "theirs.geojson", SQUARE, ISO_TER1="KOR", GEONAME="Korean zone")
    out = str(tmp_path / "out.geojson")
    status, said, err = run("zones", "import", file, "--out", out)
    assert (status, err) == (0, "")
    assert said == f"1 zones as claim set 'theirs' in {out}\n"
    status, said, _ = run("zone", "40.4", "133.5", "--zones", out)
    answer = json.loads(said)
    assert answer["zones"][0]["zone"] == "KOR-EEZ"
    assert answer["zones"][0]["claims"] == "theirs"
    assert [one["claims"] for one in answer["by_claims"]][:2] == ["theirs", "median"]


def test_what_was_repaired_is_told(run, tmp_path):
    bow = [[133, 39], [136, 41], [136, 39], [133, 41], [133, 39]]
    file = zones_file(tmp_path / "bow.geojson", bow, ISO_TER1="KOR", GEONAME="Bow")
    status, said, _ = run("zones", "import", file, "--out", str(tmp_path / "o.json"), "--json")
    assert status == 0
    assert "feature 0 (Bow): Self-intersection" in json.loads(said)["told"][0]


@pytest.mark.parametrize(
    ("properties", "more", "text"),
    [
        ({"GEONAME": "Nowhere"}, (), "feature 0 (Nowhere): a state's three-letter code"),
        ({"ISO_TER1": "KOR"}, ("--claims", "japan"), "--claims must not be one of"),
        ({"ISO_TER1": "KOR"}, ("--field", "state"), "wanted in one of state"),
        ({"ISO_TER1": "KOR"}, ("--out", "/nowhere/o.json"), "/nowhere/o.json: cannot be written"),
    ],
)
def test_what_cannot_be_used_gets_one_line_and_status_2(run, tmp_path, properties, more, text):
    file = zones_file(tmp_path / "theirs.geojson", SQUARE, **properties)
    status, said, err = run("zones", "import", file, "--out", str(tmp_path / "o.json"), *more)
    assert (status, said) == (2, "")
    assert err.count("\n") == 1
    assert text in err
