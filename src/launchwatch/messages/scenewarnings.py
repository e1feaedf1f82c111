"""Rows of the scene about who is told: warnings, drafts that wait for people, deliveries.

Units and times as in `launchwatch.messages.scene`.
"""

from typing import Literal

from msgspec import Struct

from launchwatch.messages.sceneparts import Argument, Shape, Text, Words, ZoneShare


class WarningRow(Struct, frozen=True, kw_only=True):
    """A warning as last decided, and the document that carries it.

    Attributes:
        shape: the area warned. reasons: most important first.
        next_update_ms: when the next revision is due at the latest; None after the last.
        document: the alert's identifier; ``cap_status`` is Actual only where the watch is live.
        texts: what the document says, in each of its languages.
        history: revision, action and time of all its revisions, oldest first.
    """

    launch_id: str
    revision: int
    action: Literal["alert", "update", "cancel", "all-clear"]
    severity: Literal["notice", "public"]
    is_over: bool
    said_ms: int
    shape: Shape
    fall_time_ms: int | None
    fall_time_sigma_s: float | None
    zones: tuple[ZoneShare, ...]
    reasons: tuple[Argument, ...]
    next_update_ms: int | None
    document: str
    cap_status: str
    texts: tuple[Text, ...]
    history: tuple[tuple[int, str, int], ...]


class ApprovalRow(Struct, frozen=True, kw_only=True):
    """One person's consent; ``key`` is the end of the key that signed it."""

    operator: str
    key: str
    time_ms: int


class DraftRow(Struct, frozen=True, kw_only=True):
    """A document that waits for people, or no longer does; its words are those of the warning.

    Attributes:
        document: what an approval is about, with ``digest``, its SHA-256.
        needs: how many different people must approve.
    """

    warning_id: str
    revision: int
    launch_id: str
    action: str
    document: str
    digest: str
    needs: int
    approvals: tuple[ApprovalRow, ...]
    status: Literal["waiting", "released", "withdrawn"]
    reason: str
    since_ms: int
    said_ms: int
    texts: tuple[Text, ...]


class DeliveryRow(Struct, frozen=True, kw_only=True):
    """Who was told what, when, by which channel, and what came back.

    Attributes:
        to: who is told: a partner, or the channel to the public as configured.
        channel: how it is reached.
        subject: in words; ``document`` the identifier of what was sent.
    """

    to: str
    channel: str
    audience: Literal["partner", "public", "operator"]
    document: str
    warning_id: str
    revision: int
    action: str
    subject: Words
    status: Literal["queued", "sent", "received", "retrying", "overtaken", "dead"]
    attempts: int
    queued_ms: int
    changed_ms: int
    due_ms: int | None
    receipt: str
    failure: str
