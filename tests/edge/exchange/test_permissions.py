"""Who may do what at a broker: every role, subject and verb, tried at a real one."""

import asyncio
import itertools
import secrets
import ssl
from pathlib import Path

import pytest

from launchwatch.edge.nations.broker import Broker, server_program
from launchwatch.edge.nations.brokerfile import Link, configuration
from launchwatch.edge.nations.certificates import own_raw, peer_of
from launchwatch.edge.nations.connection import Connection
from launchwatch.errors import DeliveryError
from launchwatch.nations.subjects import subject

from .allying import allied

OWN, PARTNERS = "KOR", ("JPN", "USA")
SUBJECTS = [
    subject(realm, sender, audience, "lines")
    for realm in ("live", "drill")
    for sender, audience in itertools.permutations((OWN, *PARTNERS), 2)
]


def test_every_role_may_do_what_the_page_says_and_nothing_else(tmp_path: Path) -> None:
    """The node's own users, in each partner's account, on all subjects of all pairs."""

    async def story() -> dict[tuple[str, str, str], bool]:
        allied(tmp_path, OWN, *PARTNERS)
        broker, own = await begun(tmp_path)
        may: dict[tuple[str, str, str], bool] = {}
        try:
            for partner in PARTNERS:
                node = await connected(broker, own[partner])
                # Another connection of the same account would hear what may be published.
                for name in SUBJECTS:
                    may[partner, "publish", name] = await is_allowed(node, "publish", name)
                    may[partner, "subscribe", name] = await is_allowed(node, "subscribe", name)
                await node.close()
        finally:
            await broker.stop()
        return may

    may = asyncio.run(story())
    wanted = {
        (partner, verb, name)
        for partner in PARTNERS
        for verb, sender, audience in (("publish", OWN, partner), ("subscribe", partner, OWN))
        for name in [subject("live", sender, audience, "lines")]
    }
    assert {key for key, allowed in may.items() if allowed} == wanted
    assert len(may) == len(PARTNERS) * 2 * len(SUBJECTS)


def test_a_partner_s_broker_may_do_the_mirror_image_and_nothing_else(tmp_path: Path) -> None:
    """By the leaf connection of Japan: what its own broker lets it try, ours must not let in."""

    async def story() -> set[str]:
        allied(tmp_path, OWN, "JPN")
        broker, own = await begun(tmp_path, ("JPN",))
        leaf = Broker(server_program())
        peer = peer_of(tmp_path / "JPN" / "keys", OWN)
        trusted = leaf.folder / "authorities.crt"
        trusted.write_text(peer.authority)
        stranger = secrets.token_bytes(32)
        text = configuration(
            nation="JPN", realm="live", listen=None, dialling=own_raw(tmp_path / "JPN" / "keys"),
            links=(Link(nation=OWN, nkey=peer.nkey, own=stranger,
                        address=f"127.0.0.1:{broker.leaf_port}"),),
            certificates=tmp_path / "JPN" / "keys" / "link", authorities=trusted,
            folder=leaf.folder,
        )  # fmt: skip
        # A dishonest partner gives its own node every right at its own broker.
        text = text.replace(f"launchwatch.live.JPN.{OWN}.>", "launchwatch.>").replace(
            f"launchwatch.live.{OWN}.JPN.>", "launchwatch.>"
        )
        heard: set[str] = set()
        try:
            await leaf.start(text)
            node = await connected(broker, own["JPN"])
            liar = await connected(leaf, stranger)

            async def take(content: bytes) -> None:
                heard.add(content.decode())

            await node.listen(f"launchwatch.live.JPN.{OWN}.>", take)
            for _ in range(100):
                for name in SUBJECTS:
                    await liar.publish(name, name.encode())
                await asyncio.sleep(0.02)
                if heard:
                    break
            await asyncio.sleep(0.2)
            await liar.close()
            await node.close()
        finally:
            await leaf.stop()
            await broker.stop()
        return heard

    assert asyncio.run(story()) == {subject("live", "JPN", OWN, "lines")}


def test_who_has_no_nkey_or_no_certificate_is_not_let_in(tmp_path: Path) -> None:
    async def story() -> None:
        allied(tmp_path, OWN, "JPN")
        broker, _ = await begun(tmp_path, ("JPN",))
        try:
            with pytest.raises(DeliveryError):
                await connected(broker, secrets.token_bytes(32))
            # The partner's own NKEY counts for its broker's link alone, not for a client.
            with pytest.raises(DeliveryError):
                await connected(broker, own_raw(tmp_path / "JPN" / "keys"))
            with pytest.raises(ssl.SSLError):
                await without_certificate(broker.leaf_port)
        finally:
            await broker.stop()

    asyncio.run(story())


async def begun(
    folder: Path, partners: tuple[str, ...] = PARTNERS
) -> tuple[Broker, dict[str, bytes]]:
    """Start our broker; give it, and the secret of our user in each partner's account."""
    broker = Broker(server_program())
    keys = folder / OWN / "keys"
    peers = {partner: peer_of(keys, partner) for partner in partners}
    trusted = broker.folder / "authorities.crt"
    trusted.write_text("".join(peer.authority for peer in peers.values()))
    own = {partner: secrets.token_bytes(32) for partner in partners}
    links = tuple(Link(nation=name, nkey=peer.nkey, own=own[name]) for name, peer in peers.items())
    await broker.start(
        configuration(
            nation=OWN,
            realm="live",
            links=links,
            listen="127.0.0.1:0",
            dialling=own_raw(keys),
            certificates=keys / "link",
            authorities=trusted,
            folder=broker.folder,
        )
    )
    return broker, own


async def connected(broker: Broker, raw: bytes) -> Connection:
    connection = Connection(f"nats://127.0.0.1:{broker.port}", raw, "test")
    await asyncio.wait_for(connection.open(), 10.0)
    return connection


async def is_allowed(connection: Connection, verb: str, name: str) -> bool:
    """Try something, and see whether the broker says that it is a violation."""
    client = connection._client
    violations: list[str] = []

    async def failed(error: Exception) -> None:
        violations.append(str(error).lower())

    client._error_cb = failed
    if verb == "publish":
        await client.publish(name, b"")
    else:
        await client.subscribe(name)
    await client.flush()
    await asyncio.sleep(0.05)  # what the client makes of the broker's word, it says a moment later
    return not any("permissions violation" in one for one in violations)


async def without_certificate(port: int) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    await reader.readline()
    await writer.start_tls(context)
    writer.write(b"CONNECT {}\r\n")
    await writer.drain()
    while await reader.read(1024):
        continue
    raise ssl.SSLError("closed")
