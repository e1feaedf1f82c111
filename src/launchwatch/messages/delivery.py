"""What leaves the house: who approved it, to whom it went, on which channel, and what came back.

A `Draft` and a `Release` follow from the watch and from people's decisions, so the engine says
them and a repetition says them again. An `Entry` and its `Delivery` are the outbox's: what in fact
went out, and when, is no consequence of plots.
"""

from typing import Literal

from msgspec import Struct

from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant

DraftStatus = Literal["waiting", "released", "withdrawn"]

DeliveryStatus = Literal["queued", "sent", "received", "retrying", "overtaken", "dead"]
"""``sent``: handed over, and the channel gives no receipts; ``received``: its receipt came;
``retrying``: failed, and tried again; ``overtaken``: a newer word of the same warning goes in its
place; ``dead``: given up, for a person to look at."""


class Approval(Struct, frozen=True, kw_only=True):
    """One person's consent to a draft.

    Attributes:
        operator: who, as the settings name the key's owner.
        key: the public key that signed it, in hexadecimal; no two approvals share one.
        time: when it reached the watch.
        revision: of the warning, as the person saw it; ``document`` is that revision's identifier.
    """

    operator: str
    key: str
    time: Instant
    revision: int
    document: str


class Draft(Struct, frozen=True, kw_only=True, tag="draft"):
    """A document that waits for people, or no longer does.

    Said anew with each revision, with each approval, and when it ends.

    Attributes:
        document: the identifier of the alert that is shown.
        needs: how many different people must approve it; ``approvals`` are those who have.
        status: ``withdrawn`` where the danger ended, or was cancelled, before anybody was told.
        reason: why, where it was withdrawn.
        since: when the first revision began to wait.
        digest: SHA-256 of the document's text, which an approval signs, in hexadecimal.
    """

    warning_id: str
    revision: int
    time: Instant
    mode: Mode
    launch_id: str
    action: Literal["alert", "update", "cancel", "all-clear"]
    document: str
    needs: int
    approvals: tuple[Approval, ...]
    status: DraftStatus
    since: Instant
    reason: str = ""
    digest: str = ""


class Release(Struct, frozen=True, kw_only=True, tag="release"):
    """A document may leave: to everybody on its channels, and to all who got what it corrects.

    Attributes:
        document: the identifier of the alert that may leave.
        corrects: identifiers of the documents released before it of the same warning, oldest first.
        approvals: whose consent it rests on; empty for what goes out by itself, as partners'
            notices and later revisions of a warning that was approved do.
    """

    warning_id: str
    revision: int
    time: Instant
    mode: Mode
    launch_id: str
    action: Literal["alert", "update", "cancel", "all-clear"]
    severity: Literal["notice", "public"]
    document: str
    corrects: tuple[str, ...]
    approvals: tuple[Approval, ...] = ()


class Entry(Struct, frozen=True, kw_only=True, tag="outbox-entry"):
    """One document in the outbox, on disk before anything of it leaves.

    Attributes:
        number: running number in this outbox, from 1.
        document: the alert's identifier; ``digest`` is the SHA-256 of its text as it leaves.
        written: when it was written down.
    """

    number: int
    document: str
    digest: str
    warning_id: str
    revision: int
    launch_id: str
    action: Literal["alert", "update", "cancel", "all-clear"]
    severity: Literal["notice", "public"]
    mode: Mode
    written: Instant
    corrects: tuple[str, ...] = ()


class Delivery(Struct, frozen=True, kw_only=True, tag="delivery"):
    """How one entry fares on one channel; the newest state of it.

    Attributes:
        entry: its number in the outbox.
        channel: as the configuration names it, such as ``tv``; ``kind`` is how it is reached, such
            as ``webhook``, and ``address`` where, kept so that a correction finds it even if the
            configuration has changed.
        attempts: how often it was tried.
        changed: when this state began.
        receipt: what the receiver answered, shortened; empty where none came.
        failure: why the last attempt failed; empty where none did.
        due: when it is tried again; None where it is not.
    """

    entry: int
    document: str
    channel: str
    kind: str
    address: str
    status: DeliveryStatus
    attempts: int
    changed: Instant
    receipt: str = ""
    failure: str = ""
    due: Instant | None = None
