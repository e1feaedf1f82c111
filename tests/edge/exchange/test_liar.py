"""A partner with a valid key that lies: quarantined by name, with the reason; the watch goes on."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from launchwatch.edge.clock import Clock
from launchwatch.edge.service import Said
from launchwatch.edge.starting import engine_of
from launchwatch.messages.packet import Packet, Stimulus
from launchwatch.messages.plot import RadarPlot, Refused
from launchwatch.messages.sensor import SensorStatus
from launchwatch.messages.wire import Message
from launchwatch.nations import hearing
from launchwatch.timescale import Instant, utc_from_instant

from .allying import SENSORS, Announcing, Node, allied, running, track, until

LIES = (
    {"position_ecef_m": (-3.1e6, 1.0e6, 3.0e6)},  # 1,900 km beneath the ground
    {"velocity_ecef_mps": (3e9, 0.0, 0.0)},  # ten times the speed of light
)


COUNT = 8


class Lying(Announcing):
    """An engine whose first tracks cannot be."""

    def handle(self, stimulus: Stimulus, /) -> Sequence[Message]:
        if not isinstance(stimulus, Packet) or stimulus.format in hearing.FORMATS:
            return ()
        self.count += 1
        lie = LIES[self.count % len(LIES)] if self.count <= COUNT else {}
        return (replace(track(self.count, stimulus.received, stimulus.mode), **lie),)


class Watching(Node):
    """A node with the watch's own engine, and a partner in its roster."""

    def __init__(self, folder: Path, nation: str, partners: dict[str, str | None]) -> None:
        super().__init__(folder, nation, partners, build=engine_of)
        sensors = json.loads(SENSORS % nation)
        sensors["sensors"] += [{"id": name, "kind": "partner", "owner": name} for name in partners]
        (self.folder / "sensors.json").write_text(json.dumps(sensors))
        self.answers: list[Message] = []

    def answered(self, said: Said) -> None:
        self.answers += said.answers

    def of(self, kind: type) -> list:
        return [one for one in self.answers if isinstance(one, kind)]


def test_a_partner_that_lies_is_quarantined_and_the_watch_goes_on(tmp_path: Path) -> None:
    async def run() -> tuple[Watching, list[SensorStatus]]:
        allied(tmp_path, "KOR", "JPN")
        kor = Node(
            tmp_path, "KOR", {"JPN": None}, gets="tracks = true\nevery_s = 0.0",
            build=lambda _: Lying(),
        )  # fmt: skip
        async with running(kor):
            jpn = Watching(tmp_path, "JPN", {"KOR": kor.leaf})
            async with running(jpn):
                await until(lambda: kor.exchange.status()["JPN"]["reachable"] == 1)
                await kor.see(COUNT)
                await until(lambda: any(one.status == "astray" for one in jpn.of(SensorStatus)))
                astray = [one for one in jpn.of(SensorStatus) if one.status == "astray"]
                # What its own radar sees is used as ever.
                await plot(jpn, Clock().now())
                await until(lambda: bool(jpn.of(RadarPlot)))
                # And the partner is not believed, whatever it says now.
                await kor.see(1)
                await until(lambda: reasons(jpn).get("quarantine", 0) > 0)
        return jpn, astray

    jpn, (status,) = asyncio.run(run())
    assert status.sensor == "KOR"
    assert "absurd" in status.reason or "cannot be" in status.reason
    assert reasons(jpn)["absurd"] == COUNT
    named = {one.sensor for one in jpn.of(Refused) if one.reason in ("absurd", "quarantine")}
    assert named == {"KOR"}
    assert "wrong-signature" not in reasons(jpn)


def reasons(node: Watching) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in node.of(Refused):
        counts[one.reason] = counts.get(one.reason, 0) + one.count
    return counts


async def plot(node: Watching, now: Instant) -> None:
    """Have the node's own radar see something."""
    line = {"sensor": "own", "time": utc_from_instant(now), "scan": 1,
            "range_m": 400_000.0, "azimuth_deg": 20.0, "elevation_deg": 15.0}  # fmt: skip
    reader, writer = await asyncio.open_connection("127.0.0.1", node.port)
    writer.write(json.dumps(line).encode() + b"\n")
    writer.write_eof()
    await reader.readline()
    writer.close()
