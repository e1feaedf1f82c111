"""The warning room's settings: when to warn, whom to protect, how often to speak.

The reasons stand beside the numbers; most come from public warnings that went wrong
(too late, too broad, withdrawn on another channel, or "passed" said of a lost track).
"""

from math import isfinite

from msgspec import Struct

from launchwatch.errors import SettingsError
from launchwatch.messages.warning import Language

CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Operator(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A person who may approve and cancel: a name, and the public Ed25519 key in hexadecimal."""

    name: str
    key: str


class Settings(Struct, frozen=True, kw_only=True):
    """When a warning is issued, renewed and ended.

    Attributes:
        notice_probability: of a launch, from which partners, ships and aircraft are told.
            They are told by machine, before the fall area is small: waiting for a narrow
            area has cost minutes in real launches.
        protected: states (ISO 3166 alpha-3) whose people are warned.
        public_probability: of a fall on land or in the territorial sea of a protected
            state, from which its people are warned. One in a hundred: a warning costs
            minutes indoors, a missed one costs lives; a region of 95 % that just touches
            a coast is of that order.
        public_at_once_probability: from which people are warned without waiting.
        overflight_probability: of flight over a protected state on the way to a fall beyond it,
            from which its people are warned of what may part. Ten times that of a fall: what
            flies over seldom drops anything, and in boost every flight might go on for ever.
        public_confirm_s: how long the probability must last before people are warned;
            one poor fall area out of boost must not start sirens.
        public_hold_s: how long to wait, while the motor burns and the fall could still be
            nearly anywhere, for a fall area that means something. Motors burn 60 to 180 s
            and are first seen some 40 s after launch; without the wait every launch into
            the sea starts sirens in two countries for half a minute. Where operators are
            listed nothing waits: it is they who do, and the draft is before them at once.
        public_hold_sigma_s: of the fall time, above which a fall area means that little;
            from a lost track it then starts no public warning at all.
        public_lead_s: before the expected fall, from which there is no more waiting: three
            minutes are what people need to reach shelter.
        public_release_probability: below which a public warning may end before the fall.
            Ten times less than what starts it, so that noise cannot switch it to and fro.
        public_release_s: and for how long it must stay there.
        shortest_interval_s: between updates, unless the news is a lost track or an end.
        longest_interval_s: at which a warning is renewed even if nothing changed.
        fall_time_moved_s: that a reader would act on, if it is also half of what was
            doubtful about it.
        region_margin_m: drawn round the region in what goes out; moves within it change
            nothing for anyone, for no ship can use less.
        region_shrunk: fraction of the area warned last, below which a new one is worth it.
        region_outside: fraction of the new region outside what was drawn last.
        lost_after_s: without a plot, after which a track counts as lost.
        lost_before_fall_s: a track lost nearer than this to its fall is no news: every
            falling object ends below the horizon of its radars.
        all_clear_sigmas: of the fall time, after which the hazard has ended.
        all_clear_margin_s: from then to the all-clear; at most 30.
        longest_flight_s: after which a launch is over, whatever is known of its fall.
        operators: who may approve public warnings and cancel any, each with a name and a key
            (``[[warning.operators]]``). Without any, a live watch and an exercise release no
            public warning at all; simulations and replays, which reach nobody, release theirs by
            themselves.
        public_approvals: different people that a public warning needs before it leaves. One
            alone alerted Hawaii in 2018.
        ending_approvals: people that an all-clear of it needs, and a cancel that the watch itself
            proposes. A cancel by an operator needs nobody else.
        sender: who issues CAP documents, a name without spaces or commas; the default
            can never be a real domain (RFC 2606).
        languages: of the CAP documents, in order.
        polygon_vertices: at most so many in one polygon of a CAP document.
    """

    notice_probability: float = 0.9
    protected: tuple[str, ...] = ("JPN", "KOR")
    public_probability: float = 0.01
    public_at_once_probability: float = 0.3
    overflight_probability: float = 0.1
    public_confirm_s: float = 2.0
    public_hold_s: float = 60.0
    public_hold_sigma_s: float = 60.0
    public_lead_s: float = 180.0
    public_release_probability: float = 0.001
    public_release_s: float = 15.0
    shortest_interval_s: float = 10.0
    longest_interval_s: float = 30.0
    fall_time_moved_s: float = 10.0
    region_margin_m: float = 5000.0
    region_shrunk: float = 0.5
    region_outside: float = 0.1
    lost_after_s: float = 10.0
    lost_before_fall_s: float = 30.0
    all_clear_sigmas: float = 3.0
    all_clear_margin_s: float = 15.0
    longest_flight_s: float = 3600.0
    operators: tuple[Operator, ...] = ()
    public_approvals: int = 2
    ending_approvals: int = 1
    sender: str = "launchwatch.invalid"
    languages: tuple[Language, ...] = ("en", "ko", "ja")
    polygon_vertices: int = 100

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if isinstance(value, float | int):
                _need(isfinite(value) and value >= 0, name, "a number not below 0", value)
            if name.endswith("_probability") or name in {"region_shrunk", "region_outside"}:
                _need(0 < value <= 1, name, "above 0 and at most 1", value)
        _need(
            self.public_release_probability < self.public_probability,
            "public_release_probability",
            f"below public_probability ({self.public_probability})",
            self.public_release_probability,
        )
        _need(
            self.shortest_interval_s < self.longest_interval_s,
            "shortest_interval_s",
            f"below longest_interval_s ({self.longest_interval_s})",
            self.shortest_interval_s,
        )
        _need(
            self.all_clear_margin_s <= 30, "all_clear_margin_s", "0 to 30", self.all_clear_margin_s
        )
        _need(self.public_approvals >= 2, "public_approvals", "2 or more", self.public_approvals)
        _check_operators(self.operators, self.public_approvals)
        _need(self.polygon_vertices >= 8, "polygon_vertices", "at least 8", self.polygon_vertices)
        _need(
            all(len(code) == 3 and set(code) <= set(CODE) for code in self.protected),
            "protected",
            "ISO 3166 alpha-3 codes",
            self.protected,
        )
        _need(
            bool(self.sender)
            and not set(self.sender) & set(" ,<&\t\r\n")
            and self.sender.isprintable(),
            "sender",
            "a name without spaces, commas, < or &",
            self.sender,
        )
        _need(bool(self.languages), "languages", "at least one of en, ko, ja", self.languages)


def _check_operators(operators: tuple[Operator, ...], needed: int) -> None:
    for operator in operators:
        text = operator.key
        _need(
            len(text) == 64 and set(text) <= set("0123456789abcdef"),
            "operators",
            f"given keys of 64 hexadecimal digits in small letters, that of {operator.name!r} too",
            text,
        )
        _need(
            bool(operator.name) and operator.name.isprintable() and len(operator.name) <= 60,
            "operators",
            "given names of 1 to 60 printable characters",
            operator.name,
        )
    for what in ("name", "key"):
        values = [getattr(operator, what) for operator in operators]
        _need(len(values) == len(set(values)), "operators", f"given each {what} once", values)
    _need(
        not operators or len(operators) >= needed,
        "operators",
        f"at least as many as a public warning needs ({needed})",
        len(operators),
    )


def _need(fulfilled: bool, name: str, wanted: str, got: object) -> None:
    if not fulfilled:
        raise SettingsError(f"warning.{name} must be {wanted}, got {got!r}")
