"""What arrives is taken in turn, lane by lane, and each lane keeps its order."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from launchwatch.edge.clock import Clock
from launchwatch.edge.intake import BURST, WAITING, Arrival, Intake
from launchwatch.messages.packet import Packet, Tick
from launchwatch.timescale import Instant


def told(arrivals: list[Arrival]) -> list[str]:
    """Give the feed and payload of packets, and the word tick."""
    return [
        f"{each.stimulus.source}:{each.stimulus.payload.decode()}"
        if isinstance(each.stimulus, Packet)
        else "tick"
        for each in arrivals
    ]


def within(story: Callable[[Intake], Awaitable[None]]) -> None:
    async def run() -> None:
        await asyncio.wait_for(story(Intake(Clock(), "exercise")), 20)

    asyncio.run(run())


def test_a_line_does_not_wait_behind_another_connection_s_flood() -> None:
    async def story(intake: Intake) -> None:
        for number in range(100):
            await intake.put("tcp", "jsonplots", b"%d" % number, stream="flood")
        await intake.put("tcp", "jsonplots", b"other", stream="calm")
        await intake.tick(Instant(0))
        group = told(await intake.group(4))
        assert group == ["tcp:0", "tcp:1", "tcp:2", "tcp:3", "tcp:other", "tick"]
        assert told(await intake.group(4)) == ["tcp:4", "tcp:5", "tcp:6", "tcp:7"]

    within(story)


def test_a_full_connection_waits_alone() -> None:
    async def story(intake: Intake) -> None:
        async def flood() -> None:
            for number in range(WAITING + 50):
                await intake.put("tcp", "jsonplots", b"%d" % number, stream="flood")

        flooding = asyncio.create_task(flood())
        await asyncio.sleep(0)
        await intake.put("tcp", "jsonplots", b"other", stream="calm")
        assert not flooding.done()
        seen = []
        while len(seen) < WAITING + 51:
            seen += told(await intake.group(16))
        assert seen.index("tcp:other") <= 16
        seen.remove("tcp:other")
        assert seen == [f"tcp:{number}" for number in range(WAITING + 50)]
        await flooding

    within(story)


def test_datagrams_have_a_lane_for_each_listed_sensor() -> None:
    async def story(intake: Intake) -> None:
        intake.sensors = frozenset({"alpha", "beta"})
        for _ in range(BURST + 10):
            intake.offer("udp", "jsonplots", b'{"sensor": "alpha"}')
        intake.offer("udp", "jsonplots", b'{"time": 0, "sensor" :"beta"}')
        assert intake.dropped == {"udp": 10}
        assert told(await intake.group(1)) == [
            'udp:{"sensor": "alpha"}',
            'udp:{"time": 0, "sensor" :"beta"}',
        ]

    within(story)


def test_sensors_that_nobody_listed_share_one_lane() -> None:
    async def story(intake: Intake) -> None:
        intake.sensors = frozenset({"alpha"})
        for number in range(100):
            intake.offer("udp", "jsonplots", b'{"sensor": "made up %d"}' % number)
        intake.offer("udp", "jsonplots", b"\xff no sensor at all")
        intake.offer("udp", "jsonplots", b'{"sensor": "alpha"}')
        assert len(await intake.group(1)) == 2

    within(story)


def test_lines_are_numbered_in_the_order_in_which_they_are_taken() -> None:
    async def story(intake: Intake) -> None:
        intake.lines["tcp"] = 7
        for stream in ("one", "other"):
            for _ in range(3):
                await intake.put("tcp", "jsonplots", b"", stream=stream)
        taken = [*(await intake.group(1)), *(await intake.group(2))]
        assert [each.stimulus.line for each in taken] == [8, 9, 10, 11, 12, 13]  # type: ignore[union-attr]
        received = [each.stimulus.received for each in taken]  # type: ignore[union-attr]
        assert received != sorted(received)

    within(story)


def test_what_a_connection_left_behind_is_still_taken() -> None:
    async def story(intake: Intake) -> None:
        await intake.put("tcp", "jsonplots", b"last", stream="gone")
        intake.leave("tcp", "gone")
        assert told(await intake.group(1)) == ["tcp:last"]
        assert intake._lanes == {}

    within(story)


@pytest.mark.parametrize("waiting", [0, 3])
def test_the_end_is_an_empty_group_after_all_that_waits(waiting: int) -> None:
    async def story(intake: Intake) -> None:
        for _ in range(waiting):
            await intake.put("file", "jsonplots", b"")
        intake.end()
        assert len(await intake.group(8)) == waiting
        assert await intake.group(8) == []

    within(story)


def test_a_group_waits_for_the_first_that_comes() -> None:
    async def story(intake: Intake) -> None:
        waiting = asyncio.create_task(intake.group(8))
        await asyncio.sleep(0)
        assert not waiting.done()
        await intake.tick(Instant(5))
        (arrival,) = await waiting
        assert isinstance(arrival.stimulus, Tick)

    within(story)
