"""How a watch begins: a journal made or gone on with, and an engine that remembers.

An existing journal is read and proven from end to end, at about 300,000 entries a second. On the
way it is learnt how far each feed had come and which stimuli were recorded but perhaps not
answered. The engine then meets the recent part again. Why not all: eight busy hours take
minutes; why two hours by default: no flight lasts so long (the longest lofted test flights on
record lasted under 90 minutes), so a flight in progress is known as before.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import Struct

from launchwatch import __version__
from launchwatch.edge.config import Config
from launchwatch.edge.thinning import Thinning
from launchwatch.errors import SettingsError
from launchwatch.journal import (
    ANSWERS,
    STIMULUS,
    Heading,
    Journal,
    answers_in,
    read,
    read_entries,
    stimulus_in,
)
from launchwatch.messages.packet import Packet, Stimulus
from launchwatch.messages.sensor import Contributor
from launchwatch.messages.wire import Message
from launchwatch.repeating import Handler
from launchwatch.sensors import flooding
from launchwatch.sensors.admission import rations_of
from launchwatch.sensors.roster import read_roster, roster_from_json, roster_json
from launchwatch.settings import Settings, read_settings, settings_from_json, settings_json
from launchwatch.timescale import SECOND, Instant
from launchwatch.walcheck import damage_in_log

if TYPE_CHECKING:
    from launchwatch.engine import Engine

_LARGEST_ZONES = 256 * 1024 * 1024


class Start(Struct, frozen=True, kw_only=True):
    """A watch that is about to begin.

    Attributes:
        lines: the number of each feed's last line in the journal.
        last: the payload of that line.
        sensors: what is used of each of those listed, for the door.
        unsaid: what was recorded and perhaps not answered before the end, and its answers.
    """

    journal: Journal
    engine: Handler
    lines: dict[str, int]
    last: dict[str, bytes]
    sensors: dict[str, Thinning]
    unsaid: tuple[tuple[int, Stimulus, tuple[Message, ...]], ...]


def begin(
    config: Config,
    build: Callable[[Heading], Handler],
    now: Instant,
    say: Callable[[str], None],
    remember: Callable[[Stimulus, tuple[Message, ...]], None] = lambda _stimulus, _answers: None,
) -> Start:
    """Open the journal and bring the engine to where it was.

    Args:
        remember: takes what is said again on the way there, for a picture of the watch.

    Raises:
        SettingsError: the sensors, the settings or the zones cannot be used.
        JournalError: the journal cannot be begun or gone on with.
    """
    heading = heading_of(config, now)
    engine = build(heading)
    rations = rations_of(
        roster_from_json(heading.sensors), settings_from_json(heading.settings).sensors
    )
    sensors = {name: Thinning(ration) for name, ration in rations.items()}
    path = config.watch.journal
    if not path.exists():
        if not path.parent.is_dir():
            raise SettingsError(f"{path}: there is no folder for the journal")
        journal = Journal.create(path, heading)
        return Start(journal=journal, engine=engine, lines={}, last={}, sensors=sensors, unsaid=())
    # Each opening of the log may fold it in, so this is asked first.
    damage = damage_in_log(path)
    past = _Past(path, now - round(config.watch.rebuild_minutes * 60 * SECOND))
    if damage:
        say(f"{path}: {damage.text}")
    journal = Journal.resume(path, msgspec.structs.replace(heading, since=past.since))
    unsaid: list[tuple[int, Stimulus, tuple[Message, ...]]] = []
    if past.since:
        say(f"rebuilding from entry {past.since} of {journal.sequence - 1}")
        for sequence, stimulus in read(path, past.since):
            answers = tuple(engine.handle(stimulus))
            remember(stimulus, answers)
            if sequence in past.unanswered:
                unsaid.append((sequence, stimulus, answers))
    return Start(
        journal=journal,
        engine=engine,
        lines=past.lines,
        last=past.last,
        sensors=sensors,
        unsaid=tuple(unsaid),
    )


def heading_of(config: Config, now: Instant) -> Heading:
    """Gather what must be known to repeat a watch."""
    zones = b""
    if config.watch.zones is not None:
        try:
            with config.watch.zones.open("rb") as file:
                zones = file.read(_LARGEST_ZONES)
        except OSError as error:
            raise SettingsError(
                f"{config.watch.zones}: the zones file cannot be read: {error.strerror}"
            ) from None
    return Heading(
        version=__version__,
        mode=config.watch.mode,
        started=now,
        sensors=roster_json(read_roster(config.watch.sensors)),
        settings=settings_json(read_settings(config.path)),
        zones=zones,
    )


def engine_of(heading: Heading) -> Handler:
    """Build the engine that a heading describes, its kernels warm.

    Raises:
        SettingsError: the heading's sensors, settings or zones cannot be used.
    """
    return engine_for(
        roster_from_json(heading.sensors, "the roster"),
        settings_from_json(heading.settings),
        heading.zones,
    )


def engine_for(
    sensors: Mapping[str, Contributor],
    settings: Settings,
    zones: bytes,
    name: str = "the zones file",
) -> "Engine":
    """Build an engine, its kernels warm, that goes on behind its own faults.

    Args:
        zones: the user's, as GeoJSON; empty without.
        name: of the zones file, for errors.

    Raises:
        SettingsError: the zones cannot be used.
    """
    # The science is slow to load; a configuration that cannot be used is refused before.
    from launchwatch import engine
    from launchwatch.assessment.zones import Zones

    judged = Zones.built_in(settings.assessment.claims, settings.assessment.other_claims)
    if zones:
        judged = judged.with_features(_collection(zones, name), name)
    engine.ready(judged)
    return engine.Engine(sensors, settings, zones=judged, contain=True)


def _collection(content: bytes, name: str) -> dict[str, Any]:
    """Read the JSON of a GeoJSON file; what it means, the zones check."""
    try:
        found = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError(f"{name}: the zones file must be GeoJSON: {error}") from None
    if not isinstance(found, dict):
        raise SettingsError(f"{name}: the zones file must be a GeoJSON FeatureCollection")
    return found


class _Past:
    """What a journal tells about the watch before."""

    def __init__(self, path: Path, recent: int) -> None:
        self.lines: dict[str, int] = {}
        self.last: dict[str, bytes] = {}
        self.since = 0
        self.unanswered: set[int] = set()
        for entry in read_entries(path):
            if entry.kind == STIMULUS:
                stimulus = stimulus_in(path, entry)
                if isinstance(stimulus, Packet):
                    # Lines of different sensors need not be recorded in order.
                    line = stimulus.line
                    if stimulus.format == flooding.FORMAT:
                        line = flooding.decode(stimulus.payload).last_line
                    if line > self.lines.get(stimulus.source, 0):
                        self.lines[stimulus.source] = line
                        self.last[stimulus.source] = stimulus.payload
                    time = stimulus.received
                else:
                    time = stimulus.time
                if not self.since and time >= recent:
                    self.since = entry.sequence
                self.unanswered.add(entry.sequence)
            elif entry.kind == ANSWERS:
                self.unanswered.difference_update(
                    sequence for sequence, _ in answers_in(path, entry)
                )
