"""A node's card: what it hands to its partners, so that they can believe it.

One JSON file: whose it is, its public keys of both realms, and what its broker is known by. It
holds no secret, but who changes it on the way can speak for that nation; so people compare its
fingerprint by a way that others cannot change, such as by voice.
"""

import hashlib
from pathlib import Path

import msgspec
from msgspec import Struct

from launchwatch.edge.nations.certificates import Peer, own_peer, trust_peer
from launchwatch.edge.nations.keyfolder import KeyFolder, check_nation
from launchwatch.errors import SettingsError
from launchwatch.nations.keys import PublicKey, key_id
from launchwatch.timescale import Instant


class Card(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a partner must know of a nation's node."""

    nation: str
    keys: tuple[PublicKey, ...]
    link: Peer


def card_of(folder: KeyFolder, now: Instant) -> Card:
    """Give our card: all keys of ours that may sign now or later."""
    own = tuple(
        key
        for key in folder.ring().keys
        if key.nation == folder.nation
        and key.revoked is None
        and (key.until is None or now < key.until)
    )
    return Card(nation=folder.nation, keys=own, link=own_peer(folder.path))


def fingerprint(card: Card) -> str:
    """Give a card in 24 hexadecimal digits, to be read aloud."""
    digest = hashlib.blake2b(msgspec.json.encode(card), digest_size=12).hexdigest()
    return "-".join(digest[place : place + 4] for place in range(0, 24, 4))


def read_card(path: Path) -> Card:
    """Read a partner's card.

    Raises:
        SettingsError: it cannot be read, or says what cannot be.
    """
    try:
        card = msgspec.json.decode(path.read_bytes(), type=Card)
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path}: must be a card that launchwatch keys show made: {error}"
        ) from (None)
    check_nation(card.nation)
    for key in card.keys:
        _check(path, card.nation, key)
    return card


def trust(folder: KeyFolder, card: Card) -> None:
    """Believe a partner's keys from now on; what was revoked here stays so.

    Raises:
        SettingsError: it is our own card, or its link cannot be used.
    """
    if card.nation == folder.nation:
        raise SettingsError(f"a card of {card.nation} is our own: partners trust it, we need not")
    ring = folder.ring()
    trust_peer(folder.path, card.nation, card.link)
    revoked = {key.kid for key in ring.keys if key.revoked is not None}
    kept = [key for key in ring.keys if key.nation != card.nation or key.kid in revoked]
    folder.write((*kept, *(key for key in card.keys if key.kid not in revoked)))


def _check(path: Path, nation: str, key: PublicKey) -> None:
    try:
        raw = bytes.fromhex(key.public)
    except ValueError:
        raw = b""
    if len(raw) != 32 or key.nation != nation or key.kid != key_id(nation, key.realm, raw):
        raise SettingsError(f"{path}: key {key.kid[:20]!r} is not what its name says")
