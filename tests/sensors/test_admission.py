import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.errors import InputError
from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import EndOfScan, LineOfSightPlot, RadarPlot, Refused
from launchwatch.messages.sensor import Infrared
from launchwatch.sensors import flooding
from launchwatch.sensors.admission import Admission
from launchwatch.sensors.settings import Settings
from launchwatch.timescale import instant_after, instant_from_utc

START = instant_from_utc("2025-11-07T01:17:00Z")


def sensor(name, period=1.0):
    return Infrared(
        id=name,
        owner="USA",
        latitude_deg=0.0,
        longitude_deg=0.0,
        height_m=0.0,
        line_of_sight_sigma_rad=1e-4,
        scan_period_s=period,
    )


SENSORS = {"alpha": sensor("alpha"), "beta": sensor("beta"), "slow": sensor("slow", 10.0)}


def at(seconds):
    return instant_after(START, seconds)


def plot(measured, received=None, name="alpha", range_m=1000.0, scan=1):
    return RadarPlot(
        sensor=name,
        time=at(measured),
        received=at(measured if received is None else received),
        mode="replay",
        scan=scan,
        range_m=range_m,
        azimuth_deg=1.0,
        elevation_deg=1.0,
        source="feed",
        line=1,
    )


def end(measured, scan=1):
    return EndOfScan(
        sensor="alpha",
        time=at(measured),
        received=at(measured),
        mode="replay",
        scan=scan,
        source="feed",
        line=1,
    )


def reason(answer):
    return answer.reason if isinstance(answer, Refused) else None


def test_a_plot_that_can_be_used_is_given_back():
    one = plot(0.0)
    assert Admission(SENSORS).admit(one) is one


def test_ten_seconds_late_is_used_and_more_is_refused():
    admission = Admission(SENSORS)
    admission.admit(plot(100.0))
    assert reason(admission.admit(plot(90.0, received=100.0))) is None
    late = admission.admit(plot(89.999, received=100.0))
    assert late.reason == "late"
    assert "within 10 s" in late.detail
    assert "10.001 s" in late.detail
    assert "'alpha'" in late.detail


def test_a_plot_from_the_future_is_refused_and_makes_no_other_late():
    admission = Admission(SENSORS)
    admission.admit(plot(0.0, name="beta"))
    assert reason(admission.admit(plot(1e6, received=1.0))) == "early"
    assert reason(admission.admit(plot(1.5, name="beta"))) is None


def test_the_same_plot_twice_is_refused_and_another_of_the_same_scan_is_not():
    admission = Admission(SENSORS)
    assert reason(admission.admit(plot(0.0))) is None
    assert reason(admission.admit(plot(0.0, received=3.0))) == "repeated"
    assert reason(admission.admit(plot(0.0, received=3.0, range_m=1000.1))) is None
    assert reason(admission.admit(plot(0.0, received=3.0, name="beta"))) is None


def test_the_same_end_of_scan_twice_is_refused():
    admission = Admission(SENSORS)
    assert reason(admission.admit(end(0.0))) is None
    assert reason(admission.admit(end(0.0))) == "repeated"
    assert reason(admission.admit(end(0.0, scan=2))) is None


def test_the_same_line_of_sight_twice_is_refused():
    admission = Admission(SENSORS)
    one = LineOfSightPlot(
        sensor="beta",
        time=at(0),
        received=at(0),
        mode="replay",
        scan=1,
        line_of_sight_ecef=(0.0, 0.0, 1.0),
        source="feed",
        line=1,
    )
    assert reason(admission.admit(one)) is None
    assert reason(admission.admit(msgspec.structs.replace(one, snr_db=3.0))) == "repeated"


def test_memory_stays_bounded_however_much_comes():
    admission = Admission(SENSORS, Settings(remembered_lines=50))
    for number in range(1000):
        admission.admit(plot(0.0, range_m=float(number + 1)))
    assert len(admission._seen["alpha"]) == len(admission._order["alpha"]) == 50
    admission.admit(plot(100.0))
    assert len(admission._seen["alpha"]) == 1


def test_a_sensor_without_lines_is_said_to_be_silent_once_and_then_heard_again():
    admission = Admission(SENSORS)
    for second in range(30):
        admission.admit(plot(second, name="beta"))
        if second in (0, 20):
            admission.admit(plot(second, name="alpha", range_m=5.0))
        said = admission.tick(at(second), "replay")
        told = [(status.sensor, status.status) for status in said]
        if second == 6:
            assert told == [("alpha", "silent")]
            assert said[0].since == at(0.0)
        elif second == 20:
            assert told == [("alpha", "heard")]
            assert said[0].since == at(20.0)
        elif second == 26:
            assert told == [("alpha", "silent")]
        else:
            assert told == []


def test_a_slow_sensor_is_given_three_scans():
    admission = Admission({"slow": SENSORS["slow"]})
    admission.tick(at(0.0), "replay")
    assert admission.tick(at(30.0), "replay") == ()
    (status,) = admission.tick(at(31.0), "replay")
    assert (status.sensor, status.status) == ("slow", "silent")


def test_late_lines_are_a_sign_of_life_and_repeated_ones_are_not():
    admission = Admission({"alpha": SENSORS["alpha"]})
    admission.admit(plot(0.0))
    admission.admit(plot(0.0, received=5.0))
    (status,) = admission.tick(at(6.0), "replay")
    assert status.status == "silent"
    admission.admit(plot(-100.0, received=7.0))
    (status,) = admission.tick(at(8.0), "replay")
    assert status.status == "heard"


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["alpha", "beta"]),
            st.integers(-30, 30),
            st.integers(0, 30),
            st.integers(1, 3),
        ),
        max_size=60,
    )
)
def test_each_line_is_admitted_once_and_only_within_its_time(lines):
    admission = Admission(SENSORS)
    admitted, now = [], 0.0
    for name, measured, received, range_m in lines:
        now = max(now, float(received))
        one = plot(float(measured), float(received), name, float(range_m))
        if not isinstance(admission.admit(one), Refused):
            assert one.time >= at(now - 10.0)
            assert one.time <= at(now + 2.0)
            admitted.append((name, measured, range_m))
    assert len(admitted) == len(set(admitted))


@pytest.mark.parametrize("field", ["late_s", "early_s"])
def test_the_bounds_can_be_set(field):
    admission = Admission(SENSORS, Settings(**{field: 1.0}))
    measured = 8.0 if field == "late_s" else 11.5
    admission.admit(plot(10.0))
    assert reason(admission.admit(plot(measured, received=10.0))) == field.removesuffix("_s")


def flood(admission, start, count, seconds=1.0):
    """Give the reasons why plots spread evenly over some seconds are refused, None for none."""
    return [
        reason(admission.admit(plot(start + seconds * k / count, range_m=1000.0 + k)))
        for k in range(count)
    ]


FEW = Settings(most_plots_per_scan=40)


def test_as_many_plots_as_are_allowed_are_used_scan_after_scan():
    admission = Admission(SENSORS, FEW)
    for second in range(5):
        assert flood(admission, float(second), 40) == [None] * 40
        assert reason(admission.admit(end(second + 1.0, scan=second))) is None


def test_more_are_refused_by_name_and_number():
    admission = Admission(SENSORS, FEW)
    assert flood(admission, 0.0, 100) == [None] * 40 + ["flood"] * 60
    refused = admission.admit(plot(0.5, range_m=1.0))
    assert "at most 40 plots in a scan" in refused.detail
    assert "'alpha'" in refused.detail


def test_from_the_second_flooded_scan_on_they_are_refused_all_over_it():
    admission = Admission(SENSORS, FEW)
    flood(admission, 0.0, 100)
    said = flood(admission, 1.0, 100)
    assert said.count(None) == 40
    assert all(None in said[k : k + 3] for k in range(0, 99, 3))


@pytest.mark.parametrize("count", [41, 79, 1000, 12_345])
def test_never_are_more_used_than_allowed_nor_much_fewer(count):
    admission = Admission(SENSORS, FEW)
    for second in range(4):
        used = flood(admission, float(second), count).count(None)
        assert 39 <= used <= 40


def test_when_the_flood_is_over_all_are_used_at_once_in_its_second_scan():
    admission = Admission(SENSORS, FEW)
    flood(admission, 0.0, 100)
    flood(admission, 1.0, 10)
    assert flood(admission, 2.0, 40) == [None] * 40


def test_a_flooded_scan_says_nothing_of_what_it_did_not_show():
    admission = Admission(SENSORS, FEW)
    flood(admission, 0.0, 100)
    assert reason(admission.admit(end(1.0))) == "flood"
    flood(admission, 2.0, 10)
    assert reason(admission.admit(end(3.0, scan=2))) is None


def test_a_flood_of_one_sensor_is_no_other_s():
    admission = Admission(SENSORS, FEW)
    flood(admission, 0.0, 100)
    assert reason(admission.admit(plot(0.99, name="beta"))) is None


def test_plots_that_a_network_held_back_are_no_flood():
    admission = Admission(SENSORS, FEW)
    said = [
        reason(admission.admit(plot(second + k / 40, received=9.0, range_m=1000.0 + k)))
        for second in range(9)
        for k in range(40)
    ]
    assert said == [None] * 360


def test_a_sensor_that_counts_up_its_scans_is_a_flood_all_the_same():
    admission = Admission(SENSORS, FEW)
    said = [reason(admission.admit(plot(k / 100, scan=k))) for k in range(100)]
    assert said.count("flood") == 60


def statuses(admission, seconds):
    return [(one.sensor, one.status) for one in admission.tick(at(seconds), "replay")]


def test_flooding_is_told_once_and_its_end():
    admission = Admission({"alpha": sensor("alpha")}, FEW)
    flood(admission, 0.0, 100)
    assert statuses(admission, 1.0) == [("alpha", "flooding")]
    flood(admission, 1.0, 100)
    assert statuses(admission, 2.0) == []
    for second in range(2, 8):
        flood(admission, float(second), 10)
        last = statuses(admission, second + 1.0)
    assert last == [("alpha", "orderly")]


@pytest.mark.parametrize("offset", [-300.0, 300.0])
def test_a_clock_that_jumps_is_told_once_and_when_it_is_back(offset):
    admission = Admission({"alpha": sensor("alpha")})
    said = []
    for second in range(60):
        wrong = offset if 20 <= second < 40 else 0.0
        admission.admit(plot(second + wrong, received=float(second), scan=second))
        said += [(second, *one) for one in statuses(admission, second + 0.5)]
    assert said == [(25, "alpha", "astray"), (40, "alpha", "orderly")]


def test_a_late_line_now_and_then_is_not_astray():
    admission = Admission({"alpha": sensor("alpha")})
    for second in range(60):
        wrong = -20.0 if second % 4 else 0.0
        admission.admit(plot(100 + second + wrong, received=100.0 + second, scan=second))
        assert statuses(admission, 100.5 + second) == []


def test_what_flooding_costs_in_memory_is_bounded():
    admission = Admission({"alpha": sensor("alpha")}, Settings(most_plots_per_scan=5))
    for second in range(600):
        flood(admission, float(second), 10)
    assert len(admission._rations["alpha"]._counts) < 20
    assert len(admission._order["alpha"]) <= 5 * 15


def thinned(seconds=1.0, count=60, name="alpha"):
    said = flooding.Thinned(
        sensor=name, count=count, last_line=100, time=at(seconds), first=b"first", last=b"last"
    )
    return Packet(
        source="feed", line=41, format=flooding.FORMAT, received=at(seconds), mode="replay",
        payload=flooding.encode(said),
    )  # fmt: skip


def test_a_flood_that_was_refused_at_the_door_is_said_and_counted_as_here():
    admission = Admission({"alpha": sensor("alpha")}, FEW)
    refused = admission.thinned(thinned())
    assert (refused.reason, refused.count, refused.line) == ("flood", 60, 41)
    assert "at most 40 lines in a scan, got 60 more from sensor 'alpha'" in refused.detail
    assert "line 100" in refused.detail
    assert statuses(admission, 1.0) == [("alpha", "flooding")]


def test_a_scan_that_was_thinned_at_the_door_says_nothing_of_what_it_did_not_show():
    admission = Admission(SENSORS, FEW)
    admission.thinned(thinned(0.9))
    assert reason(admission.admit(end(1.0))) == "flood"
    assert reason(admission.admit(end(2.0, scan=2))) is None


@pytest.mark.parametrize("payload", [b"", b"\xc1", thinned(name="nobody").payload])
def test_what_no_door_can_have_counted_is_refused_by_name(payload):
    packet = msgspec.structs.replace(thinned(), payload=payload)
    with pytest.raises(InputError, match="lines of a listed sensor"):
        Admission(SENSORS, FEW).thinned(packet)
