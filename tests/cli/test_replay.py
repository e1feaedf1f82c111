import gzip
import json
import signal
import sys
import types

import pytest
from click.testing import CliRunner

import launchwatch
from launchwatch.cli import main
from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import Refused
from launchwatch.messages.report import Summary
from launchwatch.messages.sensor import Radar
from launchwatch.sensors.admission import Admission
from launchwatch.sensors.jsonplots import decode
from launchwatch.sensors.roster import roster_json
from launchwatch.settings import Settings

RADAR = Radar(
    id="north",
    owner="KOR",
    latitude_deg=37.9,
    longitude_deg=128.2,
    height_m=900.0,
    range_sigma_m=30.0,
    azimuth_sigma_deg=0.07,
    elevation_sigma_deg=0.07,
    scan_period_s=1.0,
    minimum_elevation_deg=2.0,
    maximum_range_m=2e6,
)


class DoorOnly:
    """An engine that decodes and admits, and knows nothing of tracks."""

    def __init__(self, sensors, settings, zones=None, *, contain=False):
        self.sensors = sensors
        self.admission = Admission(sensors, settings.sensors)
        self.counts = {"lines": 0, "plots": 0, "refused": 0}
        self.mode = "replay"

    def flown(self):
        return ()

    def handle(self, stimulus):
        if not isinstance(stimulus, Packet):
            return self.admission.tick(stimulus.time, stimulus.mode)
        self.mode = stimulus.mode
        self.counts["lines"] += 1
        answer = decode(stimulus, self.sensors)
        if not isinstance(answer, Refused):
            answer = self.admission.admit(answer)
        if isinstance(answer, Refused):
            self.counts["refused"] += 1
            name = f"refused.{answer.reason}"
            self.counts[name] = self.counts.get(name, 0) + 1
        else:
            self.counts["plots"] += 1
        return (answer,)

    def summary(self):
        return Summary(launches=(), counts=dict(self.counts), mode=self.mode)


@pytest.fixture(autouse=True)
def door_only(monkeypatch):
    module = types.ModuleType("launchwatch.engine")
    module.Engine = DoorOnly
    module.ready = lambda zones=None: None
    monkeypatch.setitem(sys.modules, "launchwatch.engine", module)
    monkeypatch.setattr(launchwatch, "engine", module, raising=False)


def plot(second, **changes):
    return json.dumps(
        {
            "sensor": "north",
            "time": f"2025-11-07T01:17:{second:02}Z",
            "scan": second,
            "range_m": 500000.0 + second,
            "azimuth_deg": 10.0,
            "elevation_deg": 20.0,
        }
        | changes
    )


@pytest.fixture
def files(tmp_path):
    (tmp_path / "sensors.json").write_bytes(roster_json([RADAR]))
    lines = [plot(second) for second in range(20)]
    (tmp_path / "plots.jsonl").write_text("\n".join(lines) + "\n")
    return tmp_path


def run(files, *more, plots="plots.jsonl", sensors="sensors.json", stdin=None):
    name = plots if plots == "-" else str(files / plots)
    arguments = ["replay", name, "--sensors", str(files / sensors), "--out", str(files / "out")]
    return CliRunner().invoke(main, [*arguments, *more], input=stdin)


def refused(files):
    return [json.loads(line) for line in (files / "out" / "refused.jsonl").read_text().splitlines()]


def test_a_replay_writes_its_files_and_says_what_was_seen(files):
    result = run(files)
    assert result.exit_code == 0, result.output
    assert "REPLAY: 20 lines, 20 plots" in result.stdout
    assert "No launch" in result.stdout
    assert "times real time" in result.stdout
    assert result.stderr == ""
    assert json.loads((files / "out" / "summary.json").read_text())["counts"]["plots"] == 20


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_a_replay_that_is_stopped_sums_up_what_it_saw_and_ends_with_one_line(
    files, monkeypatch, stop
):
    handle = DoorOnly.handle

    def handle_and_stop(engine, stimulus):
        if engine.counts["lines"] == 10:
            signal.raise_signal(stop)
        return handle(engine, stimulus)

    monkeypatch.setattr(DoorOnly, "handle", handle_and_stop)
    before = signal.getsignal(signal.SIGTERM)
    result = run(files)
    assert (result.exit_code, result.stderr.strip().partition(": ")[2]) == (130, "stopped")
    assert json.loads((files / "out" / "summary.json").read_text())["counts"]["lines"] == 10
    assert signal.getsignal(signal.SIGTERM) is before


def test_quiet_says_nothing_and_json_says_the_summary(files):
    assert run(files, "--quiet").output == ""
    summary = json.loads(run(files, "--json", "--mode", "exercise").stdout)
    assert summary["mode"] == "exercise"
    assert summary["stream_s"] == 19.0


def test_two_replays_write_the_same_bytes(files):
    run(files)
    first = {p.name: p.read_bytes() for p in (files / "out").iterdir() if p.is_file()}
    run(files)
    assert first == {p.name: p.read_bytes() for p in (files / "out").iterdir() if p.is_file()}


def test_bad_lines_are_refused_by_number_and_reason_and_the_rest_is_used(files):
    lines = [plot(second) for second in range(20)]
    bad = [
        (lines[3], "repeated"),
        ("{damaged", "malformed"),
        (plot(5, elevation_deg=91.0), "absurd"),
        (plot(5, range_m=float("nan")), "absurd"),
        (plot(5, range_m=1e300), "absurd"),
        (plot(5, sensor="stranger"), "unknown-sensor"),
        (plot(5, time="2025-11-07T01:10:00Z"), "late"),
        (plot(5, time="2099-11-07T01:10:00Z"), "early"),
        ("", "malformed"),
        ("[" * 100_000, "malformed"),
    ]
    mixed = [*lines[:6], *(line for line, _ in bad), *lines[6:]]
    (files / "plots.jsonl").write_text("\n".join(mixed) + "\n")
    result = run(files)
    assert result.exit_code == 0
    found = refused(files)
    assert [(one["line"], one["reason"]) for one in found] == [
        (7 + number, reason) for number, (_, reason) in enumerate(bad)
    ]
    assert all(one["detail"] for one in found)
    assert "20 plots" in result.stdout
    assert "10 refused" in result.stdout


def test_gzipped_plots_and_standard_input_are_read_as_well(files):
    content = (files / "plots.jsonl").read_bytes()
    (files / "plots.jsonl.gz").write_bytes(gzip.compress(content))
    assert "20 plots" in run(files, plots="plots.jsonl.gz").stdout
    assert "20 plots" in run(files, plots="-", stdin=content).stdout


def test_an_empty_file_is_a_watch_without_plots(files):
    (files / "plots.jsonl").write_bytes(b"")
    result = run(files)
    assert result.exit_code == 0
    assert "0 lines" in result.stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "must be JSON"),
        (b"\xff\xfe", "must be JSON"),
        (b"[]", 'wanted {"sensors": [...]}'),
        (b'{"sensors": []}', "at least one sensor"),
        (b'{"sensors": [{"id": "a", "kind": "lidar"}]}', "kind must be radar, infrared or partner"),
    ],
)
def test_a_bad_sensors_file_gives_one_line_and_status_2(files, content, said):
    (files / "sensors.json").write_bytes(content)
    result = run(files)
    assert result.exit_code == 2
    assert said in result.stderr
    assert "sensors.json" in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert not (files / "out").exists()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (("--mode", "live"), "live"),
        (("--zones", "/nowhere/zones.json"), "zones file cannot be read"),
        (("--settings", "/nowhere/settings.toml"), "settings file cannot be read"),
        (("--out", "/dev/null/x"), "folder that can be written"),
    ],
)
def test_a_bad_command_gives_one_line_and_status_2(files, more, said):
    result = run(files, *more)
    assert result.exit_code == 2
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_files_that_are_not_there_are_named(files):
    for result in (run(files, plots="nowhere.jsonl"), run(files, sensors="nowhere.json")):
        assert result.exit_code == 2
        assert "nowhere" in result.stderr
        assert len(result.stderr.splitlines()) == 1


def test_plots_need_sensors_and_a_folder():
    for arguments in (["replay", "x.jsonl"], ["replay", "x.jsonl", "--sensors", "s.json"]):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 2
        assert "is needed" in result.stderr


@pytest.mark.parametrize("zones", ["{", "[]", '{"type": "Nonsense"}'])
def test_a_zones_file_that_is_no_geojson_is_named(files, zones):
    (files / "zones.json").write_text(zones)
    result = run(files, "--zones", str(files / "zones.json"))
    assert result.exit_code == 2
    assert "zones.json" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def journal_of(files, mode):
    """Keep a past watch of the plots in a journal, and give its path."""
    journals = pytest.importorskip("launchwatch.journal")
    from launchwatch.edge.replayfile import packets
    from launchwatch.settings import settings_json

    stimuli = list(packets(files / "plots.jsonl", mode))
    heading = journals.Heading(
        version="1",
        mode=mode,
        started=stimuli[0].received,
        sensors=roster_json([RADAR]),
        settings=settings_json(Settings()),
    )
    engine = DoorOnly({"north": RADAR}, Settings())
    with journals.Journal.create(files / "past.journal", heading) as journal:
        numbers = journal.append(stimuli)
        answers = [engine.handle(stimulus) for stimulus in stimuli]
        digests = [journals.digest_of_answers(answer) for answer in answers]
        journal.append((), list(zip(numbers, digests, strict=True)))
    return files / "past.journal"


def test_what_comes_out_of_a_live_watch_s_journal_is_marked_as_a_replay(files):
    past = journal_of(files, "live")
    result = CliRunner().invoke(main, ["replay", str(past), "--out", str(files / "again")])
    assert result.exit_code == 0, result.output
    assert "byte for byte" in result.stdout
    assert "LIVE" not in result.stdout
    sensors = (files / "again" / "sensors.jsonl").read_text().splitlines()
    assert {json.loads(line)["mode"] for line in sensors} == {"replay"}
    assert json.loads((files / "again" / "summary.json").read_text())["mode"] == "replay"


def test_a_journal_is_repeated_and_compared(files):
    past = journal_of(files, "replay")
    result = CliRunner().invoke(main, ["replay", str(past), "--out", str(files / "again")])
    assert result.exit_code == 0, result.output
    assert "byte for byte" in result.stdout
    run(files)
    for name in ("refused.jsonl", "sensors.jsonl", "summary.json"):
        assert (files / "again" / name).read_bytes() == (files / "out" / name).read_bytes()
