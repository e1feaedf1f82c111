"""What the pages say is so: their examples run, and what must be described is described."""

import doctest
import importlib.util
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from launchwatch import rehearsal
from launchwatch.cli import COMMANDS
from launchwatch.edge.config import Feed, Watch
from launchwatch.edge.lines import FILES, contract_record
from launchwatch.engine import Engine
from launchwatch.messages.announced import AnnouncedFall
from launchwatch.messages.assessment import ResolutionAssessment
from launchwatch.messages.delivery import Draft
from launchwatch.messages.event import FlightEvent
from launchwatch.messages.fallarea import HazardEnvelope
from launchwatch.messages.flightrecord import FlightRecord
from launchwatch.messages.hazard import HazardList
from launchwatch.messages.knownposition import KnownPosition
from launchwatch.messages.launch import Ellipse
from launchwatch.messages.notice import Notice
from launchwatch.messages.overflight import Overflight
from launchwatch.messages.packet import Mode, Tick
from launchwatch.messages.partner import (
    PartnerFall,
    PartnerLaunch,
    PartnerStanding,
    PictureDifference,
)
from launchwatch.messages.report import Summary
from launchwatch.messages.sensor import Contributor
from launchwatch.timescale import SECOND, Instant

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LOOSELY = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


def fences(page, language):
    """Give (line number, text) of each fenced block in a language."""
    text = page.read_text(encoding="utf-8")
    return [
        (text.count("\n", 0, found.start()) + 2, found[2])
        for found in FENCE.finditer(text)
        if found[1] == language
    ]


NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
HOW_LONG = re.compile(r"in [\d.]+ s, [\d.,]+ times real time")


def is_told(wanted, got):
    """Say whether an output is as a page has it: words alike, numbers to a tenth or by one.

    Numbers move in their last digits between processors, and so does how long it took;
    ``...`` stands for anything.
    """
    wanted, got = (HOW_LONG.sub("in a while", " ".join(text.split())) for text in (wanted, got))
    pattern = NUMBER.sub("\0", wanted)
    pattern = re.escape(pattern).replace(re.escape("..."), ".*")
    pattern = pattern.replace(re.escape("\0"), f"({NUMBER.pattern})")
    found = re.fullmatch(pattern, got)
    if found is None:
        return False
    pairs = zip(NUMBER.findall(wanted), found.groups(), strict=True)
    values = [(float(a.replace(",", "")), float(b.replace(",", ""))) for a, b in pairs]
    return all(abs(a - b) <= max(1.0, 0.1 * abs(a)) for a, b in values)


def test_an_output_may_differ_in_last_digits_but_not_in_words():
    page = "flew 700 ± 1 km to 39.10° N in ... s"
    assert is_told(page, "flew 699 ± 2 km to 39.12° N\n in 3.3 s")
    assert not is_told(page, "flew 600 ± 1 km to 39.10° N in 3.3 s")
    assert not is_told(page, "fell 700 ± 1 km to 39.10° N in 3.3 s")


def pages_with(language):
    return [pytest.param(page, id=page.name) for page in PAGES if fences(page, language)]


@pytest.fixture
def bash(tmp_path):
    """Run a line in bash, in a folder of this test's with `docs`; `launchwatch` is this one."""
    (tmp_path / "docs").symlink_to(ROOT / "docs")

    def run(line):
        setup = f'set -euo pipefail; launchwatch() {{ "{sys.executable}" -m launchwatch "$@"; }}\n'
        return subprocess.run(
            ["bash", "-c", setup + line],
            cwd=tmp_path,
            env=os.environ | {"COLUMNS": "100"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    return run


@pytest.mark.compiled
@pytest.mark.parametrize("page", pages_with("python"))
def test_examples_in_python_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    space = {}  # one for the page: later examples go on from earlier ones
    runner = doctest.DocTestRunner(optionflags=LOOSELY)
    for line, block in fences(page, "python"):
        example = doctest.DocTestParser().get_doctest(block, space, page.name, str(page), line)
        said = []
        runner.run(example, out=said.append, clear_globs=False)
        space = example.globs
        assert said == [], "".join(said)


@pytest.mark.compiled
@pytest.mark.parametrize("page", pages_with("console"))
def test_examples_in_a_terminal_run(page, bash):
    for line, block in fences(page, "console"):
        for command, wanted in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", block, re.MULTILINE):
            done = bash(command)
            assert done.returncode == 0, f"{page.name}:{line}: {command}\n{done.stderr}"
            if wanted:
                assert is_told(wanted, done.stdout), (
                    f"{page.name}:{line}: {command}\nwanted:\n{wanted}\ngot:\n{done.stdout}"
                )


def test_written_pages_are_up_to_date():
    spec = importlib.util.spec_from_file_location("write_pages", ROOT / "scripts/write_pages.py")
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)
    for name, page in writer.PAGES.items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == page(), (
            f"docs/{name} is old: run python scripts/write_pages.py"
        )


def test_every_setting_is_described():
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    assert [line for line in text.splitlines() if line.startswith("|") and "|  |" in line] == []


@pytest.mark.parametrize("kind", [Watch, Feed], ids=lambda kind: kind.__name__)
def test_every_key_of_the_service_is_described(kind):
    text = (ROOT / "docs/watching.md").read_text(encoding="utf-8")
    assert [key for key in kind.__struct_fields__ if f"`{key}`" not in text] == []


def test_every_command_is_described():
    text = (ROOT / "docs/commands.md").read_text()
    assert re.findall(r"^## launchwatch (\w+)$", text, re.MULTILINE) == list(COMMANDS)


def allies(end):
    """Give what partners say, and how it differs."""
    ellipse = Ellipse(semi_major_m=1.0, semi_minor_m=1.0, azimuth_deg=0.0)
    said = {
        "partner": "JPN", "launch_id": "L0007", "revision": 1, "time": end, "received": end,
        "mode": "simulation", "latitude_deg": 0.0, "longitude_deg": 0.0, "probability": 1.0,
        "source": "partner JPN", "line": 1,
    }  # fmt: skip
    launch = PartnerLaunch(
        track_ids=(), launch_time=end, launch_time_sigma_s=1.0, position_ellipse_95=ellipse,
        cancelled=False, reason="", **said,
    )  # fmt: skip
    fall = PartnerFall(
        track_id="T0017", body="whole", fall_time=end, fall_time_sigma_s=1.0, ellipse_95=ellipse,
        status="tracked", **said,
    )  # fmt: skip
    difference = PictureDifference(
        difference_id="JPN-L0007-fall", revision=1, time=end, mode="simulation",
        launch_id="L0001", partner="JPN", partner_launch="L0007", subject="fall", settled=True,
        difference_m=0.0, expected_m=0.0, range_km=(0.0, 0.0), why="agrees", lost_by=None,
        since=None, text="",
    )  # fmt: skip
    return launch, fall, difference


def described(heading):
    """Give the names in the first column of the tables under a heading of formats.md."""
    text = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
    section = re.search(
        rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL
    )
    assert section, f"docs/formats.md has no section {heading}"
    cells = re.findall(r"^\| (`[^|]*) \|", section[1], re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


@pytest.fixture(scope="module")
def said():
    """Give one message of each kind that is written, from a rehearsal that also goes wrong."""
    engine = Engine(rehearsal.SENSORS)
    stimuli = rehearsal.stimuli()
    stimuli.append(stimuli[0])  # repeated, hence refused
    end = max(each.time for each in stimuli if isinstance(each, Tick))
    stimuli += [
        Tick(time=Instant(end + second * SECOND), mode="simulation") for second in range(1, 60)
    ]
    answers = [answer for each in stimuli for answer in engine.handle(each)]
    # The rehearsal ends while its motor still burns: nothing happens to it.
    event = FlightEvent(
        event_id="T0001-burnout-1", revision=1, kind="burnout", known=end, mode="simulation",
        track_ids=("T0001",), event_time=end, event_time_sigma_s=0.3, probability=1.0,
        position_ecef_m=(0.0, 0.0, 0.0),
    )  # fmt: skip
    # Flights are fitted once they are over, not by the engine.
    record = FlightRecord(
        track_id="T0001", time=end, mode="simulation", launch_time=end, launch_time_sigma_s=1.0,
        latitude_deg=40.0, longitude_deg=125.0, is_boost_seen=False, burnouts=(),
        position_ellipse_95=Ellipse(semi_major_m=1.0, semi_minor_m=1.0, azimuth_deg=0.0),
        apogee_time=None, apogee_time_sigma_s=None, apogee_m=None, apogee_sigma_m=None,
        last_plot_time=end, position_ecef_m=(0.0, 0.0, 0.0), velocity_ecef_mps=(0.0, 0.0, 0.0),
        covariance_ecef=(0.0,) * 21, fall_time=None, fall_time_sigma_s=None,
        fall_latitude_deg=None, fall_longitude_deg=None, fall_ellipse_95=None,
        ballistic_coefficient_kgpm2=5e3, ballistic_coefficient_log_sigma=0.8,
        has_manoeuvred=False, plots=10, misfit=1.0,
    )  # fmt: skip
    # Nor does a booster part from it.
    envelope = HazardEnvelope(
        launch_id="L0001", revision=1, time=end, mode="simulation", bodies=("whole",),
        region=(), area_m2=0.0, begins=end, ends=end,
    )  # fmt: skip
    # And it rises from where no resolution restricts launches.
    law = ResolutionAssessment(
        launch_id="L0001", time=end, mode="simulation", state="PRK", from_state=1.0,
        probability=0.5, at_most=0.6, finding="open", citations=(),
    )  # fmt: skip
    # It has no partners either.
    standing = PartnerStanding(
        partner="jp-c2", partner_track="T17", time=end, mode="simulation", standing="joined",
        track_id="T0001", since=end, reason="it agrees with T0001",
    )  # fmt: skip
    notice = Notice(
        reference="A0001/24", format="notam", issued=end, mode="simulation", kind="rocket",
        areas=(), cancels=(), remarks=(), text="",
    )  # fmt: skip
    announced = AnnouncedFall(
        launch_id="L0001", track_id="T0001", time=end, mode="simulation", reference="A0001/24",
        kind="rocket", areas=("",), probability=0.5,
    )  # fmt: skip
    # And nobody sails there.
    hazards = HazardList(
        launch_id="L0001", track_id="T0001", body="whole", time=end, mode="simulation",
        area_revision=1, fall_time=end, fall_time_sigma_s=1.0, endangered=(), vessels=0, aircraft=0,
    )  # fmt: skip
    # Nor does an airliner say where it is.
    word = KnownPosition(
        name="71be12", sensor="radar", time=end, mode="simulation", status="teaches", plots=3,
        range_m=1.0, azimuth_deg=0.0, elevation_deg=0.0,
    )  # fmt: skip
    # Nor does anybody have to approve it.
    draft = Draft(
        warning_id="L0001-public", revision=1, time=end, mode="simulation", launch_id="L0001",
        action="alert", document="d", needs=2, approvals=(), status="waiting", since=end,
    )  # fmt: skip
    over = Overflight(
        launch_id="L0001", track_id="T0001", time=end, mode="simulation", area_revision=1,
        crossings=(),
    )  # fmt: skip
    made = (draft, over, event, record, law, standing, notice, announced, hazards, word, envelope)
    made += allies(end)
    return {type(answer): answer for answer in [*answers, engine.summary(), *made]}


@pytest.mark.compiled
@pytest.mark.parametrize("kind", [*FILES, Summary], ids=lambda kind: kind.__name__)
def test_every_field_of_an_output_is_described(said, kind):
    heading = FILES.get(kind, "summary.json")
    record = contract_record(said[kind])
    wanted = set(record)
    if kind is Summary:
        (launch,) = record["launches"]
        wanted |= set(launch)
    assert described(heading) == wanted


@pytest.mark.parametrize("kind", get_args(Contributor), ids=lambda kind: kind.__name__)
def test_every_field_of_a_sensor_is_described(kind):
    assert set(kind.__struct_fields__) | {"kind"} <= described("sensors.json")


def test_every_file_that_is_written_is_described():
    text = (ROOT / "docs/formats.md").read_text(encoding="utf-8")
    assert all(f"## {name}\n" in text for name in FILES.values())


def test_every_mode_is_explained():
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    assert all(f"`{mode}`" in text for mode in get_args(Mode))


def test_every_word_of_the_glossary_is_there_once():
    text = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
    lines = re.findall(r"^([^\n:#].*)\n: \S", text, re.MULTILINE)
    words = [word.strip().lower() for line in lines for word in line.split(",")]
    assert len(words) > 90
    assert sorted(words) == sorted(set(words))


def test_links_between_pages_lead_somewhere():
    broken = []
    for page in PAGES:
        text = re.sub(
            r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL
        )
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text):
            if "://" not in target and not (page.parent / target).exists():
                broken.append(f"{page.name}: {target}")
    assert broken == []
