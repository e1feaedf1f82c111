"""The outbox: takes what the engine releases, writes it down, signs it, sends it, takes it back.

::

    engine's answers -> take: documents and drafts kept; a release signed and written down
                           |
                           +-> dispatcher: each channel at its own pace, receipts into the ledger

With every release the cancel of it is written and kept ready, so that nobody has to find words on
the day it was wrong; and it can be sent by one person from this ledger alone, where the watch
itself is dead (`Outbox.cancel`).
"""

import hashlib
from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec.structs import replace

from launchwatch.edge.clock import Clock
from launchwatch.edge.outbox.config import OutboxConfig
from launchwatch.edge.outbox.dispatching import Dispatcher
from launchwatch.edge.outbox.ledger import Ledger, Prepared
from launchwatch.edge.outbox.signing import Signer
from launchwatch.errors import DeliveryError, InputError, Unsendable
from launchwatch.messages.delivery import Draft, Entry, Release
from launchwatch.messages.packet import Decision
from launchwatch.messages.warning import Alert, Warning  # noqa: A004 - the field's word
from launchwatch.messages.wire import Message
from launchwatch.warning.cap import alert
from launchwatch.warning.decisions import Authority
from launchwatch.warning.settings import Settings

_KINDS = (Warning, Alert, Draft, Release)


class Outbox:
    """One watch's outbox.

    Attributes:
        ledger: what left, to whom, when, with what receipt.
    """

    def __init__(
        self,
        config: OutboxConfig,
        settings: Settings,
        clock: Clock,
        alarm: Callable[[str, str], None],
        relieve: Callable[[str], None] = lambda _part: None,
    ) -> None:
        """Open the ledger and read the keys.

        Args:
            alarm: is told which part is in trouble, and how, from any thread; ``relieve``, which
                no longer is.

        Raises:
            SettingsError: the keys cannot be used, or are for another mode.
            DeliveryError: the ledger cannot be used, or is of another mode.
        """
        self._config, self._settings, self._clock = config, settings, clock
        self._alarm, self._relieve = alarm, relieve
        self._signer = Signer(config.table.key, config.table.certificate, config.mode)
        self.ledger = Ledger(config.table.path, config.mode)
        self._untaken: deque[Message] = deque()
        self._warning: Warning | None = None
        self._dispatcher: Dispatcher | None = None
        self._strangers: frozenset[str] = frozenset()

    @property
    def door(self) -> Path:
        """Where operators knock."""
        return self._config.table.door

    def start(self) -> None:
        """Begin to send, first what was left from before; within a running loop."""
        self._dispatcher = Dispatcher(self.ledger, self._clock, self._alarm, self._relieve)
        self._dispatcher.wake()

    def wake(self) -> None:
        """Send what has been written down since; from the loop's thread."""
        if self._dispatcher is not None:
            self._dispatcher.wake()

    async def idle(self) -> None:
        """Wait until nothing is owed to any channel."""
        if self._dispatcher is not None:
            await self._dispatcher.idle()

    async def stop(self, patience_s: float = 5.0) -> None:
        """End; what has not arrived is sent after the next start."""
        if self._dispatcher is not None:
            await self._dispatcher.stop(patience_s)
        self.ledger.close()

    def take(self, answers: Sequence[Message]) -> bool:
        """Write down what the engine's answers to one stimulus let go; say if there is any.

        What cannot be written is an alarm, and is tried again with the next call, in order: until
        it is on disk nothing of it leaves.
        """
        self._untaken.extend(each for each in answers if isinstance(each, _KINDS))
        has_released = False
        while self._untaken:
            try:
                has_released |= self._take(self._untaken[0])
            except Unsendable as error:
                self._alarm("outbox", str(error))
            except DeliveryError as error:
                self._alarm("outbox", str(error))
                break
            else:
                self._relieve("outbox")
            self._untaken.popleft()
        return has_released

    def cancel(self, decision: Decision) -> Entry:
        """Send the prepared cancel of a warning where no watch runs that could.

        Raises:
            InputError: the decision does not count, or nothing of such a warning stands.
            DeliveryError: it cannot be written down.
        """
        if fault := Authority(self._settings.operators).fault(decision):
            raise InputError(fault)
        prepared = self.ledger.prepared(decision.warning_id)
        if prepared is None:
            standing = ", ".join(self.ledger.standing()) or "none"
            raise InputError(
                f"a warning that stands was wanted ({standing}), got {decision.warning_id!r}"
            )
        reason = f"cancelled-by-operator {decision.reason}".strip()
        warning = replace(prepared.warning, time=decision.time, reasons=(reason,))
        earlier = self._released(warning.warning_id)
        document = alert(warning, previous=earlier, settings=self._settings)
        release = Release(
            warning_id=warning.warning_id,
            revision=warning.revision,
            time=decision.time,
            mode=warning.mode,
            launch_id=warning.launch_id,
            action=warning.action,
            severity=warning.severity,
            document=document.identifier,
            corrects=tuple(each.identifier for each in earlier),
        )
        self.ledger.keep(warning, document)
        entry = self._write(release, document)
        self.ledger.prepare(warning.warning_id, None)
        self.wake()
        return entry

    def audit(self) -> tuple[str, ...]:
        """Look for what lies on a channel and is not in the ledger; alarm, and give its names.

        Folders can be looked into; what else leaves goes through the dispatcher, which hands over
        nothing that the ledger does not know.
        """
        known = {entry.document for entry in self.ledger.entries()}
        found = set()
        for channel in self._config.channels:
            if channel.kind == "file":
                for path in Path(channel.address).glob("[!.]*"):
                    if not self._is_known(path, known, is_cap=channel.form == "cap"):
                        found.add(str(path))
        if strangers := frozenset(found) - self._strangers:
            self._alarm("outbox", f"not in the ledger, and yet out: {', '.join(sorted(strangers))}")
        self._strangers = frozenset(found)
        return tuple(sorted(found))

    def _is_known(self, path: Path, known: set[str], *, is_cap: bool) -> bool:
        try:
            if is_cap:
                return self.ledger.knows(hashlib.sha256(path.read_bytes()).hexdigest())
        except OSError:
            return False
        return path.stem in known

    def _take(self, message: Message) -> bool:
        match message:
            case Warning():
                self._warning = message
            case Alert():
                # A document follows the decision that it carries.
                if self._warning is not None and _carries(message, self._warning):
                    self.ledger.keep(self._warning, message)
            case Draft():
                self.ledger.note_draft(message)
            case Release():
                return self._let_go(message)
        return False

    def _let_go(self, release: Release) -> bool:
        kept = self.ledger.document(release.document)
        if kept is None:
            raise Unsendable(f"{release.document}: released, but its text is not known")
        warning, document = kept
        before = self.ledger.released(release.warning_id)
        if before and before[-1].action == "cancel" and before[-1].document != release.document:
            # Cancelled from the ledger while the watch was dead, which therefore goes on.
            self._alarm("outbox", f"{release.document}: its warning was cancelled, not sent")
            return False
        self._write(release, document)
        ends = release.action in ("cancel", "all-clear")
        self.ledger.prepare(release.warning_id, None if ends else self._cancel_of(warning))
        return True

    def _write(self, release: Release, document: Alert) -> Entry:
        text = self._signer.sign(document)
        return self.ledger.write(release, text, self._config.channels, self._clock.now())

    def _cancel_of(self, warning: Warning) -> Prepared:
        """Write the cancel that would take a warning back, as of now."""
        cancel = replace(
            warning,
            action="cancel",
            revision=warning.revision + 1,
            reasons=("cancelled-by-operator",),
            next_update=None,
        )
        earlier = self._released(warning.warning_id)
        return Prepared(cancel, alert(cancel, previous=earlier, settings=self._settings))

    def _released(self, warning_id: str) -> list[Alert]:
        kept = (self.ledger.document(each.document) for each in self.ledger.released(warning_id))
        return [one[1] for one in kept if one is not None]


def _carries(document: Alert, warning: Warning) -> bool:
    return (document.warning_id, document.revision) == (warning.warning_id, warning.revision)
