"""Rows of the scene about what each nation knows of a launch, and since when.

Units and times as in `launchwatch.messages.scene`.
"""

from msgspec import Struct

from launchwatch.messages.fallarea import LonLat
from launchwatch.messages.sceneparts import Shape, Words


class KnownRow(Struct, frozen=True, kw_only=True):
    """What one nation says of one launch, by its own judgement, and when it said so first.

    Attributes:
        nation: ISO 3166 alpha-3; ``is_own``, that it is the one whose watch this is.
        named: that nation's name of the launch.
        launch_id: ours of the same, None where we see none.
        track_ms: when it had a track of it (a partner's: when its first word on one came here).
        launch_ms: when it first said that there is a launch; ``fall_ms``, where it falls.
        launch_heard_ms: when a partner's first such word was recorded here; None of our own.
        probability: of a launch, as it says now. is_withdrawn: that it took it back.
        place: of the fall as it says now, None before; ``shape``, its 95 % ellipse as a ring.
        range_km: from the launch point, as it has both.
        status: of its track: tracked, coasting, lost or unobserved; empty without a fall.
        last_plot_ms: when it was last measured there.
        lost: what it lost it to (horizon, range, burnout, unknown); empty while it is tracked.
        differs: that its fall, or that it sees one at all, does not go with ours.
        difference: how, and why, or that it agrees again; None where it never differed.
        headline: all of it in a sentence.
    """

    nation: str
    is_own: bool
    named: str
    launch_id: str | None
    track_ms: int | None
    launch_ms: int | None
    launch_heard_ms: int | None
    fall_ms: int | None
    fall_heard_ms: int | None
    said_ms: int
    probability: float | None
    probability_text: str
    is_withdrawn: bool
    launch_time_ms: int | None
    launch_time_sigma_s: float | None
    place: LonLat | None
    shape: Shape
    fall_time_ms: int | None
    fall_time_sigma_s: float | None
    range_km: float | None
    status: str
    last_plot_ms: int | None
    lost: str
    differs: bool
    difference_ms: int | None
    difference_km: float | None
    difference: Words | None
    headline: Words
