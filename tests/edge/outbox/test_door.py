"""Operators decide at a running watch, by commands with their own keys."""

import asyncio
import json

import pytest
from click.testing import CliRunner

from launchwatch.cli import main
from launchwatch.edge.config import read_config
from launchwatch.edge.service import Service
from launchwatch.errors import SettingsError
from launchwatch.journal import read, read_heading
from launchwatch.messages.packet import Decision, Packet
from launchwatch.messages.plot import Refused
from launchwatch.repeating import Repetition
from launchwatch.settings import settings_from_json
from launchwatch.timescale import instant_after
from launchwatch.warning.decisions import Authority
from launchwatch.warning.issuing import Issuer

from .conftest import PEOPLE, Desk

SENSORS = """{"sensors": [{"id": "kr-north", "kind": "radar", "owner": "KOR",
 "latitude_deg": 37.9, "longitude_deg": 128.2, "height_m": 900, "range_sigma_m": 30,
 "azimuth_sigma_deg": 0.07, "elevation_sigma_deg": 0.07, "scan_period_s": 1.0,
 "minimum_elevation_deg": 2.0, "maximum_range_m": 2000000}]}"""


class Warner:
    """An engine that warns the public once a packet comes, and obeys its operators."""

    def __init__(self, heading):
        settings = settings_from_json(heading.settings).warning
        self.issuer, self.authority = Issuer(settings), Authority(settings.operators)
        self.last = None

    def handle(self, stimulus, /):
        if isinstance(stimulus, Packet):
            self.last = _warning(stimulus)
            return (self.last, *self.issuer.issue(self.last))
        if not isinstance(stimulus, Decision):
            return ()
        fault = self.authority.fault(stimulus)
        if not fault and stimulus.action == "approve":
            said = self.issuer.approve(stimulus)
            if not isinstance(said, str):
                return tuple(said)
            fault = said
        if fault:
            return (Refused(source="decision", line=0, time=stimulus.time, mode=stimulus.mode,
                            reason="decision", detail=fault),)  # fmt: skip
        reasons = (f"cancelled-by-operator {stimulus.reason}".strip(),)
        cancel = _warning(stimulus, 2, "cancel", reasons)
        return (cancel, *self.issuer.issue(cancel))


def _warning(stimulus, revision=1, action="alert", reasons=("renewed",)):
    maker = Desk.__new__(Desk)
    maker.mode = stimulus.mode
    time = stimulus.received if isinstance(stimulus, Packet) else stimulus.time
    maker.start = instant_after(time, -10.0 * revision)
    return Desk.warning(maker, revision, action, "public", reasons)


@pytest.fixture
def config(tmp_path, keys, operators):
    people = "\n".join(
        f'[[warning.operators]]\nname = "{one.name}"\nkey = "{one.key}"' for one in operators
    )
    (tmp_path / "sensors.json").write_text(SENSORS)
    path = tmp_path / "watch.toml"
    path.write_text(
        f"""
[watch]
mode = "exercise"
sensors = "sensors.json"
journal = "watch.journal"
[[feeds]]
name = "radars"
kind = "tcp"
port = 0
[outbox]
path = "drill.outbox"
key = "{keys}/drill.key"
certificate = "{keys}/drill.crt"
door = "door"
[[channels]]
name = "sirens"
mode = "exercise"
kind = "file"
address = "sirens"
{people}
"""
    )
    return path


def watched(config, story):
    """Run a service, a packet in it, and a story in a thread of its own."""

    async def run():
        said, ready = [], asyncio.Event()

        def say(text):
            said.append(text)
            if text.startswith("ready"):
                ready.set()

        service = Service(read_config(config), build=Warner, say=say)
        heard = service.subscribe()
        stop = asyncio.Event()
        running = asyncio.create_task(service.run(stop))
        await asyncio.wait([running, asyncio.create_task(ready.wait())],
                           return_when=asyncio.FIRST_COMPLETED)  # fmt: skip
        port = int(next(text for text in said if "127.0.0.1" in text).rpartition(":")[2])
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"something flies\n")
        async for each in heard:
            if isinstance(each.stimulus, Packet):
                break
        await asyncio.to_thread(story)
        writer.close()
        stop.set()
        assert await running == 0
        return said

    return asyncio.run(run())


def call(*arguments, status=0):
    done = CliRunner().invoke(main, [str(each) for each in arguments])
    assert done.exit_code == status, done.output
    return done.output


def test_two_people_release_a_warning_and_one_takes_it_back(config, keys, tmp_path):
    lines = []

    def story():
        for name in PEOPLE:
            key = keys / f"{name}.pem"
            lines.append(call("approve", config, "--key", key, "--word", "DRILL"))
        lines.append(
            call("cancel", config, "L1-public", "--key", keys / "Kim.pem", "--reason", "wrong")
        )

    watched(config, story)
    assert "approved: 1 of 2 people" in lines[0]
    assert "Take shelter" in lines[0]
    assert "approved by Kim; needs 2" in lines[1]
    assert "released: exercise.L1-public.1" in lines[1]
    assert "cancelled: exercise.L1-public.2" in lines[2]
    assert len(list((tmp_path / "sirens").iterdir())) == 2
    shown = call("outbox", "show", config)
    assert shown.count("sirens (file): received") == 2
    left = json.loads(call("outbox", "show", config, "--json"))
    assert [one["action"] for one in left] == ["alert", "cancel"]
    assert left[1]["corrects"] == [left[0]["document"]]


def test_decisions_are_journalled_and_a_repetition_releases_the_same(config, keys):
    def story():
        for name in PEOPLE:
            call("approve", config, "--key", keys / f"{name}.pem", "--word", "DRILL")

    watched(config, story)
    journal = config.with_name("watch.journal")
    assert read_heading(journal).mode == "exercise"
    decided = [each for _, each in read(journal) if isinstance(each, Decision)]
    assert [each.operator for each in decided] == list(PEOPLE)
    repetition = Repetition(journal, Warner)
    for _ in repetition:
        pass
    assert repetition.differing is None
    assert repetition.compared


def test_one_person_cannot_approve_twice_nor_a_stranger_once(config, keys, tmp_path):
    lines = []

    def story():
        kim = keys / "Kim.pem"
        call("approve", config, "--key", kim, "--word", "DRILL")
        lines.append(call("approve", config, "--key", kim, "--word", "DRILL", status=2))
        call("outbox", "operator-key", tmp_path / "stranger.pem", "--as", "X")
        lines.append(
            call("approve", config, "--key", tmp_path / "stranger.pem", "--word", "DRILL", status=2)
        )

    watched(config, story)
    assert not (tmp_path / "sirens").exists()


def test_who_thinks_that_it_is_live_approves_no_drill(config, keys, tmp_path):
    def story():
        for name in PEOPLE:
            key = keys / f"{name}.pem"
            assert "left as it is" in call("approve", config, "--key", key, "--word", "LIVE",
                                           status=1)  # fmt: skip

    watched(config, story)
    assert not (tmp_path / "sirens").exists()


def test_without_a_watch_nobody_answers_and_the_outbox_still_cancels(config, keys):
    def story():
        for name in PEOPLE:
            call("approve", config, "--key", keys / f"{name}.pem", "--word", "DRILL")

    watched(config, story)
    kim = keys / "Kim.pem"
    call("cancel", config, "L1-public", "--key", kim, status=2)
    assert "sirens: received" in call(
        "cancel", config, "L1-public", "--key", kim, "--without-watch"
    )


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ('name = "sirens"\nmode = "exercise"', 'name = "sirens"\nmode = "live"', "share none"),
        ('kind = "file"\naddress', 'kind = "pigeon"\naddress', "pigeon"),
        ('address = "sirens"', 'address = "sirens"\nform = "cab"', "cab"),
        ('door = "door"', 'door = "door"\nwindow = "w"', "allowed are path, key"),
        ('kind = "file"\naddress = "sirens"', 'kind = "webhook"\naddress = "ftp://x"', "URL"),
        ('kind = "file"\naddress = "sirens"', 'kind = "tcp"\naddress = "x:0"', "host:port"),
        ('kind = "file"\naddress = "sirens"', 'kind = "smtp"\naddress = "smtp://x"', "who@where"),
    ],
)
def test_a_channel_that_cannot_be_used_is_refused_by_name(config, old, new, wanted):
    config.write_text(config.read_text().replace(old, new))
    with pytest.raises(SettingsError, match=wanted):
        read_config(config)


def test_a_live_watch_cannot_be_started_with_a_drills_key(config):
    text = config.read_text().replace('mode = "exercise"', 'mode = "live"')
    config.write_text(text)

    async def run():
        service = Service(read_config(config), build=Warner, say=lambda _: None)
        await service.run(asyncio.Event())

    with pytest.raises(SettingsError, match="a key for live, this one is for drill"):
        asyncio.run(run())
