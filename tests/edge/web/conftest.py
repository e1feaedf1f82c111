"""A rehearsed launch, and a map's server on this machine that shows it."""

import json
import urllib.error
import urllib.request
from contextlib import ExitStack, contextmanager
from types import SimpleNamespace

import pytest
from websockets.sync.client import connect

from launchwatch import rehearsal
from launchwatch.edge.player import time_of
from launchwatch.edge.scene.composer import About
from launchwatch.edge.web.mapserver import MapServer, MapSettings
from launchwatch.engine import Engine


@pytest.fixture(scope="session")
def said():
    """Give what the watch says of the rehearsed launch: (time, messages), in order."""
    engine = Engine(rehearsal.SENSORS)
    return [(time_of(each), engine.handle(each)) for each in rehearsal.stimuli()]


@pytest.fixture
def about():
    return About(
        watch="test", title="a rehearsed launch", mode="simulation", sensors=rehearsal.SENSORS
    )


@pytest.fixture
def serve(about, tmp_path):
    """Start servers that end with the test; `serve(port=0, ...)`, settings by name."""
    with ExitStack() as stack:

        def start(decide=None, past=None, **settings):
            settings = {"port": 0, "record": tmp_path / "scene"} | settings
            server = MapServer(about, MapSettings(**settings), decide=decide, past=past)
            server.start()
            stack.callback(server.stop)
            return server

        yield start


def origin_of(server):
    return server.url.partition("/#")[0].rstrip("/")


def get(server, path, method="GET", body=None, **headers):
    """Ask a server; give status, headers and body."""
    asked = urllib.request.Request(
        origin_of(server) + path,
        headers={name.replace("_", "-"): value for name, value in headers.items()},
        method=method,
        data=body,
    )
    try:
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return SimpleNamespace(status=answer.status, headers=answer.headers, body=answer.read())
    except urllib.error.HTTPError as error:
        return SimpleNamespace(status=error.code, headers=error.headers, body=error.read())


@contextmanager
def follow(server, hello=None, **options):
    """Open the socket and say what is wanted."""
    address = origin_of(server).replace("http", "ws") + "/api/scene"
    with connect(address, **options) as socket:
        socket.send(hello if isinstance(hello, str) else json.dumps(hello or {}))
        yield socket


def frames_until(socket, is_last, wait=20):
    """Give the frames of a socket up to the first that is wanted."""
    found = []
    while not found or not is_last(found[-1]):
        found.append(json.loads(socket.recv(timeout=wait)))
    return found
