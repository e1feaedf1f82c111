"""The operators' side of the door: ask a running watch, sign a decision with one's own key."""

import socket
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from launchwatch.edge.outbox.keymaking import public_hex
from launchwatch.errors import DeliveryError
from launchwatch.messages.packet import Decision
from launchwatch.warning.decisions import signed_text

_PATIENCE_S = 10.0


def ask(door: Path, question: dict[str, Any]) -> dict[str, Any]:
    """Put a question to the watch behind a door, and give its answer.

    Raises:
        DeliveryError: no watch answers there, or not in time.
    """
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
            knock.settimeout(_PATIENCE_S)
            knock.connect(str(door))
            knock.sendall(msgspec.json.encode(question) + b"\n")
            with knock.makefile("rb") as answer:
                found = msgspec.json.decode(answer.readline())
    except OSError as error:
        raise DeliveryError(f"{door}: no watch answers there: {error.strerror or error}") from None
    except msgspec.DecodeError as error:
        raise DeliveryError(f"{door}: wanted an answer in JSON: {error}") from None
    if not isinstance(found, dict) or "error" in found:
        raise DeliveryError(f"{door}: {found}")
    return found


def signed(decision: Decision, key: Ed25519PrivateKey) -> Decision:
    """Sign a decision with an operator's key."""
    named = replace(decision, key=public_hex(key))
    return replace(named, signature=key.sign(signed_text(named)))


def decide(door: Path, decision: Decision) -> dict[str, Any]:
    """Hand a signed decision to the watch behind a door, and give what came of it.

    Raises:
        DeliveryError: no watch answers there.
    """
    return ask(door, {"ask": "decide", "decision": msgspec.to_builtins(decision)})
