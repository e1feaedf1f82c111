"""Public families: which of them fly so far and so high, by the envelopes of open sources.

Envelopes overlap nearly everywhere; a name here means "would fit", never "was". Part of every kind
stays with what no table lists.
"""

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

UNLISTED = 0.3
"""Share of each kind that is none of the families listed. A judgement."""
_SOFT = 0.08
"""How sharp an envelope's edges are: half as likely beyond them by this share."""


class Envelope(NamedTuple):
    """A family: ranges and heights flown, metres, and who says so."""

    name: str
    kind: str
    country: str
    ranges: tuple[float, float]
    apogees: tuple[float, float]
    source: str


@cache
def envelopes() -> tuple[Envelope, ...]:
    """Give the families of `data/families/families.csv`."""
    text = (files("launchwatch") / "data/families/families.csv").read_text(encoding="utf-8")
    return tuple(
        Envelope(
            row["name"], row["class"], row["country"],
            (1e3 * float(row["least_range_km"]), 1e3 * float(row["most_range_km"])),
            (1e3 * float(row["least_apogee_km"]), 1e3 * float(row["most_apogee_km"])),
            row["source"],
        )
        for row in csv.DictReader(text.splitlines())
    )  # fmt: skip


def named(
    distance: Floats, apogee: Floats, kinds: dict[str, float], most: int = 4
) -> tuple[tuple[str, float], ...]:
    """Give the likeliest families with their probabilities, most probable first.

    Args:
        distance: (n,) metres flown, by the samples that come down; ``apogee`` likewise.
        kinds: probability of each kind of `launchwatch.assessment.kinds`.
    """
    if not len(distance):
        return ()
    found: list[tuple[str, float]] = []
    for kind in sorted({one.kind for one in envelopes()}):
        fits = {
            one.name: float(
                np.mean(_within(distance, *one.ranges) * _within(apogee, *one.apogees))
            ) / (np.log(one.ranges[1] / one.ranges[0]) * np.log(one.apogees[1] / one.apogees[0]))
            for one in envelopes()
            if one.kind == kind
        }  # fmt: skip
        total = sum(fits.values())
        # What fits none of them well is more probably none of them.
        listed = (1.0 - UNLISTED) * total / (total + 0.02) if total > 0.0 else 0.0
        share = kinds.get(kind, 0.0) * listed
        found += [(name, share * fit / total) for name, fit in fits.items() if total > 0.0]
    found.sort(key=lambda row: (-row[1], row[0]))
    return tuple((name, round(float(share), 4)) for name, share in found[:most] if share >= 0.01)


def _within(values: Floats, low: float, high: float) -> Floats:
    beyond = np.maximum(np.maximum(np.log(low / values), np.log(values / high)), 0.0)
    return np.asarray(np.exp(-np.log(2.0) * (beyond / _SOFT) ** 2))
