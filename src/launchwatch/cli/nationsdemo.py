"""`launchwatch demo --nations N`: the built-in launch, watched by several nations at once.

Each nation is a `launchwatch watch` of its own, with its own sensors, keys, broker and journal;
this process only feeds them what their sensors would say, when it is due, and writes down when each
knew what. It needs the simulation, so it stands here; what it does with nodes is in
`launchwatch.edge.nations.together`.
"""

import asyncio
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console

from launchwatch import engine
from launchwatch.edge.modes import MODES
from launchwatch.edge.nations.knowing import report, table_of
from launchwatch.edge.nations.milestones import Milestone, Milestones
from launchwatch.edge.nations.together import GO, Node, Plan, play, prepare
from launchwatch.edge.phrasing import clock_time
from launchwatch.edge.pictures.knowing import draw_knowing
from launchwatch.edge.pictures.style import save
from launchwatch.errors import DeliveryError, SettingsError
from launchwatch.messages.packet import Mode
from launchwatch.simulate import observe, truth
from launchwatch.simulate.scenario import Scenario
from launchwatch.timescale import SECOND, Instant, instant_after, instant_from_utc

MODE: Mode = "simulation"
PICTURE = "nations"

_BEFORE_S = 2.0
"""Simulated seconds before the scenario begins."""

_AFTER_S = 20.0
"""And after its sensors have fallen silent: tracks end, partners' last words arrive."""


class NationsDemo:
    """One run with several nations.

    Args:
        speed: times real time, above 0: nations' clocks run on whether a line has come or not.
    """

    def __init__(
        self, scenario: Scenario, seed: int, speed: float, nations: int, folder: Path,
        console: Console,
    ) -> None:  # fmt: skip
        self.scenario, self.seed, self.speed = scenario, seed, speed
        self.folder, self.console = folder, console
        owners = list(dict.fromkeys(one.owner for one in scenario.sensors.values()))
        if len(owners) < nations:
            raise SettingsError(
                f"--nations must be at most {len(owners)}: the scenario's sensors belong to "
                f"{', '.join(owners)}; got {nations}"
            )
        self.nations = owners[:nations]
        self.milestones = {nation: Milestones(self.nations) for nation in self.nations}
        lit = [instant_from_utc(launch.time) for launch in scenario.launches]
        self._start = min(lit, default=scenario.start)

    def run(self) -> int:
        """Run it to its end, and give the exit status.

        Raises:
            SettingsError: the folder cannot be used.
        """
        look = MODES[MODE]
        self.console.print(f"[bold white on {look.colour}] {look.word} [/] {look.meaning}")
        took = self.scenario.duration / self.speed
        self.console.print(
            f"{self.scenario.title}; {', '.join(self.nations)} watch it, each for itself; at "
            f"{self.speed:g} times real time, about {took:.0f} s."
        )
        bodies = truth.bodies(self.scenario, self.seed)
        sent = list(self._sent(observe.arrivals(self.scenario, self.seed, bodies)))
        self._clear()
        begins = instant_after(self.scenario.start, -_BEFORE_S)
        plan = Plan(self.folder, begins, self.speed)
        rosters = {
            nation: {k: v for k, v in self.scenario.sensors.items() if v.owner == nation}
            for nation in self.nations
        }
        configs = prepare(plan, rosters)
        nodes = [Node(nation, configs[nation], self._hear) for nation in self.nations]
        # Once, here: each node would else compile the kernels for itself at a first start.
        engine.ready()
        status = asyncio.run(self._play(plan, nodes, sent))
        self._conclude(status)
        return max(status.values())

    def record(self) -> dict[str, Any]:
        """Give when each nation knew what, as JSON does: seconds after lift-off."""
        return {
            "mode": MODE,
            "out": str(self.folder),
            "nations": {
                nation: {
                    what: round((one.time - self._start) / SECOND, 3)
                    for what, one in known.reached.items()
                }
                for nation, known in self.milestones.items()
            },
        }

    async def _play(
        self, plan: Plan, nodes: list[Node], sent: list[tuple[Instant, str, bytes]]
    ) -> dict[str, int]:
        status: dict[str, int] = {}
        try:
            for node in nodes:
                await node.start()
            await asyncio.gather(*(node.ready() for node in nodes))
            end = instant_after(sent[-1][0] if sent else plan.begins, _AFTER_S)
            await play(plan, nodes, sent, end)
        finally:
            ended = await asyncio.gather(*(node.end() for node in nodes))
            status = {node.nation: code for node, code in zip(nodes, ended, strict=True)}
        for node in nodes:
            if status[node.nation]:
                raise DeliveryError(
                    f"{node.nation} ended with status {status[node.nation]}: "
                    f"{node.said[-1] if node.said else 'it said nothing'}"
                )
        return status

    def _sent(
        self, arrivals: list[tuple[Instant, dict[str, Any]]]
    ) -> Iterator[tuple[Instant, str, bytes]]:
        """Give each line to the nation that owns its sensor, and note its first real plot."""
        sensors = self.scenario.sensors
        for received, content in arrivals:
            owner = sensors[content["sensor"]].owner
            if owner in self.milestones:
                yield received, owner, observe.encode(content)

    def _hear(self, nation: str, record: dict[str, Any]) -> None:
        self._print(nation, self.milestones[nation].take(record))

    def _print(self, nation: str, fresh: list[Milestone]) -> None:
        for one in fresh:
            after = (one.time - self._start) / SECOND
            line = f"{clock_time(one.time)} {after:>7.1f} s  {nation}  {one.what}"
            if one.detail:
                line += f": {one.detail}"
            self.console.print(line, markup=False, soft_wrap=True)

    def _conclude(self, status: dict[str, int]) -> None:
        from rich.table import Table

        reached = {nation: list(one.reached.values()) for nation, one in self.milestones.items()}
        head, rows = table_of(reached, self._start)
        table = Table(title="", box=None, padding=(0, 2, 0, 0))
        for name in head:
            table.add_column(name, header_style="bold")
        for row in rows:
            table.add_row(*row)
        self.console.print()
        self.console.print(table)
        save(
            self.folder, PICTURE,
            lambda: draw_knowing(self.scenario.title, MODE, self._start, reached),
        )  # fmt: skip
        text = report(
            self.scenario.title, self._start, reached, status, self.speed, f"{PICTURE}.png"
        )
        (self.folder / f"{PICTURE}.md").write_text(text, encoding="utf-8")
        (self.folder / f"{PICTURE}.json").write_text(json.dumps(self.record(), indent=1) + "\n")
        self.console.print(
            f"\nThe report lies in [bold]{self.folder}[/bold]: begin with {PICTURE}.md."
        )

    def _clear(self) -> None:
        """Make room for this run where an earlier demonstration lies, and nothing else."""
        (self.folder / GO).unlink(missing_ok=True)
        for nation in self.nations:
            path = self.folder / nation
            if not path.exists():
                continue
            config = path / "watch.toml"
            if not config.is_file() or 'mode = "simulation"' not in config.read_text():
                raise SettingsError(f"{path}: holds something else; choose another --out")
            shutil.rmtree(path)
        self.folder.mkdir(parents=True, exist_ok=True)
