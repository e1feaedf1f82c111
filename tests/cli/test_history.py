"""`launchwatch history`: conditions, forms of output, imports, reports; bad input in one line."""

import json

import pytest
from click.testing import CliRunner

from launchwatch.cli import main


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("LAUNCHWATCH_HISTORY", str(tmp_path / "store"))

    def call(*words):
        return CliRunner().invoke(main, ["history", *map(str, words)])

    return call


def test_conditions_choose_rows_and_the_last_line_counts_them(run):
    done = run("--year", "2022", "--family", "icbm", "--country", "prk")
    assert done.exit_code == 0
    assert done.stdout.count("PRK-2022") == 4
    assert done.stdout.endswith("4 launches in 4 rows on 4 days; local times\n")


def test_json_and_csv_have_the_same_launches(run):
    rows = json.loads(run("--year", "2017", "--json").stdout)["launches"]
    assert run("--year", "2017", "--csv").stdout.count("\n") == len(rows) + 1
    assert rows[0]["sources"][0]["url"].startswith("https://")


def test_a_question_in_sql_is_answered(run):
    done = run("--sql", "SELECT count(*) AS n FROM sources WHERE kind = 'official'", "--json")
    assert json.loads(done.stdout) == [{"n": pytest.approx(50, abs=10)}]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--year", "next"), "--year must be a year or a span"),
        (("--sql", "DROP TABLE launches"), "must be one SELECT"),
        (("--chart", "x.gif"), "a picture must be .png, .svg or .pdf"),
        (("report", "--month", "2022-13", "--out", "x"), "--month must be a month"),
        (("patterns", "--since", "2020", "--until", "2010"), "must be years in order"),
        (("import", "missing.csv"), "missing.csv: the file cannot be read"),
        (("add", "missing"), "missing: the file cannot be read"),
        (("import", "x.csv", "--utc-offset", "KST"), "must be an offset"),
    ],
)
def test_bad_input_ends_in_one_line_and_status_2(run, words, reason):
    done = run(*words)
    assert done.exit_code == 2
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_import_names_what_it_refuses_and_keeps_the_rest(run, tmp_path):
    file = tmp_path / "list.csv"
    file.write_text(
        "Date,Missile,Location,Apogee,Colour\n2022-11-18,Hwasong-17,Sunan,6100 km,white\n"
        "2031-02-03,New,Sunan,high,\nsoon,New,,,\n"
    )
    done = run("import", file)
    assert "refused: row 3, Apogee: must be a number of km, got 'high'" in done.stderr
    assert "refused: row 4, Date: must be a date such as 2017-07-28, got 'soon'" in done.stderr
    assert "columns not used: Colour" in done.stderr
    assert done.stdout.startswith("2 rows read, 1 added, 1 known already, 2 cells refused")
    assert "PRK-2031-02-03-1" in run("--year", "2031").stdout
    told = json.loads(run("import", file, "--json").stdout)
    assert (told["added"], len(told["refused"])) == (1, 2)


def test_a_simulated_watch_is_added_and_shown_only_when_asked_for(run, tmp_path):
    watch = tmp_path / "watch"
    watch.mkdir()
    (watch / "summary.json").write_text(json.dumps({"mode": "simulation", "launches": [{
        "launch_id": "L1", "cancelled": False, "probability": 1.0, "latitude_deg": 40.2,
        "launch_time": "2033-01-02T03:04:05Z", "longitude_deg": 125.2}]}))  # fmt: skip
    assert run("add", watch).stdout.startswith("1 added (simulation), 0 known already")
    assert "0 launches" in run("--year", "2033").stdout
    assert "simulation-PRK-2033-01-02-w1" in run("--year", "2033", "--mode", "simulation").stdout


def test_pictures_are_written_as_their_names_say(run, tmp_path):
    chart, places = tmp_path / "a.png", tmp_path / "b.svg"
    done = run("--year", "2017", "--chart", chart, "--map", places)
    assert done.exit_code == 0
    assert chart.read_bytes()[:4] == b"\x89PNG"
    assert places.read_text(encoding="utf-8").startswith("<?xml")


def test_a_report_is_written_and_named(run, tmp_path):
    done = run("report", "--month", "2025-11", "--out", tmp_path / "out")
    assert done.stdout.strip() == str(tmp_path / "out" / "report-2025-11.html")


def test_a_pattern_is_asked_for_and_drawn(run, tmp_path):
    events = tmp_path / "events.csv"
    days = "".join(f"20{year}-05-09,parade,of May\n" for year in range(12, 26))
    events.write_text(f"date,kind,name\n{days}")
    plot = tmp_path / "p.png"
    done = run("patterns", "--context", events, "--plot", plot)
    assert done.exit_code == 0
    assert "14 parades: in the 14 days before " in done.stdout
    assert "March and August" not in done.stdout
    assert plot.read_bytes()[:4] == b"\x89PNG"
