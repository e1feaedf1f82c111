"""`launchwatch simulate` writes three files, the same for a seed, or says why not."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from launchwatch.cli import main


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["simulate", *arguments])


def test_it_writes_sensors_plots_and_truth(tmp_path: Path) -> None:
    result = run("friday", "--seed", "3", "--out", str(tmp_path / "made"))
    assert result.exit_code == 0, result.stderr
    made = tmp_path / "made"
    assert sorted(p.name for p in made.iterdir()) == [
        "plots.jsonl",
        "sensors.json",
        "traffic.jsonl",
        "truth.jsonl",
    ]
    listed = {s["id"] for s in json.loads((made / "sensors.json").read_text())["sensors"]}
    plots = [json.loads(line) for line in (made / "plots.jsonl").read_text().splitlines()]
    assert {plot["sensor"] for plot in plots} == listed
    assert len(plots) > 5_000


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert run("quiet", "--seed", "8", "--out", str(tmp_path / name)).exit_code == 0
    for file in ("sensors.json", "plots.jsonl", "traffic.jsonl", "truth.jsonl"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_bad_weather_adds_lines(tmp_path: Path) -> None:
    fair = json.loads(run("quiet", "--out", str(tmp_path / "fair"), "--json").stdout)
    foul = json.loads(
        run("quiet", "--out", str(tmp_path / "foul"), "--json",
            "--late", "0.1", "--repeat", "0.1", "--damage", "0.1").stdout
    )  # fmt: skip
    assert foul["plots"] > fair["plots"]
    assert foul["objects"] == fair["objects"]


def test_the_built_in_scenarios_are_listed() -> None:
    result = run("--list")
    assert result.exit_code == 0
    assert "friday" in result.stdout
    assert set(json.loads(run("--list", "--json").stdout)) >= {"friday", "quiet", "raid"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("thursday", "--out", "made"),
        ("none.toml", "--out", "made"),
        ("friday",),
        (),
        ("friday", "--out", "made", "--seed", "-1"),
        ("friday", "--out", "made", "--seed", "x"),
        ("friday", "--out", "made", "--late", "2"),
    ],
)
def test_a_command_that_cannot_be_used_ends_with_2_and_one_line(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1
    assert not result.stdout
    assert not (tmp_path / "made").exists()


def test_a_flight_that_cannot_be_flown_ends_with_2_and_one_line(tmp_path: Path) -> None:
    path = tmp_path / "far.toml"
    path.write_text(
        'title = "t"\nstart = "2025-11-07T01:00:00Z"\nduration_s = 10.0\n'
        'sensors_of = "east-sea"\n[[launches]]\nobject = "m"\ntime = "2025-11-07T01:00:00Z"\n'
        "latitude_deg = 40.0\nlongitude_deg = 125.0\nazimuth_deg = 90.0\n"
        "range_km = 9000.0\napogee_km = 50.0\n[launches.ascent]\nexhaust_speed_mps = 2000.0\n"
    )
    result = run(str(path), "--out", str(tmp_path / "made"))
    assert result.exit_code == 2
    assert len(result.stderr.strip().splitlines()) == 1


def test_help_shows_an_example() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "launchwatch simulate friday --seed 1 --out scenario" in result.stdout


def test_a_partners_watch_takes_its_nations_sensors(tmp_path: Path) -> None:
    made = tmp_path / "made"
    result = run("friday", "--partner", "kr-c2=KOR", "--out", str(made))
    assert result.exit_code == 0, result.stderr
    listed = {
        s["id"]: s["kind"] for s in json.loads((made / "sensors.json").read_text())["sensors"]
    }
    assert listed["kr-c2"] == "partner"
    assert "kr-north" not in listed
    plots = [json.loads(line) for line in (made / "plots.jsonl").read_text().splitlines()]
    assert {plot["sensor"] for plot in plots} == set(listed)
    assert any("partner_track" in plot for plot in plots)


@pytest.mark.parametrize("wrong", ["kr-c2", "=KOR", "kr-c2=XXX", "jp-west=KOR"])
def test_a_partner_that_cannot_be_is_named(tmp_path: Path, wrong: str) -> None:
    result = run("friday", "--partner", wrong, "--out", str(tmp_path / "made"))
    assert result.exit_code == 2
    assert "--partner" in result.stderr
    assert "Traceback" not in result.stderr
