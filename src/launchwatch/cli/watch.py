"""`launchwatch watch`: the service, until Ctrl-C or SIGTERM."""

import asyncio
import os
import queue
import signal
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # loaded when the command runs, so that its help stays quick
    from launchwatch.edge.config import Config
    from launchwatch.edge.web.livemap import LiveMap


@click.command(
    epilog="""\b
Example of CONFIG, a TOML file:
  [watch]
  mode = "exercise"
  sensors = "sensors.json"
  journal = "watch.journal"
  archive = "watch.archive"
  out = "said"
\b
  [[feeds]]
  name = "radars"
  kind = "tcp"
  port = 4001
\b
  [map]
  port = 8470
\b
Example:
  launchwatch watch watch.toml
"""
)
@click.argument("config", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what is said as JSON lines on stdout.")
def command(config: Path, as_json: bool) -> int:
    """Run the service: receive, record, track, judge, warn.

    Everything that arrives is on disk in the journal before it is handled, and lines over
    TCP are acknowledged only then. Ctrl-C and SIGTERM end the watch with everything
    journalled and status 0; status 1 says that something could not be recorded. After a
    restart with the same journal the watch goes on where it was.

    With [map] in CONFIG the live map is served; its address is printed, with the token where one is
    needed.
    """
    from launchwatch.edge.config import read_config

    read = read_config(config)
    # The rest is slow to load, and not needed to refuse a configuration.
    from launchwatch.edge.nations.opening import MOST_UNTOLD, clock_of, exchange_of
    from launchwatch.edge.service import Service
    from launchwatch.edge.starting import engine_of
    from launchwatch.edge.telling import as_record, in_words

    printer, reporter = _Printer(1), _Printer(2)
    clock = clock_of(read)
    exchange = exchange_of(read, clock, reporter.print)
    tell = as_record if as_json else in_words
    stack = ExitStack()
    live = _live_map(read)
    remember = None if live is None else live.remember
    service = Service(
        read, build=engine_of, say=reporter.print, clock=clock, remember=remember,
        companions=() if exchange is None else (exchange,),
    )  # fmt: skip

    async def follow() -> None:
        async for said in service.subscribe():
            for message in said.answers:
                if (text := tell(message)) is not None:
                    printer.print(text)

    async def exchanged() -> None:
        assert exchange is not None  # noqa: S101 - asked below
        async for said in service.subscribe(MOST_UNTOLD):
            exchange.tell(said.stimulus, said.answers)

    async def watch() -> int:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, stop.set)
        following = [asyncio.create_task(follow())]
        if exchange is not None:
            following.append(asyncio.create_task(exchanged()))
        # The subscription must be there before anything is said.
        await asyncio.sleep(0)
        if live is not None:
            stack.enter_context(live.open(service, reporter.print))
        try:
            return await service.run(stop)
        finally:
            await asyncio.gather(*following)

    try:
        with stack:
            return asyncio.run(watch())
    finally:
        if missed := printer.close():
            reporter.print(f"{missed} lines were not printed: nobody read them")
        reporter.close()


def _live_map(config: "Config") -> "LiveMap | None":
    """Prepare the map where the configuration asks for one."""
    if config.map is None:
        return None
    from launchwatch.edge.web.livemap import LiveMap

    return LiveMap(config, config.map)


class _Printer:
    """Prints in a thread of its own: a terminal or pipe that nobody reads must not stop a watch.

    It writes to the descriptor itself, since Python's own files cannot be closed while
    somebody is stuck in writing to them.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._lines: queue.Queue[bytes | None] = queue.Queue(10_000)
        self._missed = 0
        self._thread = threading.Thread(target=self._run, name="printer", daemon=True)
        self._thread.start()

    def print(self, text: str) -> None:
        try:
            self._lines.put_nowait(text.encode() + b"\n")
        except queue.Full:
            self._missed += 1

    def close(self) -> int:
        """Print what is left if somebody reads it within a second; give how much was not."""
        try:
            self._lines.put(None, timeout=1)
        except queue.Full:
            pass
        else:
            self._thread.join(timeout=1)
        return self._missed + self._lines.qsize()

    def _run(self) -> None:
        while (line := self._lines.get()) is not None:
            try:
                while line:
                    line = line[os.write(self._descriptor, line) :]
            except OSError:
                self._missed += 1  # Whoever read this has gone.
