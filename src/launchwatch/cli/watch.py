"""`launchwatch watch`: the service, until Ctrl-C or SIGTERM."""

import asyncio
import signal
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

    def say(text: str) -> None:
        click.echo(text, err=True)

    service = Service(read, build=engine_of, say=say)
    tell = as_record if as_json else in_words

    async def follow() -> None:
        async for said in service.subscribe():
            for message in said.answers:
                if (text := tell(message)) is not None:
                    click.echo(text)

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

    return asyncio.run(watch())
