"""Saving a watch that is over as one HTML file: from the map's record, or else from its journal."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from launchwatch.edge.asreplay import AsReplay
from launchwatch.edge.player import time_of
from launchwatch.edge.scene.composer import Composer, encode
from launchwatch.edge.scene.record import Record, kept_in
from launchwatch.edge.scene.shapes import milliseconds
from launchwatch.edge.starting import engine_of
from launchwatch.edge.web.layers import Layers
from launchwatch.edge.web.onefile import saved
from launchwatch.edge.web.showing import SCENE, about
from launchwatch.errors import InputError
from launchwatch.journal import read_heading
from launchwatch.journalfile import is_journal
from launchwatch.repeating import Repetition
from launchwatch.sensors.roster import roster_from_json
from launchwatch.settings import settings_from_json
from launchwatch.timescale import SECOND

JOURNAL = "watch.journal"


def page_of(watch: Path, say: Callable[[str], None]) -> str:
    """Give a past watch as HTML that needs nothing else.

    Args:
        watch: a folder of a demo or replay, the map's own record in one, or a journal, which is
            repeated as far as it goes.

    Raises:
        InputError: there is nothing of the kind there, or the page was not built.
    """
    for folder in (watch, watch / SCENE):
        if folder.is_dir() and kept_in(folder):
            return saved(Record(folder), Layers(), _claims(Record(folder)))
    journal = watch / JOURNAL if watch.is_dir() else watch
    if not journal.is_file() or not is_journal(journal):
        raise InputError(
            f"{watch}: holds neither a map's record ({SCENE}/) nor a journal ({JOURNAL}); "
            "replay it with --map first"
        )
    with TemporaryDirectory(prefix="launchwatch-map-") as temporary:
        record = Record(Path(temporary))
        say(f"repeating {journal}")
        _repeat(journal, record)
        return saved(record, Layers(), _claims(record))


def _repeat(journal: Path, record: Record) -> None:
    """Repeat a journal and record what its map would have shown, second by second."""
    heading = read_heading(journal)
    settings = settings_from_json(heading.settings)
    marked = AsReplay(settings.warning).marked
    mode = "replay" if heading.mode == "live" else heading.mode
    sensors = roster_from_json(heading.sensors)
    composer = Composer(about(journal.stem, mode, sensors, settings, speed=0.0))
    second = 0
    for step in Repetition(journal, engine_of):
        time = time_of(step.stimulus)
        if second and time // SECOND > second:
            keep(composer, record)
        second = max(second, time // SECOND)
        composer.take(time, marked(step.answers))
    composer.end()
    keep(composer, record)
    record.close()


def keep(composer: Composer, record: Record) -> None:
    """Cut a frame and put it into a record, whole where that is due."""
    if composer.now is None:
        return
    made_ms = milliseconds(composer.now)
    frame = composer.cut(made_ms)
    if frame is not None:
        full = record.is_due
        line = encode(composer.whole(made_ms) if full else frame)
        record.write(line, made_ms, full=full)


def _claims(record: Record) -> tuple[str, ...]:
    """Read from the record by which claim set its watch judged."""
    if not record.segments:
        return ()
    return (record.head().claims,)
