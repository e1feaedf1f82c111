"""What an operator may set about judgements."""

from msgspec import Struct

from launchwatch.errors import SettingsError

CLAIM_SETS = ("median", "treaty", "japan", "korea", "north-korea", "china", "russia")
"""The built-in claim sets; the first is the default. docs/zones.md says what each one holds."""


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When something is said, and on how many samples it rests.

    Attributes:
        samples: falls that a fall area is drawn from. At 1,000 the sampling error of a
            95 % region's content is 0.7 %.
        fallarea_interval_s: a fall area is drawn again at most so often for each track.
        fallarea_urgent_s: and at most so often while a verdict on a zone waits to be confirmed.
        unseen_interval_s: an area of what nobody sees, lost or a booster that perhaps parted, is
            drawn again so often.
        launch_interval_s: a launch statement is revised at most so often.
        declare_probability: a launch is declared at this probability.
        withdraw_probability: and withdrawn below this one.
        ballistic_after_s: a launch known only by its coasting is declared after being
            probable for so long: a satellite's first seconds can look suborbital.
        longest_flight_s: what is not down by then is in orbit, for this purpose.
        verdict_probability: a fall is called inside or outside a zone from this probability on.
        verdict_updates: and once so many fall areas in a row gave it.
        verdict_band_m: what falls nearer to a line than this, and is not so probable on either
            side, is too close to call.
        range_classes_km: where close, short, medium and intermediate range end; beyond is
            intercontinental.
        claims: claim set that draws the zones: ``median``, or a state's own such as ``japan``.
        other_claims: claim sets whose answer stands beside it, where it differs.
    """

    samples: int = 1000
    fallarea_interval_s: float = 1.0
    fallarea_urgent_s: float = 0.25
    unseen_interval_s: float = 10.0
    launch_interval_s: float = 1.0
    declare_probability: float = 0.95
    withdraw_probability: float = 0.2
    ballistic_after_s: float = 3.0
    longest_flight_s: float = 4000.0
    verdict_probability: float = 0.99
    verdict_updates: int = 3
    verdict_band_m: float = 10_000.0
    # As open sources divide them; the document that states it was not at hand to be checked.
    range_classes_km: tuple[float, float, float, float] = (300.0, 1_000.0, 3_000.0, 5_500.0)
    claims: str = CLAIM_SETS[0]
    other_claims: tuple[str, ...] = CLAIM_SETS

    def __post_init__(self) -> None:
        """Refuse claim sets that do not exist, and classes that do not follow each other.

        Raises:
            SettingsError: names the setting, what is allowed and what came.
        """
        edges = self.range_classes_km
        if not 0.0 < edges[0] < edges[1] < edges[2] < edges[3] < 20_000.0:
            raise SettingsError(
                "assessment.range_classes_km must be four rising distances below 20000, "
                f"got {list(edges)}"
            )
        for key, name in (
            ("claims", self.claims),
            *(("other_claims", name) for name in self.other_claims),
        ):
            if name not in CLAIM_SETS:
                raise SettingsError(
                    f"assessment.{key} must be one of {', '.join(CLAIM_SETS)}, got {name!r:.40}"
                )
