"""Envelopes: lines between two nations, signed end to end.

An envelope is a COSE_Sign1 (`launchwatch.nations.cose`). Its payload is lines, as in the files of
docs/formats, joined by line ends. Under the signature, as CWT claims (RFC 8392) in the protected
header:

============= ========= ==================================================================
claim         label     what it is
============= ========= ==================================================================
issuer        1         the nation that speaks
audience      3         the nation that is spoken to, and nobody else
expires       4         Unix time from which it is not believed
issued        6         Unix time of signing
mode          "mode"    live, exercise, simulation or replay: also on each line
kind          "kind"    ``lines``, or ``have``: how far the other side's lines have come
stream        "stream"  which stream: the instant at which the sender began to number
first, count  the same  numbers of the lines; none is used twice
before        "before"  number of the line that came before the first; mostly one less
signed        "signed"  the instant of signing, to the nanosecond
============= ========= ==================================================================

So a broker or a partner in the middle can neither forge, change, replay nor redirect one. Nothing
here looks at a clock: the time is told.
"""

from collections.abc import Sequence
from typing import Any, Literal, get_args

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

from launchwatch.errors import InputError, LaunchwatchError, MalformedPacket
from launchwatch.messages.packet import Mode
from launchwatch.nations import cose
from launchwatch.nations.keys import PublicKey, Ring, realm_of
from launchwatch.timescale import SECOND, Instant, unix_from_instant

LINES_TYPE = "application/x-ndjson"

LIFE_S = 30.0
"""Seconds for which an envelope is believed. It is sealed anew each time that it leaves, so
that this need only cover the way: a congested satellite link's seconds, and clocks that differ."""

EARLY_S = 5.0
"""Seconds by which a partner's clock may be ahead of ours."""

MOST_LINES = 1024

Kind = Literal["lines", "have"]

_ISSUER, _AUDIENCE, _EXPIRES, _ISSUED = 1, 3, 4, 6


class WrongKey(LaunchwatchError):
    """Something was to be signed with a key that must not sign it."""


class Claims(Struct, frozen=True, kw_only=True):
    """What an envelope says of itself; see the table above.

    Attributes:
        first: number of the first line; of the kind ``have``, of the last one that is on disk.
        before: number of the sender's line before the first: what lies between was never told.
        count: how many lines there are; of the kind ``have``, 0, or 1 where what follows ``first``
            is asked for at once.
    """

    sender: str
    audience: str
    mode: Mode
    kind: Kind = "lines"
    stream: Instant
    before: int = 0
    first: int
    count: int
    signed: Instant
    expires: int

    @property
    def last(self) -> int:
        """Number of the last line."""
        return self.first + self.count - 1


class Opened(Struct, frozen=True):
    """An envelope that was opened: what it claims, its lines, and the key that signed it."""

    claims: Claims
    lines: tuple[bytes, ...]
    kid: str


class Refusal(Exception):
    """An envelope that is not believed; ``reason`` is the name under which that is counted."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


class _Line(Struct, gc=False):
    mode: str


_decode_line = msgspec.json.Decoder(_Line).decode


class Signer:
    """Signs for one nation with one key, and only what that key is for."""

    def __init__(self, key: PublicKey, private: Ed25519PrivateKey) -> None:
        if private.public_key().public_bytes_raw().hex() != key.public:
            raise WrongKey(f"key {key.kid} does not fit its public half")
        self.key, self._private = key, private

    def seal(self, claims: Claims, lines: Sequence[bytes]) -> bytes:
        """Give an envelope.

        Raises:
            WrongKey: the key is of the other realm, of another nation, revoked or out of its
                time; or a line is of another mode than the envelope.
        """
        key = self.key
        if realm_of(claims.mode) != key.realm:
            raise WrongKey(f"a {key.realm} key must not sign what is {claims.mode}")
        if claims.sender != key.nation:
            raise WrongKey(f"a key of {key.nation} must not sign for {claims.sender}")
        if not key.serves(claims.signed):
            raise WrongKey(f"key {key.kid} is revoked, or its time is over or has not come")
        if claims.kind == "lines" and len(lines) != claims.count:
            raise WrongKey(f"an envelope of {claims.count} lines must have them, got {len(lines)}")
        for line in lines:
            # Each by its own word: what was built from simulated packets says so.
            if (mode := _mode_of(line)) != claims.mode:
                raise WrongKey(f"a {claims.mode} envelope must not carry a line of mode {mode}")
        header = {
            cose.ALGORITHM: cose.EDDSA,
            cose.CONTENT_TYPE: LINES_TYPE,
            cose.KEY_ID: bytes.fromhex(key.kid),
            cose.CLAIMS: _map_of(claims),
        }
        return cose.sign(header, b"\n".join(lines), self._private)


def opened(
    content: bytes, ring: Ring, *, sender: str, audience: str, mode: Mode, now: Instant
) -> Opened:
    """Open an envelope if it is to be believed.

    Args:
        sender: whose link it came by; ``audience``, who we are; ``mode``, of this watch.

    Raises:
        Refusal: ``malformed``, ``wrong-key``, ``revoked-key``, ``wrong-signature``,
            ``wrong-sender``, ``wrong-audience``, ``wrong-mode``, ``expired`` or ``too-early``.
    """
    try:
        signed = cose.taken_apart(content)
        found = _read(signed.header)
    except InputError as error:
        raise Refusal("malformed", str(error)) from None
    claims, kid = found
    key = ring.find(kid)
    if key is None:
        raise Refusal("wrong-key", f"the key must be one that is trusted, got {kid}")
    if key.revoked is not None:
        raise Refusal("revoked-key", f"key {kid} of {key.nation} was revoked: {key.reason}")
    if not cose.is_signed_by(signed, _public(key)):
        raise Refusal("wrong-signature", f"the signature must be made with key {kid}, got another")
    if claims.sender != key.nation or claims.sender != sender:
        raise Refusal(
            "wrong-sender", f"{sender} must speak for itself, got {claims.sender} by a key of "
            f"{key.nation}",
        )  # fmt: skip
    if claims.audience != audience:
        raise Refusal("wrong-audience", f"wanted what is for {audience}, got {claims.audience}'s")
    if realm_of(claims.mode) != key.realm:
        raise Refusal("wrong-key", f"a {key.realm} key must not sign what is {claims.mode}")
    if claims.mode != mode:
        raise Refusal("wrong-mode", f"this watch is {mode}, what came is {claims.mode}")
    _check_time(claims, key, now)
    return Opened(claims, _lines(claims, signed.payload), kid)


def unsealed(content: bytes) -> Opened:
    """Take apart an envelope that was opened before it was recorded; it is not checked again.

    Raises:
        MalformedPacket: it is no envelope.
    """
    signed = cose.taken_apart(content)
    claims, kid = _read(signed.header)
    try:
        return Opened(claims, _lines(claims, signed.payload), kid)
    except Refusal as refusal:
        raise MalformedPacket(refusal.detail) from None


def _check_time(claims: Claims, key: PublicKey, now: Instant) -> None:
    if claims.signed > now + round(EARLY_S * SECOND):
        seconds = (claims.signed - now) / SECOND
        raise Refusal("too-early", f"an envelope must not come from ahead, got {seconds:.1f} s")
    if unix_from_instant(now) >= claims.expires:
        seconds = (now - claims.signed) / SECOND
        raise Refusal("expired", f"an envelope must not be past its time, got {seconds:.1f} s old")
    if not key.serves(claims.signed) or not key.serves(max(claims.signed, now)):
        raise Refusal("wrong-key", f"key {key.kid} must be in its time, got it before or after")


def _lines(claims: Claims, payload: bytes) -> tuple[bytes, ...]:
    if claims.kind != "lines":
        return ()
    lines = tuple(payload.split(b"\n"))
    if len(lines) != claims.count:
        raise Refusal("malformed", f"wanted {claims.count} lines, got {len(lines)}")
    return lines


def _mode_of(line: bytes) -> str:
    try:
        return _decode_line(line).mode
    except msgspec.DecodeError:
        return "unknown"


def _public(key: PublicKey) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public))


def _map_of(claims: Claims) -> dict[Any, Any]:
    return {
        _ISSUER: claims.sender,
        _AUDIENCE: claims.audience,
        _EXPIRES: claims.expires,
        _ISSUED: unix_from_instant(claims.signed),
        "mode": claims.mode,
        "kind": claims.kind,
        "stream": claims.stream,
        "before": claims.before,
        "first": claims.first,
        "count": claims.count,
        "signed": claims.signed,
    }


def _read(header: dict[Any, Any]) -> tuple[Claims, str]:
    """Read the protected header of an envelope; raises MalformedPacket."""
    claims, kid = header.get(cose.CLAIMS), header.get(cose.KEY_ID)
    if header.get(cose.ALGORITHM) != cose.EDDSA:
        raise MalformedPacket(f"an envelope must be signed with EdDSA ({cose.EDDSA}), got another")
    if not isinstance(claims, dict) or not isinstance(kid, bytes) or not 1 <= len(kid) <= 32:
        raise MalformedPacket("an envelope must name its key and have claims, got none")
    given = {
        "sender": claims.get(_ISSUER),
        "audience": claims.get(_AUDIENCE),
        "expires": claims.get(_EXPIRES),
        **{name: claims.get(name) for name in _NAMED},
    }
    try:
        read = msgspec.convert(given, Claims)
    except msgspec.ValidationError as error:
        raise MalformedPacket(f"a claim cannot be used: {error}") from None
    whole = 0 < read.stream <= read.signed < _LAST and 0 <= read.first < _LAST
    whole = whole and (read.kind == "have" or 0 <= read.before < read.first)
    if not whole or not 0 <= read.count <= MOST_LINES or (read.kind == "lines" and not read.count):
        raise MalformedPacket("an envelope's numbers must be possible, got others")
    return read, kid.hex()


_NAMED = ("mode", "kind", "stream", "before", "first", "count", "signed")
_LAST = 2**62
KINDS = get_args(Kind)
