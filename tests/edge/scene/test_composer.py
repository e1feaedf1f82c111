"""The composer: frames add up to the scene, hold what the watch said, and stay within bounds."""

import json
from itertools import chain

import msgspec
import pytest

from launchwatch import rehearsal
from launchwatch.edge.scene import composer as composing
from launchwatch.edge.scene.applying import Applied
from launchwatch.edge.scene.stage import BOUNDS
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.scene import TRAIL_COLUMNS
from launchwatch.messages.sensor import SensorStatus
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.traffic import VesselReport
from launchwatch.timescale import SECOND, Instant


def played(composer, said, every=20):
    """Give the frames of a watch, one cut after so many stimuli."""
    frames = []
    for number, (time, messages) in enumerate(said):
        composer.take(time, messages)
        if number % every == 0 and (frame := composer.cut(0)) is not None:
            frames.append(frame)
    if (frame := composer.cut(0)) is not None:
        frames.append(frame)
    return frames


def plain(frame):
    return json.loads(msgspec.json.encode(frame))


def test_frames_add_up_to_the_whole_scene(composer, said):
    composer.take(*said[0])
    composer.cut(0)
    applied = Applied()
    applied.apply(composing.encode(composer.whole(0)))
    for frame in played(composer, said[1:]):
        applied.apply(composing.encode(frame))
    added, whole = json.loads(applied.whole()), plain(composer.whole(0))
    for scene in (added, whole):
        scene.pop("clock")
        scene["put"] = {table: rows for table, rows in scene["put"].items() if rows}
    assert added == whole


def test_the_same_watch_gives_the_same_frames(composer, said):
    again = composing.Composer(composer._about)
    first = [composing.encode(frame) for frame in played(composer, said)]
    assert first == [composing.encode(frame) for frame in played(again, said)]


def test_rows_hold_what_the_watch_said_last(composer, said):
    played(composer, said)
    scene = plain(composer.whole(0))
    messages = [*chain.from_iterable(each for _, each in said)]
    launch = [each for each in messages if isinstance(each, LaunchStatement)][-1]
    fall = [each for each in messages if isinstance(each, FallArea) and each.probability == 1.0][-1]
    track = [each for each in messages if isinstance(each, TrackUpdate)][-1]
    row = scene["put"]["launches"][launch.launch_id]
    assert row["revision"] == launch.revision
    assert row["place"] == pytest.approx([launch.longitude_deg, launch.latitude_deg], abs=1e-5)
    assert row["is_main"]
    row = scene["put"]["falls"][f"{fall.track_id}/{fall.body}"]
    assert row["revision"] == fall.revision
    assert row["region_50"]
    assert row["area_km2"] == pytest.approx(fall.region_area_m2 / 1e6, rel=1e-3)
    assert row["launch_id"] == launch.launch_id
    row = scene["put"]["tracks"][track.track_id]
    assert row["plots"] == track.plots
    assert row["launch_id"] == launch.launch_id


def test_every_code_of_a_scene_has_words_in_three_languages(composer, said):
    played(composer, said)
    scene = plain(composer.whole(0))
    names = scene["head"]["names"]
    put = scene["put"]
    codes = {f"phase.{each['code']}" for row in put["tracks"].values() for each in row["phases"]}
    codes |= {f"status.{row['status']}" for row in put["tracks"].values()}
    codes |= {f"zone.{each['zone']}" for row in put["falls"].values() for each in row["zones"]}
    codes |= {f"claims.{each['claims']}" for row in put["falls"].values() for each in row["zones"]}
    codes |= {f"fallstatus.{row['status']}" for row in put["falls"].values()}
    codes |= {f"family.{e['code']}" for row in put["launches"].values() for e in row["families"]}
    for table in ("launches", "tracks", "falls"):
        codes |= {f"fact.{e['code']}" for row in put[table].values() for e in row["facts"]}
    codes |= {f"verdict.{row['verdict']}" for row in put["verdicts"].values()}
    codes |= {f"mark.{row['kind']}" for row in put["marks"].values()}
    codes |= {f"sensorstatus.{row['status']}" for row in put["sensors"].values()}
    assert codes - {*names} == set()
    assert all(all(name[language] for language in ("en", "ko", "ja")) for name in names.values())


def test_points_of_trails_are_as_wide_as_their_columns(composer, said):
    played(composer, said)
    whole = composer.whole(0)
    assert {"tracks", "falls", "launches", "families"} <= {*whole.trails}
    for table, trails in whole.trails.items():
        for trail in trails.values():
            assert {len(point) for point in trail.points} == {len(TRAIL_COLUMNS[table])}
            times = [point[0] for point in trail.points]
            assert times == sorted(times)


def test_a_launch_says_what_speaks_for_it_and_what_would_change_the_answer(composer, said):
    played(composer, said)
    (row,) = composer.whole(0).put.launches.values()
    sides = {each.side for each in row.arguments}
    assert "for" in sides
    assert any(each.code.startswith("boost ") for each in row.arguments)
    assert row.would_change  # its motor burns to the rehearsal's end
    assert row.headline.en
    assert row.headline.ko != row.headline.en


def test_a_frame_comes_only_with_news_or_as_a_sign_of_life(composer, said):
    composer.take(*said[0])
    assert composer.cut(0) is not None
    assert composer.cut(0) is None
    beat = composer.cut(5, heartbeat=True)
    assert beat.put is None
    assert beat.clock.made_ms == 5
    assert beat.clock.arrived_ms is None


def test_a_frame_tells_when_the_oldest_of_its_news_arrived(composer, said):
    (time, messages), *rest = [each for each in said if each[1]]
    composer.take(time, messages, 1000)
    composer.take(*rest[0], 2000)
    assert composer.cut(0).clock.arrived_ms == 1000
    composer.take(*rest[1], 3000)
    assert composer.cut(0).clock.arrived_ms == 3000


def test_a_silent_sensor_says_so_and_is_marked(composer, said):
    time, _ = said[-1]
    played(composer, said)
    silent = SensorStatus(
        sensor="near", time=time, mode="exercise", status="silent", since=time, reason=""
    )
    name = next(iter(rehearsal.SENSORS))
    composer.take(time, [msgspec.structs.replace(silent, sensor=name)])
    frame = composer.cut(0)
    assert frame.put.sensors[name].status == "silent"
    assert [row.kind for row in frame.put.marks.values()] == ["sensor"]


def test_trouble_is_an_alarm_until_it_is_over(composer, said):
    composer.take(*said[0])
    composer.cut(0)
    composer.alarm({"journal": "the disk is full"}, {})
    composer.take(*said[1])
    assert composer.cut(0).put.alarms["journal"].text == "the disk is full"
    composer.alarm({}, {})
    composer.take(*said[2])
    assert composer.cut(0).gone["alarms"] == ("journal",)


def test_what_a_ship_does_not_say_is_shown_as_unknown(composer, said):
    time, _ = said[0]
    report = VesselReport(
        mmsi="431700001", time=time, received=time, mode="exercise", source="ais", line=1
    )
    composer.take(time, [report])
    row = composer.cut(0).put.traffic["vessel:431700001"]
    assert row.place is None
    assert row.speed_mps is None
    assert row.course_deg is None


def test_a_port_full_of_ships_stays_within_the_bound(composer, said):
    time, _ = said[0]
    reports = [
        VesselReport(
            mmsi=str(number), time=Instant(time + number * SECOND), received=time,
            mode="exercise", source="ais", line=number, latitude_deg=35.0, longitude_deg=129.0,
        )
        for number in range(BOUNDS.traffic + 50)
    ]  # fmt: skip
    composer.take(time, reports)
    composer.cut(0)
    kept = composer.whole(0).put.traffic
    assert len(kept) == BOUNDS.traffic
    assert f"vessel:{BOUNDS.traffic + 49}" in kept
    assert "vessel:0" not in kept


def test_a_launch_whose_fall_has_passed_is_told_as_past(composer, said):
    played(composer, said)
    falls = [each for _, messages in said for each in messages if isinstance(each, FallArea)]
    late = max(fall.fall_time + round(3e9 * fall.fall_time_sigma_s) for fall in falls)
    (before,) = composer.whole(0).put.launches.values()
    composer.take(Instant(late + SECOND), [falls[-1]])
    frame = composer.cut(0)
    (after,) = frame.put.launches.values()
    assert " Falls " in before.headline.en
    assert "Expected to have fallen" in after.headline.en
    assert any(row.kind == "fall" for row in frame.put.marks.values())
