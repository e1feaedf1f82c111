"""The middle of many falls: which way down leads, when and how high, and the path to be drawn.

Where some samples pull up and some only fall, the falls are two crowds, one small and dense and
one far ahead of it and wide. Their mean lies between them, where nothing comes down.
"""

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment.posterior import Posterior, hypothesis_of
from launchwatch.assessment.ranks import at_shares
from launchwatch.flight import _kernels_fall
from launchwatch.flight.motion import BOOST, COAST
from launchwatch.messages.track import TrackUpdate

Floats = NDArray[np.float64]

_PATH_POINTS = 64


def likelier_way(pulls_up: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Say which falls (n,) go the likelier way: with a pull-up yet to begin, or without."""
    is_likely = 2 * int(np.count_nonzero(pulls_up)) > len(pulls_up)
    return pulls_up if is_likely else ~pulls_up


def middle_and_spread(values: Floats) -> tuple[float, float]:
    """Give the median, and half the width of the middle 68.3 %: a sigma that a long tail does
    not inflate. Nearest ranks will do: of a thousand, half a rank is 0.05 %."""
    ranked = np.sort(values)
    low, middle, high = (ranked[round(share * (len(ranked) - 1))] for share in (0.159, 0.5, 0.841))
    return float(middle), float(0.5 * (high - low))


def middle_path(
    update: TrackUpdate, posterior: Posterior
) -> tuple[tuple[float, float, float, float], ...]:
    """Sample the path ahead from the means, for pictures: (lon, lat, height, seconds)."""
    boosting = 2 * posterior.boosting > len(posterior.states)
    model, code = ("boost", BOOST) if boosting else ("coast", COAST)
    mean = np.array(hypothesis_of(update, model).mean)
    if not boosting:
        mean[:6] = (*update.position_ecef_m, *update.velocity_ecef_mps)
    lit = posterior.boosting
    (burn,) = at_shares(np.sort(posterior.burn_seconds[:lit]), (0.5,)) if boosting else (0.0,)
    (log_beta,) = at_shares(np.sort(posterior.log_beta), (0.5,))
    out = np.empty((4 * _PATH_POINTS, 5))
    count = _kernels_fall.trajectory(mean, code, burn, log_beta, 8.0, out)
    rows = out[:count]
    if count > _PATH_POINTS:
        rows = rows[np.linspace(0, count - 1, _PATH_POINTS).astype(np.int64)]
    shown = np.stack([np.degrees(rows[:, 2]), np.degrees(rows[:, 1]), rows[:, 3], rows[:, 0]], -1)
    return tuple((lon, lat, height, time) for lon, lat, height, time in shown.round(6).tolist())
