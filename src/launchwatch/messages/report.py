"""Reports: the whole of a watch, launch by launch, as a press statement needs it."""

from typing import Literal

from msgspec import Struct, field

from launchwatch.messages.announced import AnnouncedFall
from launchwatch.messages.assessment import FamilyProbabilities, ResolutionAssessment
from launchwatch.messages.fallarea import FallStatus, ZoneProbability
from launchwatch.messages.hazard import Endangered
from launchwatch.messages.packet import Mode
from launchwatch.messages.verdict import ZoneVerdict
from launchwatch.timescale import Instant


class LaunchSummary(Struct, frozen=True, kw_only=True):
    """One launch in numbers, each beside its sigma; None where it is not known.

    ``range_km`` is the geodesic from launch point to fall point; ``place`` names the
    launch place as a code, such as ``PRK:northwest:near-CHN``, and ``fall_place`` that of
    the fall, such as ``SEA:east-sea``. ``last_plot_time`` is when it was last measured.
    ``exposed`` are the ships and aircraft that were, or are to be, inside the 95 % region at the
    fall of one of its bodies, most probable first; final once all of these are down.
    ``resolutions`` says which of the Security Council's it would contravene, ``announced``
    into which announced areas it falls, ``verdicts`` what was called of each zone, and since when.
    ``fall_status`` tells what the newest fall area rests on (tracked, coasting, lost, unobserved);
    95 % of the ranges lie between ``range_km_from`` and ``range_km_to``, along ``heading_deg``.
    """

    launch_id: str
    track_ids: tuple[str, ...]
    probability: float
    cancelled: bool
    launch_time: Instant
    launch_time_sigma_s: float
    latitude_deg: float
    latitude_deg_sigma: float
    longitude_deg: float
    longitude_deg_sigma: float
    place: str
    range_km: float | None = None
    range_km_sigma: float | None = None
    apogee_km: float | None = None
    apogee_km_sigma: float | None = None
    flight_time_s: float | None = None
    flight_time_s_sigma: float | None = None
    fall_time: Instant | None = None
    fall_time_sigma_s: float | None = None
    fall_latitude_deg: float | None = None
    fall_latitude_deg_sigma: float | None = None
    fall_longitude_deg: float | None = None
    fall_longitude_deg_sigma: float | None = None
    zones: tuple[ZoneProbability, ...] = ()
    family: str = "unknown"
    family_probability: float = 1.0
    classes: FamilyProbabilities = field(default_factory=FamilyProbabilities)
    first_detection_time: Instant
    first_fallarea_time: Instant | None = None
    fall_place: str = ""
    last_plot_time: Instant | None = None
    exposed: tuple[Endangered, ...] = ()
    is_exposure_final: bool = False
    resolutions: ResolutionAssessment | None = None
    announced: tuple[AnnouncedFall, ...] = ()
    verdicts: tuple[ZoneVerdict, ...] = ()
    fall_status: FallStatus | Literal[""] = ""
    heading_deg: float | None = None
    heading_deg_sigma: float | None = None
    range_km_from: float | None = None
    range_km_to: float | None = None


class Summary(Struct, frozen=True, kw_only=True, tag="summary"):
    """A whole watch: its launches, and what was used and refused.

    Attributes:
        counts: numbers by name: ``lines``, ``plots``, ``plots_used`` (in a track),
            ``refused`` and ``refused.<reason>``.
    """

    launches: tuple[LaunchSummary, ...]
    counts: dict[str, int]
    mode: Mode
