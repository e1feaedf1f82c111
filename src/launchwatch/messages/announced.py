"""That a fall lies where and when somebody announced danger."""

from msgspec import Struct

from launchwatch.messages.notice import NoticeKind
from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant


class AnnouncedFall(Struct, frozen=True, kw_only=True, tag="announced"):
    """How probably a launch's body comes down in an announced area while it is in force.

    Attributes:
        reference: of the notice.
        kind: what the notice announces.
        areas: letters of those of its areas that may be hit.
        probability: share of the fall's samples in them; 0 takes back what was said before.
    """

    launch_id: str
    track_id: str
    time: Instant
    mode: Mode
    reference: str
    kind: NoticeKind
    areas: tuple[str, ...]
    probability: float
