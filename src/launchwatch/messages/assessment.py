"""Assessments: findings with probabilities."""

from msgspec import Struct

from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant


class FamilyProbabilities(Struct, frozen=True, kw_only=True, rename="kebab"):
    """How probable each class of vehicle is; they sum to one, and unknown is never zero."""

    close_range: float = 0.0
    short_range: float = 0.0
    medium_range: float = 0.0
    intermediate_range: float = 0.0
    intercontinental: float = 0.0
    quasi_ballistic: float = 0.0
    glide: float = 0.0
    cruise: float = 0.0
    space_launch: float = 0.0
    aircraft: float = 0.0
    unknown: float = 1.0


class FamilyAssessment(Struct, frozen=True, kw_only=True, tag="family"):
    """What class of vehicle a track is, as far as its motion tells."""

    launch_id: str
    track_id: str
    time: Instant
    mode: Mode
    classes: FamilyProbabilities
    evidence: tuple[str, ...] = ()
