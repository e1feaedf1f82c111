"""Parts of a country that reports name by a phrase: areas with an outline, never points.

"From the northwestern region, near the border with China" is two areas, and both at once is where
they overlap. Outlines are `data/places/areas.tsv`: drawn by hand around what such a phrase commonly
covers, a few corners each, good to some tens of kilometres.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Tongue = Literal["en", "ja", "ko"]
_TONGUES: tuple[Tongue, ...] = ("en", "ja", "ko")


class Area(NamedTuple):
    """A part of a country: its outline (n, 2) of latitudes and longitudes, degrees, not closed."""

    key: str
    country: str
    ring: Floats


@cache
def areas() -> dict[str, Area]:
    """Give every area by its key."""
    return {row[0]: Area(row[0], row[1], _ring(row[2])) for row in _rows()}


@cache
def phrases(tongue: Tongue) -> tuple[re.Pattern[str], tuple[str, ...]]:
    """Give the pattern of all phrases of a language, and the area's key of each of its groups."""
    column = 3 + _TONGUES.index(tongue)
    told = [(row[0], row[column]) for row in _rows() if row[column]]
    # The longest phrases first: "northwest" before "north", "west coast" before "west".
    pattern = "|".join(rf"(?P<a{n}>{words})" for n, (_, words) in enumerate(told))
    edge = r"\b" if tongue == "en" else ""
    return re.compile(f"{edge}(?:{pattern}){edge}", re.IGNORECASE), tuple(key for key, _ in told)


def area_of(found: re.Match[str], keys: tuple[str, ...]) -> str:
    """Give the key of the area that a phrase found by `phrases` names."""
    return keys[int((found.lastgroup or "a0")[1:])]


def _ring(text: str) -> Floats:
    return np.array([[float(x) for x in corner.split()] for corner in text.split(",")])


@cache
def _rows() -> tuple[tuple[str, ...], ...]:
    text = (files("launchwatch") / "data/places/areas.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and line[0] != "#"]
    return tuple(tuple((line + "\t" * 6).split("\t")[:6]) for line in lines)
