"""Getting what is written down to where it goes: each channel at its own pace.

Every channel, at each address that something is still owed to, has a task and a thread of its own;
within it documents go in order. A failure is tried again after half a second, then after twice as
long each time, up to half a minute; what the far side refuses, or what has failed for as long as
`GIVEN_UP_S`, is given up, is an alarm, and waits for a person (``launchwatch outbox retry``).

A newer word of the same warning takes the place of an older one that has not arrived: nobody is
told first what was wrong and then that it was. So a cancel is first in line wherever something of
its warning hangs.
"""

import asyncio
import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from msgspec.structs import replace

from launchwatch.edge.clock import Clock
from launchwatch.edge.outbox.channel import Channel
from launchwatch.edge.outbox.forms import parcel_of
from launchwatch.edge.outbox.ledger import Ledger, Outgoing
from launchwatch.edge.outbox.transports import TRANSPORTS
from launchwatch.errors import DeliveryError, Refusal
from launchwatch.messages.delivery import Delivery
from launchwatch.timescale import instant_after, seconds_between

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 30.0

GIVEN_UP_S = 3600.0
"""A warning that has not arrived within an hour helps nobody any more."""


class Dispatcher:
    """Sends what the ledger holds until it is told to stop. Make it within a running loop."""

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        alarm: Callable[[str, str], None],
        relieve: Callable[[str], None] = lambda _part: None,
    ) -> None:
        """Take what it needs.

        Args:
            alarm: is told which channel is in trouble, and how.
            relieve: is told which no longer is.
        """
        self._ledger, self._clock = ledger, clock
        self._alarm, self._relieve = alarm, relieve
        self._lanes: dict[Channel, tuple[asyncio.Task[None], asyncio.Event]] = {}

    def wake(self) -> None:
        """Look at the ledger again: something was written."""
        for channel in self._ledger.targets():
            lane = self._lanes.get(channel)
            if lane is None or lane[0].done():
                event = asyncio.Event()
                self._lanes[channel] = asyncio.create_task(self._run(channel, event)), event
            else:
                lane[1].set()

    async def idle(self) -> None:
        """Wait until nothing is owed to any channel that answers."""
        while tasks := [task for task, _ in self._lanes.values() if not task.done()]:
            await asyncio.wait(tasks)

    async def stop(self, patience_s: float = 5.0) -> None:
        """End, but let what is being handed over arrive; the rest stays in the ledger."""
        tasks = [task for task, _ in self._lanes.values() if not task.done()]
        if tasks:
            await asyncio.wait(tasks, timeout=patience_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self, channel: Channel, woken: asyncio.Event) -> None:
        """Hand over everything that is owed to one channel; end when nothing is."""
        loop = asyncio.get_running_loop()
        thread = ThreadPoolExecutor(1, f"outbox {channel.name}")
        try:
            while (outgoing := self._ledger.next_for(channel)) is not None:
                told = await loop.run_in_executor(thread, self._try, outgoing)
                if told.status != "retrying":
                    continue
                woken.clear()
                wait = seconds_between(self._clock.now(), told.due or told.changed)
                with contextlib.suppress(TimeoutError):
                    # Something newer on this channel may overtake it: look at once.
                    await asyncio.wait_for(woken.wait(), max(wait, 0.0))
        except DeliveryError as error:
            self._alarm("outbox", str(error))
        finally:
            # A thread that hangs in a system call ends with its timeout.
            thread.shutdown(wait=False)

    def _try(self, outgoing: Outgoing) -> Delivery:
        """Hand over once, in the channel's thread, and write down how it went."""
        channel, delivery = outgoing.channel, outgoing.delivery
        if not self._ledger.knows(outgoing.entry.digest):
            raise DeliveryError(
                f"{channel.name}: what leaves must be written down, {outgoing.entry.document} "
                "is not: stopped"
            )
        attempts = delivery.attempts + 1
        try:
            receipt = TRANSPORTS[channel.kind](channel, parcel_of(outgoing))
        except DeliveryError as error:
            now = self._clock.now()
            age = seconds_between(outgoing.entry.written, now)
            is_over = isinstance(error, Refusal) or age > GIVEN_UP_S
            wait = min(FIRST_WAIT_S * 2.0 ** min(attempts - 1, 16), LONGEST_WAIT_S)
            told = replace(
                delivery,
                status="dead" if is_over else "retrying",
                attempts=attempts,
                changed=now,
                failure=str(error)[:300],
                due=None if is_over else instant_after(now, wait),
            )
            what = "given up" if is_over else f"attempt {attempts} failed"
            self._alarm(f"channel {channel.name}", f"{delivery.document}: {what}: {error}")
        else:
            told = replace(
                delivery,
                status="received" if receipt else "sent",
                attempts=attempts,
                changed=self._clock.now(),
                receipt=receipt[:300],
                failure="",
                due=None,
            )
            self._relieve(f"channel {channel.name}")
        self._ledger.note(told, channel)
        return told
