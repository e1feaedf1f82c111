"""Numbers that must not be: contained to the track that they befell, and the watch goes on."""

from collections.abc import Callable

import numpy as np
import pytest

from launchwatch.messages.plot import EndOfScan, Plot
from launchwatch.messages.track import TrackUpdate
from launchwatch.timescale import SECOND
from launchwatch.tracking.bank import Bank
from launchwatch.tracking.branching import Hypothesis

from .watching import (
    HIGH,
    NOON,
    Watch,
    at_place,
    coasting,
    end_of_scan,
    in_order,
    plots_of,
    radar,
)

RADAR = radar()
OTHER = at_place(39.0, 130.5, 150e3, (-800.0, 1200.0, 400.0))


def scans(begin: int, end: int, *courses: object) -> list[Plot | EndOfScan]:
    chance = np.random.default_rng(begin)
    plots: list[Plot | EndOfScan] = []
    for index, course in enumerate(courses):
        moments = [0.2 + 0.3 * index + second for second in range(begin, end)]
        plots += plots_of(RADAR, course, moments, chance)  # type: ignore[arg-type]
    return in_order([*plots, *(end_of_scan(RADAR, scan) for scan in range(begin, end))])


def poison(watch: Watch, name: str, spoil: Callable[[Bank], Bank]) -> None:
    """Spoil a track's newest numbers, as no plot could."""
    tracker = watch.tracker
    number = int(name[1:])
    cluster = tracker._clusters[number]
    place = cluster.numbers.index(number)
    newest = cluster.past[-1]
    hypotheses = []
    for weight, leaves in newest.hypotheses:
        leaf = leaves[place]
        assert leaf is not None
        renewed = (*leaves[:place], leaf._replace(bank=spoil(leaf.bank)), *leaves[place + 1 :])
        hypotheses.append(Hypothesis(weight, renewed))
    cluster.past[-1] = newest._replace(hypotheses=tuple(hypotheses))
    tracker._refresh(tracker._tracks[number], cluster)


def nothing_finite(bank: Bank) -> Bank:
    return Bank(np.full_like(bank.X, np.nan), np.full_like(bank.P, np.nan), bank.w)


def not_positive(bank: Bank) -> Bank:
    return Bank(bank.X, -bank.P, bank.w)


def absurdly_far(bank: Bank) -> Bank:
    return Bank(bank.X * 1e30, bank.P, bank.w)


def through_the_earth(bank: Bank) -> Bank:
    """The place stays; the speed points at the Earth's centre."""
    X = bank.X.copy()
    X[:, 3:6] = -3000.0 * X[:, :3] / np.linalg.norm(X[:, :3], axis=1)[:, None]
    return Bank(X, bank.P, bank.w)


def of_the_other(said: list[TrackUpdate], name: str) -> list[TrackUpdate]:
    return [one for one in said if one.track_id == name]


@pytest.mark.parametrize("spoil", [nothing_finite, not_positive, absurdly_far])
def test_a_track_whose_numbers_are_lost_is_dropped_and_the_other_is_not_touched(
    spoil: Callable[[Bank], Bank],
) -> None:
    sky = coasting(HIGH), coasting(OTHER)
    sound, poisoned = Watch(RADAR), Watch(RADAR)
    for watch in (sound, poisoned):
        watch.take(scans(0, 10, *sky))
    assert sound.names() == ["T0001", "T0002"]
    poison(poisoned, "T0001", spoil)
    for begin in range(10, 100, 5):
        for watch in (sound, poisoned):
            watch.take(scans(begin, begin + 5, *sky))
            watch.tick(begin, begin + 5)
    assert of_the_other(poisoned.said, "T0002") == of_the_other(sound.said, "T0002")
    last = of_the_other(poisoned.said, "T0001")[-1]
    assert last.status == "dropped"
    assert np.isfinite(last.position_ecef_m).all()
    # What flies on is found again, under a new name.
    (again,) = [name for name in poisoned.names() if name not in ("T0001", "T0002")]
    truth = sky[0]((of_the_other(poisoned.said, again)[-1].time - NOON) / SECOND)
    place = of_the_other(poisoned.said, again)[-1].position_ecef_m
    assert np.linalg.norm(np.array(place) - truth[:3]) < 1e3


def test_a_track_that_would_be_in_the_ground_is_dropped() -> None:
    watch = Watch(RADAR)
    watch.take(scans(0, 10, coasting(HIGH)))
    poison(watch, "T0001", through_the_earth)
    watch.tick(10, 60)
    last = watch.said[-1]
    assert last.status == "dropped"
    # From 110 km at 3 km/s and more it is there after some 35 s; a minute of silence is longer.
    assert (last.time - NOON) / SECOND < 55.0


def test_when_all_fall_silent_all_tracks_coast_and_end() -> None:
    watch = Watch(RADAR)
    watch.take(scans(0, 10, coasting(HIGH), coasting(OTHER)))
    watch.tick(10, 120)
    assert watch.tracker._tracks == {}
    assert watch.tracker._clusters == {}
    assert watch.names("coasting") == ["T0001", "T0002"]
    assert watch.names("dropped") == ["T0001", "T0002"]
