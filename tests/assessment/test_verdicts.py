"""Inside, outside, too close to call: when a side is called, and when it is taken back."""

from launchwatch.assessment.settings import Settings
from launchwatch.assessment.verdicts import Verdicts
from launchwatch.assessment.zones import NearZone, Zones
from launchwatch.messages.fallarea import FallArea, ZoneProbability
from launchwatch.messages.launch import Ellipse
from launchwatch.timescale import SECOND, Instant

from .making import EPOCH


class Line:
    """A zone, drawn by two claim sets, whose edge is as far away as it is told to be."""

    def __init__(self, distance_km=20.0):
        self.distance_km = distance_km
        self.asked = 0

    def at(self, _latitude_deg, _longitude_deg):
        """Give the zone by either claim set, and one far away."""
        self.asked += 1
        return (
            NearZone(zone="Z", kind="eez", distance_km=self.distance_km, claims="median"),
            NearZone(zone="Z", kind="eez", distance_km=self.distance_km - 8.0, claims="treaty"),
            NearZone(zone="far", kind="eez", distance_km=400.0, claims="median"),
        )


def area(number, probability=None, size=5e3, track="T1", latitude=39.0, treaty=None):
    """Make a fall area, a second after the one before."""
    time = Instant(EPOCH + number * SECOND)
    given = {"median": probability, "treaty": treaty}
    return FallArea(
        launch_id="L1", track_id=track, revision=number + 1, time=time, epoch=time,
        mode="simulation", fall_time=time, fall_time_sigma_s=1.0, latitude_deg=latitude,
        longitude_deg=133.0,
        ellipse_95=Ellipse(semi_major_m=size, semi_minor_m=1e3, azimuth_deg=0.0),
        region_95=(), region_area_m2=1e6,
        zones=tuple(
            ZoneProbability(zone="Z", kind="eez", probability=value, claims=claims)
            for claims, value in given.items() if value is not None
        ),
        body="whole", apogee_m=1e5, apogee_sigma_m=1.0,
    )  # fmt: skip


def called(verdicts, areas, *, is_measured=True):
    """Give what is said of the zone by the median claim set, area by area."""
    return [
        [
            one
            for one in verdicts.judge(each, is_measured=is_measured)
            if (one.zone, one.claims) == ("Z", "median")
        ]
        for each in areas
    ]


def test_a_side_is_called_at_the_third_area_in_a_row_that_is_sure_of_it():
    said = called(Verdicts(Line(-20.0), Settings()), [area(n, 0.995) for n in range(5)])
    assert [len(each) for each in said] == [0, 0, 1, 0, 0]
    (verdict,) = said[2]
    assert (verdict.verdict, verdict.revision, verdict.reverses) == ("inside", 1, "")
    assert verdict.time == EPOCH + 2 * SECOND
    assert verdict.distance_m == -20e3


def test_one_area_that_is_not_sure_begins_the_count_anew():
    shares = [0.995, 0.995, 0.98, 0.995, 0.995, 0.995]
    said = called(Verdicts(Line(-20.0), Settings()), [area(n, p) for n, p in enumerate(shares)])
    assert [len(each) for each in said] == [0, 0, 0, 0, 0, 1]


def test_a_verdict_is_reversed_by_name_and_no_sooner_than_it_was_called():
    shares = [0.0] * 3 + [1.0] * 3
    said = called(Verdicts(Line(), Settings()), [area(n, p) for n, p in enumerate(shares)])
    assert [len(each) for each in said] == [0, 0, 1, 0, 0, 1]
    (last,) = said[5]
    assert (last.verdict, last.revision, last.reverses) == ("inside", 2, "outside")


def test_what_is_known_and_at_the_line_is_too_close_to_call():
    said = called(Verdicts(Line(4.0), Settings()), [area(n, 0.3) for n in range(4)])
    assert [one.verdict for each in said for one in each] == ["too-close-to-call"]
    # Unless the probability says otherwise.
    said = called(Verdicts(Line(4.0), Settings()), [area(n, 0.001) for n in range(4)])
    assert [one.verdict for each in said for one in each] == ["outside"]


def test_what_is_hardly_known_is_not_called_at_all_though_its_middle_is_at_the_line():
    line = Line(4.0)
    said = called(Verdicts(line, Settings()), [area(n, 0.3, size=200e3) for n in range(4)])
    assert said == [[], [], [], []]
    # Nor are edges measured, which takes as long as a fall area.
    assert line.asked == 0


def test_a_verdict_is_taken_back_when_it_is_not_known_any_more():
    verdicts = Verdicts(Line(40.0), Settings())
    called(verdicts, [area(n, 0.0) for n in range(3)])
    said = called(verdicts, [area(n, 0.2, size=90e3) for n in range(3, 7)], is_measured=False)
    (verdict,) = [one for each in said for one in each]
    assert (verdict.verdict, verdict.reverses) == ("open", "outside")


def test_nothing_is_called_of_a_track_that_is_not_measured():
    verdicts = Verdicts(Line(40.0), Settings())
    assert called(verdicts, [area(n, 0.0) for n in range(9)], is_measured=False) == [[]] * 9
    assert [len(each) for each in called(verdicts, [area(n, 0.0) for n in range(9, 12)])] == [
        0,
        0,
        1,
    ]


def test_a_verdict_waits_from_the_first_area_that_would_call_it_to_the_last():
    verdicts = Verdicts(Line(), Settings())
    waits = []
    for number, share in enumerate([0.3, 0.0, 0.0, 0.0, 0.0]):
        verdicts.judge(area(number, share), is_measured=True)
        waits.append(verdicts.is_waiting("T1"))
    # The other claim set is called one area sooner: no sample ever fell in it.
    assert waits == [True, True, True, False, False]
    assert not verdicts.is_waiting("T2")


def test_each_claim_set_has_its_own_verdict():
    verdicts = Verdicts(Line(4.0), Settings())
    said = [
        one for n in range(3) for one in verdicts.judge(area(n, 0.3, treaty=1.0), is_measured=True)
    ]
    assert {(one.claims, one.verdict) for one in said} == {
        ("median", "too-close-to-call"),
        ("treaty", "inside"),
    }


def test_a_zone_near_by_is_judged_though_nothing_falls_in_it_and_one_far_away_is_not():
    verdicts = Verdicts(Line(60.0), Settings())
    said = [one for n in range(3) for one in verdicts.judge(area(n), is_measured=True)]
    assert {(one.zone, one.claims, one.verdict) for one in said} == {
        ("Z", "median", "outside"),
        ("Z", "treaty", "outside"),
    }


def test_edges_are_measured_again_when_the_fall_has_moved():
    line = Line()
    verdicts = Verdicts(line, Settings())
    called(verdicts, [area(n, 0.0) for n in range(9)])
    assert line.asked == 1
    called(verdicts, [area(9, 0.0, latitude=39.02)])
    assert line.asked == 2


def test_a_forgotten_track_leaves_nothing_and_begins_anew():
    verdicts = Verdicts(Line(), Settings())
    called(verdicts, [area(n, 0.0) for n in range(3)])
    verdicts.forget("T1")
    assert [len(each) for each in called(verdicts, [area(n, 0.0) for n in range(3, 6)])] == [
        0,
        0,
        1,
    ]


def test_the_built_in_zones_are_judged_by_the_name_of_their_claim_set():
    zones = Zones.built_in()
    # In the middle of the East Sea, some 40 km from where four zones meet.
    east_sea = zones.probabilities([39.1], [133.23])
    known = area(0)
    verdicts = Verdicts(zones, Settings())
    said = []
    for n in range(3):
        time = Instant(EPOCH + n * SECOND)
        here = {"latitude_deg": 39.1, "longitude_deg": 133.23, "zones": east_sea, "time": time}
        fields = {name: getattr(known, name) for name in known.__struct_fields__}
        said += verdicts.judge(FallArea(**(fields | here)), is_measured=True)
    calls = {one.zone: one.verdict for one in said}
    assert calls["KOR-EEZ"] == "inside"
    assert calls["JPN-EEZ"] == "outside"
    assert {one.claims for one in said} == {zones.claims}
    assert all(one.distance_m < 0.0 for one in said if one.verdict == "inside")
