"""What does not come in lines is cut where it should be, however it arrives."""

import json

from hypothesis import given
from hypothesis import strategies as st

from launchwatch.edge.splitting import BeastSplitter, DocumentSplitter
from launchwatch.sensors.adsb import frame_of


def escaped(kind, body):
    return b"\x1a" + bytes([kind]) + body.replace(b"\x1a", b"\x1a\x1a")


frames = st.binary(min_size=14, max_size=14).map(lambda frame: bytes(7) + frame)


@given(st.lists(frames, max_size=6), st.integers(1, 30))
def test_frames_are_the_same_however_the_stream_is_cut(bodies, size):
    stream = b"".join(escaped(0x33, body) for body in bodies)
    splitter, found = BeastSplitter(), []
    for start in range(0, len(stream), size):
        found += splitter.lines(stream[start : start + size])
    assert found == [b"\x1a3" + body for body in bodies]
    assert splitter.rest() == b""
    assert [frame_of(one, is_beast=True)[0] for one in found] == [body[7:] for body in bodies]


def test_what_is_no_frame_is_handed_on_to_be_refused():
    whole = escaped(0x33, bytes(21))
    cut = whole[:9]
    found = BeastSplitter().lines(b"noise" + whole + cut + whole + b"\x1a\x07" + whole)
    assert found == [b"noise", whole, cut, whole, b"\x1a\x07", whole]


def test_frames_of_other_kinds_are_left_out():
    assert BeastSplitter().lines(escaped(0x31, bytes(9)) + escaped(0x34, bytes(9))) == []


@given(st.binary(max_size=200))
def test_no_stream_raises_or_is_held_for_ever(noise):
    splitter = BeastSplitter()
    splitter.lines(noise)
    assert len(splitter.rest()) <= 2 * 23


def document(*aircraft):
    return json.dumps({"now": 1.0, "aircraft": list(aircraft)}).encode()


def test_only_aircraft_that_have_moved_are_handed_on():
    splitter = DocumentSplitter()
    one, other = {"hex": "a", "lat": 1.0, "lon": 2.0}, {"hex": "b", "lat": 3.0, "lon": 4.0}
    (first,) = splitter.pieces(document(one, other, {"hex": "c"}))
    assert json.loads(first) == {"now": 1.0, "aircraft": [one, other]}
    moved = {**other, "lat": 3.1}
    (second,) = splitter.pieces(document(one, moved))
    assert json.loads(second)["aircraft"] == [moved]
    assert splitter.pieces(document(one, moved)) == []


def test_a_large_document_becomes_several_small_ones():
    many = [{"hex": str(n), "lat": 1.0, "lon": 2.0, "x": "y" * 1_000} for n in range(30)]
    pieces = DocumentSplitter().pieces(document(*many))
    assert [len(json.loads(piece)["aircraft"]) for piece in pieces] == [12, 12, 6]
    assert max(map(len, pieces)) < 16_384


def test_what_is_no_document_is_handed_on_to_be_refused():
    for content in (b"{", b"[]", b'{"aircraft": 1}', b"\xff"):
        assert DocumentSplitter().pieces(content) == [content]
    (piece,) = DocumentSplitter().pieces(document("nonsense"))
    assert json.loads(piece)["aircraft"] == ["nonsense"]
