"""A broken sensor among good ones: named, contained, and the launch is the same without it."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from launchwatch.earth.geodesic import inverse
from launchwatch.edge.replayfile import packets
from launchwatch.engine import Engine
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.packet import Packet, Stimulus, Tick
from launchwatch.messages.plot import Refused
from launchwatch.messages.sensor import Sensor, SensorStatus
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.wire import Message, encode
from launchwatch.sensors.roster import read_roster
from launchwatch.timescale import SECOND, Instant, instant_from_utc, utc_from_instant

BROKEN = "jp-west"
BEGIN, END = 90.0, 130.0
"""Seconds of the recording in which the sensor is broken: during the boost, seen by all."""

FLOOD = 140.0
"""The same of the flood: while the radar that floods sees the flight."""

LAST = 160.0


def time_of(stimulus: Stimulus) -> Instant:
    return stimulus.received if isinstance(stimulus, Packet) else stimulus.time


def recorded(scenarios: Path) -> tuple[dict[str, Sensor], list[Stimulus]]:
    folder = scenarios / "friday-seed1"
    found: list[Stimulus] = []
    for stimulus in packets(folder / "plots.jsonl", "replay"):
        found.append(stimulus)
        if time_of(stimulus) - time_of(found[0]) > LAST * SECOND:
            break
    return read_roster(folder / "sensors.json"), found


def is_broken(stimulus: Stimulus, start: Instant) -> bool:
    return (
        isinstance(stimulus, Packet)
        and BROKEN.encode() in stimulus.payload
        and BEGIN <= (stimulus.received - start) / SECOND < END
    )


def said(
    sensors: dict[str, Sensor], stimuli: list[Stimulus]
) -> tuple[list[Message], list[Message]]:
    """Give what was concluded, and what was said of the sensors and their lines."""
    engine = Engine(sensors)
    answers = [each for stimulus in stimuli for each in engine.handle(stimulus)]
    of_sensors = [each for each in answers if isinstance(each, Refused | SensorStatus)]
    concluded = [each for each in answers if not isinstance(each, Refused | SensorStatus)]
    return concluded, of_sensors


def shifted(packet: Packet, seconds: float) -> Packet:
    line = msgspec.json.decode(packet.payload)
    line["time"] = utc_from_instant(Instant(instant_from_utc(line["time"]) + round(seconds * 1e9)))
    return msgspec.structs.replace(packet, payload=msgspec.json.encode(line))


@pytest.mark.parametrize(("offset", "reason"), [(300.0, "early"), (-300.0, "late")])
def test_a_clock_that_jumps_and_comes_back_changes_nothing_but_what_it_brought(
    scenarios: Path, offset: float, reason: str
) -> None:
    sensors, stimuli = recorded(scenarios)
    start = time_of(stimuli[0])
    without, _ = said(sensors, [one for one in stimuli if not is_broken(one, start)])
    jumped = [
        shifted(one, offset) if isinstance(one, Packet) and is_broken(one, start) else one
        for one in stimuli
    ]
    found, of_sensors = said(sensors, jumped)
    assert any(isinstance(each, LaunchStatement) for each in found)
    assert any(isinstance(each, FallArea) for each in found)
    assert [encode(each) for each in found] == [encode(each) for each in without]
    reasons = {each.reason for each in of_sensors if isinstance(each, Refused)}
    assert reasons == {reason}
    statuses = [(each.sensor, each.status) for each in of_sensors if isinstance(each, SensorStatus)]
    assert statuses == [(BROKEN, "astray"), (BROKEN, "orderly")]


def flood(start: Instant, scan: int, chance: np.random.Generator) -> list[Stimulus]:
    """Give 10,000 false plots of one scan of 2 s, as a radar without range rates brings them."""
    found: list[Stimulus] = []
    for moment in np.sort(chance.random(10_000)):
        time = Instant(start + round((FLOOD + 2.0 * (scan + moment)) * SECOND))
        line = {
            "sensor": "kr-south",
            "time": utc_from_instant(time),
            "scan": 10_000 + scan,
            "range_m": float(chance.uniform(5e3, 2e6)),
            "azimuth_deg": float(chance.uniform(0.0, 360.0)),
            "elevation_deg": float(chance.uniform(2.0, 85.0)),
        }
        found.append(
            Packet(source="flood", line=len(found) + 1, format="jsonplots", received=time,
                   mode="replay", payload=msgspec.json.encode(line))
        )  # fmt: skip
    return found


def test_ten_thousand_plots_in_a_scan_leave_the_launch_as_it_is(scenarios: Path) -> None:
    sensors, stimuli = recorded(scenarios)
    chance = np.random.default_rng(1)
    start = time_of(stimuli[0])
    flooded = sorted(
        [*stimuli, *(one for scan in range(2) for one in flood(start, scan, chance))], key=time_of
    )
    without, _ = said(sensors, stimuli)
    found, of_sensors = said(sensors, flooded)
    refused = [each for each in of_sensors if isinstance(each, Refused)]
    assert len([each for each in refused if each.reason == "flood"]) >= 10_000
    statuses = {each.status for each in of_sensors if isinstance(each, SensorStatus)}
    assert "flooding" in statuses
    (launch,) = {each.launch_id for each in found if isinstance(each, LaunchStatement)}
    said_last, meant = (
        [each for each in messages if isinstance(each, FallArea)][-1]
        for messages in (found, without)
    )
    assert said_last.launch_id == launch
    # Two thirds of one radar's plots of 4 s are missing, of five sensors' 30 s: the fall moves
    # by less than a third of the doubt that is stated anyway.
    apart = inverse(
        *np.radians([said_last.latitude_deg, said_last.longitude_deg]),
        *np.radians([meant.latitude_deg, meant.longitude_deg]),
    )[0]
    assert apart < meant.ellipse_95.semi_major_m / 3


def test_when_all_fall_silent_it_is_said_and_the_tracks_end(scenarios: Path) -> None:
    sensors, stimuli = recorded(scenarios)
    last = time_of(stimuli[-1])
    silence: list[Stimulus] = [
        Tick(time=Instant(last + second * SECOND), mode="replay") for second in range(1, 90)
    ]
    found, of_sensors = said(sensors, [*stimuli, *silence])
    silent = {each.sensor for each in of_sensors if isinstance(each, SensorStatus)}
    assert silent == set(sensors)
    launches = [each for each in found if isinstance(each, LaunchStatement)]
    assert not launches[-1].cancelled
    tracks = {each.track_id: each.status for each in found if isinstance(each, TrackUpdate)}
    assert set(tracks.values()) == {"dropped"}
