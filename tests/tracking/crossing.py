"""Williams' crossing: four objects that meet in the middle of a square, and one ends there.

The published benchmark of Poisson multi-Bernoulli filters. Objects are drawn at the middle of
81 scans, all near one place and slow, and carried forward and backward from there; the first
ends at the middle scan. So they come together, stay within metres of one another for a
dozen scans of metre noise, and part again. GOSPA with c = 10, p = 2, α = 2.

Source: García-Fernández, Williams, Granström and Svensson, IEEE Trans. Aerospace and Electronic
Systems 54 (2018) 1883; parameters as in the authors' public MATLAB programs
(github.com/Agarciafernandez/MTT, ScenarioWilliams15, with the paper's q of 0.01 instead of the
later 0.02), of which no line is used here.
"""

import numpy as np
from numpy.typing import NDArray

from launchwatch.scoring.gospa import gospa
from launchwatch.tracking.hypotheses import Limits
from launchwatch.tracking.linear import (
    Belief,
    Model,
    Unseen,
    Way,
    estimates,
    predict,
    unbegun,
    update,
)

Floats = NDArray[np.float64]

SCANS = 81
MIDDLE = 40
OBJECTS = 4
SIDE = 300.0
CUTOFF = 10.0

_ALONG = np.array([[1.0, 1.0], [0.0, 1.0]])
_STEADY = 0.01 * np.array([[1.0 / 3.0, 0.5], [0.5, 1.0]])
_WIDE = np.array([100.0, 0.0, 100.0, 0.0]), np.diag([150.0, 1.0, 150.0, 1.0]) ** 2

MODEL = Model(
    F=np.kron(np.eye(2), _ALONG),
    Q=np.kron(np.eye(2), _STEADY),
    H=np.kron(np.eye(2), np.array([[1.0, 0.0]])),
    R=np.eye(2),
    survival=0.99,
    detection=0.9,
    clutter=10.0 / SIDE**2,
    born=Unseen(np.array([0.005]), _WIDE[0][None], _WIDE[1][None]),
    gate=20.0,
)
BEFORE = Unseen(np.array([3.0]), _WIDE[0][None], _WIDE[1][None])


def truth(chance: np.random.Generator) -> list[Floats]:
    """Give the states (objects, 4) at each scan."""
    rough = np.linalg.cholesky(MODEL.Q)
    back = np.linalg.inv(MODEL.F)
    states = np.empty((SCANS, OBJECTS, 4))
    middle = np.array([SIDE / 2.0, 0.0, SIDE / 2.0, 0.0])
    states[MIDDLE] = middle + np.sqrt(0.1) * chance.standard_normal((OBJECTS, 4))
    for k in range(1, MIDDLE + 1):
        noise = chance.standard_normal((2, OBJECTS, 4)) @ rough.T
        states[MIDDLE + k] = states[MIDDLE + k - 1] @ MODEL.F.T + noise[0]
        states[MIDDLE - k] = (states[MIDDLE - k + 1] + noise[1]) @ back.T
    return [states[k] if k < MIDDLE else states[k, 1:] for k in range(SCANS)]


def scans(states: list[Floats], chance: np.random.Generator) -> list[Floats]:
    """Give the plots (n, 2) of each scan: what is detected, and clutter."""
    made = []
    for now in states:
        seen = now[chance.random(len(now)) < MODEL.detection] @ MODEL.H.T
        false = SIDE * chance.random((chance.poisson(MODEL.clutter * SIDE**2), 2))
        made.append(np.concatenate([seen + chance.standard_normal(seen.shape), false]))
    return made


def squared_gospa(
    states: list[Floats], plots: list[Floats], limits: Limits, way: Way = "mixture"
) -> Floats:
    """Run the filter over one history: GOSPA² at each scan."""
    belief: Belief | None = None
    scores = []
    for now, found in zip(states, plots, strict=True):
        belief = unbegun(BEFORE) if belief is None else predict(belief, MODEL)
        belief = update(belief, MODEL, found, limits, way)
        _, means = estimates(belief)
        scores.append(gospa(means @ MODEL.H.T, now @ MODEL.H.T, CUTOFF).total ** 2)
    return np.array(scores)


def mean_squares(seeds: int, limits: Limits, way: Way = "mixture") -> Floats:
    """Give GOSPA² over all scans for seeds 0, 1, ...: a truth and plots of its own each."""
    means = []
    for seed in range(seeds):
        chance = np.random.default_rng(seed)
        states = truth(chance)
        means.append(squared_gospa(states, scans(states, chance), limits, way).mean())
    return np.array(means)


def root_mean(squares: Floats) -> tuple[float, float]:
    """Give the RMS over seeds and its standard error."""
    total = float(np.sqrt(squares.mean()))
    return total, float(squares.std(ddof=1) / np.sqrt(len(squares)) / (2.0 * total))
