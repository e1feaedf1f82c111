"""A real browser, and a watch on this machine that it looks at.

The watch is the engine itself, fed with the simulated flight of a Friday as if it were now, second
by second as a test asks; two operators are listed, so that public warnings wait for them.
"""

import os
import shutil
import sys
import threading
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from launchwatch.edge.clock import Clock
from launchwatch.edge.player import time_of
from launchwatch.edge.scene.composer import About
from launchwatch.edge.web import page as built
from launchwatch.edge.web.mapserver import MapServer, MapSettings
from launchwatch.edge.web.pastflights import PastFlights
from launchwatch.engine import Engine
from launchwatch.messages.packet import Packet, Tick
from launchwatch.sensors.jsonplots import FORMAT
from launchwatch.settings import Settings
from launchwatch.simulate import observe, truth
from launchwatch.simulate.scenario import load
from launchwatch.timescale import SECOND, Instant
from launchwatch.warning.settings import Operator

WEB = Path(__file__).parents[2] / "web"

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

SEEDS = {"Kim": bytes(range(32)), "Ito": bytes(range(32, 64))}
"""Secret keys of the operators: made up, and nobody's."""

DRAFTED_S = 125.0
"""Seconds since the first plot after which a public warning waits for people."""

_LAST_S = 200
"""Seconds that are simulated: until the motor has long burnt out."""


def public_key(name):
    return Ed25519PrivateKey.from_private_bytes(SEEDS[name]).public_key().public_bytes_raw().hex()


@pytest.fixture(scope="session")
def seeds():
    return SEEDS


@pytest.fixture(scope="module")
def chromium():
    """Start Chromium, drawing with its processor.

    For one module at a time: Playwright keeps an event loop running in this thread, in which no
    other test could run its own.
    """
    path = os.environ.get("LAUNCHWATCH_CHROMIUM") or shutil.which("chromium")
    if path is None:
        pytest.skip("there is no chromium here (Debian: apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not built.is_built():
        pytest.skip("the map's page is not built (npm ci && npm run build in web/)")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def flight():
    """Give the stimuli of the first minutes since the first plot, and when that was."""
    scenario = load("friday")
    bodies = truth.bodies(scenario, 1)
    first = next(iter(observe.arrivals(scenario, 1, bodies)))[0]
    # The flight happens now: operators' signatures must be as young as what they sign.
    start = Instant(Clock().now() - int(DRAFTED_S) * SECOND)
    later = start - first
    scenario = replace(
        scenario, start=Instant(scenario.start + later), end=Instant(scenario.end + later)
    )
    packets = (
        Packet(
            source="friday", line=number, format=FORMAT, received=received, mode="simulation",
            payload=observe.encode(content),
        )
        for number, (received, content) in enumerate(
            observe.arrivals(scenario, 1, bodies), 1
        )
    )  # fmt: skip
    heard = takewhile(lambda packet: packet.received < start + _LAST_S * SECOND, packets)
    ticks = (
        Tick(time=Instant(start + second * SECOND), mode="simulation") for second in range(_LAST_S)
    )
    return SimpleNamespace(
        stimuli=sorted((*heard, *ticks), key=time_of), start=start, scenario=scenario
    )


def copying(shown, folder):
    """Give a command that stands for flying a launch again: the watch's own record so far."""
    program = "import shutil, sys; shutil.copytree(sys.argv[1], sys.argv[2])"
    return [sys.executable, "-c", program, str(shown), str(folder / "scene")]


class Stage:
    """A watch that goes on when a test asks it to, and its map."""

    def __init__(self, flight, folder):
        self._flight, self._folder = flight, folder
        self._runs = 0
        self._next = 0
        self._lock = threading.Lock()
        people = tuple(Operator(name=name, key=public_key(name)) for name in SEEDS)
        settings = Settings()
        self._settings = replace(settings, warning=replace(settings.warning, operators=people))
        self.engine = Engine(flight.scenario.sensors, self._settings)
        self._said = []
        self.server = self._serve(0)

    def _serve(self, port):
        self._runs += 1
        about = About(
            watch=f"run-{self._runs}",
            title=self._flight.scenario.title,
            mode="simulation",
            sensors=self._flight.scenario.sensors,
            can_act=True,
        )
        settings = MapSettings(port=port, record=self._folder / f"run-{self._runs}")
        past = PastFlights(lambda _launch, folder: copying(settings.record, folder))
        server = MapServer(about, settings, decide=self._decide, past=past)
        server.start()
        for time, messages in self._said:
            server.feed.tell(time, messages, may_wait=True)
        return server

    async def _decide(self, decision):
        with self._lock:
            answers = self.engine.handle(decision)
            self._tell(decision.time, answers)
            return answers

    def _tell(self, time, answers):
        self._said.append((time, answers))
        self.server.feed.tell(time, answers, may_wait=True)

    @property
    def url(self):
        return self.server.url

    def until(self, second):
        """Let the watch hear everything up to a second since the first plot."""
        last = self._flight.start + int(second * SECOND)
        with self._lock:
            while self._next < len(self._flight.stimuli):
                stimulus = self._flight.stimuli[self._next]
                if time_of(stimulus) > last:
                    break
                self._next += 1
                self._tell(time_of(stimulus), self.engine.handle(stimulus))

    @contextmanager
    def silence(self):
        """Let the server send nothing, as where a line is cut, and then go on."""
        hub = self.server.hub
        wake, hub._wake = hub._wake, lambda: None
        try:
            yield
        finally:
            hub._wake = wake

    def say(self, time, messages):
        """Let the watch say something besides."""
        self._tell(time, messages)

    def end(self):
        """End the watch's server."""
        self._port = int(self.server.url.rstrip("/").rpartition(":")[2])
        self.server.stop()

    def rise(self):
        """Start another run of it in the same place, which is told everything anew."""
        self.server = self._serve(self._port)


@pytest.fixture(scope="module")
def _stage(chromium, flight, tmp_path_factory):
    stage = Stage(flight, tmp_path_factory.mktemp("map"))
    yield stage
    stage.server.stop()


@pytest.fixture
def stage(_stage):
    """Give a watch that has a public warning waiting for two people, or later in its life."""
    _stage.until(DRAFTED_S)
    return _stage


@pytest.fixture
def own_stage(chromium, flight, tmp_path):
    """Give such a watch to one test alone: decisions are made now, and time does not run back."""
    stage = Stage(flight, tmp_path)
    stage.until(DRAFTED_S)
    yield stage
    stage.server.stop()


@pytest.fixture
def open_page(chromium):
    """Open pages that end with the test; `open_page(url, width=1440, ...)`."""
    opened = []

    def open_one(url, width=1440, height=900, **options):
        context = chromium.new_context(
            viewport={"width": width, "height": height}, locale="en-GB", **options
        )
        opened.append(context)
        page = context.new_page()
        page.asked, page.complaints = [], []
        page.on("request", lambda one: page.asked.append(one.url))
        page.on("pageerror", lambda one: page.complaints.append(str(one)))
        page.on(
            "console",
            lambda one: page.complaints.append(one.text) if one.type == "error" else None,
        )
        page.goto(url)
        page.wait_for_selector(".view[data-ready]", timeout=30_000)
        return page

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture(scope="module")
def axe():
    """Give the text of axe-core, which judges how accessible a page is."""
    for folder in ("node_modules/axe-core", "build"):
        file = WEB / folder / "axe.min.js"
        if file.is_file():
            return file.read_text(encoding="utf-8")
    pytest.skip("axe-core is not here: it comes with the build of the page")
