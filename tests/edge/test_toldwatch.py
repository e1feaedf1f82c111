from launchwatch.edge.toldwatch import told
from launchwatch.messages.fallarea import ZoneProbability
from launchwatch.messages.report import LaunchSummary, Summary
from launchwatch.timescale import instant_after, instant_from_utc

LIFT = instant_from_utc("2025-11-07T01:17:30Z")


def launch(**more):
    return LaunchSummary(
        **{
            "launch_id": "L1",
            "track_ids": ("T1",),
            "probability": 0.999,
            "cancelled": False,
            "launch_time": LIFT,
            "launch_time_sigma_s": 1.25,
            "latitude_deg": 40.2,
            "latitude_deg_sigma": 0.01,
            "longitude_deg": 125.2,
            "longitude_deg_sigma": 0.01,
            "place": "PRK",
            "first_detection_time": LIFT,
        }
        | more
    )


def test_a_quiet_watch_is_told_as_one():
    lines = told(Summary(launches=(), counts={"lines": 3, "plots": 3}, mode="replay"))
    assert lines == ["REPLAY: 3 lines, 3 plots, 0 of them in tracks; 0 refused", "No launch"]


def test_refusals_are_counted_by_reason_and_withdrawn_launches_told():
    counts = {"lines": 9, "refused": 3, "refused.late": 2, "refused.absurd": 1}
    first, second = told(Summary(launches=(launch(cancelled=True),), counts=counts, mode="live"))
    assert "3 refused (absurd 1, late 2)" in first
    assert second == "No launch; 1 withdrawn"


def test_a_launch_is_told_with_what_is_known_of_it_each_number_with_its_doubt():
    full = launch(
        range_km=700.4,
        range_km_sigma=1.5,
        apogee_km=180.2,
        apogee_km_sigma=0.6,
        flight_time_s=472.0,
        flight_time_s_sigma=1.0,
        fall_time=instant_after(LIFT, 472.0),
        fall_time_sigma_s=1.0,
        fall_latitude_deg=41.0,
        fall_longitude_deg=133.4,
        zones=(
            ZoneProbability(zone="high-seas", kind="high-seas", probability=0.9965),
            ZoneProbability(zone="JPN-EEZ", kind="eez", probability=0.0035),
        ),
        family="short-range",
        family_probability=0.8,
        first_fallarea_time=instant_after(LIFT, 42.0),
    )
    said = "\n".join(told(Summary(launches=(full,), counts={}, mode="simulation")))
    assert "1 launch\n" in said
    assert "launched 01:17:30Z ± 1.2 s at 40.20° N 125.20° E (North Korea)" in said
    assert "range 700 ± 2 km, apogee 180.2 ± 0.6 km, flight 472 ± 1 s, short-range 80 %" in said
    assert "falls 01:25:22Z ± 1.0 s at 41.00° N 133.40° E: high-seas >99 %" in said
    assert "JPN-EEZ" not in said
    assert "first fall area 42.0 s after the first plot" in said


def test_what_is_not_known_of_a_launch_is_said_so():
    said = told(Summary(launches=(launch(),), counts={}, mode="replay"))
    assert "    where it falls is not known" in said
