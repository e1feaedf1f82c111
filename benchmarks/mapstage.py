"""A watch on this machine whose map can be looked at: for measuring and for pictures.

What the watch says of a built-in scenario is worked out once, then told to a map's server up to
any second, or at the pace of real time.
"""

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from launchwatch.cli.demo import _reports, _stimuli
from launchwatch.edge.clock import unix_ms
from launchwatch.edge.player import time_of
from launchwatch.edge.scene.composer import About
from launchwatch.edge.trafficfile import together
from launchwatch.edge.web.mapserver import MapServer
from launchwatch.edge.web.mapsettings import MapSettings
from launchwatch.engine import Engine, ready
from launchwatch.settings import Settings
from launchwatch.simulate import observe, truth
from launchwatch.simulate.scenario import Scenario, load

CHROMIUM = os.environ.get("LAUNCHWATCH_CHROMIUM") or shutil.which("chromium") or ""

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
)


class Recording(NamedTuple):
    """What a watch said: (time, messages), in order."""

    scenario: Scenario
    said: list[tuple[Any, tuple[Any, ...]]]


def recorded(name: str) -> Recording:
    """Run a built-in scenario through the watch, as fast as it goes."""
    scenario = load(name)
    bodies = truth.bodies(scenario, 1)
    arrivals = observe.arrivals(scenario, 1, bodies)
    ready()
    engine = Engine(scenario.sensors, Settings())
    stimuli = together([*_stimuli(arrivals, name)], _reports(scenario, 1))
    return Recording(scenario, [(time_of(each), engine.handle(each)) for each in stimuli])


class Staged:
    """A recording on a map's server; it goes on when told to."""

    def __init__(self, recording: Recording) -> None:
        scenario, self._said = recording
        settings = Settings()
        self._start = scenario.start
        self._next = 0
        self._folder = tempfile.TemporaryDirectory(prefix="launchwatch-stage-")
        about = About(
            watch="stage",
            title=scenario.title,
            mode="simulation",
            sensors=scenario.sensors,
            claims=settings.assessment.claims,
            other_claims=settings.assessment.other_claims,
            protected=settings.warning.protected,
            speed=1.0,
        )
        self.server = MapServer(about, MapSettings(port=0, record=Path(self._folder.name)))

    def __enter__(self) -> "Staged":
        self.server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.stop()
        self._folder.cleanup()

    @property
    def url(self) -> str:
        """Where the page is."""
        return self.server.url

    @property
    def second(self) -> float:
        """How far the recording has been told, seconds since its start."""
        time: int = self._said[min(self._next, len(self._said) - 1)][0]
        return (time - self._start) / 1e9

    def until(self, second: float) -> None:
        """Tell everything up to a second of the recording."""
        while self._next < len(self._said) and self.second <= second:
            time, messages = self._said[self._next]
            self._next += 1
            self.server.feed.tell(time, messages, unix_ms(), may_wait=True)
