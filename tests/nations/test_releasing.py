"""What a partner gets: every policy against every kind of message."""

import itertools

import numpy as np
import pytest
from msgspec import structs

from launchwatch.messages.partner import PartnerStanding, PartnerTrack
from launchwatch.messages.plot import EndOfScan, RadarPlot
from launchwatch.nations.releasing import KINDS, Gets, Releaser
from launchwatch.nations.rounding import rounded_fall, rounded_launch, rounded_track

from .saying import ROSTER, after, fall, launch, radar, track
from .sealing import NOW

PLOT = RadarPlot(sensor="kr-north", time=NOW, received=NOW, mode="live", scan=1, range_m=1e5,
                 azimuth_deg=10.0, elevation_deg=5.0, source="radars", line=1)  # fmt: skip
SCAN = EndOfScan(sensor="kr-north", time=NOW, received=NOW, mode="live", scan=1, source="radars",
                 line=2)  # fmt: skip
SAID = {"plots": (PLOT, SCAN), "tracks": (track(),), "launches": (launch(),), "falls": (fall(),)}


def released(gets: Gets, *messages: object) -> list[object]:
    releaser = Releaser("KOR", gets, ROSTER)
    return [one.message for one in releaser.release(messages)]


@pytest.mark.parametrize("named", list(itertools.product((False, True), repeat=4)))
def test_a_partner_gets_what_its_policy_names_and_nothing_else(named: tuple[bool, ...]) -> None:
    gets = Gets(**dict(zip(KINDS, named, strict=True)))
    got = released(gets, *(one for kind in KINDS for one in SAID[kind]))
    wanted = [one for kind, is_named in zip(KINDS, named, strict=True) if is_named
              for one in SAID[kind]]  # fmt: skip
    assert [type(one) for one in got] == [type(one) for one in wanted]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("listed", "leaves"),
    [("*", True), ("kr-*", True), ("kr-north", True), ("kr-secret", False), ("jp-*", False)],
)
def test_only_the_fruits_of_listed_sensors_leave(kind: str, listed: str, leaves: bool) -> None:
    gets = Gets(**{kind: True}, sensors=(listed,))
    got = released(gets, *(() if kind == "tracks" else (track(),)), *SAID[kind])
    assert bool(got) is leaves


@pytest.mark.parametrize("kind", ["tracks", "launches", "falls"])
def test_what_rests_on_a_sensor_that_is_not_listed_stays(kind: str) -> None:
    gets = Gets(**{kind: True}, sensors=("kr-north",))
    mixed = track(("kr-north", "kr-secret"))
    assert released(gets, mixed, *(() if kind == "tracks" else SAID[kind])) == []


@pytest.mark.parametrize("kind", ["tracks", "launches", "falls"])
def test_what_rests_on_partners_words_alone_is_not_passed_on(kind: str) -> None:
    words = track(("JPN",))
    assert released(Gets(**{kind: True}), words, *(() if kind == "tracks" else SAID[kind])) == []


def test_what_a_track_rests_on_is_told_to_the_sensors_behind_a_word() -> None:
    word = PartnerTrack(
        sensor="JPN", partner_track="T9", time=NOW, received=NOW, mode="live",
        position_ecef_m=(1.0, 0.0, 0.0), velocity_ecef_mps=(0.0, 0.0, 0.0), covariance_ecef=(),
        sensors=("jp-west",), lineage=("JPN",), source="partner JPN", line=1,
    )  # fmt: skip
    stands = PartnerStanding(partner="JPN", partner_track="T9", time=NOW, mode="live",
                             standing="joined", track_id="T0001", since=NOW, reason="")  # fmt: skip
    releaser = Releaser("KOR", Gets(tracks=True), ROSTER)
    (one,) = releaser.release([word, stands, track(("JPN", "kr-north"))])
    assert one.sensors == ("kr-north", "jp-west")
    assert one.lineage == ("KOR", "JPN")


def test_a_partner_s_sensor_whose_plots_come_here_is_named_and_not_told_of_as_ours() -> None:
    roster = ROSTER | {"jp-west": radar("jp-west", "JPN")}
    releaser = Releaser("KOR", Gets(plots=True, tracks=True), roster)
    plot = structs.replace(PLOT, sensor="jp-west")
    assert list(releaser.release([plot, track(("jp-west",))])) == []
    (one,) = releaser.release([track(("jp-west", "kr-north"))])
    assert (one.sensors, one.lineage) == (("kr-north", "jp-west"), ("KOR", "JPN"))


def test_sensors_may_stay_unnamed() -> None:
    releaser = Releaser("KOR", Gets(tracks=True, names_sensors=False), ROSTER)
    (one,) = releaser.release([track()])
    assert one.sensors == ("KOR sensors",)


def test_a_track_is_told_no_oftener_than_asked_and_its_end_always() -> None:
    releaser = Releaser("KOR", Gets(tracks=True, every_s=1.0), ROSTER)
    told = [
        second / 10 for second in range(25) if list(releaser.release([track(seconds=second / 10)]))
    ]
    assert told == [0.0, 1.0, 2.0]
    assert len(list(releaser.release([track(seconds=2.5, status="dropped")]))) == 1


def test_a_tentative_track_is_nobody_elses_business() -> None:
    assert released(Gets(tracks=True), track(status="tentative")) == []


def test_a_cancel_reaches_whoever_was_told_and_nobody_else() -> None:
    gets = Gets(launches=True)
    cancelled = launch(1.0, revision=2, cancelled=True)
    assert released(gets, cancelled) == []
    gone = track(("JPN",), 1.0)
    assert len(released(gets, track(), launch(), gone, cancelled)) == 2


def test_without_rounding_a_message_stays_as_it_is() -> None:
    assert rounded_launch(launch(), 0.0, 0.0) == launch()
    assert rounded_fall(fall(), 0.0, 0.0) == fall()
    assert rounded_track(track(), 0.0) == track()


def test_a_rounded_track_is_no_surer_than_its_rounding() -> None:
    generator = np.random.default_rng(7)
    step, off = 5000.0, []
    for _ in range(300):
        place = tuple((generator.normal(0.0, 1e6, 3) + 4e6).tolist())
        told = rounded_track(structs.replace(track(), position_ecef_m=place), step)
        off.append((told.position_ecef_m[0] - place[0]) ** 2)
    grown = told.covariance_ecef[0] - track().covariance_ecef[0]
    # Rounding errors are even over a step: their variance is step²/12, within 3 sigma of the
    # mean of 300 squares of an even distribution (deviation 0.89 of the mean, over √300).
    assert abs(np.mean(off) / grown - 1.0) < 3.0 * 0.9 / np.sqrt(300)
    assert grown == pytest.approx(step**2 / 12.0)


def test_rounded_places_and_times_lie_on_their_steps() -> None:
    told = rounded_fall(fall(), 10_000.0, 60.0)
    assert told.region_95 == ()
    assert told.path == ()
    assert abs(told.latitude_deg - fall().latitude_deg) <= 5_000.0 / 111_195.0
    assert told.fall_time % (60 * 10**9) == 0
    assert told.fall_time_sigma_s > fall().fall_time_sigma_s
    assert told.ellipse_95.semi_minor_m > fall().ellipse_95.semi_minor_m
    said = rounded_launch(launch(), 10_000.0, 0.0)
    assert said.launch_time == launch().launch_time
    assert after(0.0) == NOW
