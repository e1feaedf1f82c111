"""Do launches come more often before, after or during what they are said to answer?

The question is put in advance: three kinds of event, the windows of `WINDOWS`, nothing else.
The answer compares the launch days inside the windows with those there would be had the same
launches come at other days of the same half-year: within each block of `BLOCK_DAYS` the launch
days are turned round as on a ring, by a draw of its own. That keeps every slow trend (years of
many launches and of none) and every burst (launches on three days of a week stay so), and
breaks only what ties them to the events. How many looks were taken is paid for by the largest
of all deviations (Westfall and Young), in the same draws.

What it cannot tell: season from exercise, since both come every March and August; what caused
what; and anything of a choice of events other than the one it was given.

Source: Westfall and Young, "Resampling-Based Multiple Testing", 1993, 2.6; Amarasingham,
Harrison, Hatsopoulos and Geman, "Conditional modeling and the jitter method of spike
resampling", J. Neurophysiol. 107, 2012, for conditioning on the coarse rate.
"""

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from launchwatch.record.history import ContextEvent

KINDS = ("resolution", "summit", "exercise")

WINDOWS: tuple[tuple[str, int, int], ...] = (
    ("in the 14 days before", -14, -1),
    ("in the week after", 1, 7),
    ("in the 14 days after", 1, 14),
    ("in the 30 days after", 1, 30),
)
"""Days after an event begins: a week and a fortnight are what officials speak of, a month is
what a test needs to be prepared. Chosen before any count was made."""

BLOCK_DAYS = 182
"""Half a year: slower than any window, quicker than the change between a busy and a quiet year.
design/history.md has the answers with a quarter and with a year."""

DRAWS = 4999

Days = NDArray[np.bool_]
"""(n,) was there a launch on this day?"""


class Look(Struct, frozen=True, kw_only=True):
    """One kind of event and one window: what was found there, and what was to be expected.

    Attributes:
        kind, window: such as ``summit`` and ``in the week after``.
        events: how many of the kind lie in the period.
        days: days inside the windows, each once.
        launch_days: days of these with a launch.
        expected: mean of the draws; 95 % of them lie in ``low`` to ``high``.
        p: share of draws that deviate as much, either way.
        p_corrected: share of draws in which any look deviates as much.
    """

    kind: str
    window: str
    events: int
    days: int
    launch_days: int
    expected: float
    low: float
    high: float
    p: float
    p_corrected: float


class Question(NamedTuple):
    """The looks to take over a period: names, events of each, and days inside each (m, n)."""

    first: dt.date
    names: tuple[tuple[str, str], ...]
    events: tuple[int, ...]
    inside: NDArray[np.bool_]


def question(
    context: Sequence[ContextEvent], first: dt.date, last: dt.date, kinds: Sequence[str] = KINDS
) -> Question:
    """Put the question for a period: every window of every kind, and "during" where that is known.

    Events whose windows reach beyond the period count with what lies inside; kinds without an
    event are left out.
    """
    length = (last - first).days + 1
    names, events, rows = [], [], []
    for kind in kinds:
        held = [each for each in context if each.kind == kind and first <= each.date <= last]
        if not held:
            continue
        begins = [(each.date - first).days for each in held]
        for name, low, high in WINDOWS:
            rows.append(_union([(at + low, at + high) for at in begins], length))
            names.append((kind, name))
            events.append(len(held))
        lasting = [
            (at, (each.until - first).days)
            for at, each in zip(begins, held, strict=True)
            if each.until is not None
        ]
        if len(lasting) > len(held) // 2:
            rows.append(_union(lasting, length))
            names.append((kind, "during"))
            events.append(len(lasting))
    inside = np.array(rows, dtype=bool).reshape(len(rows), length)
    return Question(first, tuple(names), tuple(events), inside)


def _union(spans: Sequence[tuple[int, int]], length: int) -> Days:
    days = np.zeros(length, dtype=bool)
    for low, high in spans:
        days[max(low, 0) : max(high + 1, 0)] = True
    return days


def days_of(dates: Sequence[dt.date], first: dt.date, last: dt.date) -> Days:
    """Mark the days of a period on which something happened."""
    days = np.zeros((last - first).days + 1, dtype=bool)
    days[[(date - first).days for date in dates if first <= date <= last]] = True
    return days


def look(
    asked: Question,
    launched: Days,
    generator: np.random.Generator,
    *,
    draws: int = DRAWS,
    block_days: int = BLOCK_DAYS,
) -> tuple[Look, ...]:
    """Take every look of a question.

    Args:
        asked: of the same period as the launches.
        launched: (n,) days with a launch.
        generator: of the draws.
        draws: how many; the least p is one over one more.
        block_days: length within which launch days are turned.
    """
    found, drawn = _counts(asked, launched, generator, draws, block_days)
    # The record counts among its own draws: only so is it, without an effect, one of them, and the
    # test exact. Scaled by the draws alone, 13 looks of 199 draws erred in 6.6 % instead of 5 %.
    every = np.vstack([found, drawn])
    mean, spread = every.mean(axis=0), every.std(axis=0)
    told = spread > 0.0
    scale = np.where(told, spread, 1.0)
    ours = np.where(told, np.abs(found - mean) / scale, 0.0)
    theirs = np.where(told, np.abs(drawn - mean) / scale, 0.0)
    # A hair of slack: equal counts are equal deviations, whatever rounding says.
    p = (1 + (theirs >= ours - 1e-9).sum(axis=0)) / (draws + 1)
    largest = theirs.max(axis=1, initial=0.0)
    corrected = (1 + (largest[:, None] >= ours - 1e-9).sum(axis=0)) / (draws + 1)
    low, high = np.quantile(drawn, (0.025, 0.975), axis=0)
    return tuple(
        Look(
            kind=kind, window=window, events=asked.events[at], days=int(asked.inside[at].sum()),
            launch_days=int(found[at]), expected=float(mean[at]), low=float(low[at]),
            high=float(high[at]), p=float(p[at]), p_corrected=float(corrected[at]),
        )
        for at, (kind, window) in enumerate(asked.names)
    )  # fmt: skip


def _counts(
    asked: Question,
    launched: Days,
    generator: np.random.Generator,
    draws: int,
    block_days: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Count launch days inside the windows: (m,) as they were, (draws, m) turned."""
    length = len(launched)
    found = (asked.inside & launched).sum(axis=1).astype(float)
    drawn = np.zeros((draws, len(found)))
    edges = np.linspace(0, length, max(round(length / block_days), 1) + 1).astype(int)
    for start, end in pairwise(edges.tolist()):
        turned = _turned(asked.inside[:, start:end], launched[start:end])
        drawn += turned[generator.integers(end - start, size=draws)]
    return found, drawn


def _turned(inside: NDArray[np.bool_], launched: Days) -> NDArray[np.float64]:
    """Give the counts (n, m) of a block for each of its n turns: a correlation on a ring."""
    days = len(launched)
    spectrum = np.fft.rfft(inside.astype(float)) * np.conj(np.fft.rfft(launched.astype(float)))
    return np.asarray(np.rint(np.fft.irfft(spectrum, days)).T)


def chance_of_seeing(
    asked: Question,
    launched: Days,
    at: int,
    ratio: float,
    generator: np.random.Generator,
    *,
    trials: int = 100,
    draws: int = 499,
) -> float:
    """Say how often a look would have been significant had launches been so many times as likely.

    The launches of each trial are ours, turned, with days added inside the look's windows at
    the half-year's own rate (or taken away there, for a ratio below one), and judged at 5 %
    after correction for all looks.
    """
    seen = 0
    length = len(launched)
    blocks = max(round(length / BLOCK_DAYS), 1)
    edges = np.linspace(0, length, blocks + 1).astype(int)
    for _ in range(trials):
        days = launched.copy()
        rate = np.zeros(length)
        for start, end in pairwise(edges.tolist()):
            days[start:end] = np.roll(launched[start:end], generator.integers(end - start))
            rate[start:end] = launched[start:end].mean()
        chance = generator.random(length)
        if ratio > 1.0:
            days |= asked.inside[at] & (chance < (ratio - 1.0) * rate)
        else:
            days &= ~(asked.inside[at] & (chance >= ratio))
        seen += look(asked, days, generator, draws=draws)[at].p_corrected <= 0.05
    return seen / trials
