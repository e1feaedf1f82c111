"""Read who our partners are and what each gets, from a watch's configuration.

::

    [nation]
    id = "KOR"                     # ISO 3166 alpha-3; as our keys say
    keys = "keys"                  # what `launchwatch keys make` made
    told = "told"                  # folder of the journals of what partners were told
    listen = "0.0.0.0:7422"        # where partners' brokers come in; out where all are dialled
    server = "nats-server"         # optional: another nats-server than the one that came along
    broker = "tls://host:4222"     # optional: a broker that runs already, instead of our own

    [partners.JPN]
    address = "jpn.example:7422"   # where its broker listens; out where it dials us
    [partners.JPN.gets]            # see `launchwatch.nations.releasing.Gets`
    tracks = true
    launches = true
    falls = true

Paths are relative to the file's own folder.
"""

import math
import re
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, structs

from launchwatch.edge.nations.keyfolder import check_nation
from launchwatch.errors import SettingsError
from launchwatch.nations.releasing import Gets

_ADDRESS = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})")


class Nation(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whose watch this is."""

    id: str
    keys: Path
    told: Path
    listen: str | None = None
    server: Path | None = None
    broker: str | None = None


class Ally(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One partner: where its broker is, if we dial it, and what it gets."""

    address: str | None = None
    gets: Gets = msgspec.field(default_factory=Gets)


class Alliance(Struct, frozen=True, kw_only=True):
    """Ourselves and our partners, by nation."""

    nation: Nation
    partners: dict[str, Ally]


def alliance_in(tables: dict[str, Any], path: Path) -> Alliance | None:
    """Read the tables of a configuration; None where it has none of them.

    Raises:
        SettingsError: names the file, the key, what was wanted there and what came.
    """
    if "nation" not in tables and "partners" not in tables:
        return None
    for name in ("nation", "partners"):
        if not isinstance(tables.get(name), dict):
            raise SettingsError(f"{path}: [nation] and [partners.XXX] go together, wanted {name}")
    nation = _converted(path, "[nation]", tables["nation"], Nation)
    _check(path, "[nation] id", nation.id)
    if nation.listen is not None:
        _check_address(path, "[nation] listen", nation.listen)
    partners = {}
    for name, table in tables["partners"].items():
        _check(path, "[partners]", name)
        if name == nation.id:
            raise SettingsError(f"{path}: [partners.{name}]: a nation is no partner of its own")
        ally = _converted(path, f"[partners.{name}]", table, Ally)
        if ally.address is not None:
            _check_address(path, f"[partners.{name}] address", ally.address)
        _check_gets(path, name, ally.gets)
        partners[name] = ally
    folder = path.parent
    resolved = {
        key: folder / value
        for key in ("keys", "told")
        if (value := getattr(nation, key)) is not None
    }
    return Alliance(nation=structs.replace(nation, **resolved), partners=partners)


def _converted(path: Path, where: str, table: Any, kind: type[Any]) -> Any:
    try:
        return msgspec.convert(table, kind, dec_hook=lambda wanted, value: wanted(_text(value)))
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        raise SettingsError(f"{path}: {where}: {error}") from None


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"a path must be text, got {value!r}")
    return value


def _check(path: Path, where: str, nation: str) -> None:
    try:
        check_nation(nation)
    except SettingsError as error:
        raise SettingsError(f"{path}: {where}: {error}") from None


def _check_address(path: Path, where: str, address: str) -> None:
    found = _ADDRESS.fullmatch(address)
    if found is None or int(found[2]) > 65_535:
        raise SettingsError(f"{path}: {where}: wanted host:port, got {address[:60]!r}")


def _check_gets(path: Path, nation: str, gets: Gets) -> None:
    for key, most in (("every_s", 3600.0), ("position_m", 1e6), ("time_s", 3600.0)):
        value = getattr(gets, key)
        if not (math.isfinite(value) and 0.0 <= value <= most):
            raise SettingsError(
                f"{path}: [partners.{nation}.gets] {key} must lie in 0..{most:g}, got {value}"
            )
