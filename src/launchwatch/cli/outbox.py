"""`launchwatch outbox`: what left and what waits; keys for those who decide and for what signs."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from launchwatch.cli.deciding import outbox_of

if TYPE_CHECKING:
    from launchwatch.messages.delivery import Delivery, Entry


@click.group(
    epilog="""\b
Examples:
  launchwatch outbox show live.toml
  launchwatch outbox signing-key keys --for drill
"""
)
def command() -> None:
    """What left the watch, to whom and when; what waits for people; keys."""


@command.command(epilog="\b\nExample:\n  launchwatch outbox show live.toml")
@click.argument("config", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(config: Path, as_json: bool) -> int:
    """List what waits for people, then everything that left, with its receipts."""
    from launchwatch.edge.outbox.ledger import Ledger

    table = outbox_of(config)
    ledger = Ledger(table.table.path, table.mode, readonly=True)
    try:
        entries = [(entry, ledger.deliveries(entry.number)) for entry in ledger.entries()]
        waiting = ledger.drafts()
    finally:
        ledger.close()
    if as_json:
        click.echo(json.dumps([_record(entry, told) for entry, told in entries]))
        return 0
    for draft in waiting:
        click.echo(
            f"waits: {draft.warning_id} revision {draft.revision}: {draft.action}, approved by "
            f"{len(draft.approvals)} of {draft.needs}"
        )
    if not entries:
        click.echo("nothing has left")
    for entry, told in entries:
        click.echo(_line(entry))
        for one in told:
            said = one.failure or one.receipt
            click.echo(f"  {one.channel} ({one.kind}): {one.status} {said}".rstrip())
    return 0


@command.command(epilog="\b\nExample:\n  launchwatch outbox retry live.toml")
@click.argument("config", type=click.Path(path_type=Path))
def retry(config: Path) -> int:
    """Queue what was given up again; the watch sends it at its next start."""
    from launchwatch.edge.clock import Clock
    from launchwatch.edge.outbox.ledger import Ledger

    table = outbox_of(config)
    ledger = Ledger(table.table.path, table.mode)
    try:
        count = ledger.revive(Clock().now())
    finally:
        ledger.close()
    click.echo(f"{count} queued again")
    return 0


@command.command(
    "operator-key", epilog="\b\nExample:\n  launchwatch outbox operator-key kim.pem --as Kim"
)
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--as", "operator", metavar="NAME", required=True, help="Whose it is.")
def operator_key(path: Path, operator: str) -> int:
    """Make an operator's private key in PATH, and print what the settings must list."""
    from launchwatch.edge.outbox.keymaking import make_operator_key

    public = make_operator_key(path)
    click.echo(f'[[warning.operators]]\nname = {json.dumps(operator)}\nkey = "{public}"')
    return 0


@command.command(
    "signing-key", epilog="\b\nExample:\n  launchwatch outbox signing-key keys --for drill"
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--for", "purpose", type=click.Choice(["live", "drill"]), required=True,
              help="What it may sign; it stands in the certificate.")  # fmt: skip
@click.option("--name", default="launchwatch", help="Who signs.")
def signing_key(folder: Path, purpose: str, name: str) -> int:
    """Make the key and the certificate by which a watch signs its CAP documents."""
    from launchwatch.edge.clock import Clock
    from launchwatch.edge.outbox.keymaking import make_signing_key

    key, certificate = make_signing_key(
        folder, "live" if purpose == "live" else "drill", name, Clock().now()
    )
    click.echo(f"{key}: keep it secret\n{certificate}: give it to those who receive")
    return 0


def _line(entry: "Entry") -> str:
    from launchwatch.timescale import utc_from_instant

    return (
        f"{entry.number} {utc_from_instant(entry.written, digits=1)} {entry.mode.upper()} "
        f"{entry.document}: {entry.severity} {entry.action}"
    )


def _record(entry: "Entry", told: tuple["Delivery", ...]) -> dict[str, object]:
    import msgspec

    from launchwatch.timescale import utc_from_instant

    record = msgspec.to_builtins(entry) | {"written": utc_from_instant(entry.written)}
    record["deliveries"] = [
        msgspec.to_builtins(one)
        | {
            "changed": utc_from_instant(one.changed),
            "due": None if one.due is None else utc_from_instant(one.due),
        }
        for one in told
    ]
    return dict(record)
