"""A node's keys on disk: which are known, which are ours, and what is believed from now on.

::

    keys/
      nation.json          whose node this is
      ring.json            every public key that is known, our own and partners', revoked or not
      secret/KID.key       our private keys, 32 bytes in hexadecimal, readable by us alone
      link/                what brokers know each other by (`launchwatch.edge.nations.certificates`)

`KeyFolder.ring` looks at ring.json each time that it is asked, and reads it anew when it has
changed: so a key that `launchwatch keys revoke` takes away stops working in a running node
with the next envelope. Files are replaced, never written in place.
"""

import os
import secrets
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from launchwatch.errors import SettingsError
from launchwatch.nations.envelope import Signer, WrongKey
from launchwatch.nations.keys import REALMS, PublicKey, Realm, Ring, key_id
from launchwatch.timescale import Instant

RING, NATION, SECRET = "ring.json", "nation.json", "secret"


class _Nation(Struct, forbid_unknown_fields=True):
    nation: str


class KeyFolder:
    """The keys of one node."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int, int] | None = None
        self._ring = Ring(())
        self._signers: dict[str, Signer] = {}
        self.nation = _read(path / NATION, _Nation, "launchwatch keys make").nation

    @classmethod
    def make(cls, path: Path, nation: str, now: Instant) -> "KeyFolder":
        """Make a folder with one key of each realm.

        Raises:
            SettingsError: there is one already, or it cannot be made.
        """
        check_nation(nation)
        if (path / NATION).exists():
            raise SettingsError(f"{path}: holds keys already; launchwatch keys rotate makes others")
        try:
            (path / SECRET).mkdir(parents=True, mode=0o700)
        except OSError as error:
            raise SettingsError(f"{path}: cannot be made: {error.strerror}") from None
        replace(path / RING, b"[]")
        replace(path / NATION, msgspec.json.encode(_Nation(nation)))
        folder = cls(path)
        for realm in REALMS:
            folder.add_own(realm, now)
        return folder

    def ring(self) -> Ring:
        """Give the keys as they are known now.

        Raises:
            SettingsError: they cannot be read.
        """
        try:
            there = (self.path / RING).stat()
        except OSError as error:
            raise SettingsError(f"{self.path / RING}: cannot be read: {error.strerror}") from None
        seen = (there.st_mtime_ns, there.st_size, there.st_ino)
        if seen != self._seen:
            keys = _read(self.path / RING, list[PublicKey], "the keys that are known")
            self._ring, self._seen = Ring(keys), seen
        return self._ring

    def signer(self, realm: Realm, now: Instant) -> Signer:
        """Give what signs for us now.

        Raises:
            WrongKey: there is no key of ours that may.
        """
        key = self.ring().signing(self.nation, realm, now)
        if key is None:
            raise WrongKey(f"{self.path}: no {realm} key of {self.nation} is in its time")
        signer = self._signers.get(key.kid)
        if signer is None or signer.key != key:
            signer = self._signers[key.kid] = Signer(key, self._private(key.kid))
        return signer

    def add_own(self, realm: Realm, since: Instant) -> PublicKey:
        """Make a key of ours that signs from a time on."""
        seed = secrets.token_bytes(32)
        raw = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        kid = key_id(self.nation, realm, raw)
        key = PublicKey(kid=kid, nation=self.nation, realm=realm, public=raw.hex(), since=since)
        replace(self.path / SECRET / f"{kid}.key", seed.hex().encode() + b"\n", mode=0o600)
        self.write((*self.ring().keys, key))
        return key

    def write(self, keys: tuple[PublicKey, ...]) -> None:
        """Let these keys be known from now on, in a running node too."""
        replace(self.path / RING, msgspec.json.format(msgspec.json.encode(keys), indent=1) + b"\n")

    def _private(self, kid: str) -> Ed25519PrivateKey:
        path = self.path / SECRET / f"{kid}.key"
        try:
            seed = bytes.fromhex(path.read_text().strip())
            return Ed25519PrivateKey.from_private_bytes(seed)
        except (OSError, ValueError) as error:
            raise WrongKey(f"{path}: wanted 32 bytes in hexadecimal: {error}") from None


def check_nation(nation: str) -> None:
    """Refuse what is no ISO 3166 alpha-3 code.

    Raises:
        SettingsError: names what came.
    """
    if not (len(nation) == 3 and nation.isascii() and nation.isalpha() and nation.isupper()):
        raise SettingsError(
            f"a nation must be an ISO 3166 alpha-3 code such as KOR, got {nation[:20]!r}"
        )


def replace(path: Path, content: bytes, mode: int = 0o644) -> None:
    """Put a file in place of what was there, whole or not at all.

    Raises:
        SettingsError: it cannot be written.
    """
    new = path.with_name(f".{path.name}.new")
    try:
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written: {error.strerror}") from None


def _read(path: Path, kind: type, wanted: str):  # type: ignore[no-untyped-def]
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except OSError as error:
        raise SettingsError(f"{path}: wanted {wanted}: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be used: {error}") from None
