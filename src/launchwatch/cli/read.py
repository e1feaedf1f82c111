"""`launchwatch read`: the claims of one public report, each with the words it came from."""

import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from launchwatch.errors import SettingsError

if TYPE_CHECKING:
    from launchwatch.messages.claim import Claim


@click.command(
    epilog="""\b
Examples:
  launchwatch read article.txt
  launchwatch read statement.txt --published 2023-07-12 --json
  curl -s https://example.org/article.txt | launchwatch read -
"""
)
@click.argument("file", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--published",
    metavar="DATE",
    help='Day of publication (2023-07-12), which resolves "today", "Monday" and "the 12th".',
)
def command(file: str, as_json: bool, published: str | None) -> None:
    """Read a news article or official statement in English, Japanese or Korean.

    FILE is text in UTF-8; - is standard input. Printed are its claims: what is stated of launch,
    flight and fall, in which words, by whom, and what speaks against it. A claim is what somebody
    said, not what happened. A text without any, or in another language, gives none.
    """
    from launchwatch.record.reading import decoded, read

    day = day_of(published)
    claims = read(decoded(content_of(file), "standard input" if file == "-" else file), day)
    if as_json:
        told = {"claims": [record(one) for one in claims]}
        click.echo(json.dumps(told, indent=1, ensure_ascii=False, allow_nan=False))
        return
    if not claims:
        click.echo("no claims found")
    for one in claims:
        click.echo(line_of(one))


def record(claim: "Claim") -> dict[str, Any]:
    """Give a claim as JSON has it; ``item`` only where the report numbers its bodies."""
    from msgspec import to_builtins

    made: dict[str, Any] = to_builtins(claim)
    return {key: value for key, value in made.items() if not (key == "item" and value is None)}


def line_of(claim: "Claim") -> str:
    """Give a claim as a line for people."""
    value = claim.value
    if isinstance(value, dict):
        value = ", ".join(
            f"{k} {v}" for k, v in value.items() if not isinstance(v, dict) and v != ""
        )
    parts = [f"{claim.kind}: {claim.qualifier} {value} {claim.unit}"]
    parts.append(f'"{claim.text}" [{claim.start}:{claim.end}]')
    if claim.source:
        parts.append(f"said by {claim.source}")
    if claim.doubt:
        parts.append(f"DOUBT: {claim.doubt}")
    return " ".join(" | ".join(parts).split())


def day_of(text: str | None) -> dt.date | None:
    """Give the day of --published.

    Raises:
        SettingsError: it is no day.
    """
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise SettingsError(
            f"--published must be a day such as 2023-07-12, got {text[:40]!r}"
        ) from None


def content_of(path: str) -> bytes:
    """Give a file's bytes, or as many of them as show that it is too large.

    Raises:
        SettingsError: it cannot be opened; names the file.
    """
    from launchwatch.record.reading.text import MOST_BYTES

    try:
        if path == "-":
            return sys.stdin.buffer.read(MOST_BYTES + 1)
        with Path(path).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SettingsError(f"{path}: the file cannot be read: {why}") from None
