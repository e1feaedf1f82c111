"""Routes: what the map's server answers to which path."""

import asyncio
import contextlib
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Literal, Protocol

import msgspec
from msgspec import Struct
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from launchwatch.edge.web import page
from launchwatch.edge.web.acting import Decide, decision_of, outcome
from launchwatch.edge.web.guarding import is_same
from launchwatch.edge.web.layers import Layers
from launchwatch.edge.web.pastflights import PastFlights
from launchwatch.edge.web.pastroutes import past_routes
from launchwatch.edge.web.recorded import recorded
from launchwatch.errors import InputError
from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant

_HELLO_S = 10.0
"""Seconds that a socket has to say what it wants."""

_LONGEST_HELLO = 1_000
_LONGEST_BODY = 16_000

_UNAUTHORISED = 4401
_MALFORMED = 4400

_WORTH = 4_000
"""Bytes from which an answer is compressed: below, it fits into a packet or three anyway."""

_QUICK = 3
"""Level of compression of what is made anew for each asking: 6 takes twice as long for 5 % less."""

_FOREVER = "public, max-age=31536000, immutable"
_ASK = "no-cache"


class Hello(Struct, frozen=True, kw_only=True):
    """What a page says first on its socket; all of it may be left out."""

    token: str = ""
    watch: str = ""
    sequence: int = 0


class Source(Protocol):
    """Where routes find what they give."""

    mode: Mode
    token: str
    layers: Layers
    past: PastFlights

    def now(self) -> Instant:
        """Give the time by the server's clock."""

    def follow(self, watch: str, sequence: int) -> AsyncIterator[str]:
        """Give frames after one, as they come."""

    def index(self) -> dict[str, Any]:
        """Describe the record's segments."""

    async def segment(self, number: int) -> tuple[bytes, bool]:
        """Give one segment, gzip, and whether it is open still."""

    async def at(self, time_ms: int) -> bytes:
        """Give the full frame of a past moment, as JSON."""

    def alert(self, document: str) -> str | None:
        """Give the text of a CAP document."""

    decide: Decide | None


def application(source: Source) -> Starlette:
    """Give the application, not yet guarded."""
    given = _Answers(source)
    return Starlette(
        routes=[
            WebSocketRoute("/api/scene", given.scene),
            Route("/api/at", _named(given.at)),
            Route("/api/history", _named(given.history)),
            Route("/api/history/{number:int}", _named(given.segment)),
            Route("/api/layers", _named(given.layer_index)),
            Route("/api/layers/{name:path}", _named(given.layer)),
            Route("/api/record", _named(given.record)),
            *past_routes(source.past, _named),
            Route("/api/alerts/{document}", _named(given.alert)),
            Route("/api/approve", _named(given.approve), methods=["POST"]),
            Route("/api/cancel", _named(given.cancel), methods=["POST"]),
            Route("/{path:path}", _named(given.asset)),
        ]
    )


Answer = Callable[[Request], Awaitable[Response]]


def _named(answer: Answer) -> Answer:
    """Turn what is refused into an answer that names it."""

    async def guarded(request: Request) -> Response:
        try:
            return await answer(request)
        except InputError as error:
            return _json({"detail": str(error)}, 400)

    return guarded


class _Answers:
    """The answers, each to one path."""

    def __init__(self, source: Source) -> None:
        self._source = source

    async def scene(self, socket: WebSocket) -> None:
        """Follow the scene: frames from where the page stands, until either leaves."""
        await socket.accept()
        try:
            text = await asyncio.wait_for(socket.receive_text(), _HELLO_S)
            hello = _hello(text)
        except (TimeoutError, WebSocketDisconnect, KeyError):
            await _close(socket, _MALFORMED, "a page must say what it wants first")
            return
        except InputError as error:
            await _close(socket, _MALFORMED, str(error))
            return
        if self._source.token and not is_same(hello.token, self._source.token):
            await _close(socket, _UNAUTHORISED, "the map's token is needed, got none or another")
            return
        sending = asyncio.create_task(self._send(socket, hello))
        leaving = asyncio.create_task(_left(socket))
        await asyncio.wait((sending, leaving), return_when=asyncio.FIRST_COMPLETED)
        for task in (sending, leaving):
            task.cancel()
        await asyncio.gather(sending, leaving, return_exceptions=True)
        if not leaving.done() or leaving.cancelled():
            await _close(socket, 1000, "the watch has ended")

    async def _send(self, socket: WebSocket, hello: Hello) -> None:
        async for text in self._source.follow(hello.watch, hello.sequence):
            await socket.send_text(text)

    async def at(self, request: Request) -> Response:
        """Give the scene as it was known at a moment."""
        text = request.query_params.get("time_ms", "")
        try:
            time_ms = int(text)
        except ValueError:
            raise InputError(f"time_ms must be whole milliseconds, got {text[:40]!r}") from None
        return await _squeezed(request, await self._source.at(time_ms), "application/json")

    async def history(self, _request: Request) -> Response:
        """List the record's segments."""
        return _json(self._source.index())

    async def segment(self, request: Request) -> Response:
        """Give one segment as it lies on disk."""
        content, is_open = await self._source.segment(request.path_params["number"])
        headers = {
            "content-encoding": "gzip",
            "cache-control": "no-store" if is_open else "private, max-age=86400, immutable",
        }
        return Response(content, media_type="application/jsonl", headers=headers)

    async def layer_index(self, _request: Request) -> Response:
        """List the still layers."""
        return _json(self._source.layers.index())

    async def layer(self, request: Request) -> Response:
        """Give one still layer, GeoJSON."""
        name = request.path_params["name"]
        content, tag = await asyncio.to_thread(self._source.layers.content, name)
        headers = {"etag": f'"{tag}"', "cache-control": "private, no-cache"}
        if _is_known(request, tag):
            return Response(status_code=304, headers=headers)
        headers["content-encoding"] = "gzip"
        return Response(content, media_type="application/geo+json", headers=headers)

    async def record(self, request: Request) -> Response:
        """List the launches of the past."""
        content = msgspec.json.encode(await asyncio.to_thread(recorded))
        return await _squeezed(request, content, "application/json")

    async def alert(self, request: Request) -> Response:
        """Give one CAP document."""
        document = request.path_params["document"]
        text = self._source.alert(document)
        if text is None:
            return _json({"detail": f"there is no document {document[:100]!r} here"}, 404)
        return Response(text, media_type="application/cap+xml")

    async def approve(self, request: Request) -> Response:
        """Take an operator's approval."""
        return await self._act(request, "approve")

    async def cancel(self, request: Request) -> Response:
        """Take an operator's cancel."""
        return await self._act(request, "cancel")

    async def _act(self, request: Request, action: Literal["approve", "cancel"]) -> Response:
        decide = self._source.decide
        if decide is None:
            return _json({"detail": "nothing can be decided here: no watch takes decisions"}, 409)
        kind = request.headers.get("content-type", "").partition(";")[0].strip()
        if kind != "application/json":
            return _json({"detail": f"wanted application/json, got {kind[:60]!r}"}, 415)
        body = b""
        async for part in request.stream():
            body += part
            if len(body) > _LONGEST_BODY:
                return _json({"detail": f"a decision has at most {_LONGEST_BODY} bytes"}, 413)
        decision = decision_of(body, action, self._source.mode, self._source.now())
        came = outcome(await decide(decision))
        return _json(came, 200 if came["counted"] else 403)

    async def asset(self, request: Request) -> Response:
        """Give a file of the page; the page itself at the root."""
        path = request.path_params["path"] or page.INDEX
        asset = page.assets().get(path)
        if asset is None:
            return _json({"detail": f"there is nothing at /{path[:100]}"}, 404)
        is_stamped = path.startswith("assets/")  # named after their content by the build
        headers = {"etag": f'"{asset.tag}"', "cache-control": _FOREVER if is_stamped else _ASK}
        if _is_known(request, asset.tag):
            return Response(status_code=304, headers=headers)
        headers["vary"] = "accept-encoding"
        content = asset.stored
        if asset.is_packed:
            if "gzip" in request.headers.get("accept-encoding", ""):
                headers["content-encoding"] = "gzip"
            else:
                content = await asyncio.to_thread(getattr, asset, "content")
        return Response(content, media_type=asset.kind, headers=headers)


def _hello(text: str) -> Hello:
    if len(text) > _LONGEST_HELLO:
        raise InputError(f"the first message has at most {_LONGEST_HELLO} characters")
    try:
        return msgspec.json.decode(text, type=Hello)
    except msgspec.DecodeError as error:
        raise InputError(
            f"the first message must be JSON as docs/scene.md has it: {error}"
        ) from None


async def _left(socket: WebSocket) -> None:
    """Return when the reader has gone; what it says meanwhile is nobody's."""
    while (await socket.receive())["type"] != "websocket.disconnect":
        pass


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # it has gone already
        await socket.close(code, reason[:120])


async def _squeezed(request: Request, content: bytes, kind: str) -> Response:
    """Give what is worth it in gzip, where the reader takes that."""
    headers = {"vary": "accept-encoding"}
    if len(content) > _WORTH and "gzip" in request.headers.get("accept-encoding", ""):
        content = await asyncio.to_thread(gzip.compress, content, _QUICK, mtime=0)
        headers["content-encoding"] = "gzip"
    return Response(content, media_type=kind, headers=headers)


def _is_known(request: Request, tag: str) -> bool:
    return f'"{tag}"' in request.headers.get("if-none-match", "")


def _json(value: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status, media_type="application/json")
