"""A partner's lines: what is read, and the name of each thing that is not."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.edge.nations.lineforms import line_of
from launchwatch.messages.packet import Packet
from launchwatch.messages.partner import PartnerFall, PartnerLaunch
from launchwatch.messages.plot import Refused
from launchwatch.messages.sensor import Partner
from launchwatch.nations.releasing import Released
from launchwatch.nations.statements import read

from .saying import fall, launch, radar, track
from .sealing import NOW

JAPAN = {"KOR": Partner(id="KOR", owner="KOR"), "jp-west": radar("jp-west", "JPN")}


def packet(content: bytes) -> Packet:
    return Packet(source="partner KOR", line=7, format="sealed", received=NOW, mode="live",
                  payload=content)  # fmt: skip


def line(message: object, **changed: object) -> bytes:
    content = line_of("KOR", Released(message, ("kr-north",), ("KOR",)))
    return msgspec.json.encode(msgspec.json.decode(content) | changed)


def test_a_launch_and_a_fall_come_back_as_they_were_told() -> None:
    said = read(packet(line(launch())), "KOR", JAPAN)
    assert isinstance(said, PartnerLaunch)
    assert (said.partner, said.launch_time, said.latitude_deg) == ("KOR", NOW, 40.0)
    assert (said.sensors, said.lineage, said.line) == (("kr-north",), ("KOR",), 7)
    there = read(packet(line(fall())), "KOR", JAPAN)
    assert isinstance(there, PartnerFall)
    assert there.fall_time == fall().fall_time
    assert there.ellipse_95 == fall().ellipse_95


def test_a_track_is_handed_on_to_the_door_of_partners_tracks() -> None:
    content = line(track())
    assert read(packet(content), "KOR", JAPAN) == packet(content)


def refused(content: bytes, sender: str = "KOR") -> Refused:
    said = read(packet(content), sender, JAPAN)
    assert isinstance(said, Refused)
    return said


def test_nobody_speaks_of_another_s_sensors_or_in_another_s_name() -> None:
    assert refused(line(track()), "USA").reason == "wrong-sender"
    assert refused(b'{"type":"plot","sensor":"jp-west","mode":"live"}').reason == "wrong-sender"


@pytest.mark.parametrize(
    "changed",
    [
        {"latitude_deg": 91.0}, {"longitude_deg": 999.0}, {"probability": 1.5}, {"revision": 0},
        {"launch_time_sigma_s": -1.0}, {"launch_id": ""}, {"launch_id": "x" * 99},
        {"sensors": ["s"] * 99}, {"lineage": ["\n"]},
        {"position_ellipse_95": {"semi_major_m": 1e9, "semi_minor_m": 1.0, "azimuth_deg": 0.0}},
    ],
)  # fmt: skip
def test_what_cannot_be_is_absurd_and_held_against_the_partner(changed: dict[str, object]) -> None:
    said = refused(line(launch(), **changed))
    assert (said.reason, said.sensor) == ("absurd", "KOR")


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_and_nothing_rises(content: bytes) -> None:
    assert refused(content).reason == "malformed"
