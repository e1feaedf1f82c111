import json

import pytest

from launchwatch.edge.chronicle import Chronicle, Truth
from launchwatch.edge.comparison import NOT_OURS, PublicFact, compare, holds, truth_verdict
from launchwatch.edge.report import write_report
from launchwatch.errors import SettingsError

FACTS = (
    PublicFact(kind="range", text="about 700 kilometres", said_by="a general staff"),
    PublicFact(kind="damage", text="no damage reported", said_by="a ministry"),
)


@pytest.fixture(scope="module")
def chronicle(friday_watch):
    chronicle = Chronicle()
    for messages in friday_watch:
        chronicle.take(messages)
    return chronicle


@pytest.fixture(scope="module")
def truth(chronicle):
    last = chronicle.main_fall_areas()[-1]
    return Truth(
        launch_time=chronicle.main_launch().launch_time,
        launch_latitude_deg=40.2,
        launch_longitude_deg=125.2,
        fall_time=last.fall_time,
        fall_latitude_deg=last.latitude_deg,
        fall_longitude_deg=last.longitude_deg,
    )


@pytest.fixture(scope="module")
def folder(chronicle, truth, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report") / "deep"
    write_report(folder, chronicle, title="A flight", facts=FACTS, truth=truth)
    return folder


def test_the_report_holds_words_numbers_and_pictures(folder):
    names = sorted(path.name for path in folder.iterdir())
    assert names == [
        "comparison.json", "fall-area-size.png", "fall-area-size.svg", "ground-track.png",
        "ground-track.svg", "profile.png", "profile.svg", "statement.en.txt", "statement.ja.txt",
        "statement.ko.txt", "statement.md",
    ]  # fmt: skip


def test_the_page_sets_what_was_seen_beside_what_was_reported(folder):
    page = (folder / "statement.md").read_text()
    row = next(line for line in page.splitlines() if line.startswith("| range"))
    assert "699 ± 1 km" in row
    assert "about 700 kilometres" in row
    assert "a general staff" in row
    assert "**SIMULATION**" in page
    assert "![" in page
    assert "(ground-track.png)" in page


def test_the_statements_are_in_three_languages(folder):
    assert "ballistic missile" in (folder / "statement.en.txt").read_text()
    assert "탄도미사일" in (folder / "statement.ko.txt").read_text()
    assert "弾道ミサイル" in (folder / "statement.ja.txt").read_text()


def test_the_comparison_is_there_for_programs_too(folder):
    content = json.loads((folder / "comparison.json").read_text())
    assert content["mode"] == "simulation"
    assert {"range", "damage", "zone"} <= {row["subject"] for row in content["rows"]}


def test_what_no_sensor_here_measures_is_not_claimed(chronicle):
    rows = compare(chronicle, FACTS, None)
    assert next(row for row in rows if row.subject == "damage").seen == NOT_OURS


def test_the_truth_is_said_to_lie_inside_or_outside(chronicle, truth):
    assert "lies inside the last 95 % region" in truth_verdict(chronicle, truth)
    elsewhere = Truth(
        launch_time=truth.launch_time, launch_latitude_deg=40.2, launch_longitude_deg=125.2,
        fall_time=truth.fall_time, fall_latitude_deg=10.0, fall_longitude_deg=10.0,
    )  # fmt: skip
    assert "OUTSIDE" in truth_verdict(chronicle, elsewhere)
    assert not holds(chronicle.main_fall_areas()[-1], elsewhere)
    assert truth_verdict(chronicle, None) == ""


def test_a_watch_that_saw_nothing_has_a_report_that_says_so(tmp_path):
    paths = write_report(tmp_path, Chronicle(), facts=FACTS)
    assert {path.name for path in paths} == {"statement.md", "comparison.json"}
    assert "no launch was seen" in (tmp_path / "statement.md").read_text()


def test_statements_of_an_earlier_run_do_not_stay(tmp_path):
    (tmp_path / "statement.en.txt").write_text("old")
    write_report(tmp_path, Chronicle())
    assert not (tmp_path / "statement.en.txt").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="file"):
        write_report(tmp_path / "file" / "in", Chronicle())
