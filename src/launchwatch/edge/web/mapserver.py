"""The map's server: a thread of its own with an event loop of its own, beside the watch.

::

    watch -> tell() -> queue -> | composer -> hub -> sockets
                                |     +----> record (folder) -> /api/at, /api/history
                                | layers, page
    operators' decisions <------+ /api/approve, /api/cancel

Only the queue is shared with the watch: however slow readers, disk or compression are, the watch
goes on as without a map.
"""

import asyncio
import contextlib
import logging
import secrets
import socket
import tempfile
import threading
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import msgspec
import uvicorn

from launchwatch.edge.clock import Clock, unix_ms
from launchwatch.edge.scene.composer import About, Composer, encode
from launchwatch.edge.scene.record import Record
from launchwatch.edge.web.acting import Decide
from launchwatch.edge.web.guarding import LOOPBACK, Guard
from launchwatch.edge.web.hub import Hub
from launchwatch.edge.web.layers import Layers
from launchwatch.edge.web.mapsettings import MapSettings
from launchwatch.edge.web.pastflights import PastFlights
from launchwatch.edge.web.routes import application
from launchwatch.edge.web.scenefeed import SceneFeed
from launchwatch.errors import SettingsError
from launchwatch.timescale import Instant

_log = logging.getLogger(__name__)

_MOST_CONNECTIONS = 200
"""At once; more are answered 503. A control room has ten screens."""

_TOKEN_BYTES = 24

_PATIENCE_S = 10.0
"""Seconds that the watch, ending, waits for the map."""

_LAST_WORDS_S = 0.2
"""Seconds that readers have to get the last frames before the door shuts."""


class MapServer:
    """One watch's map. Make it, `start` it, `feed.tell` it what is said, `stop` it.

    Args:
        decide: takes operators' decisions; None where there are none to take.
        layers: the still layers; the built-in ones without.
        past: flies launches of the record again.
    """

    def __init__(
        self,
        about: About,
        settings: MapSettings | None = None,
        *,
        decide: Decide | None = None,
        layers: Layers | None = None,
        past: PastFlights | None = None,
    ) -> None:
        self.settings = settings or MapSettings()
        self.mode = about.mode
        self.decide = decide
        self.layers = layers or Layers()
        self.past = past or PastFlights()
        self.token = self.settings.token
        if not self.token and self.settings.address not in LOOPBACK:
            self.token = secrets.token_urlsafe(_TOKEN_BYTES)
        self._composer = Composer(about)
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        if self.settings.record is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="launchwatch-map-")
        folder = self.settings.record or Path(self._temporary.name if self._temporary else "")
        self.record = Record(folder, self.settings.record_bytes)
        self._watch = about.watch
        self._clock = Clock()
        self.hub: Hub
        self.feed: SceneFeed
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event
        self._socket: socket.socket | None = None
        self._is_up = threading.Event()
        self._fault: BaseException | None = None

    def start(self) -> str:
        """Open the port and begin to serve; give the address for a browser, token and all.

        Raises:
            SettingsError: the port cannot be opened.
        """
        self._socket = _bound(self.settings)
        self._thread = threading.Thread(target=self._run, name="map", daemon=True)
        self._thread.start()
        self._is_up.wait()
        if self._fault is not None:
            raise SettingsError(f"the map cannot be served: {self._fault}")
        return self.url

    @property
    def url(self) -> str:
        """The address for a browser; the token stands behind the #, which browsers send nowhere."""
        port = self._socket.getsockname()[1] if self._socket is not None else self.settings.port
        host = self.settings.names[0] if self.settings.names else self.settings.address
        if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
            host = socket.gethostname()
        host = f"[{host}]" if ":" in host else host
        scheme = "https" if self.settings.certificate else "http"
        return f"{scheme}://{host}:{port}/" + (f"#token={self.token}" if self.token else "")

    def stop(self) -> None:
        """Serve what was said to the end, then close."""
        if self._thread is None:
            return
        self.feed.end()
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # it has ended by itself
                self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(_PATIENCE_S)
        self._thread = None
        if self._temporary is not None:
            self._temporary.cleanup()

    def end_watch(self) -> None:
        """Say that the watch is over, and go on serving what it said until stopped."""
        self.feed.end()

    # What the routes ask for (`routes.Source`).

    def now(self) -> Instant:
        """Give the time by the server's clock."""
        return self._clock.now()

    def follow(self, watch: str, sequence: int) -> AsyncIterator[str]:
        """Give frames after one, as they come."""
        return self.hub.follow(watch, sequence)

    def index(self) -> dict[str, Any]:
        """Describe the record's segments."""
        return {
            "watch": self._watch,
            "segments": [msgspec.structs.asdict(each) for each in self.record.index()],
        }

    async def segment(self, number: int) -> tuple[bytes, bool]:
        """Give one segment, gzip, and whether it is open still."""
        is_open = any(each.number == number and each.is_open for each in self.record.index())
        return self.record.content(number), is_open

    async def at(self, time_ms: int) -> bytes:
        """Give the full frame of a past moment, as JSON."""
        return self.record.at(time_ms)

    def alert(self, document: str) -> str | None:
        """Give the text of a CAP document."""
        return self.feed.alerts.get(document)

    def _whole(self) -> str:
        return encode(self._composer.whole(unix_ms())).decode()

    def _run(self) -> None:
        try:
            if self._socket is not None:
                asyncio.run(self._serve(self._socket))
        except BaseException as error:  # noqa: BLE001 - told to whoever waits, else logged
            self._fault = error
            if self._is_up.is_set():
                _log.exception("the map's server ended")
        finally:
            self._is_up.set()

    async def _serve(self, bound: socket.socket) -> None:
        self._stopping = asyncio.Event()
        self.hub = Hub(self._watch, self._whole)
        self.feed = SceneFeed(self._composer, self.hub, self.record)
        settings = self.settings
        hosts = (*LOOPBACK, settings.address, *settings.names)
        if settings.address in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
            hosts = (*LOOPBACK, socket.gethostname(), *settings.names)
        config = uvicorn.Config(
            Guard(application(self), tuple(dict.fromkeys(hosts)), self.token),
            log_config=None,
            log_level="warning",  # below, sockets' messages would be logged, the token in them
            access_log=False,
            server_header=False,
            date_header=False,
            lifespan="off",
            ws="websockets-sansio",
            ws_max_size=4096,
            http="h11",
            limit_concurrency=_MOST_CONNECTIONS,
            timeout_graceful_shutdown=1,
            ssl_certfile=settings.certificate,
            ssl_keyfile=settings.key,
        )
        server = uvicorn.Server(config)
        self._loop = asyncio.get_running_loop()
        composing = asyncio.create_task(self.feed.run())
        serving = asyncio.create_task(server.serve(sockets=[bound]))
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        self._is_up.set()
        stopping = asyncio.create_task(self._stopping.wait())
        await asyncio.wait((stopping, serving), return_when=asyncio.FIRST_COMPLETED)
        await composing
        self.layers.close()
        await self.past.close()
        self.hub.end()
        await asyncio.sleep(_LAST_WORDS_S)
        server.should_exit = True
        stopping.cancel()
        await serving


def _bound(settings: MapSettings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.address else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((settings.address, settings.port))
    except (OSError, OverflowError) as error:
        bound.close()
        raise SettingsError(
            f"map: {settings.address} port {settings.port} cannot be listened on: {error}"
        ) from None
    return bound
