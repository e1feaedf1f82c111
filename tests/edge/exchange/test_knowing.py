"""When each nation knew what."""

from launchwatch.edge.nations.knowing import report, table_of
from launchwatch.edge.nations.milestones import Milestones
from launchwatch.timescale import instant_from_utc

START = instant_from_utc("2025-11-07T01:00:30Z")


def test_only_the_first_time_of_a_step_counts() -> None:
    known = Milestones(["KOR", "JPN"])
    said = {"type": "partner-launch", "partner": "JPN", "probability": 0.9,
            "received": "2025-11-07T01:01:00Z"}  # fmt: skip
    assert [one.what for one in known.take(said)] == ["launch, from JPN"]
    assert known.take(said | {"received": "2025-11-07T01:02:00Z"}) == []


def test_a_doubtful_or_cancelled_launch_is_no_step() -> None:
    known = Milestones(["KOR"])
    said = {"type": "launch", "probability": 0.3, "cancelled": False,
            "time": "2025-11-07T01:01:00Z"}  # fmt: skip
    assert known.take(said) == []
    assert known.take(said | {"probability": 0.9, "cancelled": True}) == []
    assert len(known.take(said | {"probability": 0.9})) == 1


def test_of_many_verdicts_those_that_a_nation_asks_for_are_kept() -> None:
    known = Milestones(["KOR", "JPN"])
    said = {"type": "verdict", "time": "2025-11-07T01:01:00Z"}
    assert known.take(said | {"zone": "PYF-EEZ", "verdict": "outside"}) == []
    assert len(known.take(said | {"zone": "JPN-EEZ", "verdict": "outside"})) == 1
    assert len(known.take(said | {"zone": "high-seas", "verdict": "inside"})) == 1


def test_the_table_has_a_row_a_step_and_a_column_a_nation() -> None:
    kor, jpn = Milestones(["KOR", "JPN"]), Milestones(["KOR", "JPN"])
    kor.reach("launch, its judgement", "2025-11-07T01:01:30Z")
    jpn.reach("launch, from KOR", "2025-11-07T01:01:30.2Z")
    reached = {"KOR": list(kor.reached.values()), "JPN": list(jpn.reached.values())}
    head, rows = table_of(reached, START)
    assert head == ["seconds after lift-off", "KOR", "JPN"]
    assert rows == [["launch, its judgement", "60.0", ""], ["launch, from KOR", "", "60.2"]]
    text = report("A flight", START, reached, {"KOR": 0, "JPN": 0}, 5.0, "nations.png")
    assert "| launch, from KOR |  | 60.2 |" in text
    assert "KOR ended with status 0" in text
