"""Keys and envelopes for tests, the same each time."""

import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from launchwatch.nations.envelope import Claims, Signer
from launchwatch.nations.keys import PublicKey, Realm, key_id
from launchwatch.timescale import SECOND, Instant, instant_from_utc, unix_from_instant

NOW = instant_from_utc("2025-11-07T01:02:03.5Z")
BEGUN = Instant(NOW - 3600 * SECOND)


def private(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(hashlib.sha256(name.encode()).digest())


def public(nation: str, realm: Realm = "live", name: str = "", **changed: object) -> PublicKey:
    raw = private(name or f"{nation} {realm}").public_key().public_bytes_raw()
    given = {
        "kid": key_id(nation, realm, raw), "nation": nation, "realm": realm, "public": raw.hex(),
        "since": BEGUN,
    }  # fmt: skip
    return PublicKey(**(given | changed))


def signer(nation: str, realm: Realm = "live", name: str = "", **changed: object) -> Signer:
    return Signer(public(nation, realm, name, **changed), private(name or f"{nation} {realm}"))


def claims(**changed: object) -> Claims:
    signed = changed.get("signed", NOW)
    given = {
        "sender": "KOR", "audience": "JPN", "mode": "live", "stream": BEGUN, "first": 1,
        "count": 1, "signed": signed, "expires": unix_from_instant(signed) + 30,
    }  # fmt: skip
    given |= changed
    return Claims(**({"before": max(given["first"] - 1, 0)} | given))


def lines(count: int = 1, mode: str = "live") -> list[bytes]:
    return [b'{"type":"track","n":%d,"mode":"%s"}' % (n, mode.encode()) for n in range(count)]
