"""`launchwatch keys`: make, show, trust, rotate and revoke the keys of a node."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:  # loaded when a command runs, so that the help stays quick
    from launchwatch.edge.nations.keyfolder import KeyFolder
    from launchwatch.nations.keys import PublicKey

_FOLDER = click.option(
    "--keys", "path", type=click.Path(path_type=Path, file_okay=False), default=Path("keys"),
    show_default=True, help="Folder of the keys.",
)  # fmt: skip
_REALM = click.Choice(["live", "drill"])


@click.group(
    epilog="""\b
Example, for South Korea and Japan; each on its own machine:
  launchwatch keys make KOR --name kor.example
  launchwatch keys show --out kor.json
  launchwatch keys trust jpn.json --fingerprint 0f3a-...
"""
)
def command() -> None:
    """Make, show, trust, rotate and revoke the keys of a node.

    A node signs live data with a live key and drills, simulations and replays with a drill key;
    neither can sign the other's.
    """


@command.command(
    epilog="""\b
Example:
  launchwatch keys make KOR --name kor.example --name 192.0.2.7
"""
)
@click.argument("nation")
@click.option("--name", "names", multiple=True, metavar="HOST",
              help="Name or address by which partners reach this node's broker. "
              "[default: localhost and 127.0.0.1]")  # fmt: skip
@_FOLDER
def make(nation: str, names: tuple[str, ...], path: Path) -> int:
    """Make the keys and certificates of NATION's node."""
    from launchwatch.edge.clock import Clock
    from launchwatch.edge.nations.certificates import make_link
    from launchwatch.edge.nations.keyfolder import KeyFolder

    now = Clock().now()
    folder = KeyFolder.make(path, nation, now)
    make_link(path, nation, names or ("localhost", "127.0.0.1"), now)
    click.echo(f"made keys of {folder.nation} in {path}; keep {path}/secret and {path}/link secret")
    return 0


@command.command(
    name="list",
    epilog="""\b
Example:
  launchwatch keys list
""",
)
@_FOLDER
@click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a key.")
def list_keys(path: Path, as_json: bool) -> int:
    """List all keys that are known: our own and those of partners."""
    from launchwatch.edge.clock import Clock
    from launchwatch.timescale import utc_from_instant

    folder, now = _folder(path), Clock().now()
    for key in folder.ring().keys:
        if as_json:
            click.echo(_record(key))
            continue
        whose = "ours" if key.nation == folder.nation else "theirs"
        if key.revoked is not None:
            state = f"revoked {utc_from_instant(key.revoked, 0)}: {key.reason}"
        elif key.serves(now):
            until = "" if key.until is None else f" until {utc_from_instant(key.until, 0)}"
            state = f"in use{until}"
        else:
            state = "not in its time"
        since = utc_from_instant(key.since, 0)
        click.echo(f"{key.kid}  {key.nation}  {key.realm:<5}  {whose:<6}  since {since}  {state}")
    return 0


@command.command(
    epilog="""\b
Example:
  launchwatch keys show --out kor.json
"""
)
@_FOLDER
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
              help="Where to write the card; standard output without.")  # fmt: skip
def show(path: Path, out: Path | None) -> int:
    """Write this node's card: its public keys, to be handed to partners.

    The fingerprint goes to standard error: tell it to the partner by another way.
    """
    import msgspec

    from launchwatch.edge.clock import Clock
    from launchwatch.edge.nations.card import card_of, fingerprint
    from launchwatch.edge.nations.keyfolder import replace

    card = card_of(_folder(path), Clock().now())
    text = msgspec.json.format(msgspec.json.encode(card), indent=1) + b"\n"
    if out is None:
        click.echo(text, nl=False)
    else:
        replace(out, text)
    click.echo(f"fingerprint of {card.nation}: {fingerprint(card)}", err=True)
    return 0


@command.command(
    epilog="""\b
Example:
  launchwatch keys trust jpn.json --fingerprint 0f3a-11c2-9d5e-77b0-2c41-e8aa
"""
)
@click.argument("card", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--fingerprint", "expected", metavar="DIGITS",
              help="As the partner's people told it, not as the file does.")  # fmt: skip
@_FOLDER
def trust(card: Path, expected: str | None, path: Path) -> int:
    """Believe the keys of a partner's CARD from now on, in a running node too."""
    from launchwatch.edge.nations import card as cards
    from launchwatch.errors import SettingsError

    folder, read = _folder(path), cards.read_card(card)
    found = cards.fingerprint(read)
    if expected is None or expected.strip().lower() != found:
        raise SettingsError(
            f"{card}: its fingerprint is {found}: ask {read.nation}'s people for theirs, and give "
            f"it as --fingerprint; got {expected or 'none'}"
        )
    cards.trust(folder, read)
    click.echo(f"{len(read.keys)} keys of {read.nation} are trusted")
    return 0


@command.command(
    epilog="""\b
Example:
  launchwatch keys rotate live --overlap-hours 48
"""
)
@click.argument("realm", type=_REALM)
@click.option("--overlap-hours", type=click.FloatRange(0.0, 24 * 365), default=168.0,
              show_default=True, help="How long the old key still counts.")  # fmt: skip
@click.option("--ahead-hours", type=click.FloatRange(0.0, 24 * 365), default=0.0,
              show_default=True,
              help="When the new key begins to sign: time to hand partners the card.")  # fmt: skip
@_FOLDER
def rotate(realm: str, overlap_hours: float, ahead_hours: float, path: Path) -> int:
    """Make a new key of REALM; the old one counts a while longer."""
    from launchwatch.edge.clock import Clock
    from launchwatch.edge.nations.rotation import rotated
    from launchwatch.timescale import utc_from_instant

    folder = _folder(path)
    key = rotated(folder, realm, Clock().now(), ahead_hours, overlap_hours)  # type: ignore[arg-type]
    since = utc_from_instant(key.since, 0)
    click.echo(f"key {key.kid} signs {realm} data from {since} on; give partners the new card")
    return 0


@command.command(
    epilog="""\b
Example:
  launchwatch keys revoke 5d41402abc4b2a76 --reason "a laptop was lost"
"""
)
@click.argument("kid")
@click.option("--reason", required=True, help="Why, in your own words; it is shown.")
@_FOLDER
def revoke(kid: str, reason: str, path: Path) -> int:
    """Believe the key KID no more, our own or a partner's, at once and for good."""
    from launchwatch.edge.clock import Clock
    from launchwatch.edge.nations.rotation import revoked

    key = revoked(_folder(path), kid, Clock().now(), reason)
    click.echo(f"key {kid} of {key.nation} counts no more; tell your partners to revoke it as well")
    return 0


def _folder(path: Path) -> "KeyFolder":
    from launchwatch.edge.nations.keyfolder import KeyFolder

    return KeyFolder(path)


def _record(key: "PublicKey") -> str:
    import msgspec

    from launchwatch.timescale import utc_from_instant

    record = msgspec.to_builtins(key)
    for name in ("since", "until", "revoked"):
        if record[name] is not None:
            record[name] = utc_from_instant(record[name])
    return msgspec.json.encode(record).decode()
