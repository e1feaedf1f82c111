"""Showing a watch on the map: what commands need to serve it, and to open a browser on it."""

import os
import signal
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from launchwatch.assessment.userzones import UserZone, read_features
from launchwatch.edge.clock import Clock
from launchwatch.edge.player import time_of
from launchwatch.edge.scene.composer import About
from launchwatch.edge.scene.shapes import milliseconds
from launchwatch.edge.web import page
from launchwatch.edge.web.mapserver import MapServer
from launchwatch.edge.web.mapsettings import MapSettings
from launchwatch.edge.web.onefile import saved, write
from launchwatch.errors import SettingsError
from launchwatch.messages.packet import Mode, Packet, Stimulus
from launchwatch.messages.sensor import Contributor
from launchwatch.messages.wire import Message
from launchwatch.settings import Settings
from launchwatch.timescale import utc_from_instant

SCENE = "scene"
"""The folder, in that of a report, that keeps what the map showed."""

SAVED = "map.html"


def about(
    title: str,
    mode: Mode,
    sensors: Mapping[str, Contributor],
    settings: Settings,
    *,
    nation: str = "",
    speed: float | None = None,
    can_act: bool = False,
) -> About:
    """Say what holds for a whole watch; its name is the moment of its start."""
    moment = utc_from_instant(Clock().now(), 3)
    judged = settings.assessment
    return About(
        watch=f"{mode}-{moment}",
        title=title,
        mode=mode,
        sensors=sensors,
        nation=nation,
        claims=judged.claims,
        other_claims=tuple(other for other in judged.other_claims if other != judged.claims),
        protected=settings.warning.protected,
        speed=speed,
        can_act=can_act,
    )


def user_zones(path: Path | None) -> tuple[UserZone, ...]:
    """Read the zones that a user gave, to be shown; the watch has checked them.

    Raises:
        SettingsError: the file cannot be used.
    """
    if path is None:
        return ()
    try:
        features = msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError) as error:
        raise SettingsError(f"{path}: the zones file cannot be read: {error}") from None
    return read_features(features, str(path))


class Shown:
    """A replay's map while it is served."""

    def __init__(self, server: MapServer, say: Callable[[str], None]) -> None:
        self.server, self._say = server, say

    def tell(self, stimulus: Stimulus, answers: Iterable[Message]) -> None:
        """Hand one stimulus and what was said to it over; waits where the map falls behind."""
        self.server.feed.tell(time_of(stimulus), answers, may_wait=True)

    def following(
        self, steps: Iterable[tuple[Stimulus, Iterable[Message]]]
    ) -> Iterator[tuple[Stimulus, tuple[Message, ...]]]:
        """Pass steps of a replay on, and show each on the map."""
        for stimulus, said in steps:
            answers = tuple(said)
            self.tell(stimulus, answers)
            yield stimulus, answers

    def linger(self) -> None:
        """Go on serving what was shown until Ctrl-C or SIGTERM."""
        self.server.end_watch()
        over = threading.Event()
        before = signal.signal(signal.SIGTERM, lambda *_: over.set())
        self._say("the map is served until Ctrl-C")
        try:
            while not over.wait(0.5):
                pass
        except KeyboardInterrupt:
            pass
        finally:
            signal.signal(signal.SIGTERM, before)


@contextmanager
def shown(
    what: About, folder: Path, say: Callable[[str], None], *, browser: bool, port: int = 0
) -> Iterator[Shown]:
    """Serve a replay's map on this machine until the end of the block.

    What was shown is kept in ``folder/scene``, that of an earlier run replaced; the page with all
    of it in one file, ``folder/map.html``, where the page was built.

    Args:
        say: tells where it is served.
        browser: whether to open one on it, where there is a screen.
        port: 0 lets the system choose one.

    Raises:
        SettingsError: the port cannot be opened, or the record not kept.
    """
    scene = folder / SCENE
    for old in scene.glob("*.jsonl.gz"):
        old.unlink(missing_ok=True)
    server = MapServer(what, MapSettings(port=port, record=scene))
    address = server.start()
    try:
        say(f"map: {address}")
        if browser and has_screen():
            webbrowser.open(address)
        yield Shown(server, say)
    finally:
        server.stop()
        if page.saved_page() is not None and server.record.segments:
            write(folder / SAVED, saved(server.record, server.layers, (what.claims,)))


def remember(server: MapServer, stimulus: Stimulus, answers: tuple[Message, ...]) -> None:
    """Hand over what a live watch says again while it begins; it may wait for the map."""
    server.feed.tell(time_of(stimulus), answers, may_wait=True)


def tell_live(server: MapServer, stimulus: Stimulus, answers: tuple[Message, ...]) -> None:
    """Hand one stimulus of a live watch over: it arrived when it was dated."""
    arrived = milliseconds(stimulus.received) if isinstance(stimulus, Packet) else None
    server.feed.tell(time_of(stimulus), answers, arrived)


def has_screen() -> bool:
    """Say whether a browser could be seen: not in a pipe, not on a machine without a display."""
    if not sys.stdout.isatty():
        return False
    if sys.platform.startswith("linux"):
        return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
    return True
