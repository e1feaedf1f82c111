"""What is told of a track: its state as a message, and the name that it bears."""

from typing import get_args

import numpy as np

from launchwatch.messages.packet import Mode
from launchwatch.messages.track import (
    MotionHypothesis,
    MotionModel,
    PhaseProbabilities,
    TrackUpdate,
)
from launchwatch.timescale import Instant
from launchwatch.tracking.bank import Bank, combined
from launchwatch.tracking.track import Track

MODELS = get_args(MotionModel)
"""Names of the motion models, in the order of a bank's rows."""

_UPPER6 = np.triu_indices(6)
_UPPER9 = np.triu_indices(9)


def update_of(track: Track, time: Instant, bank: Bank, known: Instant, mode: Mode) -> TrackUpdate:
    """Give a track's update.

    Args:
        time: the epoch of the bank, which may be the track's own or carried ahead.
        known: the stream's time at which this becomes known.
    """
    x, P = combined(bank)
    x_list = x.tolist()
    w = bank.w.tolist()
    means = bank.X.tolist()
    covariances = bank.P[:, _UPPER9[0], _UPPER9[1]].tolist()
    return TrackUpdate(
        track_id=name_of(track.number),
        time=time,
        known=known,
        mode=mode,
        status=track.status,
        position_ecef_m=tuple(x_list[:3]),
        velocity_ecef_mps=tuple(x_list[3:]),
        covariance_ecef=tuple(P[_UPPER6].tolist()),
        phase=PhaseProbabilities(**dict(zip(MODELS, w, strict=True))),
        sensors=tuple(sorted(track.leaf.newest)),
        plots=track.plots,
        hypotheses=tuple(
            MotionHypothesis(
                model=model,
                probability=w[j],
                mean=tuple(means[j]),
                covariance=tuple(covariances[j]),
            )
            for j, model in enumerate(MODELS)
        ),
        first_plot=track.first_plot,
        last_plot=track.last_plot,
    )


def name_of(number: int) -> str:
    """Give the identifier of a track by its number."""
    return f"T{number:04}"
