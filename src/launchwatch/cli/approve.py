"""`launchwatch approve`: give one person's consent to a public warning that waits."""

from pathlib import Path
from typing import Any

import click

from launchwatch.cli.deciding import identity, outbox_of, word_for


@click.command(
    epilog="""\b
Examples:
  launchwatch approve live.toml --key kim.pem --as Kim
  launchwatch approve live.toml L20251107-011731-public --key kim.pem --as Kim
"""
)
@click.argument("config", type=click.Path(path_type=Path))
@click.argument("warning", required=False)
@click.option("--key", "key", type=click.Path(path_type=Path), required=True,
              help="Your private key, PEM.")  # fmt: skip
@click.option("--as", "operator", metavar="NAME", help="Your name; without it, the key's owner's.")
@click.option("--word", metavar="WORD", help="LIVE or DRILL, instead of being asked for it.")
def command(
    config: Path, warning: str | None, key: Path, operator: str | None, word: str | None
) -> int:
    """Show the public warning that waits, and approve it with your key.

    CONFIG is that of the running watch. The warning leaves when as many different people as the
    settings want have approved it. You are asked for a word, LIVE or DRILL: who thinks that this
    is a drill does not set off the sirens.
    """
    from launchwatch.edge.clock import Clock
    from launchwatch.edge.outbox.knocking import ask, decide, signed
    from launchwatch.errors import InputError
    from launchwatch.messages.packet import Decision

    outbox = outbox_of(config)
    private, name = identity(config, key, operator)
    found = ask(outbox.table.door, {"ask": "standing"})
    waiting = [one for one in found["drafts"] if warning in (None, one["warning_id"])]
    if len(waiting) != 1:
        names = ", ".join(one["warning_id"] for one in found["drafts"]) or "nothing"
        raise InputError(f"one warning that waits was wanted, {names} waits")
    (draft,) = waiting
    click.echo(_shown(draft))
    wanted = word_for(found["mode"])
    given = word or click.prompt(f"Type {wanted} to approve, anything else to leave it")
    if given.strip() != wanted:
        click.echo("left as it is")
        return 1
    now = Clock().now()
    decision = Decision(
        time=now,
        mode=found["mode"],
        operator=name,
        action="approve",
        warning_id=draft["warning_id"],
        revision=draft["revision"],
        document=draft["document"],
        digest=draft["digest"],
        signed=now,
    )
    answer = decide(outbox.table.door, signed(decision, private))
    if not answer["counted"]:
        raise InputError(answer["reason"])
    (last,) = [one for one in answer["said"] if one["type"] == "draft"]
    if last["status"] == "released":
        click.echo(f"released: {last['document']}")
    else:
        click.echo(f"approved: {len(last['approvals'])} of {last['needs']} people")
    return 0


def _shown(draft: dict[str, Any]) -> str:
    """Give a draft as its first language says it, for the person who decides."""
    from launchwatch.cli.deciding import words_of

    by = ", ".join(one["operator"] for one in draft["approvals"]) or "nobody yet"
    lines = [f"{draft['warning_id']} revision {draft['revision']}: {draft['action']}"]
    lines += [f"approved by {by}; needs {draft['needs']}", "", words_of(draft["xml"])]
    return "\n".join(lines)
