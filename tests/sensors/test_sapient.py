"""SAPIENT: what follows the standard is accepted, all else refused by the name of its field."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.sensors.refusing import Refusal
from launchwatch.sensors.sapient import message, messages

NODE = "a8654cdf-4328-47de-81fa-c495589e30c8"
ULID = "01H4R63D7NVN8444Z5M77WEBY8"
ACK = {
    "timestamp": "2023-07-07T12:44:17.0276387Z",
    "nodeId": NODE,
    "alertAck": {"alertId": ULID, "alertAckStatus": "ALERT_ACK_STATUS_ACCEPTED"},
}


def encoded(values):
    return json.dumps(values).encode()


def changed(path, value):
    """Give the message with one field changed, or left out where the value is None."""
    copy = json.loads(json.dumps(ACK))
    *outer, last = path.split(".")
    inner = copy
    for name in outer:
        inner = inner[name]
    inner[last] = value
    if value is None:
        del inner[last]
    return encoded(copy)


def varint(value):
    out = b""
    while value > 0x7F:
        out += bytes([value & 0x7F | 0x80])
        value >>= 7
    return out + bytes([value])


def field(number, content):
    """Write one field as protobuf does: bytes or text with their length, whole numbers without."""
    if isinstance(content, int):
        return varint(number << 3) + varint(content)
    content = content.encode() if isinstance(content, str) else content
    return varint(number << 3 | 2) + varint(len(content)) + content


STAMP = field(1, 1_688_733_857) + field(2, 27_638_700)
# Numbers of the published definitions: timestamp 1, node 2, alert_ack 11 with id 1 and status 3.
WIRE = field(1, STAMP) + field(2, NODE)


def test_names_are_taken_with_and_without_capitals():
    found = message(encoded(ACK))
    assert found["alert_ack"]["alert_id"] == ULID
    snake = {"node_id": NODE, "timestamp": ACK["timestamp"],
             "alert_ack": {"alert_id": ULID, "alert_ack_status": 1}}  # fmt: skip
    assert message(encoded(snake)) == found


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (changed("nodeId", None), "node_id must be there"),
        (changed("nodeId", ULID), "node_id must be a UUID"),
        (changed("alertAck.alertId", NODE), "alert_ack.alert_id must be a ULID"),
        (changed("alertAck.alertAckStatus", "ALERT_ACK_STATUS_UNSPECIFIED"), "must be there"),
        (changed("alertAck.alertAckStatus", "YES"), "must be one of"),
        (changed("alertAck.alertAckStatus", 99), "must be one of"),
        (changed("alertAck", None), "a message must have one of registration"),
        (changed("error", {"packet": "", "errorMessage": ["x"]}), "packet must be there"),
        (changed("error", {"packet": "aa", "errorMessage": ["x"]}), "got alert_ack and error"),
        (changed("alertAck.surprise", 1), "has no field 'surprise'"),
        (changed("timestamp", "yesterday"), "timestamp: time must be RFC 3339"),
        (changed("alertAck.reason", "one"), "alert_ack.reason must be a list"),
        (changed("node_id", NODE), "node_id is there twice"),
        (b"[]", "must be an object"),
        (b'{"nodeId": ', "must be JSON"),
        (b"", "timestamp must be there"),
    ],
)
def test_what_breaks_the_standard_is_refused_by_its_field(content, detail):
    with pytest.raises(Refusal) as caught:
        message(content)
    assert detail in caught.value.detail


def test_protobuf_and_json_are_one_message():
    values = {**ACK, "detectionReport": {
        "reportId": ULID, "objectId": ULID, "detectionConfidence": 0.5,
        "rangeBearing": {"range": 1.5, "coordinateSystem": 1, "datum": 1},
    }}  # fmt: skip
    del values["alertAck"]
    text = message(encoded(values))
    bearing = text["detection_report"]["range_bearing"]
    numbers = table("RangeBearing")
    inner = (
        varint(numbers["range"] << 3 | 1) + struct.pack("<d", 1.5)
        + field(numbers["coordinate_system"], 1) + field(numbers["datum"], 1)
    )  # fmt: skip
    report = table("DetectionReport")
    body = (
        field(report["report_id"], ULID) + field(report["object_id"], ULID)
        + varint(report["detection_confidence"] << 3 | 5) + struct.pack("<f", 0.5)
        + field(report["range_bearing"], inner)
    )  # fmt: skip
    wire = WIRE + field(table("SapientMessage")["detection_report"], body)
    assert message(wire) == text
    assert bearing["range"] == 1.5
    framed = len(wire).to_bytes(4, "little") + wire
    assert [found for _, found in messages(framed + framed)] == [text, text]


def table(kind):
    """Give the numbers of a message's fields."""
    from launchwatch.sensors.sapient import _standard

    return {name: one["number"] for name, one in _standard()["messages"][kind]["fields"].items()}


def test_protobuf_that_breaks_off_is_refused_with_its_offset():
    whole = WIRE + field(11, field(1, ULID) + field(3, 1))
    for cut in range(1, len(whole)):
        with pytest.raises(Refusal) as caught:
            message(whole[:cut])
        assert caught.value.offset <= cut


def test_several_messages_stand_one_after_another():
    found = list(messages(encoded(ACK) + b"\n" + changed("nodeId", "x") + b"\n" + encoded(ACK)))
    assert [isinstance(one, Refusal) for _, one in found] == [False, True, False]
    assert [offset for offset, _ in found][1] == len(encoded(ACK)) + 1


@given(st.binary(max_size=80), st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["task", "alert", "nodeId", "region", "type"]), inner),
))  # fmt: skip
def test_nothing_raises_but_a_refusal(noise, values):
    for content in (noise, WIRE + noise, encoded(values), encoded({**ACK, "task": values})):
        for _, found in messages(content):
            assert isinstance(found, dict | Refusal)


def test_deep_nesting_is_refused():
    inner = {"type": "a", "level": 1}
    for _ in range(200):
        inner = {"type": "a", "level": 1, "subClass": [inner]}
    deep = {**ACK, "detectionReport": {"classification": [{"type": "a", "subClass": [inner]}]}}
    with pytest.raises(Refusal, match="too deeply"):
        message(encoded(deep))
    with pytest.raises(Refusal):
        message(b'{"a":' * 100_000)


def test_the_conformance_messages_are_told_apart(authorities):
    for kind, wanted in (("accept", True), ("reject", False)):
        paths = sorted((authorities / "sapient" / kind).glob("*.json"))
        assert paths
        for path in paths:
            try:
                message(path.read_bytes())
                accepted = True
            except Refusal:
                accepted = False
            assert accepted == wanted, path.name
