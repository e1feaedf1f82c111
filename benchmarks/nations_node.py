"""One nation's node for `bench_nations.py`: ``python nations_node.py CONFIG plain|full RESULT``.

``plain``: plots are decoded and told, and nothing else is done with them; ``full``: the engine as
it is. When it is stopped it writes when each line passed each place on its way, by the monotonic
clock, which all processes of a machine share: ``said``, a plot is handled; ``sent``, its envelope
is sealed and at the broker; ``came``, opened and believed at the other side; ``kept``, on its disk.
"""
# ruff: noqa: SLF001 - a look inside, without a door for it

import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from launchwatch.edge.clock import monotonic
from launchwatch.edge.config import read_config
from launchwatch.edge.nations.opening import clock_of, exchange_of
from launchwatch.edge.said import Said
from launchwatch.edge.service import Service
from launchwatch.edge.starting import engine_of
from launchwatch.journal import Heading
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.packet import Packet, Stimulus
from launchwatch.messages.plot import LineOfSightPlot, RadarPlot
from launchwatch.messages.wire import Message
from launchwatch.nations import hearing
from launchwatch.nations.envelope import Claims, Opened
from launchwatch.sensors import jsonplots
from launchwatch.sensors.roster import roster_from_json
from launchwatch.timescale import utc_from_instant


class Plain:
    """Decodes plots, and no more."""

    def __init__(self, heading: Heading) -> None:
        self._sensors = roster_from_json(heading.sensors)

    def handle(self, stimulus: Stimulus, /) -> Sequence[Message]:
        """Give a plot, a refusal, or nothing."""
        if not isinstance(stimulus, Packet) or stimulus.format in hearing.FORMATS:
            return ()
        return (jsonplots.decode(stimulus, self._sensors),)


class Marks:
    """When what passed which place: by partner, numbers of last lines with their times."""

    def __init__(self) -> None:
        self.places: dict[str, Any] = {
            "said": [],
            "launched": [],
            "sent": {},
            "came": {},
            "kept": {},
        }

    def note_said(self, said: Said) -> None:
        """Note that plots were handled, and launches known by them."""
        now = monotonic()
        marked = None
        for one in said.answers:
            if isinstance(one, RadarPlot | LineOfSightPlot):
                marked = {
                    "sensor": one.sensor, "scan": one.scan,
                    "time": utc_from_instant(one.time, 6), "at": now,
                }  # fmt: skip
                self.places["said"].append(marked)
            elif isinstance(one, LaunchStatement) and one.revision == 1:
                self.places["launched"].append((marked, now))

    def note(self, partner: Any) -> None:
        """Note from now on what passes to and from a partner."""
        sent = self.places["sent"].setdefault(partner.nation, [])
        came = self.places["came"].setdefault(partner.nation, [])
        kept = self.places["kept"].setdefault(partner.nation, [])
        send, take = partner.outlet._send, partner.inlet._sequence.take
        is_kept = partner.inlet._is_kept

        async def sending(first: int, lines: Sequence[bytes]) -> bool:
            done = await send(first, lines)
            sent.append((first + len(lines) - 1, monotonic()))
            return done

        def taking(found: Opened) -> None:
            take(found)
            came.append((found.claims.last, monotonic()))

        def keeping(claims: Claims) -> None:
            kept.append((claims.last, monotonic()))
            is_kept(claims)

        partner.outlet._send = sending
        partner.inlet._sequence.take = taking
        partner.inlet._is_kept = keeping


async def run(path: Path, kind: str, result: Path) -> None:
    """Watch until stopped."""
    config = read_config(path)
    clock = clock_of(config)
    say = lambda text: print(text, file=sys.stderr, flush=True)  # noqa: E731
    exchange = exchange_of(config, clock, say)
    assert exchange is not None
    build = engine_of if kind == "full" else Plain
    service = Service(config, build=build, say=say, clock=clock, companions=(exchange,))
    marks = Marks()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    subscription = service.subscribe(500_000)

    async def follow() -> None:
        async for said in subscription:
            marks.note_said(said)
            exchange.tell(said.stimulus, said.answers)

    async def note() -> None:
        while not all(hasattr(one, "inlet") for one in exchange._partners):
            await asyncio.sleep(0.01)
        for one in exchange._partners:
            marks.note(one)

    following = asyncio.create_task(follow())
    noting = asyncio.create_task(note())
    await service.run(stop)
    await asyncio.gather(following, noting)
    status = {one.nation: one.inlet.refused for one in exchange._partners}
    result.write_text(
        json.dumps({**marks.places, "refused": status, "missed": subscription.missed})
    )


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
