"""Where operators knock at a running watch: a socket on this machine, one question a line of JSON.

========================================== ===================================================
``{"ask": "standing"}``                     the mode, drafts that wait with their documents, and
                                            warnings that stand with whom they were told to
``{"ask": "decide", "decision": {...}}``    what came of a decision: counted, or refused and why
========================================== ===================================================

The socket lies in the file system, for its owner only; what is decided counts by its signature, not
by who could open a file.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import msgspec

from launchwatch.edge.lines import contract_record
from launchwatch.edge.outbox.outbox import Outbox
from launchwatch.errors import DeliveryError
from launchwatch.messages.packet import Decision
from launchwatch.messages.plot import Refused
from launchwatch.messages.wire import Message

Decide = Callable[[Decision], Awaitable[tuple[Message, ...]]]

_LONGEST = 64 * 1024
_PATIENCE_S = 60.0


class OpenDoor:
    """The socket while it is open."""

    def __init__(self, server: asyncio.Server, path: Path) -> None:
        self._server, self._path = server, path

    async def close(self) -> None:
        """Take no more questions."""
        self._server.close()
        self._path.unlink(missing_ok=True)


async def open_door(outbox: Outbox, decide: Decide) -> OpenDoor:
    """Listen for operators.

    Raises:
        DeliveryError: the socket cannot be made.
    """
    path = outbox.door

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await asyncio.wait_for(reader.readline(), _PATIENCE_S):
                said = await _answered(line, outbox, decide)
                writer.write(msgspec.json.encode(said) + b"\n")
                await writer.drain()
        except (TimeoutError, ValueError, OSError):
            pass  # A line without end, or a caller who left: nothing is owed to either.
        finally:
            writer.close()

    try:
        path.unlink(missing_ok=True)
        server = await asyncio.start_unix_server(answer, path, limit=_LONGEST)
        os.chmod(path, 0o600)  # noqa: PTH101 - a socket's own mode
    except OSError as error:
        raise DeliveryError(f"{path}: the operators' socket cannot be opened: {error}") from None
    return OpenDoor(server, path)


async def _answered(line: bytes, outbox: Outbox, decide: Decide) -> dict[str, Any]:
    try:
        question = msgspec.json.decode(line)
        match question:
            case {"ask": "standing"}:
                return standing(outbox)
            case {"ask": "decide", "decision": dict(given)}:
                decision = msgspec.convert(given, Decision, strict=False)
                return decided(await decide(decision))
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        return {"error": f"the question cannot be read: {error}"}
    return {"error": 'wanted {"ask": "standing"} or {"ask": "decide", "decision": {...}}'}


def standing(outbox: Outbox) -> dict[str, Any]:
    """Give what waits for people and what was told, as plain values for JSON."""
    ledger = outbox.ledger
    drafts = []
    for draft in ledger.drafts():
        kept = ledger.document(draft.document)
        drafts.append(contract_record(draft) | {"xml": kept[1].xml if kept else ""})
    told = []
    for warning_id in ledger.standing():
        last = ledger.released(warning_id)[-1]
        prepared = ledger.prepared(warning_id)
        told.append(
            {
                "warning_id": warning_id,
                "revision": last.revision,
                "document": last.document,
                "severity": last.severity,
                "deliveries": [
                    {"channel": one.channel, "status": one.status, "receipt": one.receipt}
                    for one in ledger.deliveries(last.number)
                ],
                "cancel": prepared.alert.xml if prepared else "",
            }
        )
    return {"mode": ledger.mode, "drafts": drafts, "standing": told}


def decided(answers: tuple[Message, ...]) -> dict[str, Any]:
    """Say what came of a decision, as plain values for JSON."""
    for each in answers:
        if isinstance(each, Refused):
            return {"counted": False, "reason": each.detail}
    return {"counted": True, "said": [_short(each) for each in answers]}


def _short(message: Message) -> dict[str, Any]:
    record = contract_record(message)
    shown = ("type", "warning_id", "revision", "document", "status", "needs", "approvals", "action")
    return {key: record[key] for key in shown if key in record}
