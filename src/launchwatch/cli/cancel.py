"""`launchwatch cancel`: take a warning back, everywhere it went, by one person's one action."""

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

import click

from launchwatch.cli.deciding import identity, outbox_of

if TYPE_CHECKING:
    from launchwatch.messages.packet import Decision


@click.command(
    epilog="""\b
Examples:
  launchwatch cancel live.toml L20251107-011731-public --key kim.pem --reason "false alarm"
  launchwatch cancel live.toml L20251107-011731-public --key kim.pem --without-watch
"""
)
@click.argument("config", type=click.Path(path_type=Path))
@click.argument("warning")
@click.option("--key", "key", type=click.Path(path_type=Path), required=True,
              help="Your private key, PEM.")  # fmt: skip
@click.option("--as", "operator", metavar="NAME", help="Your name; without it, the key's owner's.")
@click.option("--reason", default="", help="Why, for those who read the cancel.")
@click.option("--without-watch", is_flag=True,
              help="Send the prepared cancel from the outbox: the watch is dead.")  # fmt: skip
def command(
    config: Path, warning: str, key: Path, operator: str | None, reason: str, without_watch: bool
) -> int:
    """Cancel WARNING: everybody who received it is told on the same channels.

    Nothing is asked: who sees that a warning is wrong should not have to answer questions. A public
    warning that still waits is withdrawn, and nobody hears of it.
    """
    from launchwatch.edge.clock import Clock
    from launchwatch.edge.outbox.knocking import decide, signed
    from launchwatch.errors import InputError
    from launchwatch.messages.packet import Decision

    outbox = outbox_of(config)
    private, name = identity(config, key, operator)
    now = Clock().now()
    decision = Decision(
        time=now,
        mode=outbox.mode,
        operator=name,
        action="cancel",
        warning_id=warning,
        revision=0,
        reason=reason,
        signed=now,
    )
    decision = signed(decision, private)
    if without_watch:
        return asyncio.run(_from_ledger(config, decision))
    answer = decide(outbox.table.door, decision)
    if not answer["counted"]:
        raise InputError(answer["reason"])
    left = [one["document"] for one in answer["said"] if one["type"] == "release"]
    click.echo(f"cancelled: {left[0]}" if left else "withdrawn: nobody had been told")
    return 0


async def _from_ledger(config: Path, decision: "Decision") -> int:
    from launchwatch.edge.clock import Clock
    from launchwatch.edge.outbox.outbox import Outbox
    from launchwatch.settings import read_settings

    def alarm(part: str, text: str) -> None:
        click.echo(f"ALARM: {part}: {text}", err=True)

    outbox = Outbox(outbox_of(config), read_settings(config).warning, Clock(), alarm)
    try:
        entry = outbox.cancel(decision)
        outbox.start()
        # The dead hold up nobody else, and are tried again at the next start.
        await asyncio.wait([asyncio.create_task(outbox.idle())], timeout=10.0)
        told = outbox.ledger.deliveries(entry.number)
    finally:
        await outbox.stop(0.1)
    for one in told:
        click.echo(f"{one.channel}: {one.status} {one.receipt or one.failure}".rstrip())
    return 0 if all(one.status in ("sent", "received") for one in told) else 1
