"""Where and to whom the map is served: the table ``[map]`` of a watch's configuration."""

from pathlib import Path

from msgspec import Struct

from launchwatch.edge.scene.record import MOST_BYTES
from launchwatch.errors import SettingsError

_LEAST_BYTES = 10_000_000
"""Of a record: less would not hold one busy flight."""


class MapSettings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the map is served.

    Attributes:
        address: to listen on; beyond this machine it asks for a token.
        port: 0 lets the system choose one.
        names: further names that readers may call this server by.
        record: folder that keeps what was shown; None: a temporary one.
        record_bytes: of it at most; the oldest goes.
        certificate: PEM files for TLS, with ``key``; without them the token can be read on the way.
        token: a fixed one, of 16 characters at least; empty: one is drawn at each start.
    """

    address: str = "127.0.0.1"
    port: int = 8470
    names: tuple[str, ...] = ()
    record: Path | None = None
    record_bytes: int = MOST_BYTES
    certificate: Path | None = None
    key: Path | None = None
    token: str = ""

    def __post_init__(self) -> None:
        check(self)


def check(settings: MapSettings) -> None:
    """Refuse by name what cannot be.

    Raises:
        SettingsError: names the key, what was wanted and what came.
    """
    if not 0 <= settings.port <= 65_535:
        raise SettingsError(f"[map] port must lie in 0..65535, got {settings.port}")
    if (settings.certificate is None) != (settings.key is None):
        raise SettingsError("[map] certificate and key go together, got only one of them")
    if settings.token and len(settings.token) < 16:
        raise SettingsError("[map] token must have 16 characters or more, or be left out")
    if settings.record_bytes < _LEAST_BYTES:
        raise SettingsError(
            f"[map] record_bytes must be {_LEAST_BYTES} or more, got {settings.record_bytes}"
        )
