"""A flood is refused at the door by the same ration as behind it."""

from launchwatch.edge.thinning import Excess, Thinning
from launchwatch.sensors.flooding import Ration
from launchwatch.timescale import SECOND, Instant, instant_from_utc, utc_from_instant

START = instant_from_utc("2025-11-07T01:17:00Z")


def line(seconds: float) -> bytes:
    """Give a plot measured so many seconds after the start."""
    time = utc_from_instant(Instant(START + round(seconds * SECOND)))
    return b'{"sensor": "alpha", "time": "%s", "scan": 1}' % time.encode()


def passed(thinning: Thinning, payloads: list[bytes], received: float, waiting: int = 0) -> int:
    at = Instant(START + round(received * SECOND))
    return sum(thinning.is_too_much(payload, at, waiting) is None for payload in payloads)


def test_of_each_scan_as_many_pass_as_are_used() -> None:
    thinning = Thinning(Ration(40, 1.0))
    for second in range(5):
        scan = [line(second + k / 100) for k in range(100)]
        assert 39 <= passed(thinning, scan, second + 1.0) <= 40


def test_scans_that_a_network_held_back_pass() -> None:
    thinning = Thinning(Ration(40, 1.0))
    held_back = [line(second + k / 40) for second in range(9) for k in range(40)]
    assert passed(thinning, held_back, 9.0) == 360


def test_a_flood_passes_by_no_wrong_clock() -> None:
    thinning = Thinning(Ration(40, 1.0))
    wrong = [
        *(line(1e6 + k) for k in range(100)),
        *(line(-400.0 - k) for k in range(100)),
        b'{"sensor": "alpha", "time": "2025-99-99T00:00:00Z"}',
        b'{"sensor": "alpha"}',
    ]
    assert passed(thinning, wrong, 0.0) == 40


def test_the_end_of_a_scan_passes_always() -> None:
    thinning = Thinning(Ration(40, 1.0))
    passed(thinning, [line(0.5)] * 100, 1.0)
    end = b'{"sensor": "alpha", "time": "2025-11-07T01:17:01Z", "end_of_scan": true}'
    assert passed(thinning, [end] * 100, 1.0, waiting=10**6) == 100


def test_a_sensor_that_floods_has_no_more_waiting_than_is_used_of_a_scan() -> None:
    thinning = Thinning(Ration(40, 1.0))
    # Not flooding, such as a recording that is poured in: all of it waits.
    assert passed(thinning, [line(k / 10) for k in range(100)], 10.0, waiting=1000) == 100
    passed(thinning, [line(10.0)] * 100, 11.0)
    assert passed(thinning, [line(12.0)] * 10, 13.0, waiting=39) == 10
    assert passed(thinning, [line(13.0)] * 10, 14.0, waiting=40) == 0
    # Long after, it may be behind again.
    assert passed(thinning, [line(60.0)] * 10, 60.0, waiting=40) == 10


def test_the_excess_names_how_many_from_where_to_where_and_until_when() -> None:
    excess = Excess("tcp")
    kept: list[str] = []
    for k, name in enumerate("abc"):
        at = Instant(START + (2 - k) * SECOND)
        excess.add(10 + 2 * k, name.encode(), at, lambda name=name: kept.append(name))  # type: ignore[misc]
    told = excess.told("alpha")
    assert (told.sensor, told.count, told.last_line) == ("alpha", 3, 14)
    assert (told.first, told.last, excess.first_line) == (b"a", b"c", 10)
    assert told.time == START + 3 * SECOND
    excess.acknowledged()
    assert kept == ["a", "b", "c"]
