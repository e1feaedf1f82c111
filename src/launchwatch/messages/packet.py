"""What reaches the engine: packets, ticks and operators' decisions.

Together they are the stimuli. Each is journalled before it is handled, so that what the
engine did can be repeated from the journal alone.
"""

from typing import Literal

from msgspec import Struct

from launchwatch.timescale import Instant

Mode = Literal["live", "exercise", "simulation", "replay"]
"""Where the data come from; it travels from packet to public warning."""


class Packet(Struct, frozen=True, kw_only=True, tag="packet"):
    """Bytes as they came, dated on arrival.

    Attributes:
        source: name of the feed, such as a file's name or a socket's setting.
        line: running number in that source, from 1.
        format: which decoder reads it, such as ``jsonplots``.
        received: when it arrived.
        mode: what kind of data this feed brings.
        payload: the bytes, without the line's end.
    """

    source: str
    line: int
    format: str
    received: Instant
    mode: Mode
    payload: bytes


class Tick(Struct, frozen=True, kw_only=True, tag="tick"):
    """That time has passed: silence is information too."""

    time: Instant
    mode: Mode


class Decision(Struct, frozen=True, kw_only=True, tag="decision"):
    """What a person decided.

    Attributes:
        operator: who.
        action: what to do.
        warning_id: the warning it is about.
        revision: the revision that the operator saw when deciding.
        reason: the operator's own words.
        document: the identifier of the alert that the operator saw, and ``digest``, the SHA-256
            of its text in hexadecimal; empty for a cancel, which needs none.
        key: the operator's public key, 32 bytes in hexadecimal.
        signed: when the operator signed this, by the operator's own clock.
        signature: Ed25519, 64 bytes, of what `launchwatch.warning.decisions.signed_text` gives;
            empty where no operators are listed, which only a drill can be without.
    """

    time: Instant
    mode: Mode
    operator: str
    action: Literal["approve", "cancel"]
    warning_id: str
    revision: int
    reason: str = ""
    document: str = ""
    digest: str = ""
    key: str = ""
    signed: Instant | None = None
    signature: bytes = b""


Stimulus = Packet | Tick | Decision
