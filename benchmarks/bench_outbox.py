"""How soon a notice or a cancel is everywhere, with one receiver dead and one that hangs.

    python benchmarks/bench_outbox.py [--json]

Ten real HTTP servers on loopback take a notice, signed as CAP; then one operator's signed cancel
is sent from the ledger alone, with an eleventh channel at a port where nobody listens and a twelfth
whose server takes four seconds to answer. Told is the time from the watch's decision, and from the
operator's, to each receipt.
"""

import asyncio
import json
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
from msgspec.structs import replace

from launchwatch.edge.clock import Clock
from launchwatch.edge.outbox.channel import Channel
from launchwatch.edge.outbox.config import OutboxConfig, OutboxTable
from launchwatch.edge.outbox.keymaking import (
    make_operator_key,
    make_signing_key,
    public_hex,
    read_operator_key,
)
from launchwatch.edge.outbox.knocking import signed
from launchwatch.edge.outbox.outbox import Outbox
from launchwatch.messages.packet import Decision
from launchwatch.messages.warning import Warning  # noqa: A004 - the field's word
from launchwatch.timescale import Instant, instant_after, seconds_between
from launchwatch.warning.issuing import Issuer
from launchwatch.warning.settings import Operator, Settings

QUICK, ROUNDS, HANGS_S = 10, 20, 4.0
BOX = (((140.0, 40.0), (142.0, 40.0), (142.0, 42.0), (140.0, 40.0)),)


def server(delay: float) -> str:
    """Start a receiver that answers after so many seconds; give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(delay)
            try:
                self.send_response(200)
                self.end_headers()
            except OSError:
                return

        def log_message(self, *_: object) -> None:
            return

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.daemon_threads = True
    threading.Thread(target=made.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{made.server_address[1]}/"


def main() -> int:
    """Measure, and print a table."""
    addresses = {f"quick-{n}": server(0.0) for n in range(QUICK)}
    addresses |= {"dead": "http://127.0.0.1:9/", "hangs": server(HANGS_S)}
    waited: dict[str, dict[str, list[float]]] = {
        what: {name: [] for name in addresses} for what in ("decided", "cancelled")
    }
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(cancelled(Path(folder), addresses, waited))
    rows: list[dict[str, object]] = []
    for what, goal in (("decided", ""), ("cancelled", "5,000")):
        quick = np.concatenate([waited[what][f"quick-{n}"] for n in range(QUICK)]) * 1e3
        whole = f"{what} to receipt, one receiver dead, one hanging"
        for name, value in zip(
            ("median", "p99", "most"), np.percentile(quick, (50, 99, 100)), strict=True
        ):
            text = f"{whole}, {name} of {len(quick)}"
            rows.append({"what": text, "value": float(value), "unit": "ms", "goal": goal})
    if "--json" in sys.argv:
        print(json.dumps(rows))
    else:
        for row in rows:
            print(f"{row['what']:<72} {row['value']:8.1f} {row['unit']} {row['goal']}")
    return 0


async def cancelled(
    folder: Path, addresses: dict[str, str], waited: dict[str, dict[str, list[float]]]
) -> None:
    """Warn, cancel, and note how long each receipt took."""
    clock = Clock()
    now = clock.now()
    make_signing_key(folder, "drill", "bench", now)
    make_operator_key(folder / "kim.pem")
    make_operator_key(folder / "ito.pem")
    keys = {name: read_operator_key(folder / f"{name}.pem") for name in ("kim", "ito")}
    people = tuple(Operator(name=name, key=public_hex(key)) for name, key in keys.items())
    settings = Settings(operators=people)
    config = OutboxConfig(
        mode="exercise",
        table=OutboxTable(path=folder / "outbox", key=folder / "drill.key",
                          certificate=folder / "drill.crt", door=folder / "door"),
        channels=tuple(
            Channel(name=name, mode="exercise", kind="webhook", address=address)
            for name, address in addresses.items()
        ),
    )  # fmt: skip
    outbox = Outbox(config, settings, clock, lambda *_: None)
    warning = Warning(
        warning_id="L1-notice", revision=1, time=now, mode="exercise", launch_id="L1",
        action="alert", severity="notice", region=(BOX,), fall_time=instant_after(now, 400.0),
        fall_time_sigma_s=5.0, zones=(), reasons=("launch-probable 0.99",),
        next_update=instant_after(now, 30.0),
    )  # fmt: skip
    outbox.start()
    warned = clock.now()
    outbox.take([warning, *Issuer(settings).issue(warning)])
    outbox.wake()
    await settled(outbox, 1, len(addresses) - 2)
    note(outbox, 1, warned, waited["decided"])
    decided = clock.now()
    order = Decision(time=decided, mode="exercise", operator="kim", action="cancel",
                     warning_id="L1-notice", revision=1, signed=decided)  # fmt: skip
    entry = outbox.cancel(signed(replace(order), keys["kim"]))
    await settled(outbox, entry.number, len(addresses) - 2)
    note(outbox, entry.number, decided, waited["cancelled"])
    await outbox.stop(0.0)


def note(outbox: Outbox, number: int, begun: Instant, waited: dict[str, list[float]]) -> None:
    """Note how long each receipt of an entry took."""
    for told in outbox.ledger.deliveries(number):
        if told.status == "received":
            waited[told.channel].append(seconds_between(begun, told.changed))


async def settled(outbox: Outbox, number: int, wanted: int) -> None:
    """Wait until so many have a document."""
    while sum(one.status == "received" for one in outbox.ledger.deliveries(number)) < wanted:
        await asyncio.sleep(0.005)


if __name__ == "__main__":
    sys.exit(main())
