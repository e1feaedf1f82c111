"""How long a plot takes into another nation's journal: ``python benchmarks/bench_nations.py``.

    python benchmarks/bench_nations.py [--json] [limits|bare|plain|full|cut ...]

Three nodes with their brokers on loopback, a process each, TLS and signatures on. First the limits:
one signature, one check of it, one flush of the disk, and the same brokers with their TLS and no
watch around them. Then plots at 1,000 a second at one node: from the write to its socket until the
signed line is on the disk of each partner, without tracking and with everything on (every node
tracks all plots, and tells tracks, launches and falls too), with each part of the way; the launch
from the plot of a second sensor that made it sure, at real time; and a link that is cut for 50,000
lines, of which none may be missing, twice or out of order.
"""

import asyncio
import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nations_stage import (
    NATIONS,
    Passed,
    Wire,
    heard,
    in_clutter,
    made,
    passing,
    started,
    with_clutter,
)

from launchwatch.edge.nations.broker import Broker, server_program
from launchwatch.edge.nations.brokerfile import Link, configuration
from launchwatch.edge.nations.certificates import LINK, own_raw, peer_of
from launchwatch.edge.nations.connection import Connection
from launchwatch.edge.nations.together import GO
from launchwatch.nations.envelope import Claims, Signer, opened
from launchwatch.nations.keys import PublicKey, Ring, key_id
from launchwatch.simulate import observe, scenario
from launchwatch.timescale import (
    SECOND,
    Instant,
    instant_from_utc,
    unix_from_instant,
    utc_from_instant,
)

RATE, SECONDS = 1000, 6
CUT = 56_000
SHOWN = (85.0, 110.0)
"""Seconds of the Friday flight: two infrared sensors see it before, the first radar at 95."""
CLUTTER = 200.0
"""False plots a second of each radar, of which there are five."""
BEGINS = instant_from_utc("2025-11-07T01:00:00Z")
Row = dict[str, Any]


def row(what: str, value: float, unit: str, goal: str = "") -> Row:
    return {"what": what, "value": float(value), "unit": unit, "goal": goal}


def spread(what: str, seconds: Iterable[float], goal: str = "") -> list[Row]:
    """Give rows of the median and the 99th percentile."""
    taken = np.array(list(seconds))
    p50, p99 = 1e3 * np.percentile(taken, (50, 99))
    return [row(f"{what}, p50 of {len(taken):,}", p50, "ms"), row(f"{what}, p99", p99, "ms", goal)]


def limits(folder: Path) -> list[Row]:
    """Measure what no design can go below on this machine."""
    private = Ed25519PrivateKey.generate()
    raw = private.public_key().public_bytes_raw()
    key = PublicKey(kid=key_id("KOR", "drill", raw), nation="KOR", realm="drill",
                    public=raw.hex(), since=BEGINS)  # fmt: skip
    claims = Claims(sender="KOR", audience="JPN", mode="simulation", stream=BEGINS, first=1,
                    count=1, signed=BEGINS, expires=unix_from_instant(BEGINS) + 30)  # fmt: skip
    line = b'{"mode":"simulation","text":"' + secrets.token_hex(150).encode() + b'"}'
    signer, ring = Signer(key, private), Ring([key])
    content = signer.seal(claims, [line])
    public = private.public_key()
    signature = private.sign(content)

    def check() -> object:
        return opened(
            content, ring, sender="KOR", audience="JPN", mode="simulation", now=BEGINS
        )  # fmt: skip

    return [
        row("Ed25519 alone: sign", 1e6 * _median(lambda: private.sign(content)), "µs"),
        row("Ed25519 alone: check", 1e6 * _median(lambda: public.verify(signature, content)), "µs"),
        row("sign an envelope", 1e6 * _median(lambda: signer.seal(claims, [line])), "µs"),
        row("check and open one", 1e6 * _median(check), "µs"),
        *flushes(folder, "alone"),
    ]


def flushes(folder: Path, when: str) -> list[Row]:
    """Measure the disk's own flush."""
    with (folder / "flushed").open("wb", buffering=0) as file:

        def flush() -> None:
            file.write(bytes(4096))
            os.fdatasync(file.fileno())

        return spread(f"flush of the disk, {when}", [_once(flush) for _ in range(300)])


def _once(do: Callable[[], object]) -> float:
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


def _median(do: Callable[[], object]) -> float:
    return float(np.median([_once(do) for _ in range(500)]))


async def bare(folder: Path) -> list[Row]:
    """Measure two brokers and TLS between them, with nats-py at both ends, and nothing else."""
    configs = made(folder, BEGINS, 1.0, full=False)
    brokers, ends, port = [], [], 0
    for nation, other in (("KOR", "JPN"), ("JPN", "KOR")):
        keys, broker = configs[nation].parent / "keys", Broker(server_program())
        peer, own = peer_of(keys, other), secrets.token_bytes(32)
        (broker.folder / "authorities.crt").write_text(peer.authority)
        await broker.start(
            configuration(
                nation=nation, realm="drill", listen="127.0.0.1:0" if not port else None,
                links=(Link(nation=other, nkey=peer.nkey, own=own,
                            address=f"localhost:{port}" if port else None),),
                dialling=own_raw(keys), certificates=(keys / LINK).absolute(),
                authorities=broker.folder / "authorities.crt", folder=broker.folder,
            )
        )  # fmt: skip
        port = port or broker.leaf_port
        brokers.append(broker)
        ends.append(Connection(f"nats://127.0.0.1:{broker.port}", own, nation))
        await ends[-1].open()
    lines = "launchwatch.drill.KOR.JPN.lines"
    taken: list[float] = []

    async def take(content: bytes) -> None:
        taken.append(time.perf_counter() - float(content[:20]))

    await ends[1].listen("launchwatch.drill.KOR.JPN.>", take)
    for _ in range(500):  # until the leaf is there and knows who listens
        await ends[0].publish(lines, f"{time.perf_counter():020.9f}".encode())
        await asyncio.sleep(0.02)
        if taken:
            break
    taken.clear()
    begun = time.perf_counter()
    for count in range(RATE * 4):
        while (left := begun + count / RATE - time.perf_counter()) > 0:
            await asyncio.sleep(left)
        text = f"{time.perf_counter():020.9f}".encode() + bytes(600)
        await ends[0].publish(lines, text)
    await asyncio.sleep(0.5)
    for end in ends:
        await end.close()
    for broker in brokers:
        await broker.stop()
    return spread("two brokers and TLS, no watch: nats-py to nats-py, 1,000 a second", taken)


def plot(scan: int, time_text: str) -> bytes:
    line = {"sensor": "kr-north", "time": time_text, "scan": scan, "range_m": 912345.6,
            "azimuth_deg": 351.2, "elevation_deg": 14.31, "range_rate_mps": -812.4,
            "snr_db": 17.0, "mode": "simulation"}  # fmt: skip
    return json.dumps(line).encode() + b"\n"


async def plain(folder: Path) -> list[Row]:
    """Measure plots alone."""
    configs = made(folder, BEGINS, 1.0, full=False)
    nodes = await started(configs, "plain")
    writer = await nodes["KOR"].connect()
    sent: dict[tuple[str, int], float] = {}
    begun = time.monotonic()
    for scan in range(RATE * SECONDS):
        while (left := begun + scan / RATE - time.monotonic()) > 0:
            await asyncio.sleep(left)
        sent["kr-north", scan] = time.monotonic()
        writer.write(plot(scan, "2025-11-07T01:00:00Z"))
    disk = await asyncio.to_thread(flushes, folder, "right after")
    await asyncio.sleep(1.0)
    results = {nation: await node.end() for nation, node in nodes.items()}
    what = "plot to partner's disk, without tracking"
    return [*way(what, configs, results, sent, lambda line: line["scan"], "50 ms"), *disk]


def way(
    what: str,
    configs: dict[str, Path],
    results: dict[str, Any],
    sent: dict[tuple[str, Any], float],
    key_of: Callable[[dict[str, Any]], Any],
    goal: str,
) -> list[Row]:
    """Give how long plots took, in all and part by part."""
    said = {
        (one["sensor"], key_of(one)): one["at"] for one in results["KOR"]["said"]
    }  # fmt: skip
    times: list[tuple[float, float, Passed]] = []
    for nation in NATIONS[1:]:
        passed = passing(nation, results)
        for number, line in heard(configs[nation]):
            if line["type"] != "plot":
                continue
            key = (line["sensor"], key_of(line))
            if key in sent and key in said:
                times.append((sent[key], said[key], passed(number)))
    return [
        *spread(what, (one.kept - begun for begun, _, one in times), goal),
        *spread("... socket, journal, engine", (at - begun for begun, at, _ in times)),
        *spread("... policy, what was told, signature", (one.sent - at for _, at, one in times)),
        *spread("... two brokers, TLS, check", (one.came - one.sent for _, _, one in times)),
        *spread("... the partner's journal", (one.kept - one.came for _, _, one in times)),
    ]


def _microseconds(line: dict[str, Any]) -> str:
    """Give a line's time as the simulator writes it."""
    return utc_from_instant(instant_from_utc(line["time"]), 6)


async def full(folder: Path) -> list[Row]:
    """Measure with everything on: a flight in so much clutter that 1,000 lines come in a second.

    At real time, from before the watch can know of the launch until its fall area is small.
    """
    calm = scenario.load("friday")
    lines = [
        (at, line, observe.encode(line) + b"\n") for at, line in with_clutter(calm, CLUTTER, *SHOWN)
    ]  # fmt: skip
    begins = Instant(calm.start + round(SHOWN[0] * SECOND))
    configs = made(folder, begins, 1.0, full=True, sensors=in_clutter(calm, CLUTTER).sensors)
    nodes = await started(configs, "full")
    writer = await nodes["KOR"].connect()
    at = time.monotonic() + 0.3
    (folder / ".go").write_text(f"{at:.6f}")
    (folder / ".go").rename(folder / GO)
    sent: dict[tuple[str, Any], float] = {}
    for received, line, content in lines:
        due = at + (received - begins) / SECOND
        while (left := due - time.monotonic()) > 0:
            await asyncio.sleep(left)
        sent[line["sensor"], line["time"]] = time.monotonic()
        writer.write(content)
    rate = len(lines) / (time.monotonic() - at)
    await asyncio.sleep(1.0)
    results = {nation: await node.end() for nation, node in nodes.items()}
    what = f"plot to partner's disk, everything on, {rate:,.0f} lines a second"
    found = way(what, configs, results, sent, _microseconds, "250 ms")
    return [*found, *told_launch(configs, results, sent)]


def told_launch(
    configs: dict[str, Path], results: dict[str, Any], sent: dict[tuple[str, Any], float]
) -> list[Row]:
    """Give how long a launch took from the plot by which it was known to all partners' disks."""
    by, known = results["KOR"]["launched"][0]
    kept = []
    for nation in NATIONS[1:]:
        passed = passing(nation, results)
        kept.append(
            next(passed(n).kept for n, line in heard(configs[nation]) if line["type"] == "launch")
        )
    begun = sent[by["sensor"], by["time"]]
    what = "the detection that makes a launch sure, to it signed on all partners' disks"
    return [
        row(what, 1e3 * (max(kept) - begun), "ms", "1,000 ms"),
        row("... until it is known at the first nation", 1e3 * (known - begun), "ms"),
    ]


async def cut(folder: Path) -> list[Row]:
    """Cut a link for 50,000 lines, and see them come."""
    configs = made(folder, BEGINS, 1.0, full=False)
    text = configs["JPN"].read_text()
    (port,) = {
        int(one.rpartition(":")[2].strip('"\n'))
        for one in text.splitlines()
        if one.startswith("address")
    }
    wire = Wire(port)
    configs["JPN"].write_text(text.replace(f":{port}", f":{await wire.open()}"))
    nodes = await started(configs, "plain")
    writer = await nodes["KOR"].connect()
    wire.cut()
    for scan in range(CUT):
        # As of many scans, and no faster than they are recorded: else it is a flood, and thinned.
        writer.write(plot(scan, f"2025-11-07T{scan // 3000:02}:{scan // 50 % 60:02}:00Z"))
        if scan % 100 == 0:
            await writer.drain()
            await asyncio.sleep(0.025)
    await writer.drain()
    await asyncio.sleep(5.0)  # what was written is told to the third, and waits for this one
    wire.is_cut = False
    mended = time.monotonic()
    await asyncio.sleep(7.0)
    results = {nation: await node.end() for nation, node in nodes.items()}
    told, come = heard(configs["USA"]), heard(configs["JPN"])
    numbers, scans = [number for number, _ in come], [line["scan"] for _, line in come]
    # What came in too fast at the feed was told to nobody; the third heard what there was.
    missing = {line["scan"] for _, line in told} - set(scans)
    last = max(when for _, when in results["JPN"]["kept"]["KOR"])
    astray = np.sum(np.diff(numbers) != 1) + np.sum(np.diff(scans) <= 0)
    what = f"link cut for {len(told):,} lines: all on disk after it is back"
    return [
        row(what, last - mended, "s", "5 s"),
        row("... missing", len(missing), "lines", "0"),
        row("... twice", len(scans) - len(set(scans)), "lines", "0"),
        row("... out of order", astray, "lines", "0"),
    ]


PARTS = (limits, bare, plain, full, cut)


def main() -> None:
    wanted = [one for one in sys.argv[1:] if one != "--json"] or [one.__name__ for one in PARTS]
    found: list[Row] = []
    with tempfile.TemporaryDirectory() as name:
        for part in PARTS:
            if part.__name__ in wanted:
                folder = Path(name) / part.__name__
                folder.mkdir()
                done = part(folder)
                found += asyncio.run(done) if asyncio.iscoroutine(done) else done
    if "--json" in sys.argv:
        print(json.dumps(found, ensure_ascii=False))
    else:
        for one in found:
            print(f"{one['what']:<90} {one['value']:10.3f} {one['unit']:<5} {one['goal']}")


if __name__ == "__main__":
    main()
