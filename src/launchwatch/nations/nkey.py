"""NKEYs, by which brokers know who connects: an Ed25519 key as text.

The text is base 32 without padding of a prefix, 32 bytes and a CRC-16 (XMODEM) of both, low byte
first. ``U`` begins a user's public key, ``SU`` a user's seed. (The NATS project's own
description: github.com/nats-io/nkeys, README.)
"""

import base64
import binascii

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from launchwatch.errors import MalformedPacket

_SEED, _USER = 18 << 3, 20 << 3


def seed_text(raw: bytes) -> str:
    """Write 32 secret bytes as a user's seed."""
    return _encoded(bytes((_SEED | _USER >> 5, (_USER & 31) << 3)) + raw)


def public_text(raw: bytes) -> str:
    """Give the public NKEY of a user whose 32 secret bytes these are."""
    public = Ed25519PrivateKey.from_private_bytes(raw).public_key().public_bytes_raw()
    return _encoded(bytes((_USER,)) + public)


def raw_of(seed: str) -> bytes:
    """Read a user's seed.

    Raises:
        MalformedPacket: it is none.
    """
    try:
        content = base64.b32decode(seed + "=" * (-len(seed) % 8))
    except (binascii.Error, ValueError):
        content = b""
    if len(content) != 36 or _sum(content[:-2]) != content[-2:] or not seed.startswith("SU"):
        raise MalformedPacket("an NKEY seed must begin with SU and have its checksum, got another")
    return content[2:-2]


def is_public(text: str) -> bool:
    """Say whether a text is a user's public NKEY."""
    try:
        content = base64.b32decode(text + "=" * (-len(text) % 8))
    except (binascii.Error, ValueError):
        return False
    return len(content) == 35 and content[0] == _USER and _sum(content[:-2]) == content[-2:]


def signature(raw: bytes, nonce: bytes) -> bytes:
    """Answer a broker's challenge: the signature in URL-safe base 64 without padding."""
    signed = Ed25519PrivateKey.from_private_bytes(raw).sign(nonce)
    return base64.urlsafe_b64encode(signed).rstrip(b"=")


def _encoded(content: bytes) -> str:
    return base64.b32encode(content + _sum(content)).decode().rstrip("=")


def _sum(content: bytes) -> bytes:
    return binascii.crc_hqx(content, 0).to_bytes(2, "little")
