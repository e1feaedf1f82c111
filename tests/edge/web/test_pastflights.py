"""Launches of the past, flown again by another process and shown by the map's server."""

import gzip
import json
import sys
import time
from importlib import util
from pathlib import Path

import pytest

from launchwatch.edge.web.pastflights import PastFlights, command_of

_spec = util.spec_from_file_location("mapping", Path(__file__).with_name("conftest.py"))
_here = util.module_from_spec(_spec)
_spec.loader.exec_module(_here)
get = _here.get

LAUNCH = "PRK-2022-11-18-1"
FRAME = (
    '{"watch": "simulation", "sequence": 1, "full": true, "clock": {"time_ms": 1000},'
    ' "head": {"mode": "simulation"}}'
)
WRITES = f"""
import gzip, pathlib, sys
scene = pathlib.Path(sys.argv[1], "scene")
scene.mkdir(parents=True)
(scene / "000000-1000-2000.jsonl.gz").write_bytes(gzip.compress(b'''{FRAME}'''))
(scene.parent / "comparison.json").write_text('{{"mode": "simulation"}}')
"""
WAITS = "import sys; sys.stdin = None; import threading; threading.Event().wait()"
REFUSES = "import sys; sys.exit('Error: no flight fits')"


def flying(program):
    return PastFlights(lambda _launch, folder: [sys.executable, "-c", program, str(folder)])


def ended(server, launch=LAUNCH):
    """Ask until the flight is over, as a page does."""
    until = time.monotonic() + 60.0
    while True:
        state = json.loads(get(server, f"/api/record/{launch}/flight").body)
        if state["state"] != "working" or time.monotonic() > until:
            return state


def test_a_launch_is_flown_and_its_frames_are_served_in_their_mode(serve):
    server = serve(past=flying(WRITES))
    path = f"/api/record/{LAUNCH}"
    assert json.loads(get(server, f"{path}/flight").body)["state"] == "none"
    assert get(server, f"{path}/flight", "POST").status == 202
    state = ended(server)
    assert (state["state"], state["mode"]) == ("ready", "simulation")
    assert state["comparison"] == {"mode": "simulation"}
    index = json.loads(get(server, state["history"]).body)
    assert [each["number"] for each in index["segments"]] == [0]
    segment = get(server, f"{path}/history/0")
    assert json.loads(gzip.decompress(segment.body))["head"]["mode"] == "simulation"
    assert "default-src 'none'" in segment.headers["content-security-policy"]
    assert json.loads(get(server, f"{path}/at?time_ms=1500").body)["full"]
    # Asked for again it is there already.
    assert get(server, f"{path}/flight", "POST").status == 200


def test_what_cannot_be_flown_says_why_and_may_be_tried_again(serve):
    server = serve(past=flying(REFUSES))
    get(server, f"/api/record/{LAUNCH}/flight", "POST")
    state = ended(server)
    assert (state["state"], state["reason"]) == ("refused", "Error: no flight fits")
    assert get(server, f"/api/record/{LAUNCH}/flight", "POST").status == 202


def test_one_launch_flies_at_a_time_and_ends_with_the_server(serve):
    server = serve(past=flying(WAITS))
    assert get(server, f"/api/record/{LAUNCH}/flight", "POST").status == 202
    other = get(server, "/api/record/PRK-2017-08-29-1/flight", "POST")
    assert other.status == 503
    assert "one is flown at a time" in json.loads(other.body)["reason"]
    (flight,) = server.past._flights.values()
    server.stop()
    assert flight.process.poll() is not None


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("PRK-1999-01-01-1/flight", "the record has no launch"),
        (f"{LAUNCH}/history", "has no flight to show"),
        (f"{LAUNCH}/history/0", "has no flight to show"),
        (f"{LAUNCH}/at?time_ms=soon", "whole milliseconds"),
    ],
)
def test_what_is_not_there_is_refused_by_name(serve, path, says):
    answer = get(serve(), f"/api/record/{path}")
    assert answer.status == 400
    assert says in json.loads(answer.body)["detail"]


def test_a_page_from_elsewhere_flies_nothing(serve):
    server = serve(past=flying(WAITS))
    answer = get(server, f"/api/record/{LAUNCH}/flight", "POST", Origin="https://elsewhere.example")
    assert answer.status == 403
    assert not server.past._flights


def test_a_server_beyond_this_machine_asks_for_its_token_here_too(serve):
    server = serve(token="0123456789abcdef", past=flying(WAITS))
    assert get(server, f"/api/record/{LAUNCH}/flight", "POST").status == 401


def test_the_command_flies_the_launch_at_full_speed_without_a_browser(tmp_path):
    command = command_of(LAUNCH, tmp_path)
    assert command[1:5] == ["-m", "launchwatch", "demo", "--launch"]
    assert {LAUNCH, "--no-browser", str(tmp_path)} < set(command)
