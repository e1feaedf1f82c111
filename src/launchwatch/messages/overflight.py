"""Overflights: whose land and waters a flight will pass over, and when."""

from msgspec import Struct

from launchwatch.messages.fallarea import Polygon
from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant


class Province(Struct, frozen=True, kw_only=True):
    """A first-level part of a country that a warning is about.

    Attributes:
        country: ISO 3166 alpha-3.
        name: in English letters; ``local``, in the country's own script; ``iso``, its ISO 3166-2
            code; both empty where they are not known here.
        probability: of a fall on its land, or of flight over it; 0 where it only touches the area.
        share: of the area's or the path's points on land, how many lie in it.
    """

    country: str
    name: str
    iso: str = ""
    local: str = ""
    probability: float = 0.0
    share: float = 0.0


class Crossing(Struct, frozen=True, kw_only=True):
    """One country that lies under the path ahead.

    Attributes:
        country: ISO 3166 alpha-3; its land, internal waters and territorial sea count.
        probability: that the flight goes so far and so that it passes over.
        enters: when it is first over it, and ``leaves``, when no longer; None where it is not
            known yet, since the motor still burns.
        provinces: under the path, most probable first.
        corridor: of the path over it, with its doubt and a margin; GeoJSON order.
    """

    country: str
    probability: float
    enters: Instant | None
    leaves: Instant | None
    provinces: tuple[Province, ...]
    corridor: tuple[Polygon, ...]


class Overflight(Struct, frozen=True, kw_only=True, tag="overflight"):
    """What lies under the path ahead of one track, as of now.

    Attributes:
        area_revision: of the fall area whose path this is.
        crossings: most probable first; empty when nothing is ahead any more.
    """

    launch_id: str
    track_id: str
    time: Instant
    mode: Mode
    area_revision: int
    crossings: tuple[Crossing, ...]
