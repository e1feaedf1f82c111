"""What the outbox is told in a watch's configuration.

::

    [outbox]
    path = "live.outbox"          # the ledger; made if it is not there
    key = "keys/live.key"         # signs CAP documents; `launchwatch outbox signing-key` makes both
    certificate = "keys/live.crt"
    door = "live.door"            # where `launchwatch approve` and `cancel` knock

and a ``[[channels]]`` for each way out (`launchwatch.edge.outbox.channel`). Paths are relative to
the file's own folder, a folder's that a channel writes to as well.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from launchwatch.edge.outbox.channel import Channel
from launchwatch.errors import SettingsError
from launchwatch.messages.packet import Mode

TABLES = ("outbox", "channels")


class OutboxTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the ledger lies, what signs, and where operators knock."""

    path: Path
    key: Path
    certificate: Path
    door: Path


class OutboxConfig(Struct, frozen=True, kw_only=True):
    """An outbox as configured, with its channels."""

    mode: Mode
    table: OutboxTable
    channels: tuple[Channel, ...]


def read_outbox(tables: dict[str, Any], path: Path, mode: Mode) -> OutboxConfig | None:
    """Give the outbox that a configuration describes; None where it has none.

    Args:
        tables: of the whole file at ``path``.

    Raises:
        SettingsError: names the file, the key, what was wanted there and what came.
    """
    if "outbox" not in tables:
        if "channels" in tables:
            raise SettingsError(f"{path}: [[channels]] need an [outbox], there is none")
        return None
    table = _converted(path, "[outbox]", tables["outbox"], OutboxTable)
    folder = path.parent
    table = replace(table, **{key: folder / getattr(table, key) for key in table.__struct_fields__})
    listed = tables.get("channels", [])
    if not isinstance(listed, list):
        raise SettingsError(f"{path}: wanted [[channels]] in double brackets")
    channels = []
    for number, each in enumerate(listed, start=1):
        where = f"[[channels]] {number}"
        channel = _converted(path, where, each, Channel)
        channels.append(_checked(path, where, channel, mode, folder))
    names = [channel.name for channel in channels]
    if len(names) != len(set(names)):
        raise SettingsError(f"{path}: [[channels]] names must differ, got {', '.join(names)}")
    return OutboxConfig(mode=mode, table=table, channels=tuple(channels))


def _checked(path: Path, where: str, channel: Channel, mode: Mode, folder: Path) -> Channel:
    def want(holds: bool, wanted: str, came: object) -> None:
        if not holds:
            raise SettingsError(f"{path}: {where} {channel.name!r}: {wanted}, got {came!r}")

    want(
        channel.mode == mode,
        f"this watch is {mode}, and a channel must say the same: live and drill share none",
        channel.mode,
    )
    want(0 < len(channel.name) <= 64 and channel.name.isprintable(),
         "name must have 1 to 64 printable characters", channel.name)  # fmt: skip
    want(0.1 <= channel.timeout_s <= 60.0, "timeout_s must lie in 0.1..60", channel.timeout_s)
    want(bool(channel.takes), "takes must name notice, public or both", channel.takes)
    address = channel.address
    if channel.kind == "file":
        want(bool(address), "address must be a folder", address)
        return replace(channel, address=str((folder / address).absolute()))
    if channel.kind == "tcp":
        host, _, port = address.rpartition(":")
        want(bool(host) and port.isdigit() and 0 < int(port) < 65536,
             "address must be host:port", address)  # fmt: skip
        return channel
    try:
        url = urlsplit(address)
        port_is_right = url.port is None or url.port > 0
    except ValueError:
        port_is_right = False
    if channel.kind == "webhook":
        is_url = port_is_right and url.scheme in ("http", "https") and bool(url.hostname)
        want(is_url, "address must be an http or https URL", address)
    else:
        is_mail = port_is_right and url.scheme == "smtp" and bool(url.hostname) and "@" in url.path
        want(is_mail, "address must be smtp://host:port/who@where", address)
    return channel


def _converted(path: Path, where: str, table: Any, kind: type[Any]) -> Any:
    try:
        return msgspec.convert(table, kind, dec_hook=lambda wanted, value: wanted(value))
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        allowed = ""
        if "unknown field" in str(error):
            allowed = f"; allowed are {', '.join(kind.__struct_fields__)}"
        raise SettingsError(f"{path}: {where}: {error}{allowed}") from None
