"""Several nations' watches on one machine, each a process of its own, for trying them out.

Each has a folder with its keys, roster and configuration, and runs ``launchwatch watch`` as its own
people would; nothing joins them but the brokers' connections. What each says is read from the files
that it writes, as any other program would.
"""

import asyncio
import socket
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from launchwatch.edge.clock import Clock, PacedClock, monotonic
from launchwatch.edge.nations.card import card_of, trust
from launchwatch.edge.nations.certificates import make_link
from launchwatch.edge.nations.keyfolder import KeyFolder
from launchwatch.errors import DeliveryError
from launchwatch.messages.sensor import Contributor, Partner
from launchwatch.sensors.roster import roster_json
from launchwatch.timescale import SECOND, Instant, utc_from_instant

GO = "go"
READY_S = 180.0
"""Seconds to wait for all nodes, which take three on a machine with nothing else to do."""

_LEAD_S = 0.2
_ENDS_S = 30.0
_LOOK_S = 0.2

FOLLOWED = frozenset(
    f"{name}.jsonl"
    for name in ("tracks", "launches", "fallareas", "verdicts", "warnings", "partners",
                 "partner-launches", "partner-falls", "differences")
)  # fmt: skip
"""Files of what a node says that are followed."""


class Plan(NamedTuple):
    """What all nations share: their folder, when the simulation begins, and its speed."""

    folder: Path
    begins: Instant
    speed: float


def prepare(plan: Plan, rosters: Mapping[str, Mapping[str, Contributor]]) -> dict[str, Path]:
    """Make each nation's folder, with keys that trust one another; give the configurations.

    Args:
        rosters: each nation's own sensors.
    """
    now = Clock().now()
    folders: dict[str, KeyFolder] = {}
    for nation in rosters:
        path = plan.folder / nation / "keys"
        # Simulated time may lie before or after this machine's.
        since = Instant(min(plan.begins, now) - 86_400 * SECOND)
        folders[nation] = KeyFolder.make(path, nation, since)
        make_link(path, nation, ("127.0.0.1", "localhost"), now)
    for own in folders.values():
        for other in folders.values():
            if own is not other:
                trust(own, card_of(other, plan.begins))
    ports = dict(zip(rosters, _free_ports(len(rosters)), strict=True))
    return {nation: _configured(plan, nation, roster, ports) for nation, roster in rosters.items()}


class Node:
    """One nation's watch as a process."""

    def __init__(self, nation: str, config: Path, hear: Callable[[str, dict[str, Any]], None]):
        self.nation, self._config, self._hear = nation, config, hear
        self.port = 0
        self.said: list[str] = []
        self._ready, self._near = asyncio.Event(), asyncio.Event()
        self._reading: list[asyncio.Task[None]] = []
        self._writer: asyncio.StreamWriter
        self._process: asyncio.subprocess.Process

    async def start(self) -> None:
        """Begin; `ready` waits until it watches."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "launchwatch", "watch", str(self._config),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self._reading = [
            asyncio.create_task(self._read_said()),
            asyncio.create_task(self._read_report()),
        ]

    async def ready(self) -> None:
        """Wait until the node watches and has reached a partner, and connect to its feed.

        Raises:
            DeliveryError: it does not come so far.
        """
        try:
            await asyncio.wait_for(self._near.wait(), READY_S)
        except TimeoutError:
            last = self.said[-1] if self.said else "nothing"
            raise DeliveryError(f"{self.nation} does not get ready; it said: {last}") from None
        reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        # Acknowledgements are read and not looked at: the node must not wait for a reader.
        self._reading.append(asyncio.create_task(_pour(reader)))

    def send(self, line: bytes) -> None:
        """Give a line of a sensor's to the node's feed."""
        self._writer.write(line + b"\n")

    async def end(self) -> int:
        """Stop the node as its people would; give its exit status."""
        process = self._process
        if process.returncode is None:
            process.terminate()
        try:
            status = await asyncio.wait_for(process.wait(), _ENDS_S)
        except TimeoutError:
            process.kill()
            status = await process.wait()
        for task in self._reading[:2]:
            await task
        for task in self._reading[2:]:
            task.cancel()
        return status

    async def _read_said(self) -> None:
        """Follow the files of what the node says, until it has ended."""
        starts: dict[Path, int] = {}
        has_ended = False
        while not has_ended:
            has_ended = self._process.returncode is not None  # then one look more
            for path in sorted((self._config.parent / "said").glob("*/*.jsonl")):
                if path.name in FOLLOWED:
                    self._take(path, starts)
            await asyncio.sleep(_LOOK_S)

    def _take(self, path: Path, starts: dict[Path, int]) -> None:
        with path.open("rb") as file:
            file.seek(starts.get(path, 0))
            content = file.read()
        whole, _, _ = content.rpartition(b"\n")
        if whole:
            starts[path] = starts.get(path, 0) + len(whole) + 1
            for line in whole.split(b"\n"):
                self._hear(self.nation, msgspec.json.decode(line))

    async def _read_report(self) -> None:
        assert self._process.stderr is not None  # noqa: S101 - as it was started
        async for raw in self._process.stderr:
            text = raw.decode(errors="replace").rstrip()
            self.said.append(text)
            if text.startswith("feed sensors"):
                self.port = int(text.rpartition(":")[2])
            if text.startswith("ready"):
                self._ready.set()
            if text.startswith("partner ") and ": reached" in text:
                self._near.set()
        self._near.set()


async def play(
    plan: Plan,
    nodes: Sequence[Node],
    sent: Iterable[tuple[Instant, str, bytes]],
    until: Instant,
) -> None:
    """Start the clock of all nodes, and give each line to its nation when it is due.

    Args:
        sent: when each line arrives, at which nation, and the line.
        until: when the simulation ends.
    """
    go = plan.folder / GO
    by_nation = {node.nation: node for node in nodes}
    (plan.folder / f".{GO}").write_text(f"{monotonic() + _LEAD_S:.6f}")
    (plan.folder / f".{GO}").rename(go)
    clock = PacedClock(plan.begins, go, plan.speed)
    for due, nation, line in sent:
        await _wait(clock, due, plan.speed)
        by_nation[nation].send(line)
    await _wait(clock, until, plan.speed)


async def _wait(clock: PacedClock, due: Instant, speed: float) -> None:
    while (left := due - clock.now()) > 0:
        await asyncio.sleep(min(left / SECOND / speed, 0.05))


async def _pour(reader: asyncio.StreamReader) -> None:
    while await reader.read(65_536):
        continue


def _configured(
    plan: Plan, nation: str, roster: Mapping[str, Contributor], ports: Mapping[str, int]
) -> Path:
    folder = plan.folder / nation
    others = [other for other in ports if other != nation]
    partners = {
        other: Partner(id=other, owner=other, update_period_s=1.0, site=other) for other in others
    }
    (folder / "sensors.json").write_bytes(roster_json({**roster, **partners}))
    # Of two, the one that comes later in the list dials.
    listed = list(ports)
    tables = "".join(
        f"\n[partners.{other}]\n"
        + (
            f'address = "127.0.0.1:{ports[other]}"\n'
            if listed.index(other) < listed.index(nation)
            else ""
        )
        + f"[partners.{other}.gets]\ntracks = true\nlaunches = true\nfalls = true\n"
        for other in others
    )
    begins = utc_from_instant(plan.begins)
    config = folder / "watch.toml"
    config.write_text(
        '[watch]\nmode = "simulation"\nsensors = "sensors.json"\njournal = "watch.journal"\n'
        f'out = "said"\nclock = {{begins = "{begins}", starts = "../{GO}", speed = {plan.speed}}}\n'
        '\n[[feeds]]\nname = "sensors"\nkind = "tcp"\nport = 0\n'
        f'\n[nation]\nid = "{nation}"\nkeys = "keys"\ntold = "told"\n'
        f'listen = "127.0.0.1:{ports[nation]}"\n{tables}'
    )
    return config


def _free_ports(count: int) -> list[int]:
    """Give ports of this machine that nobody listens on just now."""
    with_ports = [socket.socket() for _ in range(count)]
    try:
        for each in with_ports:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in with_ports]
    finally:
        for each in with_ports:
            each.close()
