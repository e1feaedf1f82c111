"""What vanished: in 2022 announced as passed, in 2023 the cancel never reached the public."""

import asyncio

import pytest

from launchwatch.edge.clock import Clock
from launchwatch.edge.outbox.channel import Channel
from launchwatch.edge.outbox.config import OutboxConfig, OutboxTable
from launchwatch.edge.outbox.keymaking import make_signing_key
from launchwatch.edge.outbox.outbox import Outbox
from launchwatch.messages.delivery import Release
from launchwatch.messages.warning import Warning  # noqa: A004 - the field's word

from .publicly import SETTINGS, story, texts, timeline

LOST = "2022-11-03"
GONE = "2023-04-13"


def test_nobody_says_that_what_was_lost_over_the_sea_has_passed():
    told = story(LOST)
    reasons = {reason for _, one in told.of(Warning) for reason in one.reasons}
    assert any(reason.startswith("track-lost") for reason in reasons)
    assert not any(reason.startswith("passed") for reason in reasons)
    said = texts(told)
    for word in (
        "has flown over",
        "beyond the area",
        "통과하였",
        "통과한 것",
        "通過しま",
        "通過したこと",
    ):
        assert word not in said


def test_who_was_warned_of_what_was_lost_stays_warned_and_is_told_so():
    told = story(LOST)
    assert timeline(told)["public released"] < 90.0
    lost = [one for _, one in told.of(Warning, severity="public")
            if one.reasons[0].startswith("track-lost")]  # fmt: skip
    assert lost
    assert not told.of(Warning, severity="public", action="all-clear")


@pytest.mark.parametrize(("name", "seconds"), [(LOST, 11.0), (GONE, 11.0)])
def test_partners_know_seconds_after_the_first_signal(name, seconds):
    moments = timeline(story(name))
    assert moments["partner notice"] - moments["first signal"] <= seconds


@pytest.mark.parametrize("name", [LOST, GONE])
def test_the_public_draft_is_before_people_within_a_minute(name):
    assert timeline(story(name))["public draft"] <= 60.0


def test_what_vanished_is_never_said_to_have_fallen():
    said = texts(story(GONE))
    assert "whether and where it fell was not observed" in said
    assert "is expected to have fallen" not in said


def test_the_all_clear_reaches_every_channel_that_was_told(tmp_path):
    told = story(GONE)
    make_signing_key(tmp_path, "drill", "story", Clock().now())
    names = ("television", "telephones", "ships")
    config = OutboxConfig(
        mode="exercise",
        table=OutboxTable(path=tmp_path / "outbox", key=tmp_path / "drill.key",
                          certificate=tmp_path / "drill.crt", door=tmp_path / "door"),
        channels=tuple(
            Channel(name=name, mode="exercise", kind="file", address=str(tmp_path / name))
            for name in names
        ),
    )  # fmt: skip
    outbox = Outbox(config, SETTINGS.warning, Clock(), lambda *_: None)

    async def send():
        outbox.start()
        for _, message in told.said:
            if outbox.take([message]):
                outbox.wake()
                await outbox.idle()
        deliveries = outbox.ledger.deliveries()
        entries = {one.number: one for one in outbox.ledger.entries()}
        await outbox.stop()
        return deliveries, entries

    deliveries, entries = asyncio.run(send())
    ends = [number for number, one in entries.items()
            if one.severity == "public" and one.action == "all-clear"]  # fmt: skip
    assert len(ends) == 1
    reached = {one.channel for one in deliveries if one.entry == ends[0]}
    assert reached == set(names)
    assert {one.status for one in deliveries} == {"received"}
    first = told.of(Release, severity="public")[0][1]
    assert first.document in entries[ends[0]].corrects
