"""A partner's conduct: leaps are refused, lies lead to quarantine, and back out of it."""

import msgspec
import numpy as np

from launchwatch.messages.partner import PartnerTrack
from launchwatch.messages.plot import Refused
from launchwatch.messages.sensor import Partner
from launchwatch.sensors.admission import Admission
from launchwatch.sensors.conduct import MOST_OFFENCES, Conduct
from launchwatch.sensors.settings import Settings
from launchwatch.timescale import instant_after, instant_from_utc

START = instant_from_utc("2025-11-07T01:17:00Z")
PARTNERS = {
    "jp-c2": Partner(id="jp-c2", owner="JPN", update_period_s=1.0),
    "us-c2": Partner(id="us-c2", owner="USA"),
}
COVARIANCE = tuple(np.diag([4e4] * 3 + [100.0] * 3)[np.triu_indices(6)].tolist())


def word(seconds, leap=0.0, faster=0.0, name="T17", partner="jp-c2", received=None):
    """Give a track that flies straight at 2 km/s, 100 km up."""
    return PartnerTrack(
        sensor=partner,
        partner_track=name,
        time=instant_after(START, seconds),
        received=instant_after(START, seconds if received is None else received),
        mode="replay",
        position_ecef_m=(6.478e6, leap + 2000.0 * seconds, 0.0),
        velocity_ecef_mps=(0.0, 2000.0 + faster, 0.0),
        covariance_ecef=COVARIANCE,
        source="feed",
        line=1,
    )


def test_a_track_that_goes_on_is_let_pass_in_any_order():
    conduct = Conduct(PARTNERS)
    lines = [word(seconds) for seconds in (0, 1, 2, 5, 4, 3, 6)]
    assert [conduct.judge(line) for line in lines] == lines


def test_what_a_motor_can_do_in_a_second_is_no_leap():
    conduct = Conduct(PARTNERS)
    conduct.judge(word(0))
    line = word(1, leap=50.0, faster=100.0)
    assert conduct.judge(line) is line


def test_a_leap_is_refused_and_the_partner_may_begin_anew_there():
    conduct = Conduct(PARTNERS)
    conduct.judge(word(0))
    refused = conduct.judge(word(1, leap=50e3))
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.sensor) == ("absurd", "jp-c2")
    assert "'T17' leaping within 1.0 s" in refused.detail
    again = word(2, leap=50e3)
    assert conduct.judge(again) is again
    other = word(1, leap=50e3, name="T18")
    assert conduct.judge(other) is other


def liar():
    """Give the conduct of a partner that has just leapt once too often."""
    conduct = Conduct(PARTNERS)
    for second in range(MOST_OFFENCES + 1):
        last = conduct.judge(word(second, leap=50e3 * (second % 2)))
    assert isinstance(last, Refused)
    return conduct


def test_a_partner_that_lies_is_in_quarantine_until_it_has_stopped_for_a_minute():
    conduct = liar()
    (told,) = conduct.tick(instant_after(START, 6), "replay")
    assert (told.sensor, told.status) == ("jp-c2", "astray")
    assert "5 absurd lines within a minute" in told.reason
    kept = conduct.judge(word(7, leap=50e3))
    assert (kept.reason, kept.sensor) == ("quarantine", "jp-c2")
    # Others are not their partner's keeper.
    assert isinstance(conduct.judge(word(7, partner="us-c2")), PartnerTrack)
    for second in range(8, 66):
        assert conduct.judge(word(second, leap=50e3)).reason == "quarantine"
    (told,) = conduct.tick(instant_after(START, 66), "replay")
    assert (told.sensor, told.status) == ("jp-c2", "orderly")
    assert isinstance(conduct.judge(word(66, leap=50e3)), PartnerTrack)


def test_refusals_by_the_decoder_count_and_those_by_the_clock_do_not():
    conduct = Conduct(PARTNERS)
    refused = Refused(
        source="feed", line=1, time=START, mode="replay", reason="late", detail="", sensor="jp-c2"
    )
    for _ in range(10):
        conduct.note(refused)
    assert conduct.tick(START, "replay") == []
    for _ in range(5):
        conduct.note(msgspec.structs.replace(refused, reason="absurd"))
    assert [one.status for one in conduct.tick(START, "replay")] == ["astray"]


def test_five_slips_in_an_hour_are_forgiven():
    conduct = Conduct(PARTNERS)
    for slip in range(20):
        conduct.note(
            Refused(source="feed", line=1, time=instant_after(START, 600.0 * slip), mode="replay",
                    reason="absurd", detail="", sensor="jp-c2")
        )  # fmt: skip
    assert conduct.tick(instant_after(START, 12_000), "replay") == []


def test_a_partner_is_admitted_once_thinned_and_missed_as_a_sensor_is():
    admission = Admission(PARTNERS, Settings(most_partner_tracks=3))
    line = word(0)
    assert admission.admit(line) is line
    assert admission.admit(line).reason == "repeated"
    flood = [admission.admit(word(0, name=f"T{n}")) for n in range(10)]
    assert [one.reason for one in flood if isinstance(one, Refused)] == ["flood"] * 8
    assert "at most 3 tracks in a scan" in flood[-1].detail
    assert admission.admit(word(-11, received=0)).reason == "late"
    assert admission.admit(word(3, received=0)).reason == "early"
    told = [
        one
        for seconds in range(1, 60)
        for one in admission.tick(instant_after(START, seconds), "replay")
    ]
    # Only one of the two promised to say something every second.
    assert [(one.sensor, one.status) for one in told if one.status == "silent"] == [
        ("jp-c2", "silent")
    ]
