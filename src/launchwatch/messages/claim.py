"""What one public report says: claims, each with the words it came from.

A claim is a statement, not a finding: it is kept as it was said, with what speaks against it,
and never overwritten by what was measured.
"""

from typing import Any, Literal

import msgspec

ClaimKind = Literal[
    "launch_date",
    "launch_time",
    "launch_place",
    "count",
    "range",
    "apogee",
    "flight_time",
    "class",
    "type",
    "fall_place",
    "zone_verdict",
    "damage",
    "context",
]


class Claim(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of one public report.

    Attributes:
        kind: what is stated; ``context`` holds what must not be taken for a statement about
            this launch (an earlier launch's figures, a capability, when a siren sounded).
        value: range and apogee in km, flight time in minutes, count as a whole number (None
            for "several"), dates as ISO 8601 (``--03-06`` and ``---21`` where year or month
            are not said), times as ``HH:MM`` in the zone that ``unit`` gives, or ``16h`` for
            an hour; places, verdicts and context as a mapping.
        unit: of the value; a UTC offset for times; empty where there is none.
        text: the words, as they stand from ``start`` to ``end`` (characters) of the report.
        source: who said it, by the report; empty where the report speaks for itself.
        doubt: what speaks against the claim; empty where nothing does.
        qualifier: "about", "at least", "over", "at most", "up to", "from" and "to" of an
            interval, "several", "denied", "possible" or nothing.
        item: which of several bodies, where the report numbers them from 1.
    """

    kind: ClaimKind
    value: Any
    unit: str
    text: str
    start: int
    end: int
    source: str = ""
    doubt: str = ""
    qualifier: str = ""
    item: int | None = None
