"""`launchwatch watch`: the service, until Ctrl-C or SIGTERM."""

import asyncio
import queue
import signal
import threading
from pathlib import Path

import click


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
    """
    from launchwatch.edge.config import read_config

    read = read_config(config)
    # The rest is slow to load, and not needed to refuse a configuration.
    from launchwatch.edge.service import Service
    from launchwatch.edge.starting import engine_of
    from launchwatch.edge.telling import as_record, in_words

    printer = _Printer()
    service = Service(read, build=engine_of, say=lambda text: printer.print(text, err=True))
    tell = as_record if as_json else in_words

    async def follow() -> None:
        async for said in service.subscribe():
            for message in said.answers:
                if (text := tell(message)) is not None:
                    printer.print(text)

    async def watch() -> int:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for each in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(each, stop.set)
        following = asyncio.create_task(follow())
        # The subscription must be there before anything is said.
        await asyncio.sleep(0)
        try:
            return await service.run(stop)
        finally:
            await following

    try:
        return asyncio.run(watch())
    finally:
        printer.close()


class _Printer:
    """Prints in a thread of its own: a terminal or pipe that nobody reads must not stop a watch."""

    def __init__(self) -> None:
        self._texts: queue.Queue[tuple[str, bool] | None] = queue.Queue(10_000)
        self._missed = 0
        self._thread = threading.Thread(target=self._run, name="printer", daemon=True)
        self._thread.start()

    def print(self, text: str, *, err: bool = False) -> None:
        try:
            self._texts.put_nowait((text, err))
        except queue.Full:
            self._missed += 1

    def close(self) -> None:
        """Print what is left, where somebody reads it within two seconds."""
        if self._missed:
            self.print(f"{self._missed} lines were not printed: nobody read them", err=True)
        try:
            self._texts.put(None, timeout=2)
        except queue.Full:
            return
        self._thread.join(timeout=2)

    def _run(self) -> None:
        while (text := self._texts.get()) is not None:
            try:
                click.echo(text[0], err=text[1])
            except OSError:
                self._missed += 1  # Whoever read this has gone; the other one may be there.
