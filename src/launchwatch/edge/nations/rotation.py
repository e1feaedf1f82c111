"""How keys take over from one another, and how they end."""

from msgspec import structs

from launchwatch.edge.nations.keyfolder import KeyFolder
from launchwatch.errors import SettingsError
from launchwatch.nations.keys import PublicKey, Realm
from launchwatch.timescale import SECOND, Instant


def rotated(
    folder: KeyFolder, realm: Realm, now: Instant, ahead_hours: float, overlap_hours: float
) -> PublicKey:
    """Make a key that signs from ``ahead_hours`` on; the older ones end ``overlap_hours`` later."""
    since = Instant(now + round(ahead_hours * 3600 * SECOND))
    until = Instant(since + round(overlap_hours * 3600 * SECOND))
    folder.write(tuple(_ending(key, folder.nation, realm, until) for key in folder.ring().keys))
    return folder.add_own(realm, since)


def revoked(folder: KeyFolder, kid: str, now: Instant, reason: str) -> PublicKey:
    """Take a key away.

    Raises:
        SettingsError: there is none of that name.
    """
    keys = folder.ring().keys
    found = folder.ring().find(kid)
    if found is None:
        names = ", ".join(key.kid for key in keys)
        raise SettingsError(f"{folder.path}: key must be one of {names}, got {kid[:20]!r}")
    if found.revoked is not None:
        return found
    ended = structs.replace(found, revoked=now, reason=reason)
    folder.write(tuple(ended if key.kid == kid else key for key in keys))
    return ended


def _ending(key: PublicKey, nation: str, realm: Realm, until: Instant) -> PublicKey:
    if (key.nation, key.realm) != (nation, realm) or key.revoked is not None:
        return key
    if key.until is not None and key.until <= until:
        return key
    return structs.replace(key, until=until)
