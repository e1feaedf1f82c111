"""COSE_Sign1 (RFC 9052) with Ed25519, and no more of COSE than that.

A signed message is the CBOR array, tagged 18,

    [protected header as bytes, unprotected header, payload, signature]

and what is signed is the CBOR of ``["Signature1", protected, external data, payload]``. Everything
that matters stands in the protected header; the unprotected one is empty here, and what
others put there is ignored. CBOR is written in its one deterministic form (RFC 8949, 4.2).
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from launchwatch.errors import MalformedPacket

TAG = 18
ALGORITHM, CONTENT_TYPE, KEY_ID, CLAIMS = 1, 3, 4, 15
"""Labels of header parameters: RFC 9052, 3.1; of CWT claims in headers: RFC 9597."""

EDDSA = -8
"""RFC 9053, 2.2."""

LARGEST = 65_536
"""Bytes that are looked at at all; what we send is a quarter of it at most."""


class Signed(NamedTuple):
    """A COSE_Sign1 taken apart, its signature not looked at yet."""

    protected: bytes
    payload: bytes
    signature: bytes
    header: dict[Any, Any]


def sign(
    header: dict[Any, Any], payload: bytes, key: Ed25519PrivateKey, *, external: bytes = b""
) -> bytes:
    """Give a signed message.

    Args:
        header: the protected one, `ALGORITHM` included.
        external: data that is signed with it and not sent.
    """
    protected = cbor2.dumps(header, canonical=True)
    signature = key.sign(to_be_signed(protected, payload, external))
    return cbor2.dumps(cbor2.CBORTag(TAG, [protected, {}, payload, signature]), canonical=True)


def taken_apart(content: bytes) -> Signed:
    """Read a message without believing it.

    Raises:
        MalformedPacket: it is no COSE_Sign1, or its header has another form than the one
            deterministic one.
    """
    if len(content) > LARGEST:
        raise MalformedPacket(f"an envelope has at most {LARGEST} bytes, got {len(content)}")
    found = _decoded(content, "an envelope")
    if not isinstance(found, cbor2.CBORTag) or found.tag != TAG:
        raise MalformedPacket(f"an envelope must be a COSE_Sign1 (CBOR tag {TAG}), got other CBOR")
    parts = found.value
    if not isinstance(parts, list | tuple) or len(parts) != 4:
        raise MalformedPacket("a COSE_Sign1 must be an array of four, got another")
    protected, unprotected, payload, signature = parts
    if not isinstance(unprotected, Mapping):  # of another type within a tag
        raise MalformedPacket("an unprotected header must be a map, got another")
    if not all(isinstance(each, bytes) for each in (protected, payload, signature)):
        raise MalformedPacket("header, payload and signature must be byte strings, got others")
    header = _decoded(protected, "a protected header")
    if not isinstance(header, dict) or cbor2.dumps(header, canonical=True) != protected:
        raise MalformedPacket("a protected header must be a map in deterministic CBOR, got another")
    return Signed(protected, payload, signature, header)


def is_signed_by(signed: Signed, key: Ed25519PublicKey, *, external: bytes = b"") -> bool:
    """Say whether a key made the signature over exactly this."""
    try:
        key.verify(signed.signature, to_be_signed(signed.protected, signed.payload, external))
    except InvalidSignature:
        return False
    return True


def to_be_signed(protected: bytes, payload: bytes, external: bytes = b"") -> bytes:
    """Give the bytes that a signature covers (Sig_structure of RFC 9052, 4.4)."""
    return cbor2.dumps(["Signature1", protected, external, payload], canonical=True)


def _decoded(content: bytes, what: str) -> Any:
    try:
        return cbor2.loads(content)
    except (cbor2.CBORDecodeError, ValueError, TypeError, OverflowError, RecursionError) as error:
        raise MalformedPacket(f"{what} must be CBOR: {type(error).__name__}") from None
