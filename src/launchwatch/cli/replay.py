"""`launchwatch replay`: run recorded plots, or a past watch's journal, through the watch.

The engine is the one that watches live; only the packets come from a file, as fast as they
can be handled.
"""

import json
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from launchwatch.errors import SettingsError

if TYPE_CHECKING:  # loaded when the command runs, so that its help stays quick
    from launchwatch.edge.lines import Lines
    from launchwatch.edge.web.showing import Shown
    from launchwatch.engine import Flown
    from launchwatch.messages.packet import Mode, Stimulus
    from launchwatch.messages.report import Summary
    from launchwatch.messages.wire import Message

    _Steps = Iterable[tuple[Stimulus, Iterable[Message]]]

_Say = Callable[[str], None]

_READYING = "getting the kernels ready; the first time takes half a minute"

_BETWEEN = 512
"""Stimuli between two looks at the progress line: a few milliseconds of work."""


@click.command(
    epilog="""\b
Examples:
  launchwatch replay plots.jsonl --sensors sensors.json --out seen
  launchwatch replay plots.jsonl.gz --sensors sensors.json --out seen --json
  launchwatch replay plots.jsonl --sensors sensors.json --notices warnings.xml --out seen
  launchwatch replay plots.jsonl --sensors sensors.json --traffic traffic.jsonl --out seen
  launchwatch replay past-watch.journal --out seen-again
  launchwatch replay past-watch.journal --out seen-again --map
"""
)
@click.argument("plots", metavar="PLOTS")
@click.option("--sensors", metavar="FILE", help="The sensors that reported: sensors.json.")
@click.option("--out", metavar="DIR", help="Folder for what was said, as JSON lines.")
@click.option("--zones", metavar="FILE", help="GeoJSON with zones to judge besides ours.")
@click.option("--notices", metavar="FILE", help="Navigational warnings or NOTAMs in force.")
@click.option("--traffic", metavar="FILE", help="Ships and aircraft that reported meanwhile.")
@click.option("--settings", "settings_path", metavar="FILE", help="Settings, as TOML.")
@click.option(
    "--mode",
    type=click.Choice(["replay", "simulation", "exercise"]),
    default="replay",
    show_default=True,
    help="What everything that comes out is marked as.",
)
@click.option("--map", "on_map", is_flag=True, help="Serve the map of it until Ctrl-C.")
@click.option("--no-browser", is_flag=True, help="Open no browser on the map.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON.")
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def command(
    plots: str,
    sensors: str | None,
    out: str | None,
    zones: str | None,
    notices: str | None,
    traffic: str | None,
    settings_path: str | None,
    mode: str,
    on_map: bool,
    no_browser: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Run recorded plots, or a past watch's journal, through the watch again.

    PLOTS is a file of plots, one JSON object a line in order of arrival, plain or gzipped,
    or - for standard input; or the journal of a past watch, which holds its own sensors,
    settings and zones, and whose answers are compared with those of then. What comes out
    of a live watch's journal is marked as a replay.

    Ships and aircraft of --traffic are held against every fall area (hazards.jsonl): JSON lines,
    AIS sentences or Mode S frames, each with the time at which it was heard.

    With --map the map is served on this machine while it runs and then until Ctrl-C, to be looked
    at moment by moment; what it showed is kept in DIR/scene, for `launchwatch show DIR --html`.

    At the end each launch's flight is fitted to all its plots at once, which tells more of
    its launch than was known while it flew (flights.jsonl).
    """
    from launchwatch.journalfile import is_journal

    # What was read of a pipe here would be missing later.
    if plots != "-" and Path(plots).is_file() and is_journal(Path(plots)):
        browser = not no_browser if on_map else None
        return _repeat(Path(plots), out, browser, as_json=as_json, quiet=quiet)
    if sensors is None or not out:
        missing = "--sensors FILE" if sensors is None else "--out DIR"
        absent = plots != "-" and not Path(plots).exists()
        also = f"; and there is no file {plots}, of plots or a journal" if absent else ""
        raise click.UsageError(f"{missing} is needed to replay plots, got none{also}")
    from launchwatch.edge.lines import Lines
    from launchwatch.edge.noticefile import announced
    from launchwatch.edge.replayfile import packets
    from launchwatch.edge.starting import engine_for
    from launchwatch.sensors.roster import read_roster
    from launchwatch.settings import Settings, read_settings

    roster = read_roster(sensors)
    settings = read_settings(settings_path) if settings_path else Settings()
    extra = _content(zones) if zones else b""
    chosen: Mode = mode  # type: ignore[assignment]  # one of click's choices
    stimuli: Iterator[Stimulus] = packets(plots, chosen)
    if notices:
        stimuli = announced(notices, stimuli, chosen)
    if traffic is not None:
        from launchwatch.edge.trafficfile import together, traffic_packets

        stimuli = together(stimuli, traffic_packets(traffic, chosen))
    with ExitStack() as stack:
        with _progress(quiet) as say, Lines(out) as lines:
            say(_READYING)
            engine = engine_for(roster, settings, extra, zones or "")
            steps: _Steps = ((stimulus, engine.handle(stimulus)) for stimulus in stimuli)
            seen = None
            if on_map:
                what = _about(Path(plots).name, chosen, roster, settings)
                seen = _on_map(stack, what, out, browser=not no_browser)
                steps = seen.following(steps)
            watched = _watch(steps, lines, engine.summary, say)
            flights = _fit(engine.flown(), lines, chosen, say)
        if not quiet:
            _tell(engine.summary(), watched, out, as_json=as_json)
            for line in flights:
                click.echo(line, err=as_json)
        if seen is not None:
            seen.linger()
    return 0


def _about(title: str, mode: "Mode", roster: Any, settings: Any) -> Any:
    from launchwatch.edge.web.showing import about

    return about(title, mode, roster, settings, speed=0.0)


def _on_map(stack: ExitStack, what: Any, out: str | None, *, browser: bool) -> "Shown":
    """Serve the map until the stack is unwound; what it showed goes into the output's folder."""
    from tempfile import TemporaryDirectory

    from launchwatch.edge.web.showing import shown

    folder = Path(out or stack.enter_context(TemporaryDirectory(prefix="launchwatch-map-")))
    say = lambda text: click.echo(text, err=True)  # noqa: E731 - as short as a name for it
    return stack.enter_context(shown(what, folder, say, browser=browser))


def _repeat(
    path: Path, out: str | None, browser: bool | None, *, as_json: bool, quiet: bool
) -> int:
    """Repeat a past watch; status 0 where its answers are those of then, else 1.

    Args:
        browser: whether to open one on the map; None: no map.
    """
    from launchwatch.edge.asreplay import AsReplay, as_replay
    from launchwatch.edge.lines import Lines
    from launchwatch.edge.starting import engine_of
    from launchwatch.journal import read_heading
    from launchwatch.repeating import Repetition
    from launchwatch.sensors.roster import roster_from_json
    from launchwatch.settings import settings_from_json

    heading = read_heading(path)
    settings = settings_from_json(heading.settings)
    replay = AsReplay(settings.warning)
    stack = ExitStack()
    seen = None
    if browser is not None:
        mode: Mode = "replay" if heading.mode == "live" else heading.mode
        what = _about(path.name, mode, roster_from_json(heading.sensors), settings)
        seen = _on_map(stack, what, out, browser=browser)

    with stack:
        with _progress(quiet) as say, Lines(out) if out else nullcontext() as lines:
            say(_READYING)
            repetition = Repetition(path, engine_of)

            def summary() -> "Summary | None":
                engine: Any = repetition.engine
                return None if engine is None else as_replay(engine.summary())

            steps: _Steps = ((step.stimulus, replay.marked(step.answers)) for step in repetition)
            if seen is not None:
                steps = seen.following(steps)
            watched = _watch(steps, lines, summary, say)
            flights: list[str] = []
            engine: Any = repetition.engine
            if lines is not None and engine is not None:
                so_far = engine.summary()
                flights = _fit(engine.flown(), lines, as_replay(so_far).mode, say)
        if not quiet:
            if (told := summary()) is not None:
                _tell(told, watched, out, as_json=as_json)
            for line in flights:
                click.echo(line, err=as_json)
            click.echo(repetition.verdict(), err=as_json)
        if seen is not None:
            seen.linger()
    return 0 if repetition.differing is None else 1


def _watch(
    steps: "Iterable[tuple[Stimulus, Iterable[Message]]]",
    lines: "Lines | None",
    summary: "Callable[[], Summary | None]",
    say: _Say,
) -> dict[str, float]:
    """Take every step and write what was said; give how long that took, and was."""
    from launchwatch.edge.clock import monotonic
    from launchwatch.edge.phrasing import clock_time
    from launchwatch.messages.packet import Packet

    def stop(*_: object) -> None:
        raise KeyboardInterrupt  # a service manager's stop is a person's Ctrl-C

    first = last = None
    count = 0
    start = monotonic()
    before = signal.signal(signal.SIGTERM, stop)
    try:
        for number, (stimulus, answers) in enumerate(steps):
            if lines is not None:
                for message in answers:
                    lines.write(message)
            if isinstance(stimulus, Packet):
                last = stimulus.received
                first = last if first is None else first
                count += 1
            if number % _BETWEEN == 0 and last is not None:
                say(f"{count:,} lines, {clock_time(last)}")
    except KeyboardInterrupt:
        # What was seen so far is worth its summary.
        _sum_up(summary(), lines)
        raise
    finally:
        signal.signal(signal.SIGTERM, before)
    _sum_up(summary(), lines)
    took = monotonic() - start
    long = (last - first) / 1e9 if first is not None and last is not None else 0.0
    return {"stream_s": round(long, 3), "took_s": round(took, 3)}


def _fit(flown: "tuple[Flown, ...]", lines: "Lines", mode: "Mode", say: _Say) -> list[str]:
    """Fit every flight, write the records, and give a line about each."""
    if not flown:
        return []  # the fit and its kernels are loaded for those who need them
    from launchwatch.edge.flights import fitted, told

    found = []
    for one in fitted(flown, mode, say):
        if one.record is not None:
            lines.write(one.record)
        found.append(told(one))
    return found


def _sum_up(summary: "Summary | None", lines: "Lines | None") -> None:
    if summary is not None and lines is not None:
        lines.write(summary)


def _tell(summary: "Summary", watched: dict[str, float], out: str | None, *, as_json: bool) -> None:
    from launchwatch.edge.lines import contract_record
    from launchwatch.edge.toldwatch import told

    if as_json:
        click.echo(json.dumps(contract_record(summary) | watched, ensure_ascii=False))
        return
    for line in told(summary):
        click.echo(line)
    stream, took = watched["stream_s"], watched["took_s"]
    times = f", {stream / took:,.0f} times real time" if took > 0.0 else ""
    where = f"; written to {out}" if out else ""
    click.echo(f"{stream:,.0f} s of watch in {took:.1f} s{times}{where}")


class _progress:  # noqa: N801 - used like a function
    """A progress line on standard error where that is a terminal; else silence."""

    def __init__(self, quiet: bool) -> None:
        self._stack = ExitStack()
        self._shown = not quiet and sys.stderr.isatty()

    def __enter__(self) -> _Say:
        if not self._shown:
            return lambda _text: None
        from rich.console import Console

        status = self._stack.enter_context(Console(stderr=True).status("starting"))
        return status.update

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def _content(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SettingsError(f"{path}: the zones file cannot be read: {why}") from None
