"""Nodes of several nations on one machine: real brokers, TLS, keys and journals."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path

from launchwatch.edge.clock import Clock
from launchwatch.edge.nations.keyfolder import KeyFolder
from launchwatch.edge.nations.rotation import revoked, rotated
from launchwatch.nations.envelope import Claims
from launchwatch.timescale import unix_from_instant

from .allying import Node, Wire, allied, running, until

Story = Callable[[Node, Node], Awaitable[None]]


def two(folder: Path, story: Story) -> tuple[Node, Node]:
    """Have South Korea and Japan at work, joined, and do something with them."""

    async def run() -> tuple[Node, Node]:
        allied(folder, "KOR", "JPN")
        kor = Node(folder, "KOR", {"JPN": None})
        async with running(kor):
            jpn = Node(folder, "JPN", {"KOR": kor.leaf})
            async with running(jpn):
                await until(lambda: near(kor) and near(jpn))
                await story(kor, jpn)
        return kor, jpn

    return asyncio.run(run())


def near(node: Node) -> bool:
    return all(one["reachable"] for one in node.exchange.status().values())


def has(node: Node, partner: str, count: int) -> Callable[[], bool]:
    return lambda: node.exchange.status()[partner]["heard"] == count


def numbered(count: int, first: int = 1) -> list[tuple[int, str]]:
    return [(number, f"L{number}") for number in range(first, first + count)]


def forged(kor: Node, **changed: object) -> bytes:
    """Give an envelope of South Korea's own making, other than it would send."""
    now = Clock().now()
    claims = {
        "sender": "KOR", "audience": "JPN", "mode": "exercise", "stream": now, "first": 1,
        "count": 1, "signed": now, "expires": unix_from_instant(now) + 30,
    } | changed  # fmt: skip
    claims = {"before": claims["first"] - 1} | claims
    line = b'{"type":"launch","launch_id":"L0","mode":"exercise"}'
    return KeyFolder(kor.folder / "keys").signer("drill", now).seal(Claims(**claims), [line])


async def slip_in(kor: Node, content: bytes) -> None:
    """Send something to Japan by South Korea's own connection."""
    (partner,) = kor.exchange._partners
    assert partner.connection is not None
    await partner.connection.publish("launchwatch.drill.KOR.JPN.lines", content)


def refused(jpn: Node) -> dict[str, int]:
    return dict(jpn.exchange._partners[0].inlet.refused)


def test_what_one_nation_says_is_in_the_other_s_journal_signed(tmp_path: Path) -> None:
    async def story(kor: Node, jpn: Node) -> None:
        await kor.see(3)
        await jpn.see(2)
        await until(has(jpn, "KOR", 3))
        await until(has(kor, "JPN", 2))
        await until(lambda: kor.exchange.status()["JPN"]["acknowledged"] == 3)

    kor, jpn = two(tmp_path, story)
    assert jpn.heard("KOR") == numbered(3)
    assert kor.heard("JPN") == numbered(2)
    assert not jpn.refusals("KOR")


def test_a_cut_link_catches_up_in_order_without_loss_or_duplicate(tmp_path: Path) -> None:
    async def story() -> Node:
        allied(tmp_path, "KOR", "JPN")
        kor = Node(tmp_path, "KOR", {"JPN": None})
        async with running(kor):
            wire = Wire(kor.leaf)
            jpn = Node(tmp_path, "JPN", {"KOR": await wire.open()})
            async with running(jpn):
                await kor.see(10)
                await until(has(jpn, "KOR", 10))
                wire.cut()
                await kor.see(2000)
                assert jpn.exchange.status()["KOR"]["heard"] == 10
                wire.mend()
                await kor.see(10)
                await until(has(jpn, "KOR", 2020))
            wire.close()
        return jpn

    jpn = asyncio.run(story())
    assert jpn.heard("KOR") == numbered(2020)


def test_a_node_that_was_away_is_told_what_it_missed_out_of_the_journal(tmp_path: Path) -> None:
    async def story() -> Node:
        allied(tmp_path, "KOR", "JPN")
        kor = Node(tmp_path, "KOR", {"JPN": None})
        async with running(kor):
            jpn = Node(tmp_path, "JPN", {"KOR": kor.leaf})
            async with running(jpn):
                await kor.see(5)
                await until(has(jpn, "KOR", 5))
            await kor.see(7)
        kor = Node(tmp_path, "KOR", {"JPN": None})  # its broker and its memory are new
        async with running(kor):
            jpn = Node(tmp_path, "JPN", {"KOR": kor.leaf})
            async with running(jpn):
                await until(has(jpn, "KOR", 12))
        return jpn

    jpn = asyncio.run(story())
    first, second = numbered(5), numbered(7, 6)
    assert jpn.heard("KOR") == [*first, *second]
    assert not jpn.refusals("KOR")


def test_what_is_not_to_be_believed_is_refused_by_name_counted_and_shown(tmp_path: Path) -> None:
    async def story(kor: Node, jpn: Node) -> None:
        await kor.see(2)
        await until(has(jpn, "KOR", 2))
        sent = forged(kor, stream=kor.exchange._partners[0].told.stream)
        now = Clock().now()
        await slip_in(kor, sent[:-1] + bytes([sent[-1] ^ 1]))
        await slip_in(kor, forged(kor, audience="USA"))
        await slip_in(kor, forged(kor, expires=unix_from_instant(now) - 1))
        await slip_in(kor, forged(kor, first=9))
        await slip_in(kor, b"noise")
        # An older stream than the one that is followed, as if played from a record.
        await slip_in(kor, forged(kor, stream=kor.exchange._partners[0].told.stream - 1))
        await until(lambda: sum(refused(jpn).values()) >= 6)
        await kor.see(1)
        await until(has(jpn, "KOR", 3))
        await until(lambda: any("refused" in text for text in jpn.said))

    _, jpn = two(tmp_path, story)
    assert jpn.heard("KOR") == numbered(3)
    named = {"wrong-signature", "wrong-audience", "expired", "gap", "malformed", "replay"}
    assert jpn.refusals("KOR").keys() >= named
    assert all(jpn.refusals("KOR")[name] >= 1 for name in named)


def test_a_revoked_key_stops_working_at_once_in_a_running_node(tmp_path: Path) -> None:
    async def story(kor: Node, jpn: Node) -> None:
        await kor.see(1)
        await until(has(jpn, "KOR", 1))
        (kid,) = [
            key.kid
            for key in KeyFolder(kor.folder / "keys").ring().keys
            if (key.nation, key.realm) == ("KOR", "drill")
        ]
        revoked(KeyFolder(jpn.folder / "keys"), kid, Clock().now(), "a laptop was lost")
        await kor.see(1)
        await until(lambda: refused(jpn).get("revoked-key", 0) > 0)
        assert jpn.exchange.status()["KOR"]["heard"] == 1
        # South Korea itself makes a new one, and Japan learns of it: all goes on.
        ours = KeyFolder(kor.folder / "keys")
        new = rotated(ours, "drill", Clock().now(), 0.0, 0.0)
        theirs = KeyFolder(jpn.folder / "keys")
        theirs.write((*theirs.ring().keys, new))
        await until(has(jpn, "KOR", 2))

    _, jpn = two(tmp_path, story)
    assert jpn.heard("KOR") == numbered(2)


def test_no_broker_is_left_behind(tmp_path: Path) -> None:
    pids: list[int] = []

    async def story(kor: Node, jpn: Node) -> None:
        pids.extend(node.exchange.broker.pid for node in (kor, jpn) if node.exchange.broker)

    two(tmp_path, story)
    assert len(pids) == 2
    for pid in pids:
        assert not Path(f"/proc/{pid}").exists() or os.waitpid(pid, os.WNOHANG)[0] == pid


def test_three_nations_tell_one_another_and_a_silent_one_holds_up_nobody(tmp_path: Path) -> None:
    async def story() -> tuple[Node, Node, Node]:
        allied(tmp_path, "KOR", "JPN", "USA")
        kor = Node(tmp_path, "KOR", {"JPN": None, "USA": None})
        async with running(kor):
            jpn = Node(tmp_path, "JPN", {"KOR": kor.leaf, "USA": None})
            async with running(jpn):
                usa = Node(tmp_path, "USA", {"KOR": kor.leaf, "JPN": jpn.leaf})
                async with running(usa):
                    await until(lambda: near(kor) and near(jpn) and near(usa))
                    await kor.see(4)
                    await usa.see(3)
                    for node, partner, count in ((jpn, "KOR", 4), (usa, "KOR", 4),
                                                 (kor, "USA", 3), (jpn, "USA", 3)):  # fmt: skip
                        await until(has(node, partner, count))
                # The United States are gone: what is for Japan comes all the same.
                await kor.see(500)
                await until(has(jpn, "KOR", 504))
                assert kor.exchange.status()["USA"]["acknowledged"] <= 4
        return kor, jpn, usa

    kor, jpn, usa = asyncio.run(story())
    assert jpn.heard("KOR") == numbered(504)
    assert usa.heard("KOR") == numbered(4)
    assert kor.heard("USA") == numbered(3)
    assert kor.heard("JPN") == []
