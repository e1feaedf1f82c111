"""How long a plot takes into another nation's journal: ``python benchmarks/bench_nations.py``.

Three nodes with their brokers on loopback, a process each, TLS and signatures on. First the limits:
one signature, one check of it, one flush of the disk. Then plots at 1,000 a second at one node:
from the write to its socket until the signed line is on the disk of each partner, without tracking
and with everything on (every node tracks all plots, and tells tracks, launches and falls too); a
launch from the plot that made it known; and a link that is cut for 50,000 lines.
"""

import asyncio
import json
import os
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from launchwatch import engine
from launchwatch.edge.nations.together import GO, Plan, prepare
from launchwatch.journal import read
from launchwatch.messages.packet import Packet
from launchwatch.nations import hearing
from launchwatch.nations.envelope import Claims, Signer, opened
from launchwatch.nations.keys import PublicKey, Ring, key_id
from launchwatch.simulate import observe, scenario
from launchwatch.timescale import SECOND, Instant, instant_from_utc, unix_from_instant

HERE = Path(__file__).resolve().parent
NATIONS = ("KOR", "JPN", "USA")
RATE, SECONDS = 1000, 6
CUT = 56_000
SPEED = 50.0
ASKED = "tracks = true\nlaunches = true\nfalls = true\n"


class Process:
    """A node as a process of its own."""

    def __init__(self, nation: str, config: Path, kind: str) -> None:
        self.nation, self.config, self.kind = nation, config, kind
        self.result = config.parent / "result.json"
        self.said: list[str] = []

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, str(HERE / "nations_node.py"), str(self.config), self.kind,
            str(self.result), stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self._reading = asyncio.create_task(self._read())
        await self.has("ready in")

    async def has(self, text: str, count: int = 1) -> None:
        """Wait until it has said something so often."""
        while sum(text in one for one in self.said) < count:
            if self._process.returncode is not None:
                raise SystemExit(f"{self.nation} ended: {self.said[-5:]}")
            await asyncio.sleep(0.02)

    async def connect(self) -> asyncio.StreamWriter:
        line = next(one for one in self.said if one.startswith("feed sensors"))
        reader, writer = await asyncio.open_connection("127.0.0.1", int(line.rpartition(":")[2]))
        self._pour = asyncio.create_task(_pour(reader))
        return writer

    async def end(self) -> dict[str, Any]:
        self._process.send_signal(signal.SIGTERM)
        await self._process.wait()
        await self._reading
        return json.loads(self.result.read_text())

    async def _read(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self.said.append(line.decode().rstrip())


async def _pour(reader: asyncio.StreamReader) -> None:
    while await reader.read(65_536):
        continue


class Wire:
    """A way to a broker that can be cut."""

    def __init__(self, port: int) -> None:
        self._port, self._writers, self.is_cut = port, [], False

    async def open(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        self.is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:  # the broker there has not begun, or has ended
            writer.transport.abort()
            return
        self._writers += [writer, far_writer]
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        pass
    writer.close()


def limits(folder: Path) -> list[dict[str, Any]]:
    """Measure what no design can go below on this machine."""
    private = Ed25519PrivateKey.generate()
    raw = private.public_key().public_bytes_raw()
    now = instant_from_utc("2025-11-07T01:00:00Z")
    key = PublicKey(kid=key_id("KOR", "drill", raw), nation="KOR", realm="drill",
                    public=raw.hex(), since=now)  # fmt: skip
    claims = Claims(sender="KOR", audience="JPN", mode="simulation", stream=now, first=1, count=1,
                    signed=now, expires=unix_from_instant(now) + 30)  # fmt: skip
    line = b'{"mode":"simulation","text":"' + secrets.token_hex(150).encode() + b'"}'
    signer, ring = Signer(key, private), Ring([key])
    content = signer.seal(claims, [line])
    check = lambda: opened(content, ring, sender="KOR", audience="JPN", mode="simulation", now=now)  # noqa: E731
    with (folder / "bare").open("wb", buffering=0) as file:

        def flush() -> None:
            file.write(bytes(4096))
            os.fdatasync(file.fileno())

        flushed = [_once(flush) for _ in range(300)]
    return [
        row("sign an envelope", 1e6 * _median(lambda: signer.seal(claims, [line])), "µs"),
        row("check and open one", 1e6 * _median(check), "µs"),
        row("flush the disk, p50", 1e3 * float(np.percentile(flushed, 50)), "ms"),
        row("flush the disk, p99", 1e3 * float(np.percentile(flushed, 99)), "ms"),
    ]


def _once(do: Callable[[], object]) -> float:
    begun = time.perf_counter()
    do()
    return time.perf_counter() - begun


def _median(do: Callable[[], object]) -> float:
    return float(np.median([_once(do) for _ in range(500)]))


def row(what: str, value: float, unit: str, goal: str = "") -> dict[str, Any]:
    return {"what": what, "value": value, "unit": unit, "goal": goal}


def made(folder: Path, begins: Instant, *, full: bool) -> dict[str, Path]:
    """Make the nations: all sensors are South Korea's, and the others list them too."""
    sensors = {
        name: _owned(one) for name, one in scenario.load("friday").sensors.items()
    }  # fmt: skip
    configs = prepare(Plan(folder, begins, SPEED), dict.fromkeys(NATIONS, sensors))
    for path in configs.values():
        text = path.read_text()
        text = text.replace(ASKED, ("plots = true\n" + ASKED) if full else "plots = true\n")
        if not full:
            text = "\n".join(one for one in text.splitlines() if not one.startswith("clock"))
        path.write_text(text + "\n")
    return configs


def _owned(one: Any) -> Any:
    return msgspec.structs.replace(one, owner="KOR")


async def started(configs: dict[str, Path], kind: str) -> dict[str, Process]:
    nodes = {nation: Process(nation, path, kind) for nation, path in configs.items()}
    for node in nodes.values():
        await node.start()
    for node in nodes.values():
        await node.has(": reached", 2)
    return nodes


def plot(scan: int, time_text: str) -> bytes:
    line = {"sensor": "kr-north", "time": time_text, "scan": scan, "range_m": 912345.6,
            "azimuth_deg": 351.2, "elevation_deg": 14.31, "range_rate_mps": -812.4,
            "snr_db": 17.0, "mode": "simulation"}  # fmt: skip
    return json.dumps(line).encode() + b"\n"


def heard(config: Path) -> list[tuple[int, dict[str, Any]]]:
    """Give the lines from South Korea in a node's journal, with their numbers."""
    return [
        (line.number, json.loads(line.content))
        for _, one in read(config.parent / "watch.journal")
        if isinstance(one, Packet) and one.source == hearing.source("KOR")
        for line in hearing.lines_in(one)
    ]


def on_disk(result: dict[str, Any]) -> Callable[[int], float]:
    """Give when the line of a number was on disk."""
    lasts, times = zip(*result["kept"]["KOR"], strict=True)
    return lambda number: times[int(np.searchsorted(lasts, number))]


async def plain(folder: Path) -> list[dict[str, Any]]:
    """Measure plots alone."""
    configs = made(folder, instant_from_utc("2025-11-07T01:00:00Z"), full=False)
    nodes = await started(configs, "plain")
    writer = await nodes["KOR"].connect()
    sent: dict[int, float] = {}
    begun = time.monotonic()
    for scan in range(RATE * SECONDS):
        due = begun + scan / RATE
        while (left := due - time.monotonic()) > 0:
            await asyncio.sleep(left)
        sent[scan] = time.monotonic()
        writer.write(plot(scan, "2025-11-07T01:00:00Z"))
    await asyncio.sleep(3.0)
    results = {nation: await node.end() for nation, node in nodes.items()}
    return _delays("plot to partner's disk, without tracking", configs, results, sent, "50 ms")


def _delays(
    what: str, configs: dict[str, Path], results: dict[str, Any], sent: dict[Any, float], goal: str
) -> list[dict[str, Any]]:
    taken = []
    for nation in NATIONS[1:]:
        when = on_disk(results[nation])
        for number, line in heard(configs[nation]):
            key = line.get("scan") if len(results) and "range_m" in line else None
            if key in sent:
                taken.append(when(number) - sent[key])
    p50, p99 = 1e3 * np.percentile(taken, (50, 99))
    return [
        row(f"{what}, p50 of {len(taken):,}", float(p50), "ms"),
        row(f"{what}, p99", float(p99), "ms", goal),
    ]


async def full(folder: Path) -> list[dict[str, Any]]:
    """Measure with everything on: the Friday flight so fast that 1,000 lines come in a second."""
    engine.ready()
    flown = scenario.load("friday")
    lines = [
        (at, one | {"sensor": one["sensor"]}, n)
        for n, (at, one) in enumerate(observe.arrivals(flown, 1))
    ]
    configs = made(folder, flown.start, full=True)
    nodes = await started(configs, "full")
    writer = await nodes["KOR"].connect()
    at = time.monotonic() + 0.3
    (folder / ".go").write_text(f"{at:.6f}")
    (folder / ".go").rename(folder / GO)
    sent: dict[tuple[str, str], float] = {}
    for received, line, _ in lines:
        due = at + (received - flown.start) / SECOND / SPEED
        while (left := due - time.monotonic()) > 0:
            await asyncio.sleep(left)
        sent[line["sensor"], line["time"]] = time.monotonic()
        writer.write(observe.encode(line) + b"\n")
    rate = len(lines) / (time.monotonic() - at)
    await asyncio.sleep(3.0)
    results = {nation: await node.end() for nation, node in nodes.items()}
    plots, launches = [], []
    for nation in NATIONS[1:]:
        when = on_disk(results[nation])
        first = True
        for number, line in heard(configs[nation]):
            if line["type"] == "plot" and (begun := sent.get((line["sensor"], line["time"]))):
                plots.append(when(number) - begun)
            elif line["type"] == "launch" and first:
                first = False
                said = instant_from_utc(line["time"])
                launches.append(when(number) - (at + (said - flown.start) / SECOND / SPEED))
    p50, p99 = 1e3 * np.percentile(plots, (50, 99))
    what = f"plot to partner's disk, everything on, {rate:,.0f} lines/s"
    return [
        row(f"{what}, p50 of {len(plots):,}", float(p50), "ms"),
        row(f"{what}, p99", float(p99), "ms", "250 ms"),
        row(
            "the plot by which a launch is known, to it signed on all partners' disks",
            1e3 * max(launches),
            "ms",
            "1,000 ms",
        ),
    ]


async def cut(folder: Path) -> list[dict[str, Any]]:
    """Cut a link for 50,000 lines, and see them come."""
    configs = made(folder, instant_from_utc("2025-11-07T01:00:00Z"), full=False)
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
    await asyncio.sleep(12.0)
    results = {nation: await node.end() for nation, node in nodes.items()}
    come = heard(configs["JPN"])
    scans = [line["scan"] for _, line in come]
    whole = [number for number, _ in come] == list(range(1, len(come) + 1)) and scans == sorted(
        set(scans)
    )
    told = len(heard(configs["USA"]))  # what came in too fast at the feed was told to nobody
    last = max(when for _, when in results["JPN"]["kept"]["KOR"])
    return [
        row(
            f"cut for {len(scans):,} lines: all in order on its disk after the link is back"
            if whole and len(scans) == told
            else f"cut: only {len(scans):,} came, or out of order",
            last - mended,
            "s",
            "5 s",
        ),
    ]


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        found = limits(folder)
        for part in (plain, full, cut):
            if len(sys.argv) > 1 and sys.argv[1] not in ("--json", part.__name__):
                continue
            found += asyncio.run(part(folder / part.__name__))
    if "--json" in sys.argv:
        print(json.dumps(found, ensure_ascii=False))
    else:
        for one in found:
            print(f"{one['what']:<90} {one['value']:10.3f} {one['unit']:<3} {one['goal']}")


if __name__ == "__main__":
    main()
