"""Whose word counts: operators' decisions, signed with keys of their own.

A decision is signed with Ed25519 (RFC 8032) over a text that names the mode, so that a drill's
approval is nothing to a live watch; the document and its digest, so that nobody approves what was
not shown; and the moment, so that it cannot be kept and used later. The watch checks it when it is
handled, not only at the door: a repetition of the journal checks it again.
"""

from collections import OrderedDict

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from launchwatch.messages.packet import Decision
from launchwatch.timescale import seconds_between, utc_from_instant
from launchwatch.warning.settings import Operator

FRESH_S = 60.0
"""A decision counts for so long after it was signed: longer than a person's clock is wrong or a
line is slow, shorter than anything stays as it was shown."""

_REMEMBERED = 1000
"""Signatures kept, so that none counts twice; in a minute no room of people gives so many."""


def signed_text(decision: Decision) -> bytes:
    """Give what a decision's signature is over: a line for each field, in UTF-8.

    A reason's line breaks become blanks, and it stands last, so that no text in it can pass for
    another field.
    """
    signed = "" if decision.signed is None else utc_from_instant(decision.signed)
    lines = (
        "launchwatch decision 1",
        decision.mode,
        decision.action,
        decision.warning_id,
        str(decision.revision),
        decision.document,
        decision.digest,
        decision.operator,
        signed,
        decision.reason,
    )
    return "\n".join(" ".join(line.split()) for line in lines).encode("utf-8", "replace")


class Authority:
    """Knows the operators, and which of their signatures have counted."""

    def __init__(self, operators: tuple[Operator, ...]) -> None:
        self._names = {operator.key: operator.name for operator in operators}
        self._used: OrderedDict[bytes, None] = OrderedDict()

    def fault(self, decision: Decision) -> str:
        """Say why a decision does not count: what was wanted, and what came; empty if it does.

        One that counts is remembered and does not count again.
        """
        if not self._names:
            if decision.mode in ("live", "exercise"):
                return "decisions need operators, and the settings list none (warning.operators)"
            return ""
        name = self._names.get(decision.key)
        if name is None:
            return f"the key must be a listed operator's, got {decision.key[:16] or 'none'}"
        if name != decision.operator:
            return f"the operator must be the key's owner, {name}, got {decision.operator[:60]!r}"
        if decision.signed is None:
            return "a decision must say when it was signed"
        age = seconds_between(decision.signed, decision.time)
        if abs(age) > FRESH_S:
            return f"a decision must be at most {FRESH_S:.0f} s old, got {age:.0f} s"
        if decision.signature in self._used:
            return "a decision counts once, this one has been used"
        try:
            key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(decision.key))
            key.verify(decision.signature, signed_text(decision))
        except (InvalidSignature, ValueError):
            return f"the signature must be that of {name}'s key, it is not"
        self._used[decision.signature] = None
        if len(self._used) > _REMEMBERED:
            self._used.popitem(last=False)
        return ""
