"""How probable a launch each track ever seemed: what a watch knew before it said anything.

Declarations alone are too few to tell whether probabilities mean what they say: a thousand quiet
hours should have none. But if a stated probability is right, then of all tracks that ever reach
a probability p at least the share p are launches, wherever p lies; so hours without a launch and
launches together show it at every p.
"""

from collections.abc import Callable

import numpy as np

from launchwatch.assessment.suspects import Suspect
from launchwatch.engine import Engine
from launchwatch.messages.track import TrackUpdate

LEVELS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 0.95, 0.98)
PRIOR_HOURS = 100.0
"""Hours of quiet sky for one launch that `launchwatch.assessment.evidence` takes as its prior."""


class Highest:
    """A track's greatest probability so far, and the update at which it had it."""

    def __init__(self, update: TrackUpdate) -> None:
        self.probability = 0.0
        self.update = update


def noted(engine: Engine) -> dict[str, Highest]:
    """Note from now on how probable each track that is judged ever seemed, by its name."""
    # What a watch suspects and does not say is nobody's business but a benchmark's.
    suspects = engine._assessor._launches._suspects  # noqa: SLF001
    judge: Callable[[Suspect, TrackUpdate], None] = suspects.judge
    highest: dict[str, Highest] = {}

    def judged(suspect: Suspect, update: TrackUpdate) -> None:
        judge(suspect, update)
        one = highest.setdefault(update.track_id, Highest(update))
        if suspect.probability > one.probability:
            one.probability, one.update = suspect.probability, update

    suspects.judge = judged  # type: ignore[method-assign]
    return highest


def reliability(quiet: list[float], hours: float, launched: list[float]) -> list[dict[str, float]]:
    """Give for each level how many tracks reached it, and what share of them launches would be.

    Args:
        quiet: the greatest probability of every track of the quiet hours.
        launched: that of every launch there was to be seen, its surest track's.
    """
    false, true = np.array(quiet), np.array(launched)
    rows = []
    for level in LEVELS:
        each_100 = float((false >= level).sum()) / hours * PRIOR_HOURS
        reached = float((true >= level).mean()) if len(true) else 1.0
        rows.append(
            {
                "level": level,
                "false_per_100_hours": each_100,
                "launches_reaching": reached,
                "share_true": reached / (reached + each_100) if reached + each_100 else 1.0,
            }
        )
    return rows
