"""A launch of the past, watched by simulated sensors, decided on by two people, sent to somewhere.

The scenarios in ``launches`` hold approximate public facts of each launch; sensors are made up. Two
operators approve what waits, so many seconds after it is before them; one ends what has ended.
Everything runs in the time of the story, as fast as it can.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from launchwatch.assessment.zones import Zones
from launchwatch.edge.outbox.keymaking import public_hex
from launchwatch.edge.outbox.knocking import signed
from launchwatch.engine import Engine
from launchwatch.messages.delivery import Draft, Release
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.packet import Decision, Mode, Packet, Stimulus, Tick
from launchwatch.messages.warning import Alert, Warning  # noqa: A004 - the field's word
from launchwatch.messages.wire import Message
from launchwatch.settings import Settings
from launchwatch.simulate import observe, scenario
from launchwatch.timescale import SECOND, Instant, instant_after, instant_from_utc
from launchwatch.warning.settings import Operator
from launchwatch.warning.settings import Settings as WarningSettings

LAUNCHES = Path(__file__).parent / "launches"

KEYS = {
    name: Ed25519PrivateKey.from_private_bytes(bytes([number] * 32))
    for number, name in enumerate(("Kim", "Ito"), start=1)
}
"""Of this test's people: anybody can make them, and nobody lists them."""

SETTINGS = Settings(
    warning=WarningSettings(
        operators=tuple(Operator(name=name, key=public_hex(key)) for name, key in KEYS.items())
    )
)

SLOW_S = {"Kim": 20.0, "Ito": 30.0}
"""From a draft to a person's consent: to read four sentences, and to be the second."""


@dataclass
class Told:
    """What came of it: every message with when it was said, seconds after lift-off."""

    launch: Instant
    first_plot: float | None = None
    said: list[tuple[float, Message]] = field(default_factory=list)

    def of(self, kind, **wanted):
        """Give the messages of a kind, with their times, that have these values."""
        return [
            (when, one)
            for when, one in self.said
            if isinstance(one, kind) and all(getattr(one, k) == v for k, v in wanted.items())
        ]

    def first(self, kind, **wanted):
        """Give when the first such message was said."""
        return self.of(kind, **wanted)[0][0]


def load(name: str) -> scenario.Scenario:
    return scenario.load(LAUNCHES / f"{name}.toml")


def stimuli(name: str, mode: Mode, vanishes_s: float | None, until_s: float) -> Iterator[Stimulus]:
    """Give packets and ticks of a launch; what it is lost at, no sensor reports from then on."""
    flown = load(name)
    launch = instant_from_utc(flown.launches[0].time)
    # A quiet sky: what is told of clutter is what the tracker must reckon with.
    quiet = {key: replace(one, clutter_per_scan=0.0) for key, one in flown.sensors.items()}
    end = instant_after(launch, until_s)
    ticked = flown.start
    arrivals = observe.arrivals(replace(flown, sensors=quiet), 1)
    for number, (arrival, content) in enumerate(arrivals, start=1):
        is_gone = vanishes_s is not None and arrival > instant_after(launch, vanishes_s)
        if arrival > end or (is_gone and "end_of_scan" not in content):
            continue
        while arrival - ticked > SECOND:
            ticked = Instant(ticked + SECOND)
            yield Tick(time=ticked, mode=mode)
        yield Packet(
            source="story", line=number, format="jsonplots", received=arrival, mode=mode,
            payload=observe.encode(content),
        )  # fmt: skip
    while ticked < end:
        ticked = Instant(ticked + SECOND)
        yield Tick(time=ticked, mode=mode)


def told(
    name: str,
    *,
    mode: Mode = "exercise",
    vanishes_s: float | None = None,
    until_s: float = 600.0,
    orders: Sequence[Decision] = (),
    approve: bool = True,
) -> Told:
    """Watch a launch, with people at the desk.

    Args:
        orders: decisions that somebody takes besides, by their time.
        approve: whether the two consent at all.
    """
    flown = load(name)
    engine = Engine(flown.sensors, SETTINGS, zones=Zones.built_in())
    launch = instant_from_utc(flown.launches[0].time)
    found, desk = Told(launch), _Desk(mode, approve=approve)
    waiting = sorted(orders, key=lambda order: order.time)
    for stimulus in stimuli(name, mode, vanishes_s, until_s):
        now = stimulus.received if isinstance(stimulus, Packet) else stimulus.time
        due = [*desk.due(now), *(order for order in waiting if order.time <= now)]
        waiting = [order for order in waiting if order.time > now]
        if (
            isinstance(stimulus, Packet)
            and found.first_plot is None
            and (b"end_of_scan" not in stimulus.payload)
        ):
            found.first_plot = (now - launch) / SECOND
        for each in (*due, stimulus):
            for message in engine.handle(each):
                found.said.append(((now - launch) / SECOND, message))
                desk.take(message, now)
    return found


class _Desk:
    """Two people who read what waits, and consent."""

    def __init__(self, mode: Mode, *, approve: bool) -> None:
        self._mode, self._approve = mode, approve
        self._seen: dict[tuple[str, bool], Instant] = {}
        self._drafts: dict[str, Draft] = {}

    def take(self, message: Message, now: Instant) -> None:
        if not isinstance(message, Draft):
            return
        self._drafts[message.warning_id] = message
        self._seen.setdefault(_what(message), now)
        if message.status != "waiting":
            del self._drafts[message.warning_id]

    def due(self, now: Instant) -> list[Decision]:
        found = []
        for draft in self._drafts.values() if self._approve else ():
            for name, slow in SLOW_S.items():
                has = any(one.operator == name for one in draft.approvals)
                if not has and now >= instant_after(self._seen[_what(draft)], slow):
                    found.append(self._consent(draft, name, now))
                    break
        return found

    def _consent(self, draft: Draft, name: str, now: Instant) -> Decision:
        return signed(
            Decision(
                time=now, mode=self._mode, operator=name, action="approve",
                warning_id=draft.warning_id, revision=draft.revision, document=draft.document,
                digest=draft.digest, signed=now,
            ),
            KEYS[name],
        )  # fmt: skip


def _what(draft: Draft) -> tuple[str, bool]:
    return draft.warning_id, draft.action in ("all-clear", "cancel")


def timeline(found: Told) -> dict[str, float | None]:
    """Give the moments that matter, seconds after lift-off; None for what did not happen."""

    def first(kind, **wanted):
        times = [when for when, _ in found.of(kind, **wanted)]
        return times[0] if times else None

    # As it was last foretold while it was still ahead.
    over = [
        crossing.enters
        for _, one in found.of(Warning, severity="public")
        for crossing in one.crossings
        if crossing.country == "JPN"
        and crossing.probability > 0.5
        and crossing.enters is not None
        and crossing.enters > instant_after(one.time, 2.0)
    ]
    return {
        "first signal": found.first_plot,
        "launch": first(LaunchStatement),
        "partner notice": first(Release, severity="notice", action="alert"),
        "public draft": first(Draft),
        "public released": first(Release, severity="public"),
        "over Japan": (over[-1] - found.launch) / SECOND if over else None,
        "end drafted": first(Warning, severity="public", action="all-clear"),
        "end released": first(Release, severity="public", action="all-clear"),
    }


STORIES = {
    "2017-08-29": {"until_s": 600.0},
    "2022-10-04": {"until_s": 470.0},
    "2022-11-03": {"vanishes_s": 240.0, "until_s": 700.0},
    "2023-04-13": {"vanishes_s": 70.0, "until_s": 720.0},
    "2023-11-21": {"until_s": 800.0},
    "drill": {"until_s": 130.0},
}
"""What is told of each: until when, and when no sensor sees it any more."""


@cache
def story(name: str) -> Told:
    """Tell one of the stories; once in a process."""
    return told(name, **STORIES[name])


def texts(found: Told) -> str:
    """Give every word that was said in warnings."""
    return "\n".join(one.xml for _, one in found.of(Alert))
