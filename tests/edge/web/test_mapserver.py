"""The map's server: frames over a real socket, the past as it was known, and who may ask."""

import asyncio
import gzip
import json
from importlib import util
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from launchwatch.edge.scene.applying import Applied
from launchwatch.edge.web.hub import LAG, Hub
from launchwatch.errors import SettingsError
from launchwatch.messages.plot import Refused
from launchwatch.timescale import utc_from_instant

_spec = util.spec_from_file_location("mapping", Path(__file__).with_name("conftest.py"))
_here = util.module_from_spec(_spec)
_spec.loader.exec_module(_here)
follow, frames_until, get, origin_of = (
    _here.follow, _here.frames_until, _here.get, _here.origin_of,
)  # fmt: skip


def tell(server, said, until=None):
    for time, messages in said if until is None else said[:until]:
        server.feed.tell(time, messages)


def is_over(frame):
    return frame["clock"]["is_over"]


def rows(frame, table):
    return frame.get("put", {}).get(table, {})


def test_a_reader_gets_everything_and_then_what_changes(serve, said):
    server = serve()
    tell(server, said, 200)
    with follow(server) as socket:
        first = json.loads(socket.recv(timeout=20))
        tell(server, said[200:])
        server.end_watch()
        frames = [first, *frames_until(socket, is_over)]
    assert first["full"]
    assert [each["sequence"] for each in frames] == [
        *range(first["sequence"], first["sequence"] + len(frames))
    ]
    applied = Applied()
    for each in frames:
        applied.apply(json.dumps(each).encode())
    scene = json.loads(applied.whole())
    assert scene["put"]["launches"]
    assert scene["put"]["falls"]
    assert scene["head"]["mode"] == "simulation"


def test_a_reader_goes_on_after_the_last_frame_that_it_has(serve, said):
    server = serve()
    tell(server, said, 300)
    with follow(server) as socket:
        last = frames_until(socket, lambda frame: rows(frame, "tracks"))[-1]
    hello = {"watch": last["watch"], "sequence": last["sequence"]}
    tell(server, said[300:320])
    with follow(server, hello) as socket:
        after = json.loads(socket.recv(timeout=20))
    assert after["sequence"] == last["sequence"] + 1
    assert "full" not in after


def test_a_reader_of_another_run_gets_a_full_frame(serve, said):
    server = serve()
    tell(server, said, 50)
    with follow(server, {"watch": "yesterday", "sequence": 1}) as socket:
        assert json.loads(socket.recv(timeout=20))["full"]


def test_the_past_is_shown_as_it_was_known_then(serve, said):
    server = serve()
    tell(server, said)
    server.end_watch()
    with follow(server) as socket:
        frames_until(socket, is_over)
    launch_known = next(
        (time, each)
        for time, messages in said
        for each in messages
        if type(each).__name__ == "LaunchStatement"
    )
    known_ms = _milliseconds(launch_known[0])
    before = json.loads(get(server, f"/api/at?time_ms={known_ms - 2000}").body)
    after = json.loads(get(server, f"/api/at?time_ms={known_ms + 1000}").body)
    assert "launches" not in before["put"]
    assert before["clock"]["time_ms"] <= known_ms - 2000
    (launch,) = after["put"]["launches"].values()
    assert launch["said_ms"] <= known_ms + 1000


def test_a_record_is_read_segment_by_segment(serve, said):
    server = serve()
    tell(server, said)
    server.end_watch()
    with follow(server) as socket:
        frames_until(socket, is_over)
    index = json.loads(get(server, "/api/history").body)
    lines = [
        json.loads(line)
        for each in index["segments"]
        for line in gzip.decompress(get(server, f"/api/history/{each['number']}").body).splitlines()
    ]
    assert lines[0]["full"]
    assert lines[-1]["clock"]["time_ms"] >= index["segments"][-1]["from_ms"]
    assert get(server, "/api/history/99").status == 400


@pytest.mark.parametrize("asked", ["yesterday", "0", ""])
def test_a_moment_that_is_not_in_the_record_is_refused_by_name(serve, said, asked):
    server = serve()
    tell(server, said, 50)
    with follow(server) as socket:
        socket.recv(timeout=20)
    answer = get(server, f"/api/at?time_ms={asked}")
    assert answer.status == 400
    assert "time_ms must" in json.loads(answer.body)["detail"]


def test_every_answer_carries_what_browsers_must_obey(serve):
    server = serve()
    for path in ("/", "/api/history", "/nothing", "/api/layers"):
        headers = get(server, path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert "server" not in headers
    assert get(server, "/api/history").headers["cache-control"] == "no-store"


def test_a_name_that_is_not_this_server_s_is_refused(serve):
    answer = get(serve(), "/api/history", Host="evil.example:80")
    assert answer.status == 421
    assert "host must be one of" in json.loads(answer.body)["detail"]


def test_a_page_from_elsewhere_gets_no_socket_and_changes_nothing(serve):
    server = serve()
    with pytest.raises(InvalidStatus), follow(server, origin="http://evil.example"):
        pass
    answer = get(server, "/api/cancel", "POST", b"{}", Origin="http://evil.example")
    assert answer.status == 403
    answer = get(server, "/api/cancel", "POST", b"{}", Sec_Fetch_Site="cross-site")
    assert answer.status == 403


def test_a_server_beyond_this_machine_asks_for_its_token(serve, said):
    server = serve(address="0.0.0.0", names=("127.0.0.1",))
    tell(server, said, 50)
    _, _, token = server.url.partition("#token=")
    assert len(token) >= 32
    assert get(server, "/").status == 200  # the page holds nothing
    assert get(server, "/api/history").status == 401
    assert get(server, "/api/history", Authorization="Bearer wrong").status == 401
    assert get(server, "/api/history", Authorization=f"Bearer {token}").status == 200
    for hello in ({}, {"token": "wrong"}):
        with follow(server, hello) as socket, pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=20)
        assert closed.value.rcvd.code == 4401
    with follow(server, {"token": token}) as socket:
        assert json.loads(socket.recv(timeout=20))["full"]


def test_a_token_stands_in_no_log(serve, said, caplog):
    caplog.set_level("DEBUG")
    server = serve(token="a-token-that-nobody-guesses")
    tell(server, said, 50)
    get(server, "/api/history", Authorization=f"Bearer {server.token}")
    with follow(server, {"token": server.token}) as socket:
        socket.recv(timeout=20)
    get(server, f"/?token={server.token}")
    ours = [r for r in caplog.records if not r.name.startswith("websockets.client")]
    assert not any(server.token in record.getMessage() for record in ours)


@pytest.mark.parametrize("hello", ["[]", "nothing", '{"sequence": "x"}', "x" * 3000])
def test_a_first_message_that_cannot_be_read_ends_the_socket(serve, hello):
    server = serve()
    with follow(server, hello) as socket, pytest.raises(ConnectionClosed) as closed:
        socket.recv(timeout=20)
    assert closed.value.rcvd.code == 4400


def test_a_port_in_use_is_refused_by_name(serve):
    server = serve()
    port = int(origin_of(server).rpartition(":")[2])
    with pytest.raises(SettingsError, match=f"port {port} cannot be listened on"):
        serve(port=port)


def test_a_page_is_served_even_before_it_is_built(serve):
    answer = get(serve(), "/")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/html")
    again = get(serve(), "/", If_None_Match=answer.headers["etag"])
    assert again.status == 304


def test_the_launches_of_the_past_are_listed_with_their_places(serve):
    launches = json.loads(get(serve(), "/api/record").body)["launches"]
    found = {each["id"]: each for each in launches}
    friday = found["PRK-2025-11-07-1"]
    assert friday["date"] == "2025-11-07"
    assert friday["from"] == [125.23, 40.22]
    assert friday["to"] is None
    assert friday["flies"]
    for each in launches:
        assert (each["from"] is None) == (each["from_km"] is None), each["id"]
        assert (each["to"] is None) == (each["to_km"] is None), each["id"]
        assert each["flies"] != bool(each["why_not"]), each["id"]
    assert "range 700 km" in friday["text"]


class Desk:
    """Stands for the watch that takes decisions."""

    def __init__(self, answers=()):
        self.decisions, self.answers = [], answers

    async def decide(self, decision):
        self.decisions.append(decision)
        return self.answers


DECISION = {
    "operator": "kim", "warning_id": "L1-public", "revision": 2, "document": "doc", "digest": "ab",
    "key": "00" * 32, "signed": "2025-11-07T01:02:03.5Z", "signature": "11" * 64, "reason": "seen",
    "mode": "simulation", "action": "approve",
}  # fmt: skip


def post(server, path, body, kind="application/json"):
    return get(server, path, "POST", json.dumps(body).encode(), Content_Type=kind)


def test_an_operator_s_decision_reaches_the_watch_as_it_was_signed(serve):
    desk = Desk()
    server = serve(decide=desk.decide)
    answer = post(server, "/api/approve", DECISION)
    assert (answer.status, json.loads(answer.body)["counted"]) == (200, True)
    (decision,) = desk.decisions
    assert (decision.action, decision.operator, decision.revision) == ("approve", "kim", 2)
    assert decision.signature == b"\x11" * 64
    assert decision.mode == "simulation"
    assert utc_from_instant(decision.signed) == "2025-11-07T01:02:03.5Z"


def test_a_decision_that_does_not_count_is_answered_with_the_reason(serve):
    refused = Refused(
        source="decision", line=0, time=0, mode="simulation", reason="decision",
        detail="the key must be a listed operator's",
    )  # fmt: skip
    answer = post(serve(decide=Desk((refused,)).decide), "/api/approve", DECISION)
    assert answer.status == 403
    assert json.loads(answer.body)["reason"] == "the key must be a listed operator's"


@pytest.mark.parametrize(
    ("path", "body", "kind", "status", "says"),
    [
        ("/api/approve", DECISION | {"extra": 1}, "application/json", 400, "unknown field"),
        ("/api/approve", DECISION | {"signature": "zz"}, "application/json", 400, "of the form"),
        ("/api/approve", DECISION | {"signed": "noon"}, "application/json", 400, "RFC 3339"),
        ("/api/approve", DECISION | {"mode": "live"}, "application/json", 400, "mode must be"),
        ("/api/cancel", DECISION, "application/json", 400, "action must be cancel here"),
        ("/api/approve", DECISION | {"reason": "x" * 501}, "application/json", 400, "501"),
        ("/api/approve", DECISION, "text/plain", 415, "application/json"),
        ("/api/approve", "x" * 20_000, "application/json", 413, "at most"),
    ],
)
def test_what_is_no_decision_is_refused_by_name(serve, path, body, kind, status, says):
    desk = Desk()
    answer = post(serve(decide=desk.decide), path, body, kind)
    assert answer.status == status
    assert says in json.loads(answer.body)["detail"]
    assert desk.decisions == []


def test_where_no_watch_takes_decisions_none_is_taken(serve):
    assert post(serve(), "/api/cancel", DECISION | {"action": "cancel"}).status == 409


def test_a_slow_reader_gets_the_whole_scene_and_holds_nobody_up(said):
    async def run():
        whole = iter(range(100, 200))
        hub = Hub("w", lambda: f"whole {next(whole)}")
        hub.publish(1, "1")
        quick, slow = hub.follow(), hub.follow("w", 1)
        assert await anext(quick) == "whole 100"
        hub.publish(2, "2")
        assert [await anext(slow), await anext(quick)] == ["2", "2"]
        for number in range(3, 3 + 2 * LAG):
            hub.publish(number, str(number))
            assert await anext(quick) == str(number)
        # The slow one has read nothing meanwhile: it is not sent eighty frames one by one.
        assert (await anext(slow)).startswith("whole")
        assert hub.started_anew == 1
        hub.publish(3 + 2 * LAG, "last")
        hub.end()
        assert [text async for text in slow] == ["last"]

    asyncio.run(run())


def _milliseconds(instant):
    from launchwatch.edge.scene.shapes import milliseconds

    return milliseconds(instant)
