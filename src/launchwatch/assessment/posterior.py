"""Samples of what a track may be doing: its motion hypotheses, drawn in proportion.

What the track does not know is drawn from broad priors: how long a motor will still burn,
and the ballistic coefficient of what it leaves. What air and lift may yet do is drawn elsewhere
(`launchwatch.assessment.air`, `launchwatch.assessment.pullups`).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment.normal import share_below, shares_below, values_below
from launchwatch.messages.track import MotionHypothesis, TrackUpdate

Floats = NDArray[np.float64]

BURN_SECONDS = 80.0
"""Median of the prior of how long a motor burns. A judgement from what is commonly
said, not looked up: some 30 s (close range) to 180 s and more (several stages)."""

BURN_SPREAD = 0.45
"""Standard deviation of its logarithm: 95 % between 33 and 193 s."""

LEAST_MASS = 0.2
"""Share of the lift-off mass that is left when a single stage has burnt out: a judgement;
0.2 to 0.4 is commonly said of single-stage vehicles, and was not looked up."""

MORE_STAGES = 0.2
"""Share of the samples in which another stage follows."""

LOG_BALLISTIC_COEFFICIENT = (float(np.log(5000.0)), 0.8)
"""Mean and deviation of ln(m/(Cd·A)/(kg/m²)) where the track knows nothing of it: see
`launchwatch.tracking.models.BALLISTIC_COEFFICIENT` for the sources."""

DRAG_CHANGES = 0.1
"""Standard deviation of how much ln(m/(Cd·A)) differs between where it was measured and the rest
of the flight. The filters take the drag coefficient as constant, but those of slender bodies vary
with the Mach number. A judgement: two sigmas either way span a factor of e, somewhat more than
the two that is commonly said; not looked up in print, and one value was tried."""

_UPPER9 = np.triu_indices(9)


class Posterior(NamedTuple):
    """Samples of a track at its epoch.

    Attributes:
        states: (n, 9) position and velocity (ECEF), ln thrust acceleration, ln growth.
        burn_seconds: (n,) still to burn, 0 where the motor is out.
        log_beta: (n,) ln ballistic coefficient from burnout on.
        boosting: how many of the first samples are still burning.
        turning: (n,) which of them are in the middle of a manoeuvre; the last three numbers
            of their states are its acceleration, ECEF.
    """

    states: Floats
    burn_seconds: Floats
    log_beta: Floats
    boosting: int
    turning: NDArray[np.bool_]


def hypothesis_of(update: TrackUpdate, model: str) -> MotionHypothesis:
    """Give a track's hypothesis by the name of its model."""
    return next(one for one in update.hypotheses if one.model == model)


def moments_of(hypothesis: MotionHypothesis) -> tuple[Floats, Floats]:
    """Give mean (9,) and covariance (9, 9) as arrays."""
    P = np.empty((9, 9))
    P[_UPPER9] = hypothesis.covariance
    P.T[_UPPER9] = hypothesis.covariance
    return np.array(hypothesis.mean), P


def root_of(covariance: Floats) -> Floats:
    """Give a matrix R with R·Rᵀ = covariance; what rounding made negative counts as nothing."""
    try:
        return np.asarray(np.linalg.cholesky(covariance), dtype=np.float64)
    except np.linalg.LinAlgError:
        widths, axes = np.linalg.eigh(covariance)
        return np.asarray(axes * np.sqrt(np.maximum(widths, 0.0)), dtype=np.float64)


def draw(update: TrackUpdate, burnt: float | None, normals: Floats) -> Posterior:
    """Draw samples of a track, as many as there are normals.

    Args:
        update: a track with hypotheses.
        burnt: seconds since lift-off, where a launch time is known.
        normals: (n, 12) independent standard normal numbers.
    """
    shares = {one.model: one.probability for one in update.hypotheses if one.model != "cruise"}
    counts = _counts(list(shares.values()), len(normals))
    states = np.empty((len(normals), 9))
    log_beta = LOG_BALLISTIC_COEFFICIENT[0] + LOG_BALLISTIC_COEFFICIENT[1] * normals[:, 9]
    burn = np.zeros(len(normals))
    turning = np.zeros(len(normals), dtype=np.bool_)
    start = 0
    for model, count in zip(shares, counts, strict=True):
        if count == 0:
            continue
        rows = slice(start, start + count)
        mean, P = moments_of(hypothesis_of(update, model))
        states[rows] = mean + normals[rows, :9] @ root_of(P).T
        if model == "boost":
            burn[rows] = remaining_burn(burnt, states[rows, 7], normals[rows, 10:])
        elif model in ("coast", "reentry"):
            log_beta[rows] = states[rows, 6] + DRAG_CHANGES * normals[rows, 9]
        else:
            turning[rows] = True
        start += count
    return Posterior(states, burn, log_beta, counts[list(shares).index("boost")], turning)


def remaining_burn(burnt: float | None, log_growth: Floats, normals: Floats) -> Floats:
    """Draw how long a motor still burns.

    Lognormal, given that it has burnt so long already; and no longer than its propellant
    lasts. With constant thrust and flow the acceleration grows at k = 1/(τ - t), τ being
    when all mass would be gone, so k tells how much is left. Most vehicles stop with
    `LEAST_MASS` of it; the rest light another stage and are bound by the first rule alone.

    Args:
        burnt: seconds since lift-off, where known.
        log_growth: (n,) ln k.
        normals: (n, 2) independent standard normal numbers.
    """
    passed = 0.0
    if burnt is not None and burnt > 1.0:
        passed = share_below(float(np.log(burnt / BURN_SECONDS)) / BURN_SPREAD)
    # In the far tail the quantile function runs out of digits: the last hundred-millionth.
    at = np.minimum(passed + (1.0 - passed) * shares_below(normals[:, 0]), 1.0 - 1e-8)
    remaining = np.maximum(
        BURN_SECONDS * np.exp(BURN_SPREAD * values_below(at)) - (burnt or 0.0), 0.0
    )
    left = np.exp(-log_growth)
    cap = np.maximum(left - LEAST_MASS * (left + (burnt or 0.0)), 0.1)
    # Bent towards the cap rather than cut off there: nobody burns out at one instant.
    bound = cap * -np.expm1(-remaining / cap)
    return np.where(shares_below(normals[:, 1]) < MORE_STAGES, remaining, bound)


def _counts(shares: list[float], total: int) -> list[int]:
    """Share out samples by largest remainders, so that they sum to the total."""
    if sum(shares) <= 0.0:  # certainly cruising: then one fall is as good a guess as another
        shares = [1.0] * len(shares)
    whole = sum(shares)
    ideal = [share / whole * total for share in shares]
    counts = [int(value) for value in ideal]
    by_remainder = sorted(range(len(ideal)), key=lambda i: counts[i] - ideal[i])
    for i in by_remainder[: total - sum(counts)]:
        counts[i] += 1
    return counts
