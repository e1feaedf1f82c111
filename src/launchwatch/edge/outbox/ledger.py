"""The outbox's ledger: every document that leaves, on disk before the first byte of it does.

One SQLite file of one mode, WAL with ``synchronous=FULL`` as the journal's: after a crash the
ledger knows at least all that can have left. What was under way then is sent again; a receiver
tells a repetition by the document's identifier.

To whom an entry goes is decided when it is written, and written with it: the channels of now that
take its kind, and every channel on which a document that it corrects was ever tried, at the
address of then. So a correction reaches whoever got what it corrects, however the configuration
has changed since.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from launchwatch.edge.outbox.channel import Channel
from launchwatch.edge.outbox.ledgerfile import LedgerFile
from launchwatch.errors import DeliveryError, Unsendable
from launchwatch.messages.delivery import Delivery, Draft, Entry, Release
from launchwatch.messages.packet import Mode
from launchwatch.messages.warning import Alert, Warning  # noqa: A004 - the field's word
from launchwatch.timescale import Instant
from launchwatch.warning.issuing import digest_of

_DRAFTS_KEPT = 500
"""Documents kept that were never released; a watch shows a few at a time."""

_OPEN = ("queued", "retrying")

_OVERTAKEN = """
SELECT delivery.rowid, delivery.record FROM delivery JOIN entry ON entry.number = delivery.entry
WHERE warning_id = ? AND number < ? AND status IN ('queued', 'retrying')
"""

_encode = msgspec.msgpack.Encoder().encode


class Outgoing(Struct, frozen=True):
    """One entry as it goes to one channel: what is written of both, the decision and the text."""

    entry: Entry
    warning: Warning
    text: str
    channel: Channel
    delivery: Delivery


class Prepared(Struct, frozen=True):
    """The cancel of a warning, written while it still stood."""

    warning: Warning
    alert: Alert


class Ledger:
    """The one writer of one outbox file. May be used from several threads."""

    def __init__(self, path: Path, mode: Mode, *, readonly: bool = False) -> None:
        """Open an outbox, or make it.

        Raises:
            DeliveryError: as `LedgerFile`.
        """
        self.path, self.mode = path, mode
        self._file = LedgerFile(path, mode, readonly=readonly)

    def close(self) -> None:
        """Let the file go."""
        self._file.close()

    def keep(self, warning: Warning, alert: Alert) -> None:
        """Keep a document that may leave later, or never."""
        self._check(alert.mode)
        with self._file.change() as execute:
            execute(
                "INSERT OR REPLACE INTO document VALUES (?, ?, ?, NULL, ?, ?)",
                (alert.identifier, alert.warning_id, alert.revision, _encode(warning),
                 _encode(alert)),
            )  # fmt: skip
            execute(
                "DELETE FROM document WHERE rowid <= (SELECT max(rowid) FROM document) - ? AND "
                "identifier NOT IN (SELECT document FROM entry)",
                (_DRAFTS_KEPT,),
            )

    def note_draft(self, draft: Draft) -> None:
        """Keep how a document that waits stands with the people who must approve it."""
        with self._file.change() as execute:
            execute(
                "UPDATE document SET draft = ? WHERE identifier = ?",
                (_encode(draft), draft.document),
            )

    def document(self, identifier: str) -> tuple[Warning, Alert] | None:
        """Give a document that was kept, with its decision."""
        row = self._file.row("SELECT warning, alert FROM document WHERE identifier = ?", identifier)
        return None if row is None else (_warning(row[0]), _alert(row[1]))

    def drafts(self) -> tuple[Draft, ...]:
        """Give what waits for people now, the newest revision of each warning, oldest first."""
        rows = self._file.rows(
            "SELECT draft, max(revision) FROM document WHERE draft IS NOT NULL "
            "GROUP BY warning_id ORDER BY min(rowid)"
        )
        found = (msgspec.msgpack.decode(row[0], type=Draft) for row in rows)
        return tuple(draft for draft in found if draft.status == "waiting")

    def write(
        self, release: Release, text: str, channels: Sequence[Channel], now: Instant
    ) -> Entry:
        """Write down a document that is about to leave, and where to; it may leave afterwards.

        One that is written already is given as it is written.

        Args:
            text: the document as it leaves, signature and all.
            channels: those of now; which of them take it is judged here.

        Raises:
            DeliveryError: it is not on disk, or of another mode: nothing of it may leave.
        """
        self._check(release.mode)
        with self._file.change() as execute:
            row = execute(
                "SELECT record FROM entry WHERE document = ?", (release.document,)
            ).fetchone()
            if row is not None:
                return _entry(row[0])
            (last,) = execute("SELECT coalesce(max(number), 0) FROM entry").fetchone()
            entry = Entry(
                number=last + 1,
                document=release.document,
                digest=digest_of(text),
                warning_id=release.warning_id,
                revision=release.revision,
                launch_id=release.launch_id,
                action=release.action,
                severity=release.severity,
                mode=release.mode,
                written=now,
                corrects=release.corrects,
            )
            execute(
                "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)",
                (entry.number, entry.document, entry.warning_id, entry.digest, _encode(entry),
                 text),
            )  # fmt: skip
            targets = {_encode(each): each for each in channels if release.severity in each.takes}
            targets |= {_encode(each): each for each in self._told(release.corrects)}
            for target, channel in targets.items():
                told = Delivery(
                    entry=entry.number,
                    document=entry.document,
                    channel=channel.name,
                    kind=channel.kind,
                    address=channel.address,
                    status="queued",
                    attempts=0,
                    changed=now,
                )
                execute(
                    "INSERT INTO delivery VALUES (?, ?, ?, ?, ?)",
                    (entry.number, channel.name, target, told.status, _encode(told)),
                )
            # What was queued of the same warning and has not left need not leave any more.
            for row in execute(_OVERTAKEN, (entry.warning_id, entry.number)).fetchall():
                old = replace(_delivery(row[1]), status="overtaken", changed=now, due=None)
                execute(
                    "UPDATE delivery SET status = ?, record = ? WHERE rowid = ?",
                    (old.status, _encode(old), row[0]),
                )
        return entry

    def prepare(self, warning_id: str, prepared: Prepared | None) -> None:
        """Keep the cancel of a warning ready; None where it has ended."""
        with self._file.change() as execute:
            execute("DELETE FROM prepared WHERE warning_id = ?", (warning_id,))
            if prepared is not None:
                execute(
                    "INSERT INTO prepared VALUES (?, ?, ?)",
                    (warning_id, _encode(prepared.warning), _encode(prepared.alert)),
                )

    def prepared(self, warning_id: str) -> Prepared | None:
        """Give the cancel that lies ready for a warning."""
        row = self._file.row("SELECT warning, alert FROM prepared WHERE warning_id = ?", warning_id)
        return None if row is None else Prepared(_warning(row[0]), _alert(row[1]))

    def standing(self) -> tuple[str, ...]:
        """Name the warnings that were told and have not ended."""
        return tuple(
            row[0] for row in self._file.rows("SELECT warning_id FROM prepared ORDER BY rowid")
        )

    def released(self, warning_id: str) -> tuple[Entry, ...]:
        """Give what left of one warning, in order."""
        rows = self._file.rows(
            "SELECT record FROM entry WHERE warning_id = ? ORDER BY number", warning_id
        )
        return tuple(_entry(row[0]) for row in rows)

    def entries(self, since: int = 1) -> tuple[Entry, ...]:
        """Give what is written, from a number on."""
        rows = self._file.rows("SELECT record FROM entry WHERE number >= ? ORDER BY number", since)
        return tuple(_entry(row[0]) for row in rows)

    def text(self, number: int) -> str:
        """Give an entry's document as it left."""
        row = self._file.row("SELECT text FROM entry WHERE number = ?", number)
        if row is None:
            raise DeliveryError(f"{self.path}: no entry has the number {number}")
        return str(row[0])

    def knows(self, digest: str) -> bool:
        """Say whether a text of this digest is written down."""
        return self._file.row("SELECT 1 FROM entry WHERE digest = ?", digest) is not None

    def deliveries(self, number: int | None = None) -> tuple[Delivery, ...]:
        """Give how entries fare, one or all, in order."""
        rows = self._file.rows(
            "SELECT record FROM delivery WHERE ? IS NULL OR entry = ? ORDER BY entry, rowid",
            number, number,
        )  # fmt: skip
        return tuple(_delivery(row[0]) for row in rows)

    def targets(self) -> tuple[Channel, ...]:
        """Give the channels on which something has not arrived yet, at their addresses."""
        rows = self._file.rows(
            "SELECT DISTINCT target FROM delivery WHERE status IN (?, ?) ORDER BY target", *_OPEN
        )
        return tuple(_channel(row[0]) for row in rows)

    def next_for(self, channel: Channel) -> Outgoing | None:
        """Give what has not arrived on a channel: new before what failed, and the oldest first."""
        row = self._file.row(
            "SELECT delivery.record, entry.record, entry.text, document.warning FROM delivery "
            "JOIN entry ON entry.number = delivery.entry "
            "JOIN document ON document.identifier = entry.document "
            "WHERE channel = ? AND target = ? AND status IN (?, ?) "
            "ORDER BY status = 'retrying', entry LIMIT 1",
            channel.name, _encode(channel), *_OPEN,
        )  # fmt: skip
        if row is None:
            return None
        return Outgoing(_entry(row[1]), _warning(row[3]), row[2], channel, _delivery(row[0]))

    def note(self, delivery: Delivery, channel: Channel) -> None:
        """Write down how a delivery fares; one that failed and was overtaken meanwhile stays so."""
        has_arrived = delivery.status in ("sent", "received")
        with self._file.change() as execute:
            execute(
                "UPDATE delivery SET status = ?, record = ? WHERE entry = ? AND channel = ? AND "
                "target = ? AND (? OR status <> 'overtaken')",
                (delivery.status, _encode(delivery), delivery.entry, channel.name,
                 _encode(channel), has_arrived),
            )  # fmt: skip

    def revive(self, now: Instant) -> int:
        """Queue what was given up again; give how many."""
        dead = [each for each in self.deliveries() if each.status == "dead"]
        with self._file.change() as execute:
            for each in dead:
                again = replace(each, status="queued", attempts=0, changed=now)
                execute(
                    "UPDATE delivery SET status = 'queued', record = ? WHERE entry = ? AND "
                    "channel = ? AND status = 'dead'",
                    (_encode(again), each.entry, each.channel),
                )
        return len(dead)

    def _told(self, documents: Sequence[str]) -> Iterator[Channel]:
        """Give each channel on which one of these documents was tried, at its address of then."""
        for document in documents:
            for (target,) in self._file.rows(
                "SELECT target FROM delivery JOIN entry ON entry.number = delivery.entry "
                "WHERE document = ?",
                document,
            ):
                yield _channel(target)

    def _check(self, mode: Mode) -> None:
        if mode != self.mode:
            raise Unsendable(f"{self.path}: this outbox is {self.mode}, it cannot take {mode}")


def _entry(record: Any) -> Entry:
    return msgspec.msgpack.decode(record, type=Entry)


def _delivery(record: Any) -> Delivery:
    return msgspec.msgpack.decode(record, type=Delivery)


def _channel(record: Any) -> Channel:
    return msgspec.msgpack.decode(record, type=Channel)


def _warning(record: Any) -> Warning:
    return msgspec.msgpack.decode(record, type=Warning)


def _alert(record: Any) -> Alert:
    return msgspec.msgpack.decode(record, type=Alert)
