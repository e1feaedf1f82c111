"""What leaves is written down first, arrives on every channel, and can be taken back."""

import asyncio
import socket

import pytest

from launchwatch.edge.outbox.keymaking import read_operator_key
from launchwatch.edge.outbox.signing import verified
from launchwatch.errors import DeliveryError, InputError

from .conftest import channel


def sending(desk, story):
    """Run the dispatcher, and a story while it runs."""

    async def run():
        desk.outbox.start()
        await story()
        await desk.outbox.stop(0.2)

    asyncio.run(run())
    desk.open()


def statuses(desk, number=None):
    return {
        (one.channel, one.document): one.status for one in desk.outbox.ledger.deliveries(number)
    }


def closed_port():
    """Give a port on which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def test_nothing_is_written_down_before_two_people_have_approved(desk, tmp_path):
    here = desk(channel("folder", "file", tmp_path / "out"))
    here.say()
    (draft,) = here.outbox.ledger.drafts()
    assert (draft.status, draft.needs) == ("waiting", 2)
    here.outbox.take(here.issuer.approve(here.decide("Kim")))
    assert here.outbox.ledger.entries() == ()
    here.outbox.take(here.issuer.approve(here.decide("Ito")))
    (entry,) = here.outbox.ledger.entries()
    assert (entry.action, entry.severity) == ("alert", "public")
    assert here.outbox.ledger.drafts() == ()


def test_what_leaves_arrives_signed_with_a_receipt(desk, receiver, keys, tmp_path):
    server = receiver()
    here = desk(channel("tv", "webhook", server.url), channel("folder", "file", tmp_path / "out"))
    entry = here.release()
    sending(here, here.outbox.idle)
    text = here.outbox.ledger.text(entry.number)
    assert server.got[0][1] == text.encode()
    assert server.got[0][0]["X-Launchwatch-Mode"] == "exercise"
    assert [path.read_text() for path in (tmp_path / "out").iterdir()] == [text]
    assert "<status>Exercise</status>" in verified(text, keys / "drill.crt")
    receipts = {one.channel: one.receipt for one in here.outbox.ledger.deliveries(entry.number)}
    assert receipts["tv"] == "200 taken"
    assert receipts["folder"].endswith(entry.digest[:16])


def test_a_cancel_reaches_all_who_were_told_while_one_is_dead_and_one_hangs(desk, receiver):
    quick, hanging = receiver(), receiver()
    dead = f"http://127.0.0.1:{closed_port()}/"
    here = desk(
        channel("quick", "webhook", quick.url),
        channel("hanging", "webhook", hanging.url),
        channel("dead", "webhook", dead),
    )
    alert = here.release()

    async def story():
        loop = asyncio.get_running_loop()
        hanging.open.clear()
        here.outbox.wake()
        # The one that hangs has the alert, and keeps its sender waiting.
        await loop.run_in_executor(None, hanging.count.acquire)
        here.say(2, "cancel", reasons=("cancelled-by-operator wrong",))
        here.outbox.wake()
        for _ in range(2):  # the alert, then the cancel
            await loop.run_in_executor(None, quick.count.acquire)
        assert not hanging.open.is_set()
        hanging.open.set()
        await loop.run_in_executor(None, hanging.count.acquire)

    sending(here, story)
    cancel = here.outbox.ledger.entries()[-1]
    assert cancel.corrects == (alert.document,)
    assert quick.documents() == hanging.documents() == [alert.document, cancel.document]
    told = statuses(here)
    assert told["dead", alert.document] == "overtaken"
    assert told["dead", cancel.document] == "retrying"
    assert any(part == "channel dead" for part, _ in here.alarms)


def test_a_correction_goes_to_the_address_of_then_whatever_is_configured_now(desk, receiver):
    before, after = receiver(), receiver()
    here = desk(channel("tv", "webhook", before.url))
    here.release()
    sending(here, here.outbox.idle)
    here.outbox.ledger.close()
    moved = desk(channel("tv", "webhook", after.url))
    moved.issuer = here.issuer
    moved.say(2, "cancel", reasons=("cancelled-by-operator wrong",))
    sending(moved, moved.outbox.idle)
    cancel = moved.outbox.ledger.entries()[-1].document
    assert before.documents()[-1] == cancel
    assert after.documents() == [cancel]


def test_a_channel_takes_what_it_is_for_and_the_corrections_of_that(desk, tmp_path):
    here = desk(
        channel("sirens", "file", tmp_path / "sirens", takes=("public",)),
        channel("ships", "file", tmp_path / "ships", takes=("notice",)),
    )
    here.say(severity="notice")
    here.release()
    assert {(name, document.split(".")[1]) for name, document in statuses(here)} == {
        ("ships", "L1-notice"),
        ("sirens", "L1-public"),
    }


def test_what_was_not_sent_before_a_crash_is_sent_after_it(desk, receiver):
    server = receiver()
    here = desk(channel("tv", "webhook", server.url))
    entry = here.release()
    here.outbox.ledger.close()
    here.open()
    sending(here, here.outbox.idle)
    assert server.documents() == [entry.document]


def test_what_is_said_twice_leaves_once(desk, receiver):
    server = receiver()
    here = desk(channel("tv", "webhook", server.url))
    said = here.say(severity="notice")
    here.outbox.take(said)
    sending(here, here.outbox.idle)
    assert len(server.got) == len(here.outbox.ledger.entries()) == 1


def test_what_the_far_side_refuses_is_given_up_and_can_be_queued_again(desk, receiver):
    server = receiver(status=403)
    here = desk(channel("tv", "webhook", server.url))
    here.say(severity="notice")
    sending(here, here.outbox.idle)
    (told,) = here.outbox.ledger.deliveries()
    assert (told.status, told.failure.endswith("403 taken")) == ("dead", True)
    server.status = 200
    assert here.outbox.ledger.revive(here.clock.now()) == 1
    sending(here, here.outbox.idle)
    assert here.outbox.ledger.deliveries()[0].status == "received"


def test_the_prepared_cancel_leaves_without_the_watch_by_one_persons_word(desk, receiver, keys):
    server = receiver()
    here = desk(channel("tv", "webhook", server.url))
    alert = here.release()
    prepared = here.outbox.ledger.prepared("L1-public")
    assert "CANCELLED" in prepared.alert.xml
    with pytest.raises(InputError, match="stands was wanted"):
        here.outbox.cancel(here.decide("Kim", "cancel", "L2-public"))
    entry = here.outbox.cancel(here.decide("Kim", "cancel", reason="wrong"))
    assert entry.corrects == (alert.document,)
    text = here.outbox.ledger.text(entry.number)
    assert "<msgType>Cancel</msgType>" in text
    assert "wrong" in verified(text, keys / "drill.crt")
    sending(here, here.outbox.idle)
    assert server.documents()[-1] == entry.document
    # The watch, which does not know, goes on: nothing more of that warning leaves.
    here.say(2, "update")
    assert here.outbox.ledger.entries()[-1].document == entry.document
    assert any("was cancelled, not sent" in text for _, text in here.alarms)


def test_a_cancel_needs_a_listed_operators_signature(desk, receiver, keys):
    here = desk(channel("tv", "webhook", receiver().url))
    here.release()
    decision = here.decide("Kim", "cancel")
    forged = decision.__class__(**{
        name: getattr(decision, name) for name in decision.__struct_fields__
    } | {"signature": read_operator_key(keys / "Ito.pem").sign(b"something else")})  # fmt: skip
    with pytest.raises(InputError, match="signature"):
        here.outbox.cancel(forged)


def test_what_lies_on_a_channel_and_is_not_in_the_ledger_is_an_alarm(desk, tmp_path):
    here = desk(channel("folder", "file", tmp_path / "out"))
    here.say(severity="notice")
    sending(here, here.outbox.idle)
    assert here.outbox.audit() == ()
    stranger = tmp_path / "out" / "maintenance.xml"
    stranger.write_text("<alert/>")
    assert here.outbox.audit() == (str(stranger),)
    assert here.outbox.audit() == (str(stranger),)
    assert [text for part, text in here.alarms if part == "outbox"] == [
        f"not in the ledger, and yet out: {stranger}"
    ]


def test_an_altered_file_on_a_channel_is_an_alarm(desk, tmp_path):
    here = desk(channel("folder", "file", tmp_path / "out"))
    here.say(severity="notice")
    sending(here, here.outbox.idle)
    (path,) = (tmp_path / "out").iterdir()
    path.write_text(path.read_text().replace("Exercise", "Actual"))
    assert here.outbox.audit() == (str(path),)


def test_two_processes_cannot_write_one_outbox(desk):
    here = desk()
    with pytest.raises(DeliveryError, match="another process"):
        here.open()
