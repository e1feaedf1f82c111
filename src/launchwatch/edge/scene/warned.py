"""Who is told what, as the scene shows it: warnings, drafts that wait, deliveries."""

from collections.abc import Sequence

from lxml import etree

from launchwatch.edge.scene import words
from launchwatch.edge.scene.flights import zone_shares
from launchwatch.edge.scene.shapes import milliseconds, thinned
from launchwatch.messages.delivery import Delivery, Draft, Entry
from launchwatch.messages.sceneparts import Argument, Text, Words
from launchwatch.messages.scenewarnings import ApprovalRow, DeliveryRow, DraftRow, WarningRow
from launchwatch.messages.warning import Alert, Warning  # noqa: A004 - the field's word
from launchwatch.warning import wording
from launchwatch.warning.cap import NAMESPACE

_KEY_SHOWN = 8
"""Characters of a public key's end that tell two approvals apart for the eye."""

_SUBJECT = Words("{severity}: {action}", "{severity}: {action}", "{severity}:{action}")


def warning_row(
    warning: Warning, alert: Alert | None, history: Sequence[tuple[int, str, int]]
) -> WarningRow:
    """Give a warning's row.

    Args:
        alert: the document that carries this revision; None before it is written.
        history: all revisions so far: number, action and time in ms.
    """
    return WarningRow(
        launch_id=warning.launch_id,
        revision=warning.revision,
        action=warning.action,
        severity=warning.severity,
        is_over=warning.action in ("cancel", "all-clear"),
        said_ms=milliseconds(warning.time),
        shape=thinned(warning.region),
        fall_time_ms=None if warning.fall_time is None else milliseconds(warning.fall_time),
        fall_time_sigma_s=None
        if warning.fall_time_sigma_s is None
        else round(warning.fall_time_sigma_s, 2),
        zones=zone_shares(warning.zones),
        reasons=tuple(_reason(each) for each in warning.reasons),
        next_update_ms=None if warning.next_update is None else milliseconds(warning.next_update),
        document=alert.identifier if alert is not None else "",
        cap_status=alert.status if alert is not None else "",
        texts=texts_of(alert.xml) if alert is not None else (),
        history=tuple(history),
    )


def draft_row(draft: Draft, alert: Alert | None) -> DraftRow:
    """Give the row of a document that waits for people; ``alert`` is that document."""
    return DraftRow(
        warning_id=draft.warning_id,
        revision=draft.revision,
        launch_id=draft.launch_id,
        action=draft.action,
        document=draft.document,
        digest=draft.digest,
        needs=draft.needs,
        approvals=tuple(
            ApprovalRow(
                operator=each.operator,
                key=each.key[-_KEY_SHOWN:],
                time_ms=milliseconds(each.time),
            )
            for each in draft.approvals
        ),
        status=draft.status,
        reason=draft.reason,
        since_ms=milliseconds(draft.since),
        said_ms=milliseconds(draft.time),
        texts=texts_of(alert.xml) if alert is not None else (),
    )


def delivery_row(delivery: Delivery, entry: Entry) -> DeliveryRow:
    """Give the row of how one document fares on one channel."""
    return DeliveryRow(
        to=delivery.channel,
        channel=delivery.kind,
        audience="public" if entry.severity == "public" else "partner",
        document=delivery.document,
        warning_id=entry.warning_id,
        revision=entry.revision,
        action=entry.action,
        subject=words.filled(
            _SUBJECT,
            severity=words.named(f"severity.{entry.severity}"),
            action=words.named(f"action.{entry.action}"),
        ),
        status=delivery.status,
        attempts=delivery.attempts,
        queued_ms=milliseconds(entry.written),
        changed_ms=milliseconds(delivery.changed),
        due_ms=None if delivery.due is None else milliseconds(delivery.due),
        receipt=delivery.receipt,
        failure=delivery.failure,
    )


def texts_of(xml: str) -> tuple[Text, ...]:
    """Read a CAP document's words, block by block: what is shown is what goes out."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(xml.encode(), parser)
    return tuple(
        Text(
            language=_text(info, "language"),
            headline=_text(info, "headline"),
            description=_text(info, "description"),
            instruction=_text(info, "instruction"),
            area=_text(info, "area", "areaDesc"),
        )
        for info in root.findall(f"{{{NAMESPACE}}}info")
    )


def _text(element: etree._Element, *path: str) -> str:
    return element.findtext("/".join(f"{{{NAMESPACE}}}{name}" for name in path)) or ""


def _reason(code: str) -> Argument:
    return Argument(
        side="for",
        about="warning",
        code=code,
        text=words.worded(lambda language: wording.reason(code, language)),
    )
