"""`launchwatch decode`: print what a file in somebody else's format says, a record a line."""

import json
import sys
from pathlib import Path

import click

from launchwatch.errors import SettingsError

_MOST_TOLD = 20
"""Refusals told one by one; the rest are counted."""

_NAMES = ("asterix", "sapient", "ais", "adsb", "aircraft-json", "navwarn", "notam")
"""Those of `launchwatch.edge.decoding.FORMATS`, kept here so that the help stays quick."""


@click.command(
    epilog="""\b
Examples:
  launchwatch decode radar.pcap --format asterix
  launchwatch decode harbour.nmea --format ais
  launchwatch decode frames.txt --format adsb
  launchwatch decode aircraft.json --format aircraft-json
  launchwatch decode warnings.xml --format navwarn
"""
)
@click.argument("file", metavar="FILE")
@click.option(
    "--format",
    "name",
    type=click.Choice(_NAMES),
    required=True,
    help="What FILE is written in.",
)
@click.option("--strict", is_flag=True, help="Leave with status 2 where anything was refused.")
def command(file: str, name: str, strict: bool) -> int:
    """Print what a file says: one JSON object a record.

    FILE may be gzipped; - is standard input. What cannot be read is named on standard error with
    its offset in bytes, and the rest is read all the same; where nothing could be read, the
    status is 2.
    """
    from launchwatch.edge.decoding import decoded
    from launchwatch.sensors.refusing import Refusal

    records = refusals = 0
    for found in decoded(_content(file), name):
        if isinstance(found, Refusal):
            refusals += 1
            if refusals <= _MOST_TOLD:
                text = " ".join(f"{file}: byte {found.offset}: {found.detail}".split())
                click.echo(f"refused ({found.reason}): {text}", err=True)
        else:
            records += 1
            sys.stdout.write(json.dumps(found, ensure_ascii=False, allow_nan=False) + "\n")
    if refusals > _MOST_TOLD:
        click.echo(f"and {refusals - _MOST_TOLD} more refused", err=True)
    return 2 if refusals and (strict or not records) else 0


def _content(path: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SettingsError(f"{path}: the file cannot be read: {why}") from None
