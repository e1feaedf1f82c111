"""Alerts as they are issued: what may leave by itself, what waits for people, what it corrects.

Notices to partners, ships and aircraft leave by themselves. A public warning is a draft until as
many different people as the settings want have approved it; what they approve is that the public
is warned of this launch, so each later revision of that series leaves by itself, narrower and with
the newest numbers. What ends it, an all-clear or a cancel that the watch proposes, waits for one
person; an operator's own cancel has had that person already. What nobody was told of ends in
silence.

Each document refers to the earlier ones of its warning that were released, and to no other: what
never left cannot be updated or cancelled. Of a released document what later ones refer to is kept,
not its text.
"""

from dataclasses import dataclass, field
from hashlib import sha256

from msgspec.structs import replace

from launchwatch.messages.delivery import Approval, Draft, DraftStatus, Release
from launchwatch.messages.packet import Decision
from launchwatch.messages.warning import Alert, Warning  # noqa: A004 - the field's word
from launchwatch.timescale import Instant, seconds_between
from launchwatch.warning.cap import alert
from launchwatch.warning.settings import Settings

_FORGET_S = 7200.0
"""A warning without a word for so long has ended: one that goes on is renewed every half
minute, and after as long the policy has forgotten its launch and cannot cancel it."""

Issued = Alert | Draft | Release


@dataclass
class _Series:
    """One warning's documents.

    Attributes:
        released: those that left, without their text.
        waiting: the newest that has not, with its decision; None where none waits.
        shown: the digests of what people were shown since it began to wait, by identifier.
    """

    last: Warning
    released: list[Alert] = field(default_factory=list)
    waiting: tuple[Warning, Alert] | None = None
    since: Instant | None = None
    approvals: tuple[Approval, ...] = ()
    shown: dict[str, str] = field(default_factory=dict)


class Issuer:
    """Writes warnings as alerts, and says which may leave."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings()
        self._series: dict[str, _Series] = {}

    def issue(self, warning: Warning) -> list[Issued]:
        """Give the alert for a warning, and whether it waits or leaves."""
        series = self._series.setdefault(warning.warning_id, _Series(warning))
        series.last = warning
        document = alert(warning, previous=series.released, settings=self._settings)
        is_end = warning.action in ("cancel", "all-clear")
        if is_end and not series.released and self._people(warning, series):
            # Nobody was told: there is nothing to take back.
            return [document, *self._withdraw(series, warning, document)]
        if (needs := self._people(warning, series)) == 0:
            return [document, self._release(series, warning, document)]
        if series.waiting is None or is_end != _is_end(series.waiting[0]):
            # Consent to a warning is none to its end.
            series.since, series.approvals, series.shown = warning.time, (), {}
        series.waiting = warning, document
        series.shown[document.identifier] = digest_of(document.xml)
        return [document, self._draft(series, warning, document, needs, "waiting")]

    def approve(self, decision: Decision) -> list[Issued] | str:
        """Count a person's approval; give the draft anew, and what leaves by it.

        Returns:
            Or why it does not count.
        """
        series = self._series.get(decision.warning_id)
        if series is None or series.waiting is None:
            return f"a warning that waits was wanted, got {decision.warning_id[:80]!r}"
        if series.shown.get(decision.document) != decision.digest:
            return (
                "the document that was shown must be one that waits, and unaltered, got "
                f"{decision.document[:80]!r}"
            )
        if any(decision.operator == each.operator for each in series.approvals):
            return f"each approval must be another person's, {decision.operator} has approved"
        consent = Approval(
            operator=decision.operator,
            key=decision.key,
            time=decision.time,
            revision=decision.revision,
            document=decision.document,
        )
        series.approvals += (consent,)
        warning, document = series.waiting
        needs = self._people(warning, series)
        if len(series.approvals) < needs:
            return [self._draft(series, warning, document, needs, "waiting", time=decision.time)]
        told = self._draft(series, warning, document, needs, "released", time=decision.time)
        return [told, self._release(series, warning, document, decision.time)]

    def forget(self, now: Instant) -> None:
        """Let go of warnings that ended long ago."""
        for name, series in tuple(self._series.items()):
            if seconds_between(series.last.time, now) > _FORGET_S:
                del self._series[name]

    def _people(self, warning: Warning, series: _Series) -> int:
        """How many people must agree before a document may leave."""
        if warning.severity == "notice":
            return 0
        if not self._settings.operators and warning.mode in ("simulation", "replay"):
            return 0
        if not series.released:
            return self._settings.public_approvals
        if warning.action == "update" or warning.reasons[0].startswith("cancelled-by-operator"):
            return 0
        return self._settings.ending_approvals

    def _release(
        self,
        series: _Series,
        warning: Warning,
        document: Alert,
        now: Instant | None = None,
    ) -> Release:
        leaving = Release(
            warning_id=warning.warning_id,
            revision=warning.revision,
            time=warning.time if now is None else now,
            mode=warning.mode,
            launch_id=warning.launch_id,
            action=warning.action,
            severity=warning.severity,
            document=document.identifier,
            corrects=tuple(earlier.identifier for earlier in series.released),
            approvals=series.approvals,
        )
        series.released.append(replace(document, xml=""))
        series.waiting, series.approvals, series.shown = None, (), {}
        return leaving

    def _withdraw(self, series: _Series, warning: Warning, document: Alert) -> list[Issued]:
        if series.waiting is None:
            return []
        reason = warning.reasons[0] if warning.reasons else warning.action
        told = self._draft(series, warning, document, 0, "withdrawn", reason=reason)
        series.waiting, series.approvals, series.shown = None, (), {}
        return [told]

    def _draft(
        self,
        series: _Series,
        warning: Warning,
        document: Alert,
        needs: int,
        status: DraftStatus,
        *,
        time: Instant | None = None,
        reason: str = "",
    ) -> Draft:
        return Draft(
            warning_id=warning.warning_id,
            revision=warning.revision,
            time=warning.time if time is None else time,
            mode=warning.mode,
            launch_id=warning.launch_id,
            action=warning.action,
            document=document.identifier,
            needs=needs,
            approvals=series.approvals,
            status=status,
            since=warning.time if series.since is None else series.since,
            reason=reason,
            digest=digest_of(document.xml),
        )


def digest_of(text: str) -> str:
    """Give the SHA-256 of a document's text in UTF-8, in hexadecimal."""
    return sha256(text.encode("utf-8")).hexdigest()


def _is_end(warning: Warning) -> bool:
    return warning.action in ("cancel", "all-clear")
