"""Files of notices as packets before a recording."""

import pytest

from launchwatch.edge.noticefile import announced, packets
from launchwatch.errors import SettingsError
from launchwatch.messages.notice import Notice
from launchwatch.messages.packet import Tick
from launchwatch.sensors.notices.reading import decode
from launchwatch.timescale import Instant

XML = """<a><b><msgYear>2025</msgYear><msgNumber>900</msgNumber><navArea>P</navArea>
<text>ROCKETS. 1. HAZARDOUS OPERATIONS 070000Z TO 070500Z NOV IN AREA BETWEEN
38-30N 40-00N AND 132-00E 134-30E.</text><issueDate>060000Z NOV 2025</issueDate></b></a>"""
START = Instant(1_762_478_000_000_000_000)


def test_a_warning_of_an_xml_file_becomes_a_packet_that_is_read_alone(tmp_path):
    (tmp_path / "warnings.xml").write_text(XML)
    (packet,) = packets(tmp_path / "warnings.xml", "replay", START)
    (notice,) = decode(packet)
    assert isinstance(notice, Notice)
    assert notice.reference == "HYDROPAC 900/25"
    assert len(notice.areas) == 1


def test_notices_come_before_the_recording_and_at_its_time(tmp_path):
    (tmp_path / "warnings.xml").write_text(XML)
    tick = Tick(time=START, mode="replay")
    first, second = announced(tmp_path / "warnings.xml", iter([tick]), "replay")
    assert (first.received, second) == (START, tick)


@pytest.mark.parametrize("content", ["", "nothing", "<a><b>"])
def test_a_file_without_notices_is_refused_by_name(tmp_path, content):
    (tmp_path / "bad.txt").write_text(content)
    with pytest.raises(SettingsError, match=r"bad\.txt"):
        list(packets(tmp_path / "bad.txt", "replay", START))
    with pytest.raises(SettingsError, match="cannot be read"):
        list(packets(tmp_path / "absent", "replay", START))
