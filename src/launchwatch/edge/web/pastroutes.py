"""Routes of the launches of the past: flying one again, and the frames that came of it."""

import asyncio
from collections.abc import Awaitable, Callable

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from launchwatch.edge.web.pastflights import PastFlights
from launchwatch.edge.web.recorded import is_recorded
from launchwatch.errors import InputError

Answer = Callable[[Request], Awaitable[Response]]


def past_routes(past: PastFlights, named: Callable[[Answer], Answer]) -> list[Route]:
    """Give the routes below ``/api/record/LAUNCH``.

    Args:
        named: turns what is refused into an answer that names it.
    """
    given = _Answers(past)
    below = "/api/record/{launch}"
    return [
        Route(f"{below}/flight", named(given.fly), methods=["POST"]),
        Route(f"{below}/flight", named(given.state)),
        Route(f"{below}/history", named(given.history)),
        Route(f"{below}/history/{{number:int}}", named(given.segment)),
        Route(f"{below}/at", named(given.at)),
    ]


class _Answers:
    """The answers, each to one path."""

    def __init__(self, past: PastFlights) -> None:
        self._past = past

    async def fly(self, request: Request) -> Response:
        """Begin to fly a launch: 202 while it is on its way, 200 where it is done."""
        launch = await _launch_of(request)
        state, is_busy = self._past.start(launch)
        if is_busy:
            detail = "another launch is on its way; one is flown at a time"
            return _json(state | {"reason": detail}, 503)
        return _json(state, 202 if state["state"] == "working" else 200)

    async def state(self, request: Request) -> Response:
        """Say how far it is."""
        return _json(self._past.state(await _launch_of(request)))

    async def history(self, request: Request) -> Response:
        """List the segments of its frames."""
        launch = await _launch_of(request)
        return _json(await asyncio.to_thread(self._past.index, launch))

    async def segment(self, request: Request) -> Response:
        """Give one segment as it lies on disk."""
        record = self._past.record(await _launch_of(request))
        content = await asyncio.to_thread(record.content, request.path_params["number"])
        headers = {"content-encoding": "gzip"}
        return Response(content, media_type="application/jsonl", headers=headers)

    async def at(self, request: Request) -> Response:
        """Give the scene as that watch knew it at a moment."""
        text = request.query_params.get("time_ms", "")
        if not text.lstrip("-").isdecimal() or len(text) > 18:
            raise InputError(f"time_ms must be whole milliseconds, got {text[:40]!r}")
        record = self._past.record(await _launch_of(request))
        content = await asyncio.to_thread(record.at, int(text))
        return Response(content, media_type="application/json")


async def _launch_of(request: Request) -> str:
    """Give the launch that a path names.

    Raises:
        InputError: the record has none of that name.
    """
    launch = str(request.path_params["launch"])
    if not await asyncio.to_thread(is_recorded, launch):
        raise InputError(f"the record has no launch {launch[:60]!r}; /api/record lists them")
    return launch


def _json(value: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")
