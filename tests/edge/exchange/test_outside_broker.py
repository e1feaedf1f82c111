"""A broker that runs already, by address, with TLS and NKEYs of its own configuration."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from launchwatch.edge.nations.broker import Broker, server_program
from launchwatch.edge.nations.certificates import own_peer
from launchwatch.errors import SettingsError

from .allying import Node, allied, running, until


@contextlib.asynccontextmanager
async def broker(folder: Path) -> AsyncIterator[str]:
    """Run a server as an operator would, for South Korea and Japan; give its address."""
    ours = folder / "KOR" / "keys" / "link"
    trusted = folder / "trusted.crt"
    trusted.write_text("".join(own_peer(folder / one / "keys").authority for one in ("KOR", "JPN")))
    users = [
        {
            "nkey": own_peer(folder / own / "keys").nkey,
            "permissions": {
                "publish": [f"launchwatch.drill.{own}.{other}.>"],
                "subscribe": [f"launchwatch.drill.{other}.{own}.>"],
            },
        }
        for own, other in (("KOR", "JPN"), ("JPN", "KOR"))
    ]
    server = Broker(server_program())
    await server.start(
        json.dumps({
            "listen": "127.0.0.1:-1",
            "ports_file_dir": str(server.folder),
            "tls": {
                "cert_file": str(ours / "broker.crt"), "key_file": str(ours / "broker.key"),
                "ca_file": str(trusted), "verify": True, "timeout": 5,
            },
            "authorization": {"users": users},
        })
    )  # fmt: skip
    try:
        yield f"tls://127.0.0.1:{server.port}"
    finally:
        await server.stop()


def at(node: Node, address: str) -> Node:
    """Have a node use that broker instead of one of its own."""
    path = node.folder / "watch.toml"
    text = path.read_text().replace('listen = "127.0.0.1:0"', f'broker = "{address}"')
    path.write_text(text)
    return node


def test_nations_meet_at_a_broker_that_runs_already(tmp_path: Path) -> None:
    async def run() -> tuple[Node, Node]:
        allied(tmp_path, "KOR", "JPN")
        async with broker(tmp_path) as address:
            kor = at(Node(tmp_path, "KOR", {"JPN": None}), address)
            jpn = at(Node(tmp_path, "JPN", {"KOR": None}), address)
            async with running(kor, jpn):
                await until(lambda: kor.exchange.status()["JPN"]["reachable"] == 1)
                await kor.see(3)
                await jpn.see(2)
                await until(lambda: jpn.exchange.status()["KOR"]["heard"] == 3)
                await until(lambda: kor.exchange.status()["JPN"]["heard"] == 2)
                assert kor.exchange.broker is None
        return kor, jpn

    kor, jpn = asyncio.run(run())
    assert jpn.heard("KOR") == [(number, f"L{number}") for number in (1, 2, 3)]
    assert kor.heard("JPN") == [(number, f"L{number}") for number in (1, 2)]


def test_a_broker_that_does_not_know_us_is_named_at_the_start(tmp_path: Path) -> None:
    async def run() -> None:
        allied(tmp_path, "KOR", "JPN")
        async with broker(tmp_path) as address:
            # A nation that is not listed there: its certificate is of another authority.
            allied(tmp_path / "others", "USA", "JPN")
            usa = at(Node(tmp_path / "others", "USA", {"JPN": None}), address)
            with pytest.raises(SettingsError, match="partners cannot be reached"):
                await usa.start()

    asyncio.run(run())
