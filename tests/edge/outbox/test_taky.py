"""A real TAK server takes our events and hands them on to its clients."""

import asyncio
import importlib.util
import os
import socket
import subprocess
import sys

import pytest
from lxml import etree

from .conftest import channel

HELLO = b"""<event version="2.0" uid="test-client" type="a-f-G-U-C" how="m-g"
 time="2025-11-07T01:00:00.000Z" start="2025-11-07T01:00:00.000Z" stale="2099-11-07T01:00:00.000Z">
 <point lat="0" lon="0" hae="0" ce="9" le="9"/><detail><contact callsign="TESTER"/>
 <takv device="d" platform="p" os="1" version="1"/><__group role="Team Member" name="Cyan"/>
 <uid Droid="TESTER"/></detail></event>"""


@pytest.fixture
def taky(tmp_path):
    """Start a taky server on a port of loopback; give the port."""
    if importlib.util.find_spec("taky") is None:
        pytest.skip("no taky: it comes with the tests' requirements")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    config = tmp_path / "taky.conf"
    config.write_text(
        f"[taky]\nbind_ip = 127.0.0.1\nroot_dir = {tmp_path}\nhostname = localhost\n"
        f"[cot_server]\nport = {port}\n[dp_server]\nupload_path = {tmp_path}/dp\n"
        "[ssl]\nenabled = false\n"
    )
    code = "from taky.cot.__main__ import main; main()"
    log = (tmp_path / "taky.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code, "-c", str(config), "-l", "debug"],
        cwd=tmp_path, stdout=log, stderr=log, env=os.environ | {"PYTHONWARNINGS": "ignore"},
    )  # fmt: skip
    try:
        yield port, process, tmp_path / "taky.log"
    finally:
        process.terminate()
        process.wait(10)
        log.close()


async def connected(port, process, log):
    """Connect as soon as the server listens."""
    while process.poll() is None:
        try:
            return await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0)
    raise AssertionError(log.read_text())


def test_a_tak_server_hands_our_warning_to_its_clients(taky, desk):
    port, process, log = taky
    here = desk(channel("tak", "tcp", f"127.0.0.1:{port}", form="cot", takes=("notice",)))

    async def story():
        reader, writer = await connected(port, process, log)
        writer.write(HELLO)
        await writer.drain()
        here.outbox.start()
        here.say(severity="notice")
        here.outbox.wake()
        await here.outbox.idle()
        received = b""
        while b"L1-notice" not in received or b"</event>" not in received.split(b"L1-notice")[1]:
            chunk = await asyncio.wait_for(reader.read(65_536), 30)
            assert chunk, log.read_text()
            received += chunk
        writer.close()
        deliveries = here.outbox.ledger.deliveries()
        await here.outbox.stop()
        return received, deliveries

    received, (delivery,) = asyncio.run(story())
    here.open()
    assert delivery.status == "sent"
    start = received.index(b"<event", received.rindex(b"?>", 0, received.index(b"L1-notice")) + 1
                           if b"?>" in received[: received.index(b"L1-notice")] else 0)  # fmt: skip
    text = received[start : received.index(b"</event>", received.index(b"L1-notice")) + 8]
    event = etree.fromstring(b"<all>" + text + b"</all>")[-1]
    assert event.get("uid") == "launchwatch.exercise.L1-notice.1"
    assert event.get("type") == "u-d-f"
    assert len(event.findall("detail/link")) >= 4
