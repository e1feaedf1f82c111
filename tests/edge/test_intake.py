"""What arrives is taken in turn, lane by lane, and each lane keeps its order."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from launchwatch.edge.clock import Clock
from launchwatch.edge.intake import BURST, FEW, ROOM, Arrival, Intake, Sender
from launchwatch.edge.thinning import Thinning
from launchwatch.messages.packet import Packet, Tick
from launchwatch.sensors import flooding
from launchwatch.sensors.flooding import Ration
from launchwatch.timescale import Instant

WORK = 1e-3
"""Seconds of the engine's: ten lines of a lane whose lines have not been seen to cost anything."""


def told(arrivals: list[Arrival]) -> list[str]:
    """Give the feed and payload of packets, and the word tick."""
    return [
        f"{each.stimulus.source}:{each.stimulus.payload.decode()}"
        if isinstance(each.stimulus, Packet)
        else "tick"
        for each in arrivals
    ]


def within(story: Callable[[Intake], Awaitable[None]], most: int = 10**6) -> None:
    async def run() -> None:
        intake = Intake(Clock(), "exercise")
        intake.sensors = {name: Thinning(Ration(most, 1.0)) for name in ("alpha", "beta")}
        await asyncio.wait_for(story(intake), 20)

    asyncio.run(run())


def of(sensor: str, number: int = 0, time: str = "") -> bytes:
    return b'{"sensor": "%s", "scan": %d%s}' % (
        sensor.encode(),
        number,
        b', "time": "%s"' % time.encode() if time else b"",
    )


def end_of(sensor: str) -> bytes:
    return b'{"sensor": "%s", "end_of_scan": true}' % sensor.encode()


def test_a_line_does_not_wait_behind_another_connection_s_flood() -> None:
    async def story(intake: Intake) -> None:
        await intake.put("tcp", "jsonplots", [b"%d" % k for k in range(100)], Sender())
        await intake.put("tcp", "jsonplots", [b"other"], Sender())
        intake.tick(Instant(0))
        group = told(await intake.group(WORK))
        assert group[:2] == ["tcp:other", "tick"]
        assert group[2:] == [f"tcp:{k}" for k in range(len(group) - 2)]
        assert len(group) < 20
        (following, *_) = told(await intake.group(WORK))
        assert following == f"tcp:{len(group) - 2}"

    within(story)


def test_a_line_does_not_wait_behind_another_sensor_s_flood_on_its_connection() -> None:
    async def story(intake: Intake) -> None:
        lines = [*(of("alpha", k) for k in range(1000)), of("beta", 7)]
        await intake.put("tcp", "jsonplots", lines, Sender())
        group = await intake.group(WORK)
        assert told(group)[0] == f"tcp:{of('beta', 7).decode()}"
        # Its number is still its place among what came.
        assert group[0].stimulus.line == 1001  # type: ignore[union-attr]
        assert told(group)[1] == f"tcp:{of('alpha', 0).decode()}"

    within(story)


def test_no_more_of_a_flood_is_under_way_than_the_engine_is_given_time_for() -> None:
    async def story(intake: Intake) -> None:
        await intake.put("tcp", "jsonplots", [b"%d" % k for k in range(100)], Sender())
        taken: list[Arrival] = []
        while len(taken) < 100:
            waiting = asyncio.create_task(intake.group(WORK))
            await asyncio.sleep(0)
            if not waiting.done():
                break
            taken += waiting.result()
        assert 19 <= len(taken) <= 21
        # What has little waiting goes on all the same.
        await intake.put("tcp", "jsonplots", [b"other"], Sender())
        found = await waiting
        assert told(found)[0] == "tcp:other"
        assert len(found) == 2
        intake.handled(taken)
        assert len(await intake.group(WORK)) >= 5

    within(story)


def test_a_lane_whose_lines_cost_more_gets_fewer_of_them() -> None:
    async def story(intake: Intake) -> None:
        await intake.put("tcp", "jsonplots", [of("alpha")] * 100 + [of("beta")] * 100, Sender())
        for _ in range(200):
            intake._lanes["alpha"].has_cost(4e-4)
        group = told(await intake.group(4e-3))
        alpha = sum("alpha" in each for each in group)
        beta = sum("beta" in each for each in group)
        assert 4 <= alpha <= 6
        assert 18 <= beta <= 22

    within(story)


def test_lanes_with_much_waiting_take_turns() -> None:
    async def story(intake: Intake) -> None:
        for name in ("one", "two", "three"):
            await intake.put(name, "jsonplots", [b"%d" % k for k in range(50)], Sender())
        # Room for one line each time.
        groups = []
        for _ in range(6):
            group = await intake.group(1e-6)
            intake.handled(group)
            groups.append(told(group))
        assert groups == [[f"{name}:{k}"] for k in (0, 1) for name in ("one", "two", "three")]

    within(story)


def test_a_sender_with_too_much_waiting_waits_alone() -> None:
    async def story(intake: Intake) -> None:
        big = b"x" * 16_000
        count = ROOM // len(big) + 50
        sender = Sender()

        async def flood() -> None:
            for _ in range(count):
                await intake.put("tcp", "jsonplots", [big], sender)

        flooding = asyncio.create_task(flood())
        while sender.waiting < ROOM:
            await asyncio.sleep(0)
        await intake.put("tcp", "jsonplots", [b"other"], Sender())
        assert not flooding.done()
        seen = []
        while len(seen) < count + 1:
            group = await intake.group(WORK)
            seen += told(group)
            intake.handled(group)
        assert seen.index("tcp:other") <= FEW
        await flooding
        assert sender.waiting == 0

    within(story)


def test_datagrams_have_a_lane_for_each_listed_sensor() -> None:
    async def story(intake: Intake) -> None:
        for _ in range(BURST + 10):
            intake.offer("udp", "jsonplots", of("alpha"))
        intake.offer("udp", "jsonplots", b'{"time": 0, "sensor" :"beta"}')
        assert intake.dropped == {"udp": 10}
        assert told(await intake.group(WORK))[0] == 'udp:{"time": 0, "sensor" :"beta"}'

    within(story)


def test_sensors_that_nobody_listed_share_one_lane() -> None:
    async def story(intake: Intake) -> None:
        for number in range(100):
            intake.offer("udp", "jsonplots", b'{"sensor": "made up %d"}' % number)
        intake.offer("udp", "jsonplots", b"\xff no sensor at all")
        intake.offer("udp", "jsonplots", of("alpha"))
        assert told(await intake.group(1e-6)) == [
            f"udp:{of('alpha').decode()}",
            'udp:{"sensor": "made up 0"}',
        ]

    within(story)


def test_a_sensor_keeps_its_order_whatever_connection_brings_it() -> None:
    async def story(intake: Intake) -> None:
        for k in range(6):
            await intake.put("one" if k % 2 else "two", "jsonplots", [of("alpha", k)], Sender())
        group = await intake.group(WORK)
        assert [each.partition(":")[2] for each in told(group)] == [
            of("alpha", k).decode() for k in range(6)
        ]

    within(story)


def test_a_file_keeps_the_order_of_all_its_lines() -> None:
    async def story(intake: Intake) -> None:
        lines = [of(("alpha", "beta")[k % 3 == 0], k) for k in range(200)]
        await intake.put("file", "jsonplots", lines, Sender(), in_order=True)
        intake.end()
        seen = []
        while group := await intake.group(WORK):
            intake.handled(group)
            seen += told(group)
        assert seen == [f"file:{line.decode()}" for line in lines]

    within(story)


def test_lines_are_numbered_in_the_order_in_which_they_come() -> None:
    async def story(intake: Intake) -> None:
        intake.lines["tcp"] = 7
        first, other = Sender(), Sender()
        for _ in range(3):
            await intake.put("tcp", "jsonplots", [b""], first)
            await intake.put("tcp", "jsonplots", [b""], other)
        numbers = [each.stimulus.line for each in await intake.group(WORK)]  # type: ignore[union-attr]
        assert numbers == [8, 10, 12, 9, 11, 13]

    within(story)


def test_what_a_connection_left_behind_is_still_taken() -> None:
    async def story(intake: Intake) -> None:
        sender = Sender()
        await intake.put("tcp", "jsonplots", [b"last"], sender)
        intake.leave("tcp", sender)
        assert told(await intake.group(WORK)) == ["tcp:last"]
        assert intake._lanes == {}

    within(story)


@pytest.mark.parametrize("waiting", [0, 3, 300])
def test_the_end_is_an_empty_group_after_all_that_waits(waiting: int) -> None:
    async def story(intake: Intake) -> None:
        await intake.put("file", "jsonplots", [b""] * waiting, Sender())
        intake.end()
        count = 0
        while group := await intake.group(WORK):
            count += len(group)
            intake.handled(group)
        assert count == waiting

    within(story)


def test_a_group_waits_for_the_first_that_comes() -> None:
    async def story(intake: Intake) -> None:
        waiting = asyncio.create_task(intake.group(WORK))
        await asyncio.sleep(0)
        assert not waiting.done()
        intake.tick(Instant(5))
        (arrival,) = await waiting
        assert isinstance(arrival.stimulus, Tick)

    within(story)


def test_a_flood_s_excess_is_one_packet_that_acknowledges_all_of_it() -> None:
    async def story(intake: Intake) -> None:
        kept: list[int] = []
        await intake.put(
            "tcp", "jsonplots", [of("alpha", k) for k in range(100)], Sender(),
            lambda index: lambda: kept.append(index),
        )  # fmt: skip
        # What was not used of a scan is told before the scan's end, which may be of no use then.
        await intake.put("tcp", "jsonplots", [end_of("alpha")], Sender())
        group: list[Arrival] = []
        while len(group) < 12:
            group += await intake.group(WORK)
        assert told(group[:10]) == [f"tcp:{of('alpha', k).decode()}" for k in range(10)]
        excess, end = (each.stimulus for each in group[10:])
        assert isinstance(excess, Packet)
        assert isinstance(end, Packet)
        assert (excess.format, excess.line) == (flooding.FORMAT, 11)
        thinned = flooding.decode(excess.payload)
        assert (thinned.sensor, thinned.count, thinned.last_line) == ("alpha", 90, 100)
        assert (thinned.first, thinned.last) == (of("alpha", 10), of("alpha", 99))
        assert (end.payload, end.line) == (end_of("alpha"), 101)
        for arrival in group[:11]:
            assert arrival.acknowledge is not None
            arrival.acknowledge()
        assert kept == list(range(100))

    within(story, most=10)


@pytest.mark.parametrize("ending", [lambda intake: intake.tick(Instant(0)), Intake.end])
def test_an_excess_is_told_with_the_next_tick_and_at_the_end(
    ending: Callable[[Intake], None],
) -> None:
    async def story(intake: Intake) -> None:
        for k in range(14):
            intake.offer("udp", "jsonplots", of("alpha", k))
        ending(intake)
        packets = [each.stimulus for each in await intake.group(WORK)]
        (excess,) = (
            each for each in packets if isinstance(each, Packet) and each.format == flooding.FORMAT
        )
        assert flooding.decode(excess.payload).count == 4

    within(story, most=10)
