"""The record gives back what was shown, moment by moment, outlives a restart, and is bounded."""

import gzip
import json

import pytest

from launchwatch.edge.scene import record as recording
from launchwatch.edge.scene.composer import encode
from launchwatch.edge.scene.record import Record
from launchwatch.edge.scene.shapes import milliseconds
from launchwatch.edge.web.saving import keep
from launchwatch.errors import InputError, SettingsError
from launchwatch.timescale import SECOND


@pytest.fixture
def kept(composer, said, tmp_path, monkeypatch):
    """Give a record of the rehearsal in many segments, and every whole scene by its time."""
    monkeypatch.setattr(recording, "LONGEST_MS", 1_500)
    record, wholes, second = Record(tmp_path / "scene"), {}, 0
    for time, messages in said:
        if second and time // SECOND > second:
            keep(composer, record)
            wholes[milliseconds(composer.now)] = encode(composer.whole(milliseconds(composer.now)))
        second = time // SECOND
        composer.take(time, messages)
    return record, wholes


def plain(line):
    scene = json.loads(line)
    scene.pop("clock")
    scene["put"] = {table: rows for table, rows in scene["put"].items() if rows}
    return scene


def test_any_moment_comes_back_as_it_was(kept):
    record, wholes = kept
    assert len(record.segments) > 2
    for time_ms, whole in wholes.items():
        assert plain(record.at(time_ms)) == plain(whole)


def test_between_two_frames_the_earlier_one_is_what_was_known(kept):
    record, wholes = kept
    times = sorted(wholes)
    assert plain(record.at(times[5] - 1)) == plain(wholes[times[4]])
    assert plain(record.at(times[-1] + 10**9)) == plain(wholes[times[-1]])


def test_what_lies_before_the_record_is_refused(kept):
    record, wholes = kept
    with pytest.raises(InputError, match="must not lie before the record"):
        record.at(min(wholes) - 1)
    with pytest.raises(InputError, match="segment's number must be one of"):
        record.content(999)


def test_joined_segments_are_one_gzip_file_of_frames_that_follow_each_other(kept):
    record, wholes = kept
    record.close()
    joined = b"".join(record.content(each.number) for each in record.segments)
    frames = [json.loads(line) for line in gzip.decompress(joined).splitlines()]
    assert len(frames) == len(wholes)
    numbers = [frame["sequence"] for frame in frames]
    assert numbers == [*range(numbers[0], numbers[0] + len(frames))]


def test_a_record_goes_on_after_a_restart(kept):
    record, wholes = kept
    record.close()
    again = Record(record.folder)
    assert again.segments == record.segments
    assert plain(again.at(max(wholes))) == plain(wholes[max(wholes)])
    again.write(b'{"watch":"w","sequence":1,"full":true,"clock":{"time_ms":1}}', 1, full=True)
    assert again.index()[-1].number == record.segments[-1].number + 1


def test_the_oldest_goes_when_a_record_is_full(kept):
    record, _ = kept
    record.close()
    size = sum(each.bytes for each in record.segments)
    small = Record(record.folder, most_bytes=size // 2)
    small.write(b"{}", 10**13, full=True)
    small.close()
    assert sum(each.bytes for each in small.segments) <= size // 2
    assert len([*record.folder.glob("*.jsonl.gz")]) == len(small.segments)


def test_a_folder_that_cannot_be_made_is_refused_by_name(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot keep the map's record"):
        Record(tmp_path / "file" / "scene")
