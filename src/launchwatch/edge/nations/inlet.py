"""The way in from one partner: envelopes opened, put in order, recorded, acknowledged.

What is believed goes to the watch's door as one packet an envelope, in the partner's own lane, and
is acknowledged when it is on disk. What is not believed is refused by name: counted here, and told
to the watch once a second as one packet for each reason, so that a flood of it costs no more than
that. More than `MOST_REFUSED` in a second are not looked at any more until the next.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from launchwatch.edge.clock import Clock, monotonic
from launchwatch.edge.intake import Intake, Sender
from launchwatch.errors import InputError, SettingsError
from launchwatch.messages.packet import Mode
from launchwatch.nations import hearing
from launchwatch.nations.envelope import Claims, Opened, Refusal, opened, unsealed
from launchwatch.nations.keys import Ring
from launchwatch.nations.sequence import Sequence
from launchwatch.timescale import Instant

MOST_REFUSED = 300
"""Envelopes: at 0.2 ms each 6 % of a processor, for each partner that floods."""

ASK_AGAIN_S = 0.1
"""Seconds between two requests for what is missing: a way there and back."""

TELL_S = 0.02
"""Seconds within which lines that came to disk are acknowledged together."""

REMIND_S = 0.5
"""Seconds between two words of ours where nothing happens: the partner sees that we are there."""


class Inlet:
    """One partner's lines to us.

    Attributes:
        refused: how many envelopes were refused, by reason.
        kept: number of the last line that is on disk here.
        heard: when something of the partner's was last believed, by the monotonic clock.
    """

    def __init__(
        self,
        *,
        nation: str,
        partner: str,
        mode: Mode,
        ring: Callable[[], Ring],
        clock: Clock,
        intake: Intake,
        last: bytes | None,
        answer: Callable[[Instant, int, int], Awaitable[None]],
        told: Callable[[Claims], None],
    ) -> None:
        """Take up where the journal ends.

        Args:
            last: the payload of the last packet from this partner in the journal.
            answer: says to the partner what we have: stream, last line, and 1 where we ask for what
                follows it.
            told: takes what the partner says that it has.
        """
        self.refused: dict[str, int] = {}
        self.heard = 0.0
        self._nation, self._partner, self._mode = nation, partner, mode
        self._ring, self._clock, self._intake = ring, clock, intake
        self._answer, self._told = answer, told
        self._sequence = _resumed(last)
        self.kept, self._kept_stream = self._sequence.last, self._sequence.stream
        self._sender = Sender()
        self._untold: dict[str, hearing.Refusals] = {}
        self._have_signed = Instant(0)
        self._asks = False
        self._asked = 0.0
        self._due = asyncio.Event()
        self._second, self._this_second = 0, 0

    async def take(self, content: bytes) -> None:
        """Take what came by the partner's link."""
        second = int(monotonic())
        if second != self._second:
            self._second, self._this_second = second, 0
        if self._this_second >= MOST_REFUSED:
            self._refuse("flood", f"at most {MOST_REFUSED} refusals a second are looked at")
            return
        try:
            found = opened(
                content, self._ring(), sender=self._partner, audience=self._nation,
                mode=self._mode, now=self._clock.now(),
            )  # fmt: skip
            self.heard = monotonic()
            if found.claims.kind == "have":
                self._hear(found.claims)
                return
            self._sequence.take(found)
        except Refusal as refusal:
            self._refuse(refusal.reason, refusal.detail)
            if refusal.reason == "gap":
                self._asks = True
                self._due.set()
            return
        except SettingsError as error:
            self._refuse("wrong-key", f"our keys cannot be read: {error}")
            return
        self._asks = False
        await self._record(content, found)

    async def run(self) -> None:
        """Acknowledge and ask until cancelled."""
        while True:
            try:
                await asyncio.wait_for(self._due.wait(), REMIND_S)
                await asyncio.sleep(TELL_S)
            except TimeoutError:
                pass
            self._due.clear()
            asks = self._asks and monotonic() - self._asked > ASK_AGAIN_S
            if asks:
                self._asked = monotonic()
                # What is on its way to disk here need not be told again.
                await self._answer(self._sequence.stream, self._sequence.last, 1)
            else:
                await self._answer(self._kept_stream, self.kept, 0)

    async def tell_refused(self) -> None:
        """Give the watch what was refused since this was asked last."""
        refusals, self._untold = list(self._untold.values()), {}
        if refusals:
            await self._intake.put(
                hearing.refused_source(self._partner), hearing.REFUSED,
                [hearing.encode(each) for each in refusals], Sender(), in_order=True,
            )  # fmt: skip

    async def _record(self, content: bytes, found: Opened) -> None:
        def acknowledge(_index: int) -> Callable[[], None]:
            return partial(self._is_kept, found.claims)

        await self._intake.put(
            hearing.source(self._partner), hearing.SEALED, [content], self._sender, acknowledge,
            in_order=True,
        )  # fmt: skip

    def _is_kept(self, claims: Claims) -> None:
        self.kept, self._kept_stream = claims.last, claims.stream
        self._due.set()

    def _hear(self, have: Claims) -> None:
        if have.signed <= self._have_signed:
            raise Refusal("replay", "a word must be newer than the one before, got an older one")
        self._have_signed = have.signed
        self._told(have)

    def _refuse(self, reason: str, detail: str) -> None:
        self._this_second += 1
        self.refused[reason] = self.refused.get(reason, 0) + 1
        before = self._untold.get(reason)
        count = 1 if before is None else before.count + 1
        self._untold[reason] = hearing.Refusals(
            partner=self._partner, reason=reason, count=count,
            detail=detail if before is None else before.detail,
        )  # fmt: skip


def _resumed(last: bytes | None) -> Sequence:
    """Give how far a partner's stream had come by the journal's last packet of it."""
    if last is None:
        return Sequence()
    try:
        claims = unsealed(last).claims
    except InputError:
        return Sequence()
    sequence = Sequence(claims.stream, claims.last)
    sequence.signed = claims.signed
    return sequence
