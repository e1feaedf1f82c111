"""Launches of the record flown again: simulated, watched and kept, so that the page replays them.

What `launchwatch demo` does, in a process of its own at low priority: the watch beside the map
never waits for it, and no code of the simulator runs inside a live watch. Its frames carry the mode
``simulation`` in their head like those of every simulation.
"""

import asyncio
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from launchwatch.edge.scene.record import Record
from launchwatch.errors import InputError

MODE = "simulation"

_SCENE = "scene"
"""Where a demo keeps what its map showed."""

_MOST = 8
"""Flights kept at once, some megabytes each; the oldest goes."""

_LONGEST_S = 900.0
"""A flight of an hour takes minutes to watch; beyond this something is wrong."""

_LOW_PRIORITY = 10


class _Flight:
    """One launch on its way: its process, and what came of it."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.folder, self.process = folder, process
        self.state, self.reason = "working", ""
        self.task: asyncio.Task[None] | None = None


class Started(NamedTuple):
    """What became of asking for a flight: its state, and whether the asking was in vain."""

    state: dict[str, Any]
    is_busy: bool


def command_of(launch_id: str, folder: Path) -> list[str]:
    """Give the command that flies a launch of the record and keeps what a map would show."""
    return [
        sys.executable, "-m", "launchwatch", "demo", "--launch", launch_id, "--speed", "0",
        "--no-browser", "--plain", "--json", "--out", str(folder),
    ]  # fmt: skip


class PastFlights:
    """The flights asked for, one at a time on its way. Used from the map's event loop.

    Args:
        command: gives what is run for a launch and a folder to write into.
    """

    def __init__(self, command: Callable[[str, Path], Sequence[str]] = command_of) -> None:
        self._command = command
        self._flights: dict[str, _Flight] = {}
        self._folder: Path | None = None

    def start(self, launch_id: str) -> Started:
        """Begin to fly a launch, unless it is on its way or done, or another is on its way."""
        known = self._flights.get(launch_id)
        if known is not None and known.state != "refused":
            return Started(self.state(launch_id), is_busy=False)
        if any(each.state == "working" for each in self._flights.values()):
            return Started(self.state(launch_id), is_busy=True)
        self._forget(launch_id)
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="launchwatch-past-"))
        folder = self._folder / launch_id
        process = subprocess.Popen(  # noqa: S603 - our own command, the launch's name from the record
            [*self._command(launch_id, folder)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        )  # fmt: skip
        with contextlib.suppress(OSError, AttributeError):  # where a system knows none
            os.setpriority(os.PRIO_PROCESS, process.pid, _LOW_PRIORITY)
        flight = self._flights[launch_id] = _Flight(folder, process)
        flight.task = asyncio.create_task(_followed(flight))
        return Started(self.state(launch_id), is_busy=False)

    def state(self, launch_id: str) -> dict[str, Any]:
        """Say how far a launch is: none, working, ready, refused with its reason."""
        flight = self._flights.get(launch_id)
        found: dict[str, Any] = {
            "id": launch_id, "mode": MODE, "state": flight.state if flight else "none",
            "reason": flight.reason if flight else "",
            "history": f"/api/record/{launch_id}/history",
        }  # fmt: skip
        if flight is not None and flight.state == "ready":
            with contextlib.suppress(OSError, msgspec.DecodeError):
                found["comparison"] = msgspec.json.decode(
                    (flight.folder / "comparison.json").read_bytes()
                )
        return found

    def record(self, launch_id: str) -> Record:
        """Give what the map of a flight showed, as far as it has come.

        Raises:
            InputError: it was not flown, or has shown nothing yet.
        """
        flight = self._flights.get(launch_id)
        if flight is None or not (flight.folder / _SCENE).is_dir():
            raise InputError(
                f"{launch_id} has no flight to show: POST /api/record/{launch_id}/flight begins one"
            )
        return Record(flight.folder / _SCENE)

    def index(self, launch_id: str) -> dict[str, Any]:
        """List the segments of a flight, as ``/api/history`` lists those of the watch."""
        segments = [msgspec.structs.asdict(each) for each in self.record(launch_id).index()]
        return {"watch": f"{MODE}-{launch_id}", "segments": segments}

    async def close(self) -> None:
        """End what is on its way, and remove what was kept."""
        for flight in self._flights.values():
            with contextlib.suppress(ProcessLookupError):
                flight.process.kill()
        tasks = [each.task for each in self._flights.values() if each.task is not None]
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _forget(self, launch_id: str) -> None:
        """Drop an earlier attempt, and the oldest flights beyond the bound."""
        self._flights.pop(launch_id, None)
        while len(self._flights) >= _MOST:
            oldest = self._flights.pop(next(iter(self._flights)))
            shutil.rmtree(oldest.folder, ignore_errors=True)


async def _followed(flight: _Flight) -> None:
    """Wait for a flight's process, and keep what came of it."""
    try:
        _, said = await asyncio.to_thread(flight.process.communicate, timeout=_LONGEST_S)
    except subprocess.TimeoutExpired:
        flight.process.kill()
        _, said = await asyncio.to_thread(flight.process.communicate)
        said = b"it took too long, and was ended"
    if flight.process.returncode == 0:
        flight.state = "ready"
        return
    lines = [line for line in said.decode("utf-8", "replace").splitlines() if line.strip()]
    flight.reason = lines[-1].strip()[:500] if lines else "the simulation ended without a word"
    flight.state = "refused"
