"""Bursts of clutter come for a while, in a corner, and change nothing else."""

import numpy as np
from msgspec.structs import replace

from launchwatch.simulate import clutter, observe
from launchwatch.simulate.scenario import load

QUIET = load("quiet")


def test_a_burst_lasts_seconds_to_minutes():
    starts = np.arange(0.0, 3600.0)
    for seed in range(20):
        mean = clutter.burst(starts, 3600.0, np.random.default_rng(seed))
        during = mean > 0.0
        assert 0 <= during.sum() <= 121
        assert np.all(np.diff(np.flatnonzero(during)) == 1)
        assert not during.any() or 5.0 <= mean.max() <= 60.0


def test_a_patch_lies_within_what_the_radar_sees():
    radar = QUIET.sensors["kr-north"]
    whole = clutter.everywhere(radar)
    for seed in range(50):
        box = clutter.patch(radar, np.random.default_rng(seed))
        assert np.all(box[0] <= box[1])
        assert box[0, 0] >= whole[0, 0]
        assert box[1, 0] <= whole[1, 0]
        assert box[1, 2] <= whole[1, 2]


def test_bursts_add_plots_and_leave_the_others_as_they_were():
    calm = observe.arrivals(QUIET, 5, [])
    traffic = replace(QUIET.traffic, bursts_per_hour=200.0)
    wild = observe.arrivals(replace(QUIET, traffic=traffic), 5, [])
    assert len(wild) > len(calm)
    # The link's jitter is drawn line by line, so only what was measured is compared.
    told = [observe.encode(line) for _, line in wild]
    assert {observe.encode(line) for _, line in calm} <= set(told)
