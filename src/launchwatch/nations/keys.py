"""Keys: whose signature counts, for live data or for drills, and from when until when.

A key belongs to one nation and to one *realm*. The realm ``live`` signs live messages and
nothing else; the realm ``drill`` signs exercises, simulations and replays and nothing else. It
is part of what the key's identifier is made of, so that a drill key can never be listed as a
live one by mistake.

Where keys lie on disk is the business of `launchwatch.edge.nations.keyfolder`.
"""

import hashlib
from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant

Realm = Literal["live", "drill"]

REALMS: tuple[Realm, ...] = ("live", "drill")


def realm_of(mode: Mode) -> Realm:
    """Give the realm whose keys may sign data of a mode."""
    return "live" if mode == "live" else "drill"


def key_id(nation: str, realm: Realm, public: bytes) -> str:
    """Give a key's identifier: 16 hexadecimal digits of a hash over what the key is for."""
    text = f"launchwatch key 1\0{nation}\0{realm}\0".encode() + public
    return hashlib.blake2b(text, digest_size=8).hexdigest()


class PublicKey(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One Ed25519 key that may sign for a nation.

    Attributes:
        kid: its identifier, as `key_id` gives it.
        public: the 32 bytes in hexadecimal.
        since: signatures before this do not count; ``until``, nor do those from then on.
        revoked: since when it is not believed at all, whatever the signature says of its own
            time; None while it is.
        reason: why it was revoked, in the operator's words.
    """

    kid: str
    nation: str
    realm: Realm
    public: str
    since: Instant
    until: Instant | None = None
    revoked: Instant | None = None
    reason: str = ""

    def serves(self, now: Instant) -> bool:
        """Say whether a signature made now counts."""
        begun = self.since <= now and (self.until is None or now < self.until)
        return begun and self.revoked is None


class Ring:
    """The keys that a node knows, its own and its partners'; never changed once made."""

    def __init__(self, keys: Iterable[PublicKey]) -> None:
        self.keys = tuple(keys)
        self._by_kid = {key.kid: key for key in self.keys}

    def find(self, kid: str) -> PublicKey | None:
        """Give the key of an identifier, revoked or not."""
        return self._by_kid.get(kid)

    def signing(self, nation: str, realm: Realm, now: Instant) -> PublicKey | None:
        """Give the newest key with which a nation signs now."""
        serving = [
            key
            for key in self.keys
            if (key.nation, key.realm) == (nation, realm) and key.serves(now)
        ]
        return max(serving, key=lambda key: key.since, default=None)
