"""Acting: an operator's decision, as the page sends it, handed to the watch.

The page signs a decision with the operator's own key (`launchwatch.warning.decisions.signed_text`
says over which text); the key never leaves the browser. Nothing is checked here but the form:
whether the decision counts, the watch judges when it handles it, and says so in the scene.
"""

from collections.abc import Awaitable, Callable
from typing import Literal

import msgspec
from msgspec import Struct

from launchwatch.errors import InputError
from launchwatch.messages.packet import Decision, Mode
from launchwatch.messages.plot import Refused
from launchwatch.messages.wire import Message
from launchwatch.timescale import Instant, instant_from_utc

Decide = Callable[[Decision], Awaitable[tuple[Message, ...]]]
"""Takes a decision into the watch, into the journal and then to the engine; gives its answers."""

_TEXT = 500
"""Characters of an operator's reason."""


class Request(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A decision as the page sends it.

    Attributes:
        mode, action: what the page meant; they must be what this watch and path are.
        signed: RFC 3339, by the operator's clock; signature: Ed25519, in hexadecimal. Both empty
            where no operators are listed, which only a simulation or replay can be without.
    """

    operator: str
    warning_id: str
    revision: int
    document: str = ""
    digest: str = ""
    key: str = ""
    signed: str = ""
    signature: str = ""
    reason: str = ""
    mode: str = ""
    action: str = ""


def decision_of(
    body: bytes, action: Literal["approve", "cancel"], mode: Mode, now: Instant
) -> Decision:
    """Read a request.

    Raises:
        InputError: it is not of the form; names the field.
    """
    try:
        request = msgspec.json.decode(body, type=Request)
        signature = bytes.fromhex(request.signature)
    except (msgspec.DecodeError, ValueError) as error:
        raise InputError(f"a decision must be of the form: {error}") from None
    for name, wanted in (("mode", mode), ("action", action)):
        got = getattr(request, name)
        if got and got != wanted:
            raise InputError(f"{name} must be {wanted} here, got {got[:40]!r}")
    if len(request.reason) > _TEXT:
        raise InputError(f"a reason has at most {_TEXT} characters, got {len(request.reason)}")
    return Decision(
        time=now,
        mode=mode,
        operator=request.operator,
        action=action,
        warning_id=request.warning_id,
        revision=request.revision,
        reason=request.reason,
        document=request.document,
        digest=request.digest,
        key=request.key,
        signed=instant_from_utc(request.signed) if request.signed else None,
        signature=signature,
    )


def outcome(answers: tuple[Message, ...]) -> dict[str, object]:
    """Say what came of a decision, as plain values: whether it counted, and why not."""
    for each in answers:
        if isinstance(each, Refused):
            return {"counted": False, "reason": each.detail}
    return {"counted": True, "reason": ""}
