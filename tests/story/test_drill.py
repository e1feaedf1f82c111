"""A drill, end to end: nowhere but in the drill's own outbox."""

import asyncio

from launchwatch.edge.clock import Clock
from launchwatch.edge.outbox.channel import Channel
from launchwatch.edge.outbox.config import OutboxConfig, OutboxTable
from launchwatch.edge.outbox.keymaking import make_signing_key
from launchwatch.edge.outbox.outbox import Outbox
from launchwatch.messages.warning import Alert

from .publicly import SETTINGS, story


def outbox_of(folder, mode, purpose, alarms):
    make_signing_key(folder, purpose, "story", Clock().now())
    config = OutboxConfig(
        mode=mode,
        table=OutboxTable(path=folder / f"{mode}.outbox", key=folder / f"{purpose}.key",
                          certificate=folder / f"{purpose}.crt", door=folder / "door"),
        channels=(Channel(name="sirens", mode=mode, kind="file", address=str(folder / mode)),),
    )  # fmt: skip
    return Outbox(config, SETTINGS.warning, Clock(), lambda part, text: alarms.append(text))


def test_a_drill_is_nowhere_but_in_the_drills_outbox(tmp_path):
    told, alarms = story("drill"), []
    drill = outbox_of(tmp_path, "exercise", "drill", [])
    # Worse than any mistake of configuration: the live outbox is handed all that the drill says.
    live = outbox_of(tmp_path, "live", "live", alarms)

    async def send():
        for one in (drill, live):
            one.start()
            one.take([message for _, message in told.said])
            one.wake()
            await one.idle()
        counts = len(drill.ledger.entries()), len(live.ledger.entries())
        for one in (drill, live):
            await one.stop()
        return counts

    written, leaked = asyncio.run(send())
    assert written > 5
    assert leaked == 0
    assert not (tmp_path / "live").exists()
    files = list((tmp_path / "exercise").iterdir())
    assert files
    assert all("<status>Exercise</status>" in path.read_text() for path in files)
    assert any("cannot take exercise" in text for text in alarms)


def test_every_text_of_a_drill_says_first_that_it_is_one():
    for _, one in story("drill").of(Alert):
        assert one.status == "Exercise"
        assert one.xml.count("<headline>EXERCISE: ") == 1
        assert one.xml.count("<headline>[훈련] ") == 1
        assert one.xml.count("<headline>【訓練】") == 1
