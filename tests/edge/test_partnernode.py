"""A partner's watch is made of a scenario's own sensors, and tells what ours can use."""

from launchwatch.edge.partnernode import LINK_S, parted
from launchwatch.messages.packet import Packet
from launchwatch.messages.partner import PartnerTrack
from launchwatch.messages.plot import EndOfScan, Refused
from launchwatch.messages.sensor import Partner
from launchwatch.sensors.partnertracks import decode
from launchwatch.simulate import observe
from launchwatch.simulate.scenario import load
from launchwatch.timescale import SECOND, Instant, instant_from_utc

KOREA = Partner(id="kr-c2", owner="KOR", update_period_s=1.0)


def two_minutes():
    """Give Friday's sensors and what they say in the two minutes after lift-off."""
    friday = load("friday")
    until = Instant(friday.start + 150 * SECOND)
    return friday, [one for one in observe.arrivals(friday, 1) if one[0] < until]


def test_a_nations_plots_become_its_tracks_and_the_rest_stays():
    friday, sent = two_minutes()
    made = parted(friday.sensors, sent, [KOREA])
    assert set(made.contributors) == {"jp-north", "jp-west", "ship-1", "ir-105", "ir-165", "kr-c2"}
    assert made.contributors["kr-c2"] == KOREA
    theirs = [one for one in made.sent if one[1]["sensor"] == "kr-c2"]
    kept = [one for one in made.sent if one[1]["sensor"] != "kr-c2"]
    assert kept == [one for one in sent if not one[1]["sensor"].startswith("kr-")]
    assert [at for at, _ in made.sent] == sorted(at for at, _ in made.sent)
    read = [
        decode(
            Packet(source="", line=1, format="jsonplots", received=at, mode="simulation",
                   payload=observe.encode(line)),
            made.contributors,
        )
        for at, line in theirs
    ]  # fmt: skip
    assert not any(isinstance(one, Refused) for one in read)
    tracks = [one for one in read if isinstance(one, PartnerTrack)]
    # Nothing is told before the motor has been seen for some seconds; then once a second.
    assert len(tracks) > 30
    assert {one.sensors for one in tracks} <= {("kr-north",), ("kr-north", "kr-south")}
    assert all(one.lineage == ("kr-c2",) for one in tracks)
    # Its silence would mean something.
    assert sum(isinstance(one, EndOfScan) for one in read) > 100


def test_a_word_takes_the_links_time():
    friday, sent = two_minutes()
    made = parted(friday.sensors, sent, [KOREA])
    for at, line in made.sent:
        if line["sensor"] == "kr-c2" and "partner_track" in line:
            assert instant_from_utc(line["received"]) == at
            assert LINK_S * SECOND <= at - instant_from_utc(line["time"]) < 3 * SECOND
