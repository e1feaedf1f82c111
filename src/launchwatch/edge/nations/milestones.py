"""When a nation's watch knew what: the first time of each step, out of what it says as JSON.

========================= =======================================================================
track confirmed           something flies, by its own sensors or by partners' words
launch, its judgement     it said that something was launched, from its own sensors and words
launch, from XXX          a partner's signed statement of it was recorded here
track joined with XXX     a partner's track was taken to be of the same thing
fall area, its judgement  it said where the thing comes down
fall area, from XXX       a partner's fall area was recorded here
verdict ZONE              it called whether the thing falls inside a zone
notice; public warning    its own decision to warn
difference from XXX       it said how a partner's picture differs from its own
========================= =======================================================================
"""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from launchwatch.timescale import Instant, instant_from_utc

SURE = 0.5
"""Probability from which on a launch counts as said."""


class Milestone(Struct, frozen=True):
    """One step, when it was first reached, and a detail in words."""

    what: str
    time: Instant
    detail: str = ""


class Milestones:
    """The steps of one nation, in the order in which they were reached."""

    def __init__(self, nations: Iterable[str]) -> None:
        self.reached: dict[str, Milestone] = {}
        self._asked = {f"{nation}-{zone}" for nation in nations for zone in ("EEZ", "land")}

    def take(self, record: dict[str, Any]) -> list[Milestone]:
        """Use one thing that the nation's watch said; give the steps that are new by it."""
        kind = record.get("type")
        if kind == "track" and record["status"] == "confirmed":
            return self.reach("track confirmed", record["known"])
        if kind == "launch" and record["probability"] >= SURE and not record["cancelled"]:
            return self.reach("launch, its judgement", record["time"])
        if kind == "partner-launch" and record["probability"] >= SURE:
            return self.reach(f"launch, from {record['partner']}", record["received"])
        if kind == "partner-standing" and record["standing"] == "joined":
            return self.reach(f"track joined with {record['partner']}", record["time"])
        if kind == "fall-area":
            return self.reach("fall area, its judgement", record["time"])
        if kind == "partner-fall":
            return self.reach(f"fall area, from {record['partner']}", record["received"])
        if kind == "verdict" and self._is_asked(record):
            return self.reach(f"verdict {record['zone']} {record['verdict']}", record["time"])
        if kind == "warning" and record["action"] == "alert":
            name = "public warning" if record["severity"] == "public" else "notice"
            return self.reach(name, record["time"])
        if kind == "picture-difference" and not record["settled"]:
            return self.reach(
                f"difference from {record['partner']}", record["time"], record["text"]
            )
        return []

    def _is_asked(self, verdict: dict[str, Any]) -> bool:
        """Say whether a verdict is among those that a nation here would ask for first."""
        said = verdict["verdict"]
        return said == "inside" or (said == "outside" and verdict["zone"] in self._asked)

    def reach(self, what: str, time: str, detail: str = "") -> list[Milestone]:
        """Note a step at a time in UTC; empty where it was reached before."""
        if what in self.reached:
            return []
        self.reached[what] = Milestone(what, instant_from_utc(time), detail)
        return [self.reached[what]]
