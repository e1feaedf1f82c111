"""Guarding: who may ask the map's server, and what browsers may do with its answers.

Every request must name a host that this server goes by, so that a page elsewhere cannot reach it
by pointing a name of its own at this machine (DNS rebinding). What changes something, and the
socket, must come from a page of this server. Where the server listens beyond this machine, what is
under ``/api/`` asks for a token; it travels in a header or in the socket's first message, never in
an address, and so into no log.
"""

from hmac import compare_digest
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)
"""Content Security Policy: nothing from elsewhere, nothing inline, no frames. Pictures may be made
by the page itself (screenshots), and workers from its own text (the globe's)."""

HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}

LOOPBACK = ("127.0.0.1", "localhost", "::1")

_READING = ("GET", "HEAD")
_VIOLATION = 1008
"""The WebSocket status for what is against a server's policy (RFC 6455, 7.4.1)."""


class Guard:
    """Wraps an application: refuses by name what may not pass, and adds the headers.

    Args:
        hosts: names and addresses that this server goes by, without a port.
        token: asked for under ``/api/``; empty: none.
    """

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...], token: str) -> None:
        self._app, self._hosts, self._token = app, hosts, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or refuse it."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        fault = self._fault(scope)
        if fault is not None and scope["type"] == "websocket":
            # Told before the handshake, the browser learns nothing but that it failed.
            await send({"type": "websocket.close", "code": _VIOLATION, "reason": fault[1]})
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                if scope["path"].startswith("/api/"):
                    headers.setdefault("cache-control", "no-store")
            await send(message)

        if fault is not None:
            status, text = fault
            await JSONResponse({"detail": text}, status)(scope, receive, send_guarded)
        else:
            await self._app(scope, receive, send_guarded)

    def _fault(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if _name_of(host) not in self._hosts:
            return 421, f"host must be one of {', '.join(self._hosts)}, got {host[:100]!r}"
        if scope["type"] == "websocket" or scope["method"] not in _READING:
            origin = headers.get("origin")
            if origin is not None and urlsplit(origin).netloc != host:
                return 403, f"origin must be this server ({host}), got {origin[:100]!r}"
            site = headers.get("sec-fetch-site", "none")
            if site not in ("same-origin", "none"):
                return 403, f"a request must come from this server's own page, got {site[:20]!r}"
        is_api = scope["path"].startswith("/api/")
        # A browser's socket can send no header: its token comes in the first message.
        if self._token and is_api and scope["type"] == "http":
            kind, _, given = headers.get("authorization", "").partition(" ")
            if kind.lower() != "bearer" or not is_same(given, self._token):
                return 401, "the map's token is needed (Authorization: Bearer), got none or another"
        return None


def is_same(given: str, token: str) -> bool:
    """Compare a token without telling by the time it takes how much of it was right."""
    return compare_digest(given.encode("utf-8", "replace"), token.encode())


def _name_of(host: str) -> str:
    """Take the port off a Host header."""
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""
