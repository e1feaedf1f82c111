"""Run a tracker through a raid, and score it: GOSPA with c = 5 km, p = 2, over positions.

After each scan the tracker's positions are held against the objects alive at that moment. The
figure of a raid is the mean of GOSPA over its scans; the root of its mean square is given as
well, because bad moments weigh more in it. Ratios to the floor are of means over all raids of a
row.

Time is that of the process (`time.process_time`) within the tracker's own calls, its making left
out; run with one thread (OPENBLAS_NUM_THREADS=1) to compare.
"""

from collections.abc import Sequence
from time import process_time
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from raids import Maker, Picture, Raid

from launchwatch.scoring.gospa import GospaSeries, gospa_over_time

Floats = NDArray[np.float64]

CUTOFF = 5000.0
ORDER = 2.0


class Trial(NamedTuple):
    """What a tracker said of a raid, and how long it took for each scan (s of CPU)."""

    raid: Raid
    pictures: Sequence[Picture]
    seconds: Floats


class Score(NamedTuple):
    """A trial's figures.

    Attributes:
        gospa_mean: over scans, metres.
        gospa_rms: root of the mean square over scans.
        missed: objects without a track, mean over scans.
        false: tracks without an object, mean over scans.
        position_rms: of the tracks that have an object, metres.
        switches: how often an object's track changed its number.
        series: everything over time.
    """

    gospa_mean: float
    gospa_rms: float
    missed: float
    false: float
    position_rms: float
    switches: int
    series: GospaSeries


def run(maker: Maker, raid: Raid) -> Trial:
    """Feed a tracker with a raid, scan by scan."""
    tracker = maker(raid.known)
    pictures, seconds = [], np.empty(len(raid.scans))
    for k, scan in enumerate(raid.scans):
        begin = process_time()
        picture = tracker(scan)
        seconds[k] = process_time() - begin
        pictures.append(picture)
    return Trial(raid, pictures, seconds)


def score(trial: Trial) -> Score:
    """Hold a trial against the truth."""
    return score_of(trial.raid, trial.pictures)


def score_of(raid: Raid, pictures: Sequence[Picture]) -> Score:
    """Hold pictures, one for each scan, against the truth."""
    alive = [np.flatnonzero(~np.isnan(states[:, 0])) for states in raid.states]
    truths = [states[one, :3] for states, one in zip(raid.states, alive, strict=True)]
    series = gospa_over_time(
        [(picture.positions, truth) for picture, truth in zip(pictures, truths, strict=True)],
        CUTOFF, ORDER,
    )  # fmt: skip
    last: dict[int, int] = {}
    switches = paired = 0
    for picture, one, pairs in zip(pictures, alive, series.pairs, strict=True):
        paired += len(pairs.truths)
        for track, truth in zip(picture.ids[pairs.estimates], one[pairs.truths], strict=True):
            switches += last.get(truth, track) != track
            last[truth] = track
    return Score(
        float(series.total.mean()),
        float(np.sqrt((series.total**2).mean())),
        float(series.missed_count.mean()),
        float(series.false_count.mean()),
        float(np.sqrt(series.localisation.sum() / max(paired, 1))),
        switches,
        series,
    )
