"""The archive answers what was known when, and can be made anew from the journal."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.edge.archive import (
    Archive,
    history,
    launches_known,
    query,
    rebuild,
    rows_of,
    sortable,
)
from launchwatch.errors import DeliveryError, InputError
from launchwatch.journal import Heading, Journal, digest_of_answers
from launchwatch.messages.assessment import FamilyAssessment, FamilyProbabilities
from launchwatch.messages.fallarea import FallArea, ZoneProbability
from launchwatch.messages.launch import Ellipse, LaunchStatement
from launchwatch.messages.packet import Stimulus, Tick
from launchwatch.messages.warning import Alert, Warning  # noqa: A004 - the field's word
from launchwatch.messages.wire import Message
from launchwatch.timescale import SECOND, Instant, instant_from_utc, utc_from_instant

START = instant_from_utc("2025-11-07T01:00:00Z")
ELLIPSE = Ellipse(semi_major_m=9000.0, semi_minor_m=3000.0, azimuth_deg=80.0)


def at(seconds: float) -> Instant:
    return Instant(START + round(seconds * SECOND))


def tick(seconds: float) -> Tick:
    return Tick(time=at(seconds), mode="replay")


def launch(name: str, revision: int, *, cancelled: bool = False) -> LaunchStatement:
    return LaunchStatement(
        launch_id=name, revision=revision, time=at(0), mode="replay", track_ids=("T1",),
        launch_time=at(-40), launch_time_sigma_s=2.0, latitude_deg=40.2, longitude_deg=125.2,
        position_ellipse_95=ELLIPSE, probability=0.9, cancelled=cancelled, reason="seen rising",
    )  # fmt: skip


def fall_area(name: str, revision: int, inside: float) -> FallArea:
    return FallArea(
        launch_id=name, track_id="T1", revision=revision, time=at(0), epoch=at(0), mode="replay",
        fall_time=at(400), fall_time_sigma_s=3.0, latitude_deg=41.0, longitude_deg=134.0,
        ellipse_95=ELLIPSE, region_95=(((((134.0, 41.0), (134.1, 41.0), (134.0, 41.1))),),),
        region_area_m2=3e7,
        zones=(
            ZoneProbability(zone="high-seas", kind="high-seas", probability=1.0 - inside),
            ZoneProbability(zone="JPN-EEZ", kind="eez", probability=inside),
        ),
        body="whole", apogee_m=180_000.0, apogee_sigma_m=900.0,
    )  # fmt: skip


SAID: tuple[tuple[Tick, tuple[Message, ...]], ...] = (
    (tick(10.5), (launch("L1", 1),)),
    (tick(11), ()),
    (tick(12), (fall_area("L1", 1, 0.4), FamilyAssessment(
        launch_id="L1", track_id="T1", time=at(12), mode="replay",
        classes=FamilyProbabilities(short_range=0.7, unknown=0.3)))),
    (tick(13), (launch("L2", 1),)),
    (tick(20), (fall_area("L1", 2, 0.1), launch("L1", 2))),
    (tick(30), (launch("L2", 2, cancelled=True), Alert(
        identifier="a-1", warning_id="W1", revision=1, time=at(30), mode="replay", status="Test",
        references=(), xml="<alert/>"))),
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "watch.archive"
    with closing(Archive(made, "replay")) as archive:
        for sequence, (stimulus, answers) in enumerate(SAID, start=2):
            archive.write(rows_of(sequence, stimulus, answers))
    return made


def test_each_launch_is_known_by_its_last_word(path: Path) -> None:
    first, second = launches_known(path)
    assert (first["launch_id"], first["revision"]) == ("L1", 2)
    assert first["fallarea"]["revision"] == 2
    assert first["family"]["classes"]["short-range"] == 0.7
    assert first["warnings"] == []
    assert (second["launch_id"], second["cancelled"]) == ("L2", True)


def test_a_newer_notice_hides_no_alert_to_the_public(tmp_path: Path) -> None:
    def warning(series: str, revision: int, seconds: float) -> Warning:
        return Warning(
            warning_id=series,
            revision=revision,
            time=at(seconds),
            mode="replay",
            launch_id="L1",
            action="alert" if revision == 1 else "update",
            severity="public" if series.endswith("public") else "notice",
            region=(),
            fall_time=None,
            fall_time_sigma_s=None,
            zones=(),
            reasons=("launch-probable 0.990",),
            next_update=None,
        )

    made = tmp_path / "watch.archive"
    with closing(Archive(made, "replay")) as archive:
        archive.write(rows_of(2, tick(1), (launch("L1", 1), warning("L1-notice", 1, 1))))
        archive.write(rows_of(3, tick(2), (warning("L1-public", 1, 2),)))
        archive.write(rows_of(4, tick(3), (warning("L1-notice", 2, 3),)))
    (found,) = launches_known(made)
    told = [(one["warning_id"], one["revision"]) for one in found["warnings"]]
    assert told == [("L1-notice", 2), ("L1-public", 1)]


@pytest.mark.parametrize(
    ("seconds", "known"),
    [
        (10.499999999, []),
        (10.5, [("L1", 1, None)]),
        (12.9, [("L1", 1, 1)]),
        (13, [("L1", 1, 1), ("L2", 1, None)]),
        (20, [("L1", 2, 2), ("L2", 1, None)]),
    ],
)
def test_what_was_known_at_a_time_knows_nothing_later(
    path: Path, seconds: float, known: list[tuple[str, int, int | None]]
) -> None:
    found = launches_known(path, at(seconds))
    assert [
        (each["launch_id"], each["revision"], each["fallarea"] and each["fallarea"]["revision"])
        for each in found
    ] == known


def test_the_history_of_a_launch_is_every_revision_in_order(path: Path) -> None:
    found = history(path, "L1")
    assert [(each["type"], each.get("revision")) for each in found] == [
        ("launch", 1), ("fall-area", 1), ("family", None), ("fall-area", 2), ("launch", 2),
    ]  # fmt: skip
    assert [each["known"] for each in found] == sorted(each["known"] for each in found)
    assert len(history(path, "L1", at(12))) == 3
    assert history(path, "L9") == []


def test_zones_and_alerts_can_be_asked_for_in_sql(path: Path) -> None:
    names, rows = query(
        path, "SELECT known, probability FROM zones WHERE zone = 'JPN-EEZ' ORDER BY known"
    )
    assert names == ["known", "probability"]
    assert rows == [
        ("2025-11-07T01:00:12.000000000Z", 0.4),
        ("2025-11-07T01:00:20.000000000Z", 0.1),
    ]
    assert query(path, "SELECT identifier, xml FROM alerts")[1] == [("a-1", "<alert/>")]


@pytest.mark.parametrize(
    "view",
    ["launches", "fallareas", "zones", "families", "events", "warnings", "alerts", "statements",
     "tracks", "sensors", "biases", "refused", "said"],
)  # fmt: skip
def test_every_table_that_the_help_names_can_be_read(path: Path, view: str) -> None:
    names, _ = query(path, f"SELECT * FROM {view}")
    assert "known" in names


@pytest.mark.parametrize(
    "sql",
    ["DELETE FROM said", "DROP VIEW zones", "INSERT INTO watch VALUES ('live')", "SELEKT",
     "ATTACH 'other' AS o; SELECT 1", "PRAGMA query_only=0; DELETE FROM said", ""],
)  # fmt: skip
def test_a_question_changes_nothing(path: Path, sql: str) -> None:
    before = query(path, "SELECT * FROM said")
    if sql:
        with pytest.raises(InputError):
            query(path, sql)
    else:
        assert query(path, sql) == ([], [])
    assert query(path, "SELECT * FROM said") == before
    assert sorted(each.name for each in path.parent.iterdir()) == ["watch.archive"]


def test_a_reader_works_while_the_watch_writes(path: Path) -> None:
    with closing(Archive(path, "replay")) as archive:
        assert archive.newest() == 7
        assert len(launches_known(path)) == 2
        archive.write(rows_of(90, tick(90), (launch("L3", 1),)))
        assert len(launches_known(path)) == 3


def test_rows_written_twice_are_there_once(path: Path) -> None:
    before = query(path, "SELECT * FROM said")
    with closing(Archive(path, "replay")) as archive:
        archive.write(rows_of(2, *SAID[0]))
    assert query(path, "SELECT * FROM said") == before


def test_an_archive_of_another_mode_or_kind_is_refused(path: Path, tmp_path: Path) -> None:
    with pytest.raises(DeliveryError, match="this archive is replay, it cannot take live"):
        Archive(path, "live")
    other = tmp_path / "other"
    with closing(sqlite3.connect(other)) as database:
        database.execute("CREATE TABLE letter (text)")
    with pytest.raises(DeliveryError, match="other: not an archive"):
        Archive(other, "live")
    other.write_bytes(b"a letter" * 500)
    for attempt in (lambda: Archive(other, "live"), lambda: launches_known(other)):
        with pytest.raises(DeliveryError, match="other: "):
            attempt()
    with pytest.raises(DeliveryError, match="there is no such archive"):
        launches_known(tmp_path / "nothing")


class _Scripted:
    """An engine that says what SAID has for a tick."""

    def handle(self, stimulus: Stimulus, /) -> Sequence[Message]:
        return dict(SAID)[stimulus]  # type: ignore[index]


def test_an_archive_is_made_anew_from_the_journal(path: Path, tmp_path: Path) -> None:
    heading = Heading(version="0", mode="replay", started=START, sensors=b"", settings=b"")
    journal = tmp_path / "watch.journal"
    with Journal.create(journal, heading) as writer:
        numbers = writer.append([stimulus for stimulus, _ in SAID])
        writer.append(
            (),
            [
                (sequence, digest_of_answers(answers))
                for sequence, (_, answers) in zip(numbers, SAID, strict=True)
            ],
        )
    new = tmp_path / "new.archive"
    assert "byte for byte" in rebuild(new, journal, lambda _: _Scripted())
    everything = "SELECT * FROM said ORDER BY sequence, number"
    assert query(new, everything) == query(path, everything)
    # An archive that lacks something is filled.
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("DELETE FROM said WHERE sequence IN (4, 6)")
    rebuild(path, journal, lambda _: _Scripted())
    assert query(path, everything) == query(new, everything)


@given(st.lists(st.integers(START, START + 40 * SECOND), min_size=2, max_size=2))
def test_times_as_text_sort_as_times(instants: list[int]) -> None:
    first, second = (Instant(each) for each in instants)
    assert (first < second) == (sortable(first) < sortable(second))
    assert instant_from_utc(sortable(first)) == first
    assert utc_from_instant(first) == utc_from_instant(instant_from_utc(sortable(first)))
