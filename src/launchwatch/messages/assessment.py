"""Assessments: findings with probabilities."""

from typing import Literal

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
    """What class of vehicle a track is, as far as its motion tells.

    Attributes:
        evidence: what it rests on, in words.
        covers_95: the fewest classes that hold 95 % together, most probable first.
        families: public families whose envelope it would fit, with their probabilities; a name
            means "would fit", never "was".
    """

    launch_id: str
    track_id: str
    time: Instant
    mode: Mode
    classes: FamilyProbabilities
    evidence: tuple[str, ...] = ()
    covers_95: tuple[str, ...] = ()
    families: tuple[tuple[str, float], ...] = ()


class Citation(Struct, frozen=True, kw_only=True):
    """Where the Security Council forbids a state to launch.

    Attributes:
        resolution: its document symbol, such as ``S/RES/1718 (2006)``.
        paragraphs: the operative ones.
        force: the verb of each: decides, demands or reaffirms.
        probability: that this launch is of a kind that these paragraphs name, and that
            state's.
    """

    resolution: str
    paragraphs: tuple[int, ...]
    force: tuple[str, ...]
    probability: float


class ResolutionAssessment(Struct, frozen=True, kw_only=True, tag="resolutions"):
    """Which resolutions of the UN Security Council a launch would contravene, and how surely.

    Not an accusation: a probability that rests on what class of vehicle it was and from whose
    land or waters it rose, and that changes with them.

    Attributes:
        state: whose launches the resolutions restrict, ISO 3166 alpha-3.
        from_state: how probable it is that it rose from that state's land or territorial sea.
        probability: that at least one resolution is contravened, at least.
        at_most: the same, if all that is unknown of its class were covered.
        finding: ``would-contravene`` from 95 % on, ``not-covered`` where it is at most 5 %, else
            ``open``: the type is not known.
        citations: by date.
    """

    launch_id: str
    time: Instant
    mode: Mode
    state: str
    from_state: float
    probability: float
    at_most: float
    finding: Literal["would-contravene", "not-covered", "open"]
    citations: tuple[Citation, ...]
