"""One nation's node for `bench_nations.py`: ``python nations_node.py CONFIG plain|full RESULT``.

``plain``: plots are decoded and told, and nothing else is done with them; ``full``: the engine as
it is. When it is stopped it writes when each of its partners' lines was on its disk, by the
monotonic clock, which all processes of a machine share.
"""
# ruff: noqa: SLF001 - a look inside, without a door for it

import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from launchwatch.edge.clock import monotonic
from launchwatch.edge.config import read_config
from launchwatch.edge.nations.opening import clock_of, exchange_of
from launchwatch.edge.service import Service
from launchwatch.edge.starting import engine_of
from launchwatch.journal import Heading
from launchwatch.messages.packet import Packet, Stimulus
from launchwatch.messages.wire import Message
from launchwatch.nations import hearing
from launchwatch.nations.envelope import Claims
from launchwatch.sensors import jsonplots
from launchwatch.sensors.roster import roster_from_json


class Plain:
    """Decodes plots, and no more."""

    def __init__(self, heading: Heading) -> None:
        self._sensors = roster_from_json(heading.sensors)

    def handle(self, stimulus: Stimulus, /) -> Sequence[Message]:
        """Give a plot, a refusal, or nothing."""
        if not isinstance(stimulus, Packet) or stimulus.format in hearing.FORMATS:
            return ()
        return (jsonplots.decode(stimulus, self._sensors),)


async def run(path: Path, kind: str, result: Path) -> None:
    """Watch until stopped."""
    config = read_config(path)
    clock = clock_of(config)
    say = lambda text: print(text, file=sys.stderr, flush=True)  # noqa: E731
    exchange = exchange_of(config, clock, say)
    assert exchange is not None
    build = engine_of if kind == "full" else Plain
    service = Service(config, build=build, say=say, clock=clock, companions=(exchange,))
    kept: dict[str, list[tuple[int, float]]] = {}
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    subscription = service.subscribe(500_000)

    async def follow() -> None:
        async for said in subscription:
            exchange.tell(said.stimulus, said.answers)

    async def note() -> None:
        while not all(hasattr(one, "inlet") for one in exchange._partners):
            await asyncio.sleep(0.01)
        for one in exchange._partners:
            times = kept.setdefault(one.nation, [])
            before = one.inlet._is_kept

            def is_kept(claims: Claims, times=times, before=before) -> None:  # type: ignore[no-untyped-def]
                times.append((claims.last, monotonic()))
                before(claims)

            one.inlet._is_kept = is_kept  # type: ignore[method-assign]

    following = asyncio.create_task(follow())
    noting = asyncio.create_task(note())
    await service.run(stop)
    await asyncio.gather(following, noting)
    status = {one.nation: one.inlet.refused for one in exchange._partners}
    result.write_text(json.dumps({"kept": kept, "refused": status, "missed": subscription.missed}))


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3])))
