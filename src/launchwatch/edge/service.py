"""The watch as a service: feeds, journal, engine and what leaves it, each at its own pace.

::

    feeds, ticks -> Intake -> journal (one commit for all that waits) -> engine -> files
                                  |                                         |----> archive
                                  +-> acknowledgement                       +----> subscribers
                                                                            +----> outbox

Each arrow is a queue of bounded length; journal, engine and archive have a thread each, in
which order is kept. A commit takes in everything that came while the last one was under
way, so nobody waits for a group to fill. What happens where a part fails:

* journal: the watch goes on and alarms; nothing is acknowledged; what is not on disk is
  tried again each second, in order, so that the record is whole when the disk is back;
* outbox: alarm; what cannot be written down does not leave, and is tried again each second;
* archive, files: alarm; the archive can be made anew from the journal;
* a slow subscriber: it misses what it had no room for, and can see that it did;
* feeds faster than the watch: TCP and files wait, UDP is counted (see `intake`).

After a restart the engine meets the last `Watch.rebuild_minutes` again before the feeds open;
what had been journalled but perhaps not said before the end is then said.
"""

import asyncio
import gc
import logging
import sys
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from launchwatch.edge.archive import Archive
from launchwatch.edge.clock import Clock, monotonic, seconds_since_start
from launchwatch.edge.config import Config
from launchwatch.edge.feeds import Door, open_feed
from launchwatch.edge.intake import Arrival, Intake
from launchwatch.edge.keeping import Keeping
from launchwatch.edge.lines import Lines
from launchwatch.edge.outbox.door import OpenDoor, open_door
from launchwatch.edge.outbox.outbox import Outbox
from launchwatch.edge.said import Said, Subscription
from launchwatch.edge.starting import Start, begin
from launchwatch.edge.sweeping import Sweeping
from launchwatch.errors import JournalError
from launchwatch.journal import Heading, Journal, digest_of_answers
from launchwatch.messages.packet import Decision, Stimulus, Tick
from launchwatch.messages.plot import Refused
from launchwatch.messages.wire import Message, encode
from launchwatch.repeating import Handler
from launchwatch.settings import read_settings
from launchwatch.timescale import SECOND, Instant, utc_from_instant

_log = logging.getLogger(__name__)

_LEAST_WORK = 1e-3
"""Seconds of the engine's that lanes with much waiting may fill for each commit, at least; more
where a commit takes longer, so that the engine has enough to do meanwhile. Whatever comes next
waits for that."""

_SWITCH = 5e-4
"""Seconds for which one thread may keep the interpreter from the others. Python's own 5 ms is
what a plot would wait for at each hand-over while the engine is at work on a flood."""

_AUDITED_S = 5
"""Between looks at what lies on the channels: long enough to cost nothing, short enough that what
leaked is not yet old news."""

_BACKLOG = 500_000
"""Stimuli kept in memory while the journal fails: some 150 MB, an hour of a busy watch."""


class Status(Struct, frozen=True, kw_only=True):
    """How the watch itself is: trouble is empty where all is well.

    Attributes:
        unrecorded: stimuli that are not on disk; lost: given up.
        dropped: lines dropped at the door, by feed.
        missed: stimuli whose answers the archive could not take.
        faults: how often the watch itself failed at a stimulus; its log has the tracebacks.
    """

    entries: int
    handled: int
    unrecorded: int
    lost: int
    dropped: dict[str, int]
    missed: int
    faults: int
    trouble: dict[str, str]


class Companion(Door, Protocol):
    """What is opened beside the feeds: it may bring packets, too."""

    async def open(self, intake: Intake, last: Mapping[str, bytes]) -> str:
        """Begin; give where, in words. ``last`` is each source's last payload in the journal."""


class Service:
    """One watch. Make it, then `run` it once."""

    def __init__(
        self,
        config: Config,
        *,
        build: Callable[[Heading], Handler],
        say: Callable[[str], None],
        clock: Clock | None = None,
        remember: Callable[[Stimulus, tuple[Message, ...]], None] | None = None,
        companions: Sequence[Companion] = (),
    ) -> None:
        """Prepare a watch.

        Args:
            remember: takes what is said again while the state is rebuilt after a restart, for a
                picture of the watch.
            companions: opened after the feeds, and closed after them.
        """
        self._config, self._build, self._say = config, build, say
        self._remember = remember or (lambda _stimulus, _answers: None)
        self._companions = companions
        self._clock = clock or Clock()
        self._intake = Intake(self._clock, config.watch.mode)
        self._subscriptions: list[Subscription] = []
        self._handled: asyncio.Queue[list[Arrival]] = asyncio.Queue(1)
        self._commit_s = 0.0
        self._saids: deque[Said] = deque()
        self._is_told = False
        self._backlog: list[Arrival] = []
        self._answered: list[tuple[int, bytes]] = []
        self._count = self._lost = self._faults = 0
        self._trouble: dict[str, str] = {}
        self._journal: Journal
        self._engine: Handler
        self._lines: Lines | None = None
        self._keeping: Keeping | None = None
        self._outbox: Outbox | None = None
        self._deciding: dict[bytes, asyncio.Future[tuple[Message, ...]]] = {}
        self._sweeping = Sweeping()
        self._loop: asyncio.AbstractEventLoop

    def subscribe(self, limit: int = 4096) -> Subscription:
        """Listen to what is said from now on: `async for said in subscription`."""
        subscription = Subscription(limit)
        self._subscriptions.append(subscription)
        return subscription

    def status(self) -> Status:
        """Say how the watch itself is."""
        return Status(
            entries=self._journal.sequence,
            handled=self._count,
            unrecorded=len(self._backlog),
            lost=self._lost,
            dropped=dict(self._intake.dropped),
            missed=self._keeping.missed if self._keeping is not None else 0,
            faults=self._faults,
            trouble=dict(self._trouble),
        )

    @property
    def is_running(self) -> bool:
        """Whether the journal is open, so that `status` can be asked."""
        return hasattr(self, "_journal")

    @property
    def outbox(self) -> Outbox | None:
        """What leaves, and what waits for people; None without one, or before `run`."""
        return self._outbox

    async def decide(self, decision: Decision) -> tuple[Message, ...]:
        """Put an operator's decision to the watch, and give its answers once it is on disk.

        A `Refused` among them says why it does not count. The same way serves every door by
        which operators come: the decision's signature is checked where it is handled.
        """
        key = encode(replace(decision, time=Instant(0)))
        if key in self._deciding:
            return await asyncio.shield(self._deciding[key])
        future: asyncio.Future[tuple[Message, ...]] = asyncio.get_running_loop().create_future()
        self._deciding[key] = future
        self._intake.decide(decision)
        return await future

    async def run(self, stop: asyncio.Event) -> int:
        """Watch until told to stop; give the exit status: 0 if everything is on disk, else 1.

        Raises:
            SettingsError: the sensors file, the zones or a feed cannot be used.
            JournalError: the journal cannot be begun or gone on with.
            DeliveryError: the archive cannot.
        """
        self._loop = asyncio.get_running_loop()
        switch = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH)
        try:
            with self._sweeping:
                return await self._run(stop)
        finally:
            sys.setswitchinterval(switch)
            for subscription in self._subscriptions:
                subscription.give(None)

    async def _run(self, stop: asyncio.Event) -> int:
        start = begin(self._config, self._build, self._clock.now(), self._say, self._remember)
        self._journal, self._engine = start.journal, start.engine
        self._intake.lines.update(start.lines)
        self._intake.sensors = start.sensors
        try:
            self._open_outputs(start)
            return await self._watch(start, stop)
        finally:
            self._journal.close()
            if self._outbox is not None:
                await self._outbox.stop()
            if self._lines is not None:
                self._lines.__exit__(None, None, None)
            if self._keeping is not None:
                self._keeping.close()

    def _open_outputs(self, start: Start) -> None:
        watch = self._config.watch
        if watch.archive is not None:
            archive = Archive(watch.archive, watch.mode)
            self._keeping = Keeping(archive, self._alarm, self._relieve)
        if watch.out is not None:
            # A folder for each start: what an earlier one said stays as it was said.
            moment = utc_from_instant(self._clock.now(), 3).replace(":", "").replace("-", "")
            self._lines = Lines(Path(watch.out) / moment).__enter__()
        if self._config.outbox is not None:
            self._outbox = Outbox(
                self._config.outbox,
                read_settings(self._config.path).warning,
                self._clock,
                lambda part, text: self._soon(self._alarm, part, text),
                lambda part: self._soon(self._relieve, part),
            )
        for sequence, stimulus, answers in start.unsaid:
            self._deliver(sequence, stimulus, answers)

    async def _watch(self, start: Start, stop: asyncio.Event) -> int:
        doors: list[Door] = []
        with (
            ThreadPoolExecutor(1, "journal") as journal,
            ThreadPoolExecutor(1, "engine") as engine,
            ThreadPoolExecutor(1, "archive") as archive,
        ):
            stages = [
                asyncio.create_task(self._record(journal)),
                asyncio.create_task(self._handle(engine)),
            ]
            if self._keeping is not None:
                stages.append(asyncio.create_task(self._keeping.run(archive)))
            ticking = asyncio.create_task(self._tick())
            knocks: OpenDoor | None = None
            stopping = asyncio.create_task(stop.wait())
            try:
                for feed in self._config.feeds:
                    door, where = await open_feed(feed, self._intake, start.last.get(feed.name))
                    doors.append(door)
                    self._say(where)
                if self._outbox is not None:
                    self._outbox.start()
                    knocks = await open_door(self._outbox, self.decide)
                for companion in self._companions:
                    self._say(await companion.open(self._intake, start.last))
                    doors.append(companion)
                # What was loaded stays: a collection that walks through it takes 50 ms.
                gc.freeze()
                self._say(f"ready in {seconds_since_start():.1f} s")
                if prepare := getattr(self._engine, "prepare", None):
                    self._loop.run_in_executor(None, prepare)
                await asyncio.wait(
                    [stopping, ticking, *stages], return_when=asyncio.FIRST_COMPLETED
                )
            finally:
                ticking.cancel()
                stopping.cancel()
                if knocks is not None:
                    await knocks.close()
                # A stage ends before its time only by a bug; what waits for it never would.
                shutting = asyncio.create_task(_shut(doors))
                await asyncio.wait([shutting, *stages], return_when=asyncio.FIRST_COMPLETED)
                if shutting.done():
                    self._intake.end()
                done, waiting = await asyncio.wait(stages, return_when=asyncio.FIRST_EXCEPTION)
                for each in (shutting, *waiting):
                    each.cancel()
                for door in doors:
                    await door.leave()
            for stage in done:
                stage.result()
        if self._lines is not None and (summary := getattr(self._engine, "summary", None)):
            write = self._lines.write
            self._written(lambda: write(summary()))
        if self._backlog or self._lost:
            self._say(f"{len(self._backlog) + self._lost} stimuli are not on disk")
            return 1
        self._say(f"stopped; {self._journal.sequence} entries in {self._journal.path}")
        return 0

    async def _tick(self) -> None:
        while True:
            now = await self._clock.next_second()
            self._sweeping.pass_time(monotonic(), is_idle=self._intake.is_idle)
            self._intake.tick(now)
            if self._outbox is not None and now // SECOND % _AUDITED_S == 0:
                await asyncio.to_thread(self._outbox.audit)

    async def _record(self, thread: ThreadPoolExecutor) -> None:
        while group := await self._intake.group(max(_LEAST_WORK, self._commit_s)):
            self._backlog += group
            # A journal that fails is tried again with each tick, not with each packet.
            if "journal" not in self._trouble or any(
                isinstance(arrival.stimulus, Tick) for arrival in group
            ):
                await self._commit(thread)
            await self._handled.put(group)
        await self._handled.put([])
        await self._handled.join()
        await self._commit(thread)

    async def _commit(self, thread: ThreadPoolExecutor) -> None:
        answered = self._answered.copy()
        if not self._backlog and not answered:
            return
        stimuli = [arrival.stimulus for arrival in self._backlog]
        begun = monotonic()
        try:
            sequences = await self._loop.run_in_executor(
                thread, self._journal.append, stimuli, answered
            )
        except JournalError as error:
            self._alarm("journal", f"{error}; watching on, acknowledging nothing")
            if (excess := len(self._backlog) - _BACKLOG) > 0:
                self._lost += excess
                del self._backlog[:excess]
            return
        self._relieve("journal")
        self._commit_s += 0.1 * (monotonic() - begun - self._commit_s)
        del self._answered[: len(answered)]
        kept, self._backlog = self._backlog, []
        for arrival, sequence in zip(kept, sequences, strict=True):
            arrival.sequence = sequence
            if arrival.digest:
                self._answered.append((sequence, arrival.digest))
            if arrival.acknowledge is not None:
                arrival.acknowledge()

    async def _handle(self, thread: ThreadPoolExecutor) -> None:
        while group := await self._handled.get():
            await self._loop.run_in_executor(thread, self._answer, group)
            self._intake.handled(group)
            for arrival in group:
                if arrival.sequence:
                    self._answered.append((arrival.sequence, arrival.digest))
            self._handled.task_done()
        self._handled.task_done()
        if self._keeping is not None:
            await self._keeping.end()

    def _answer(self, group: list[Arrival]) -> None:
        """Handle a group, in the engine's thread."""
        begun = monotonic()
        for arrival in group:
            sequence, stimulus = arrival.sequence, arrival.stimulus
            try:
                answers = tuple(self._engine.handle(stimulus))
            except Exception as error:  # noqa: BLE001 - a bug must not end the watch
                # The engine contains its own; this is whatever else handles.
                _log.exception("entry %d", sequence)
                answers = ()
                self._soon(self._at_fault, f"entry {sequence}: {error!r}")
            for each in answers:
                if isinstance(each, Refused) and each.reason == "fault":
                    self._soon(self._at_fault, f"entry {sequence}: {each.detail}")
            arrival.digest = digest_of_answers(answers)
            self._deliver(sequence, stimulus, answers)
            ended = monotonic()
            arrival.lane.has_cost(ended - begun)
            begun = ended
        if self._lines is not None:
            # Before their digests go to disk, by which a restart knows that they were said.
            self._written(self._lines.flush)

    def _deliver(self, sequence: int, stimulus: Stimulus, answers: tuple[Message, ...]) -> None:
        # Who waits for a warning comes first, then the files. One call to the loop tells all
        # that has gathered until it comes: each call would cost both threads a change.
        # What leaves is written down first: a restart takes as said what was answered.
        # Ticks besides, for what could not be written down before.
        is_due = answers or isinstance(stimulus, Tick)
        if self._outbox is not None and is_due and self._outbox.take(answers):
            self._soon(self._outbox.wake)
        self._saids.append(Said(sequence, stimulus, answers))
        if not self._is_told:
            self._is_told = True
            self._soon(self._publish)
        if self._lines is not None and answers:
            write = self._lines.write
            self._written(lambda: [write(message) for message in answers])

    def _written(self, write: Callable[[], object]) -> None:
        try:
            write()
        except OSError as error:
            self._soon(self._alarm, "files", str(error))
        else:
            if "files" in self._trouble:
                self._soon(self._relieve, "files")

    def _soon(self, function: Callable[..., None], *arguments: object) -> None:
        self._loop.call_soon_threadsafe(function, *arguments)

    def _publish(self) -> None:
        self._is_told = False  # before the last look, so that nothing stays behind
        while self._saids:
            said = self._saids.popleft()
            self._count += 1
            if isinstance(said.stimulus, Decision):
                self._answer_decision(said)
            for subscription in self._subscriptions:
                subscription.give(said)
            if self._keeping is not None and said.sequence and said.answers:
                self._keeping.take(said)

    def _answer_decision(self, said: Said) -> None:
        future = self._deciding.pop(encode(replace(said.stimulus, time=Instant(0))), None)
        if future is not None and not future.done():
            future.set_result(said.answers)

    def _at_fault(self, text: str) -> None:
        self._faults += 1
        self._alarm("engine", text)

    def _alarm(self, part: str, text: str) -> None:
        if self._trouble.get(part) != text:
            self._trouble[part] = text
            self._say(f"ALARM: {part}: {text}")

    def _relieve(self, part: str) -> None:
        if self._trouble.pop(part, None) is not None:
            self._say(f"{part}: in order again")


async def _shut(doors: list[Door]) -> None:
    for door in doors:
        await door.shut()
