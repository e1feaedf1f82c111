"""A filter for your own model: the re-entry of Farina, Ristic and Benvenuti (2002).

A body of known ballistic coefficient falls through an exponential atmosphere, over a flat Earth,
towards a radar with a beam a degree wide. Two functions say how it moves and what the radar sees;
the rest is `launchwatch.estimation.cubature`. Run it for how near the filter is to the bound.

Source: IEEE Trans. Aerospace and Electronic Systems 38 (2002) 854. A state
is distance, its rate, height, its rate (m, m/s).
"""

from itertools import pairwise

import numpy as np

from launchwatch.estimation.cubature import cubature_predict, cubature_update
from launchwatch.estimation.gaussian import gaussian

T, GRAVITY = 2.0, 9.81  # seconds between plots, m/s²
BALLISTIC_COEFFICIENT = 40_000.0  # weight over drag area, kg/(m·s²)
START = [232e3, 2290 * np.cos(np.radians(190)), 88e3, 2290 * np.sin(np.radians(190))]
Q = np.kron(np.eye(2), [[T**3 / 3, T**2 / 2], [T**2 / 2, T]])  # q = 1 m²/s³
R = np.diag([100.0, 0.017]) ** 2  # range and elevation


def density(height):
    low = 1.227 * np.exp(-1.093e-4 * height)
    return np.where(height < 9144.0, low, 1.754 * np.exp(-1.49e-4 * height))


def motion(states):
    """Move states (k, 4) on by T, acceleration held."""
    place, velocity = states[:, ::2], states[:, 1::2]
    speed = np.linalg.norm(velocity, axis=1)
    drag = -0.5 * GRAVITY / BALLISTIC_COEFFICIENT * density(states[:, 2]) * speed
    acceleration = drag[:, None] * velocity - [0.0, GRAVITY]
    moved = np.empty_like(states)
    moved[:, ::2] = place + T * velocity + 0.5 * T * T * acceleration
    moved[:, 1::2] = velocity + T * acceleration
    return moved


def measure(states):
    """Give range and elevation (k, 2) of states."""
    return np.stack([np.hypot(*states[:, ::2].T), np.arctan2(states[:, 2], states[:, 0])], axis=1)


def from_two_plots(pairs):
    """Give the states (k, 4) that two plots each, T apart, would show without error."""
    first, second = (pairs[:, i, None] * turned(pairs[:, i + 1]) for i in (0, 2))
    return np.stack([second, (second - first) / T], axis=2).reshape(-1, 4)


def turned(elevation):
    return np.stack([np.cos(elevation), np.sin(elevation)], axis=1)


def follow(plots):
    """Give the beliefs after the second and each later plot (k, 2)."""
    pair = gaussian(np.concatenate(plots[:2]), np.kron(np.eye(2), R))
    beliefs = [cubature_predict(pair, from_two_plots, np.zeros((4, 4)))]
    for z in plots[2:]:
        ahead = cubature_predict(beliefs[-1], motion, Q)
        beliefs.append(cubature_update(ahead, z, measure, R).posterior)
    return beliefs


def flights(runs, scans, chance):
    """Draw true states (scans, runs, 4) and what the radar made of them (scans, runs, 2)."""
    states = [np.tile(START, (runs, 1))]
    for _ in range(scans - 1):
        noise = chance.standard_normal((runs, 4)) @ np.linalg.cholesky(Q).T
        states.append(motion(states[-1]) + noise)
    noise = chance.standard_normal((scans, runs, 2)) * np.sqrt(np.diag(R))
    return np.array(states), np.array([measure(one) for one in states]) + noise


def bounds(states):
    """Give the posterior Cramér-Rao bound (scans - 1, 4, 4) from the second plot on.

    Tichavský, Muravchik and Nehorai's recursion (1998), expectations over the true flights.
    """
    steps, information = np.array([1.0, 0.1, 1.0, 0.1]), np.linalg.inv(R)

    def slopes(function, at):
        ahead, behind = (
            function((at[:, None] + s * np.diag(steps)).reshape(-1, 4)) for s in (1, -1)
        )
        return ((ahead - behind).reshape(len(at), 4, -1) / (2 * steps[:, None])).swapaxes(1, 2)

    pairs = np.concatenate([measure(states[0]), measure(states[1])], axis=1)
    shift = 1e-6 * np.diag(pairs.mean(axis=0))
    around = from_two_plots(pairs.mean(axis=0) + np.concatenate([shift, -shift]))
    slope = (around[:4] - around[4:]).T / (2 * np.diag(shift))
    found = [slope @ np.kron(np.eye(2), R) @ slope.T]
    J, Q_inverse = np.linalg.inv(found[0]), np.linalg.inv(Q)
    for now, after in pairwise(states[1:]):
        F, H = slopes(motion, now), slopes(measure, after)
        both = -F.mean(axis=0).T @ Q_inverse
        gained = (H.swapaxes(1, 2) @ information @ H).mean(axis=0)
        kept = J + (F.swapaxes(1, 2) @ Q_inverse @ F).mean(axis=0)
        J = Q_inverse + gained - both.T @ np.linalg.solve(kept, both)
        found.append(np.linalg.inv(J))
    return np.array(found)


def compare(runs=100, scans=61, seed=1):
    """Give root mean square errors over bounds, of place and velocity, and NEES/4, by plot."""
    states, plots = flights(runs, scans, np.random.default_rng(seed))
    errors, lengths2 = np.empty((runs, scans - 1, 4)), np.empty((runs, scans - 1))
    for run in range(runs):
        for k, (mean, P) in enumerate(follow(plots[:, run])):
            errors[run, k] = mean - states[k + 1, run]
            lengths2[run, k] = errors[run, k] @ np.linalg.solve(P, errors[run, k])
    square, variance = (errors**2).mean(axis=0), bounds(states).diagonal(axis1=1, axis2=2)
    place, velocity = (
        np.sqrt(square[:, i::2].sum(axis=1) / variance[:, i::2].sum(axis=1)) for i in (0, 1)
    )
    return place, velocity, lengths2.mean(axis=0) / 4


if __name__ == "__main__":
    place, velocity, nees = compare()
    print("   s  place/bound  velocity/bound  NEES/4")
    for k in range(1, 60, 6):
        print(f"{T * (k + 1):4.0f} {place[k]:12.2f} {velocity[k]:15.2f} {nees[k]:7.2f}")
