"""`launchwatch demo`: the whole job on a built-in launch, live, with a report of it.

The plots are simulated; everything after them is the watch: the same engine, the same
journal, the same view. Only this file knows what the simulation really flew, and shows it
at the end.
"""

import json
import math
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from launchwatch.errors import SettingsError

if TYPE_CHECKING:  # loaded when the command runs, so that its help stays quick
    from rich.console import Console

    from launchwatch.edge.chronicle import Truth
    from launchwatch.edge.comparison import PublicFact
    from launchwatch.edge.highlights import Highlight
    from launchwatch.journal import Journal
    from launchwatch.messages.packet import Stimulus
    from launchwatch.simulate.body import Body
    from launchwatch.simulate.scenario import Scenario

MODE: Any = "simulation"
JOURNAL = "watch.journal"
SEVERAL_SPEED = 5.0
"""Times real time, of several nations, where it is not said: three engines share one machine."""

_UNSAID = click.core.ParameterSource.DEFAULT

SLOWEST = 0.1
"""Times real time, of several nations: a night for a flight."""

_SMALLEST = (60, 16)
"""Columns and rows under which lines are printed instead of the view."""


@click.command(
    epilog="""\b
Examples:
  launchwatch demo
  launchwatch demo --speed 1 --out friday
  launchwatch demo --launch lofted --speed 0 | cat
  launchwatch demo --launch 2022-11-18
  launchwatch demo --nations 3
"""
)
@click.option("--speed", type=click.FloatRange(min=0.0), default=20.0, show_default=True,
              help="1 is real time; 0 as fast as possible. Of nations 5.")  # fmt: skip
@click.option("--nations", type=click.IntRange(1, 8), default=1, show_default=True,
              help="Nations that watch, each with sensors, keys, broker and journal.")  # fmt: skip
@click.option("--launch", "name", default="friday", show_default=True, metavar="NAME",
              help="A built-in scenario (simulate --list shows them), a TOML file, or a launch "
              "of the record by its day or identifier.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=1, show_default=True,
              help="Draws the errors, the clutter and the traffic.")  # fmt: skip
@click.option("--no-browser", is_flag=True, help="Open no browser on the map.")
@click.option("--out", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="Folder for the report; launchwatch-NAME-report by default.")  # fmt: skip
@click.option("--plain", is_flag=True, help="Print lines instead of the live view.")
@click.option("--json", "as_json", is_flag=True, help="Print only the summary, as JSON.")
def command(
    speed: float,
    nations: int,
    name: str,
    seed: int,
    no_browser: bool,
    out: Path | None,
    plain: bool,
    as_json: bool,
) -> int:
    """Watch a simulated launch as if it were real, and get a report of it.

    The flight called friday is seen by radars in South Korea and Japan, by a ship and by
    two infrared sensors in geostationary orbit. At the default speed it takes about half a
    minute. The report's folder holds the statement in three languages, JSON lines, the
    journal, pictures, and the map with all that was seen in one file.

    Meanwhile the live map is served on this machine; where there is a screen a browser opens on it.
    """
    if not math.isfinite(speed):
        raise click.UsageError(f"--speed must be a finite number, 0 or more, got {speed}")
    if nations > 1 and click.get_current_context().get_parameter_source("speed") == _UNSAID:
        speed = SEVERAL_SPEED
    if nations > 1 and speed < SLOWEST:
        raise click.UsageError(
            f"--speed must be at least {SLOWEST:g} with several nations: their clocks run by "
            f"themselves; got {speed:g}"
        )
    # Deferred: the engine and SciPy take about a second to load, and --help needs neither.
    from rich.console import Console

    from launchwatch.cli.pastlaunch import scenario_named

    scenario = scenario_named(name)
    folder = out if out is not None else Path(f"launchwatch-{scenario.name}-report")
    console = Console(highlight=False, quiet=as_json)
    if not console.is_terminal:
        console = Console(highlight=False, quiet=as_json, width=100)
    if nations > 1:
        from launchwatch.cli.nationsdemo import NationsDemo

        several = NationsDemo(scenario, seed, speed, nations, folder, console)
        status = several.run()
        if as_json:
            click.echo(json.dumps(several.record(), ensure_ascii=False))
        return status
    shown = console.is_terminal and not plain and not as_json
    shown = shown and console.width >= _SMALLEST[0] and console.height >= _SMALLEST[1]
    demo = _Demo(scenario, seed, speed, folder, console, shown=shown, browser=not no_browser)
    demo.run()
    if as_json:
        click.echo(json.dumps(demo.record(), ensure_ascii=False))
    return 0


class _Demo:
    """One run: what it needs, what it has heard, and where it shows it."""

    def __init__(
        self,
        scenario: "Scenario",
        seed: int,
        speed: float,
        folder: Path,
        console: "Console",
        *,
        shown: bool,
        browser: bool,
    ) -> None:
        from launchwatch.edge.chronicle import Chronicle
        from launchwatch.edge.highlights import Highlights

        self.scenario, self.seed, self.speed = scenario, seed, speed
        self.folder, self.console, self.shown = folder, console, shown
        self.browser = browser
        self.chronicle = Chronicle()
        self.highlights = Highlights(self.chronicle)
        self.engine: Any = None

    def run(self) -> None:
        from launchwatch.assessment.zones import Zones
        from launchwatch.edge.comparison import truth_of
        from launchwatch.edge.report import write_report
        from launchwatch.edge.trafficfile import together
        from launchwatch.settings import Settings
        from launchwatch.simulate import observe, truth

        self._introduce()
        with self._progress() as say:
            say("simulating the flight and its sensors")
            bodies = truth.bodies(self.scenario, self.seed)
            arrivals = observe.arrivals(self.scenario, self.seed, bodies)
            say("getting the kernels ready; the first time takes half a minute")
            from launchwatch import engine

            zones = Zones.built_in()
            engine.ready()
        settings = Settings()
        self.engine = engine.Engine(self.scenario.sensors, settings, zones=zones)
        stimuli = [*_stimuli(arrivals, self.scenario.name)]
        stimuli = [*together(stimuli, _reports(self.scenario, self.seed))]
        self._watch(stimuli, settings, zones)
        missiles = [body for body in bodies if body.kind == "missile"]
        flown = [_truth(missile, self.scenario) for missile in missiles]
        true = truth_of(self.chronicle.main_launch(), flown)
        facts = _facts(self.scenario)
        self._conclude(facts, true)
        with self._progress() as say:
            write_report(
                self.folder,
                self.chronicle,
                title=self.scenario.title,
                facts=facts,
                truth=true,
                sensors=self.scenario.sensors,
                zones=zones,
                announce=say,
            )
        self.console.print(
            f"\nThe report lies in [bold]{self.folder}[/bold]: begin with statement.md."
        )

    def record(self) -> dict[str, Any]:
        from launchwatch.edge.lines import contract_record

        return contract_record(self.engine.summary()) | {"out": str(self.folder)}

    def _introduce(self) -> None:
        from launchwatch.edge.modes import MODES

        look = MODES[MODE]
        pace = f"{self.speed:g} times real time" if self.speed else "full speed"
        took = f", about {self.scenario.duration / self.speed:.0f} s" if self.speed else ""
        self.console.print(f"[bold white on {look.colour}] {look.word} [/] {look.meaning}")
        self.console.print(f"{self.scenario.title}; at {pace}{took}.")

    def _watch(self, stimuli: "list[Stimulus]", settings: Any, zones: Any) -> None:
        from launchwatch.edge.lines import Lines
        from launchwatch.edge.player import Pace, play, time_of
        from launchwatch.edge.replayfile import FOLLOWING

        def stop(*_: object) -> None:
            raise KeyboardInterrupt  # a service manager's stop is a person's Ctrl-C

        with ExitStack() as stack:
            before = signal.signal(signal.SIGTERM, stop)
            stack.callback(signal.signal, signal.SIGTERM, before)
            lines = stack.enter_context(Lines(self.folder))
            journal = stack.enter_context(_journal(self.folder, self.scenario, settings))
            seen = stack.enter_context(self._map(settings))
            refresh = self._screen(stack, zones)

            def tell(stimulus: Any, answers: Any) -> None:
                for message in answers:
                    lines.write(message)
                self.chronicle.take(answers)
                self.chronicle.pass_time(time_of(stimulus))
                seen.tell(stimulus, answers)
                fresh = self.highlights.take(answers)
                if not self.shown:
                    self._print(fresh)

            how: dict[str, Any] = {"tell": tell, "idle": refresh, "journal": journal}
            try:
                play(stimuli[:-FOLLOWING], self.engine, Pace(self.speed), **how)
                # Nothing more is heard: time runs on quickly, so that the track ends.
                play(stimuli[-FOLLOWING:], self.engine, Pace(0.0), **how)
            finally:
                # What was seen so far is worth its summary, after Ctrl-C too.
                summary = self.engine.summary()
                lines.write(summary)
                self.chronicle.take((summary,))

    def _map(self, settings: Any) -> Any:
        """Serve the live map, and put it into the report's folder at the end."""
        from launchwatch.edge.web.showing import about, shown

        what = about(self.scenario.title, MODE, self.scenario.sensors, settings, speed=self.speed)
        return shown(what, self.folder, self.console.print, browser=self.browser)

    def _screen(self, stack: ExitStack, zones: Any) -> Callable[[], None]:
        """Open the live view, and give what redraws it, at most ten times a second."""
        if not self.shown:
            return lambda: None
        from rich.live import Live

        from launchwatch.edge.clock import monotonic
        from launchwatch.edge.liveview import Frame, draw

        pace = f"{self.speed:g}×" if self.speed else "full speed"
        frame = Frame(self.scenario.name, MODE, pace, _chart(self.scenario, zones))
        live = stack.enter_context(
            Live(console=self.console, screen=True, auto_refresh=False, redirect_stderr=False)
        )
        drawn = 0.0

        def refresh() -> None:
            nonlocal drawn
            if monotonic() - drawn < 0.1:
                return
            drawn = monotonic()
            width, height = self.console.size
            live.update(
                draw(self.chronicle, self.highlights.told, frame, width, height), refresh=True
            )

        refresh()
        return refresh

    def _print(self, fresh: "list[Highlight]") -> None:
        from launchwatch.edge.phrasing import clock_time, elapsed

        for each in fresh:
            after = elapsed(self.chronicle.first_plot(), each.time)
            line = f"{clock_time(each.time)} {after:>9}  {each.kind:<9}  {each.text}"
            self.console.print(line, markup=False, soft_wrap=True)

    def _progress(self) -> "_Progress":
        return _Progress(self.console)

    def _conclude(self, facts: "tuple[PublicFact, ...]", true: "Truth | None") -> None:
        """Print the statements, and what was seen beside what was reported and what was true."""
        from rich.table import Table

        from launchwatch.edge.comparison import compare, truth_verdict
        from launchwatch.edge.report import statements_of

        say = self.console.print
        statements = statements_of(self.chronicle)
        if not statements:
            say("\nNo launch was seen, and no statement was issued.")
        for statement in statements:
            say(f"\n{statement.title}", style="bold", markup=False)
            say(statement.text.rstrip(), markup=False)
        rows = compare(self.chronicle, facts, true)
        if rows:
            table = Table(title="", box=None, padding=(0, 2, 0, 0), expand=False)
            for head in ("", "seen by this watch", "publicly reported", "simulated truth"):
                table.add_column(head, header_style="bold", overflow="fold")
            for row in rows:
                table.add_row(row.subject, row.seen, row.reported, row.truth)
            say()
            say(table)
        verdict = truth_verdict(self.chronicle, true)
        if verdict:
            say(f"\n{verdict}", markup=False)


class _Progress:
    """A progress line on a terminal; silence elsewhere."""

    def __init__(self, console: "Console") -> None:
        self._status = console.status("starting") if console.is_terminal else None

    def __enter__(self) -> Callable[[str], None]:
        if self._status is None:
            return lambda _text: None
        self._status.__enter__()
        return self._status.update

    def __exit__(self, *_: object) -> None:
        if self._status is not None:
            self._status.stop()


def _stimuli(arrivals: Any, source: str) -> "Iterator[Stimulus]":
    """Give packets as they arrive, a tick at each whole second, and ticks after the end."""
    from launchwatch.edge.replayfile import FOLLOWING
    from launchwatch.messages.packet import Packet, Tick
    from launchwatch.sensors.jsonplots import FORMAT
    from launchwatch.simulate.observe import encode
    from launchwatch.timescale import SECOND, Instant

    due = 0
    for number, (received, content) in enumerate(arrivals, 1):
        due = due or (received // SECOND + 1) * SECOND
        while due <= received:
            yield Tick(time=Instant(due), mode=MODE)
            due += SECOND
        payload = encode(content)
        yield Packet(
            source=source, line=number, format=FORMAT, received=received, mode=MODE, payload=payload
        )
    for _ in range(FOLLOWING if due else 0):
        yield Tick(time=Instant(due), mode=MODE)
        due += SECOND


def _reports(scenario: "Scenario", seed: int) -> "Iterator[Stimulus]":
    """Give what ships and airliners report until the sensors fall silent."""
    from launchwatch.messages.packet import Packet
    from launchwatch.sensors.trafficjson import FORMAT
    from launchwatch.simulate.observe import encode
    from launchwatch.simulate.shipping import reports

    for number, (heard, content) in enumerate(reports(scenario, seed), 1):
        yield Packet(
            source="traffic", line=number, format=FORMAT, received=heard, mode=MODE,
            payload=encode(content),
        )  # fmt: skip


def _journal(folder: Path, scenario: "Scenario", settings: Any) -> "Journal":
    """Begin the journal of this run; that of an earlier demo in the folder makes room.

    Raises:
        SettingsError: what lies there is not a demo's journal.
    """
    from launchwatch import __version__
    from launchwatch.edge.clock import Clock
    from launchwatch.errors import JournalError
    from launchwatch.journal import Heading, Journal, read_heading
    from launchwatch.sensors.roster import roster_json
    from launchwatch.settings import settings_json

    path = folder / JOURNAL
    if path.exists():
        try:
            mode = read_heading(path).mode
        except JournalError as error:
            raise SettingsError(f"{error}; move it away, or choose another --out") from None
        if mode != MODE:
            raise SettingsError(f"{path}: holds a {mode} watch; choose another --out")
        for suffix in ("", "-wal", "-shm"):
            path.with_name(path.name + suffix).unlink(missing_ok=True)
    heading = Heading(
        version=__version__,
        mode=MODE,
        started=Clock().now(),
        sensors=roster_json(scenario.sensors),
        settings=settings_json(settings),
    )
    return Journal.create(path, heading)


def _chart(scenario: "Scenario", zones: Any) -> Any:
    """Give the map for the view: coasts, and a frame around what stands on the ground."""
    from launchwatch.edge.outlines import zone_outlines
    from launchwatch.edge.terminalmap import TerminalMap
    from launchwatch.messages.sensor import Radar

    stations = [
        (each.longitude_deg, each.latitude_deg)
        for each in scenario.sensors.values()
        if isinstance(each, Radar)
    ]
    places = [*stations, *((each.longitude_deg, each.latitude_deg) for each in scenario.launches)]
    if not places:
        return None
    west, east = min(place[0] for place in places), max(place[0] for place in places)
    south, north = min(place[1] for place in places), max(place[1] for place in places)
    coasts = [
        polygon[0]
        for outline in zone_outlines(zones)
        if outline.kind == "land"
        for polygon in outline.polygons
    ]
    return TerminalMap(coasts, stations, (west - 1.0, south - 1.0, east + 1.0, north + 1.5))


def _facts(scenario: "Scenario") -> "tuple[PublicFact, ...]":
    from launchwatch.edge.comparison import PublicFact

    return tuple(
        PublicFact(kind=fact.kind, text=fact.text, said_by=fact.said_by) for fact in scenario.facts
    )


def _truth(missile: "Body", scenario: "Scenario") -> "Truth":
    """Give what a missile really flew, from ignition to the ground."""
    import numpy as np

    from launchwatch.earth.ellipsoid import geodetic_from_ecef
    from launchwatch.edge.chronicle import Truth
    from launchwatch.timescale import instant_after

    seconds = np.linspace(missile.start, missile.end, 201)
    states = missile.states(seconds)
    flown = np.isfinite(states).all(axis=1)
    latitude, longitude, height = geodetic_from_ecef(states[flown, :3])
    path = tuple(
        (float(lon), float(lat), float(up), instant_after(scenario.start, float(second)))
        for lon, lat, up, second in zip(
            np.degrees(longitude), np.degrees(latitude), height, seconds[flown], strict=True
        )
    )
    first, last = path[0], path[-1]
    return Truth(
        launch_time=first[3],
        launch_latitude_deg=first[1],
        launch_longitude_deg=first[0],
        fall_time=last[3],
        fall_latitude_deg=last[1],
        fall_longitude_deg=last[0],
        path=path,
    )
