"""`launchwatch reconstruct` from the command line."""

import json

import pytest
from click.testing import CliRunner

from launchwatch.cli import main
from launchwatch.simulate.flights import fly, reach_of
from launchwatch.simulate.scenario import load

ARTICLE = (
    "North Korea fired a ballistic missile on Nov. 7, 2025 at 12:35 p.m. from near Kusong. It flew "
    "about 700 kilometers at an altitude of 180 km and fell outside Japan's exclusive economic "
    "zone, South Korea's Joint Chiefs of Staff said."
)


def run(*arguments, **more):
    return CliRunner().invoke(main, ["reconstruct", *map(str, arguments)], **more)


@pytest.fixture
def article(tmp_path):
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


def test_a_report_becomes_scenarios_that_the_simulator_flies(article, tmp_path):
    done = run(article, "--out", tmp_path / "flight")
    assert done.exit_code == 0, done.output
    assert "## Flights that fit" in done.output
    scenario = load(tmp_path / "flight" / "scenario.toml")
    (launch,) = scenario.launches
    reach = reach_of(launch, fly(launch)[0])
    # A kilometre for the fit, and what is not said of the range: 5 %.
    assert reach.range == pytest.approx(launch.range_km * 1e3, abs=1.1e3)
    assert 650e3 < reach.range < 750e3
    assert reach.apogee == pytest.approx(180e3, rel=0.1)
    assert launch.time.startswith("2025-11-07T03:3")
    assert {fact.kind for fact in scenario.facts} >= {"range", "apogee", "zone_verdict"}
    account = json.loads((tmp_path / "flight" / "account.json").read_text(encoding="utf-8"))
    assert len(account["statements"]) == sum(len(one["claims"]) for one in account["reports"])
    assert (tmp_path / "flight" / "scenario-normal.toml").exists()
    assert (tmp_path / "flight" / "report.md").exists()


def test_json_holds_the_account_and_the_family(article):
    done = run(article, "--json", "--by", f"{article}=KOR")
    assert done.exit_code == 0, done.output
    (launch,) = json.loads(done.output)["launches"]
    assert launch["account"]["reports"][0]["by"] == "South Korea's Joint Chiefs of Staff"
    (made,) = launch["reconstructions"]
    assert made["branches"][0]["name"] == "normal"
    assert sum(zone["probability"] for zone in made["zones"]) == pytest.approx(1.0, abs=0.02)
    (beside,) = made["beside"]
    assert beside["verdict"] == "outside"


def test_claims_that_read_printed_are_taken_as_well(article, tmp_path):
    told = CliRunner().invoke(main, ["read", str(article), "--json"])
    path = tmp_path / "claims.json"
    path.write_text(told.output, encoding="utf-8")
    done = run(path, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["launches"][0]["account"]["date"] == "2025-11-07"


def test_what_is_said_too_little_of_keeps_its_account_and_says_why(tmp_path):
    path = tmp_path / "short.txt"
    path.write_text("North Korea fired a ballistic missile that flew 700 km.", encoding="utf-8")
    done = run(path)
    assert done.exit_code == 0
    assert "Not reconstructed: a launch place must be stated" in done.output


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "no claims found"),
        (b"hello there", "no claims found"),
        (b"x" * 10_000_000, "at most 250,000 bytes"),
        (bytes(range(256)) * 10, "must be text"),
        ("発射".encode("shift_jis") * 50, "UTF-8"),
        (b'{"claims": [{"kind": "range"}]}', "JSON must hold claims"),
        (b'{"claims": ' + b"[" * 5000, "JSON must hold claims"),
        ((b'{"claims": [{"kind": "range", "value": "far", "unit": "km", "text": "far", '
         b'"start": 0, "end": 3}]}'), "range cannot have the value 'far'"),
        ((b'{"claims": [{"kind": "launch_place", "value": {"latitude_deg": 1e400}, "unit": "", '
         b'"text": "far", "start": 0, "end": 3}]}'), "must hold claims|cannot have the value"),
        (b"North Korea fired " + b"((((((((((a missile, " * 3000, "."),
    ],
)  # fmt: skip
def test_bad_reports_are_refused_in_one_line(tmp_path, content, words):
    path = tmp_path / "bad.txt"
    path.write_bytes(content)
    done = run(path)
    if words == ".":
        assert done.exit_code in (0, 2)
        return
    assert done.exit_code == 2
    import re

    assert re.search(words, done.output)
    assert len(done.output.strip().splitlines()) == 1
    assert "Traceback" not in done.output


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nowhere.txt"], "cannot be read"),
        (["{}", "--by", "{}=NOBODY"], "SPEAKER one of"),
        (["{}", "--by", "other.txt=KOR"], "one of the files given"),
        (["{}", "--published", "soon"], "must be a day"),
        (["{}", "--sensors", "nothing"], "scenario must be one of"),
        ([], "a FILE is wanted"),
        (["--launch", "1999-01-01"], "has no launch"),
        (["--launch", "PRK-2017-04-16-1"], "it failed"),
    ],
)
def test_bad_arguments_are_refused_in_one_line(article, arguments, words):
    done = run(*(one.replace("{}", str(article)) for one in arguments))
    assert done.exit_code == 2
    assert words in done.output
    assert len(done.output.strip().splitlines()) == 1
