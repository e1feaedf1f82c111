"""Our metrics against Stone Soup's, which somebody else wrote from the same papers."""

import datetime as dt

import numpy as np
import pytest
from stonesoup.measures import Euclidean
from stonesoup.metricgenerator.manager import MultiManager
from stonesoup.metricgenerator.ospametric import GOSPAMetric, OSPAMetric
from stonesoup.metricgenerator.tracktotruthmetrics import SIAPMetrics
from stonesoup.types.association import AssociationSet, TimeRangeAssociation
from stonesoup.types.groundtruth import GroundTruthPath
from stonesoup.types.state import State
from stonesoup.types.time import TimeRange
from stonesoup.types.track import Track

from launchwatch.scoring.gospa import gospa_over_time
from launchwatch.scoring.ospa import exist, ospa
from launchwatch.scoring.siap import siap

START = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - Stone Soup's own times are naive
TIMES = np.arange(12) * 1.5
CUTOFF = 4.0


def picture(seed):
    """Objects that come and go, tracks that wander from one to another, and ghosts.

    States are position and velocity in two dimensions: (12, n, 4) and (12, m, 4).
    """
    chance = np.random.default_rng(seed)
    truths = np.concatenate(
        [chance.uniform(0, 10, (12, 5, 2)).cumsum(axis=0) * 0.1, chance.normal(size=(12, 5, 2))],
        axis=2,
    )
    truths[:, :, :2] += chance.uniform(0, 12, (5, 2))
    tracks = np.concatenate([truths + 0.8 * chance.normal(size=truths.shape)] * 2, axis=1)
    tracks[:, 8:, :2] += 40.0
    # Each number holds one unbroken stretch: Stone Soup adds up pieces, we take the longest.
    for path in (truths, tracks):
        for one in range(path.shape[1]):
            begin = chance.integers(0, 6)
            end = begin + chance.integers(3, 8)
            path[:begin, one] = np.nan
            path[end:, one] = np.nan
    return tracks, truths


def by_making(tracks, truths):
    """Say whose each track is: the object it was made from, until it flies off.

    No stretch of a single moment, which has no length and so no place in Stone Soup.
    """
    owner = np.full(tracks.shape[:2], -1)
    for i in range(tracks.shape[1]):
        both = exist(tracks)[:8, i] & exist(truths)[:8, i % 5]
        if both.sum() > 1:
            owner[:8, i][both] = i % 5
    return owner


def moment(k):
    return START + dt.timedelta(seconds=float(TIMES[k]))


def spoken(kind, paths):
    """Say paths (k, n, d) in Stone Soup's words."""
    return [
        kind([State(paths[k, i], timestamp=moment(k)) for k in range(12) if exist(paths)[k, i]])
        for i in range(paths.shape[1])
    ]


def judged(tracks, truths, generator, owner=None):
    theirs, objects = spoken(Track, tracks), spoken(GroundTruthPath, truths)
    associator = None
    if owner is not None:
        associations = set()
        for i in range(tracks.shape[1]):
            for j in range(truths.shape[1]):
                edges = np.flatnonzero(np.diff(np.r_[False, owner[:, i] == j, False]))
                for begin, end in zip(edges[::2], edges[1::2] - 1, strict=True):
                    span = TimeRange(moment(begin), moment(end))
                    associations.add(TimeRangeAssociation({theirs[i], objects[j]}, time_range=span))
        associator = type(
            "Told", (), {"associate_tracks": lambda *_: AssociationSet(associations)}
        )()
    manager = MultiManager([generator], associator=associator)
    manager.add_data({"groundtruth_paths": objects, "tracks": theirs})
    return manager.generate_metrics()[generator.generator_name]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("order", [1.0, 2.0])
def test_gospa_and_its_parts_agree(seed, order):
    tracks, truths = picture(seed)
    generator = GOSPAMetric(p=order, c=CUTOFF, measure=Euclidean([0, 1]))
    theirs = [one.value for one in judged(tracks, truths, generator)["GOSPA Metrics"].value]
    here, there = exist(tracks), exist(truths)
    some = here.any(axis=1) | there.any(axis=1)
    ours = gospa_over_time(
        [(tracks[k, here[k], :2], truths[k, there[k], :2]) for k in np.flatnonzero(some)],
        CUTOFF, order,
    )  # fmt: skip
    names = {
        "distance": "total",
        "localisation": "localisation",
        "missed": "missed",
        "false": "false",
    }
    for name, field in names.items():
        assert getattr(ours, field) == pytest.approx([one[name] for one in theirs], rel=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_ospa_agrees(seed):
    # Order 1 alone: Stone Soup 1.9.1 pairs by distance, whatever the order.
    tracks, truths = picture(seed)
    generator = OSPAMetric(p=1.0, c=CUTOFF, measure=Euclidean([0, 1]))
    theirs = [one.value for one in judged(tracks, truths, generator)["OSPA distances"].value]
    here, there = exist(tracks), exist(truths)
    some = np.flatnonzero(here.any(axis=1) | there.any(axis=1))
    ours = [ospa(tracks[k, here[k], :2], truths[k, there[k], :2], CUTOFF, 1.0) for k in some]
    assert ours == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_siap_agrees(seed):
    tracks, truths = picture(seed)
    owner = by_making(tracks, truths)
    generator = SIAPMetrics(position_measure=Euclidean([0, 1]), velocity_measure=Euclidean([2, 3]))
    theirs = judged(tracks, truths, generator, owner)
    ours = siap(TIMES, tracks[..., :2], truths[..., :2], owner, tracks[..., 2:], truths[..., 2:])
    names = {
        "SIAP Completeness": ours.completeness,
        "SIAP Ambiguity": ours.ambiguity,
        "SIAP Spuriousness": ours.spuriousness,
        "SIAP Position Accuracy": ours.position_error,
        "SIAP Velocity Accuracy": ours.velocity_error,
        "SIAP Rate of Track Number Change": ours.number_changes_per_second,
        "SIAP Longest Track Segment": ours.longest_segment,
    }
    assert 0.0 < ours.completeness < 1.0
    assert ours.ambiguity > 1.0
    for name, value in names.items():
        assert value == pytest.approx(theirs[name].value, rel=1e-12), name
