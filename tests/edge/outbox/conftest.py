"""An outbox for the tests: keys, a warning to send, and real servers that receive it."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from msgspec.structs import replace

from launchwatch.edge.clock import Clock
from launchwatch.edge.outbox.channel import Channel
from launchwatch.edge.outbox.config import OutboxConfig, OutboxTable
from launchwatch.edge.outbox.keymaking import (
    make_operator_key,
    make_signing_key,
    read_operator_key,
)
from launchwatch.edge.outbox.knocking import signed
from launchwatch.edge.outbox.outbox import Outbox
from launchwatch.messages.fallarea import ZoneProbability
from launchwatch.messages.packet import Decision
from launchwatch.messages.warning import Warning  # noqa: A004 - the field's word
from launchwatch.timescale import instant_after
from launchwatch.warning.issuing import Issuer
from launchwatch.warning.settings import Operator, Settings

PEOPLE = ("Kim", "Ito")


class Receiver:
    """An HTTP server that takes documents: quickly, only when allowed to, or not at all."""

    def __init__(self, status=200):
        self.got, self.status, self.count = [], status, threading.Semaphore(0)
        self.open = threading.Event()
        self.open.set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                outer.got.append((dict(self.headers), body))
                outer.count.release()
                outer.open.wait(10)
                try:
                    self.send_response(outer.status)
                    self.end_headers()
                    self.wfile.write(b"taken")
                except OSError:
                    pass  # whoever asked has gone

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/cap"
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()

    def documents(self):
        return [headers["X-Launchwatch-Document"] for headers, _ in self.got]

    def close(self):
        self.open.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def receiver():
    made = []

    def make(status=200):
        made.append(Receiver(status))
        return made[-1]

    yield make
    for each in made:
        each.close()


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    """A folder with the signing keys of live and drill, and two operators' keys."""
    folder = tmp_path_factory.mktemp("keys")
    now = Clock().now()
    for purpose in ("live", "drill"):
        make_signing_key(folder, purpose, "test", now)
    for name in PEOPLE:
        make_operator_key(folder / f"{name}.pem")
    return folder


@pytest.fixture
def operators(keys):
    from launchwatch.edge.outbox.keymaking import public_hex

    return tuple(
        Operator(name=name, key=public_hex(read_operator_key(keys / f"{name}.pem")))
        for name in PEOPLE
    )


def channel(name, kind, address, **more):
    return Channel(name=name, mode="exercise", kind=kind, address=str(address), **more)


class Desk:
    """An outbox, what the engine would say to it, and people who decide."""

    def __init__(self, folder: Path, keys: Path, operators, channels, mode="exercise"):
        self.folder, self.keys, self.mode = folder, keys, mode
        self.settings = Settings(operators=operators)
        self.issuer = Issuer(self.settings)
        self.alarms = []
        purpose = "live" if mode == "live" else "drill"
        self.config = OutboxConfig(
            mode=mode,
            table=OutboxTable(
                path=folder / "outbox", key=keys / f"{purpose}.key",
                certificate=keys / f"{purpose}.crt", door=folder / "door",
            ),
            channels=tuple(replace(each, mode=mode) for each in channels),
        )  # fmt: skip
        self.clock = Clock()
        self.start = self.clock.now()
        self.open()

    def open(self):
        self.outbox = Outbox(
            self.config, self.settings, self.clock, lambda *told: self.alarms.append(told)
        )

    def warning(self, revision=1, action="alert", severity="public", reasons=("renewed",)):
        return Warning(
            warning_id=f"L1-{severity}", revision=revision, launch_id="L1", mode=self.mode,
            time=instant_after(self.start, 10.0 * revision), action=action, severity=severity,
            region=((((140.0, 40.0), (142.0, 40.0), (142.0, 42.0), (140.0, 40.0)),),),
            fall_time=instant_after(self.start, 400.0), fall_time_sigma_s=5.0,
            zones=(ZoneProbability(zone="JPN-land", kind="land", probability=0.4),),
            reasons=reasons,
            next_update=None if action in ("cancel", "all-clear")
            else instant_after(self.start, 30.0 + 10.0 * revision),
        )  # fmt: skip

    def say(self, *args, **kwargs):
        """Have the engine say a warning, and the outbox take what follows."""
        warning = self.warning(*args, **kwargs)
        said = [warning, *self.issuer.issue(warning)]
        self.outbox.take(said)
        return said

    def decide(self, name, action="approve", warning_id="L1-public", **more):
        draft = next((one for one in self.outbox.ledger.drafts()), None)
        now = self.clock.now()
        decision = Decision(
            time=now, mode=self.mode, operator=name, action=action, warning_id=warning_id,
            revision=1, signed=now,
            **({"document": draft.document, "digest": draft.digest} if draft else {}), **more,
        )  # fmt: skip
        return signed(decision, read_operator_key(self.keys / f"{name}.pem"))

    def release(self):
        """Warn the public, with both people's consent."""
        self.say()
        for name in PEOPLE:
            self.outbox.take(self.issuer.approve(self.decide(name)))
        return self.outbox.ledger.entries()[-1]


@pytest.fixture
def desk(tmp_path, keys, operators):
    made = []

    def make(*channels, mode="exercise", folder=tmp_path):
        made.append(Desk(folder, keys, operators, channels, mode))
        return made[-1]

    yield make
    for each in made:
        each.outbox.ledger.close()
