"""`launchwatch show` prints what was known, for people and for programs."""

import json
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from launchwatch.cli import main
from launchwatch.edge.archive import Archive, rows_of
from launchwatch.messages.launch import Ellipse, LaunchStatement
from launchwatch.messages.packet import Tick
from launchwatch.timescale import SECOND, Instant, instant_from_utc

START = instant_from_utc("2025-11-07T01:00:00Z")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "watch.archive"
    with closing(Archive(path, "replay")) as writer:
        for revision in (1, 2):
            time = Instant(START + revision * 10 * SECOND)
            statement = LaunchStatement(
                launch_id="L1", revision=revision, time=time, mode="replay", track_ids=("T1",),
                launch_time=START, launch_time_sigma_s=2.0, latitude_deg=40.2,
                longitude_deg=125.2, probability=0.9, cancelled=False, reason="seen rising",
                position_ellipse_95=Ellipse(
                    semi_major_m=9e3, semi_minor_m=3e3, azimuth_deg=80.0
                ),
            )  # fmt: skip
            writer.write(rows_of(revision, Tick(time=time, mode="replay"), (statement,)))
    return path


def show(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["show", *map(str, arguments)])


def test_launches_are_listed_by_their_last_word(archive: Path) -> None:
    result = show(archive)
    assert result.exit_code == 0
    assert result.stdout == (
        "2025-11-07T01:00:20.0Z  L1 revision 2: launched 2025-11-07T01:00:00.0Z ± 2.0 s at "
        "40.20, 125.20 (p 0.90; seen rising)\n"
    )


def test_the_past_is_shown_as_it_was_known(archive: Path) -> None:
    assert "L1 revision 1" in show(archive, "--at", "2025-11-07T01:00:19Z").stdout
    assert show(archive, "--at", "2025-11-07T01:00:01Z").stdout == "no launch was known\n"


def test_a_launch_is_shown_with_its_history(archive: Path) -> None:
    assert len(show(archive, "L1").stdout.splitlines()) == 2
    found = json.loads(show(archive, "L1", "--json").stdout)
    assert [each["revision"] for each in found] == [1, 2]


def test_sql_is_answered_as_a_table_or_as_json(archive: Path) -> None:
    sql = "SELECT launch_id, revision FROM launches"
    assert show(archive, "--sql", sql).stdout == "launch_id\trevision\nL1\t1\nL1\t2\n"
    assert json.loads(show(archive, "--sql", sql, "--json").stdout) == [
        {"launch_id": "L1", "revision": 1},
        {"launch_id": "L1", "revision": 2},
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{}", "L7"], "no launch is called 'L7'; there are: L1"),
        (["{}", "--at", "yesterday"], "must be RFC 3339"),
        (["{}", "--sql", "DELETE FROM said"], "the query cannot be answered"),
        (["{}", "L1", "--sql", "SELECT 1"], "--sql stands alone"),
        (["{}.missing"], "there is no such archive"),
        (["{}", "--rebuild", "{}"], "not a journal"),
    ],
)
def test_what_cannot_be_shown_is_one_line_and_status_2(
    archive: Path, arguments: list[str], said: str
) -> None:
    result = show(*(each.format(archive) for each in arguments))
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""


def test_the_help_has_an_example() -> None:
    result = show("--help")
    assert result.exit_code == 0
    assert "launchwatch show watch.archive --at" in result.stdout
