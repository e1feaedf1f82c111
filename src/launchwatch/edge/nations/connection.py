"""A node's connection to a broker, in one partner's account.

By nats-py, the NATS project's own client. It takes NKEYs by way of the package ``nkeys``, which
has no wheel; here our own (`launchwatch.nations.nkey`) takes its place.
"""

import asyncio
import contextlib
import logging
import ssl
from collections.abc import Awaitable, Callable

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError

from launchwatch.errors import DeliveryError
from launchwatch.nations import nkey

_log = logging.getLogger(__name__)

_CONNECT_S = 2.0
_AGAIN_S = 0.1
_OPEN_S = 4.0

MOST_WAITING = 4 * 1024 * 1024
"""Bytes that wait here for the watch; more is let go, and asked for again."""


class _Client(Client):
    """nats-py with an NKEY of ours."""

    def __init__(self, raw: bytes) -> None:
        super().__init__()
        self._raw = raw

    def _setup_nkeys_connect(self) -> None:
        self._public_nkey = nkey.public_text(self._raw)
        self._signature_cb = lambda nonce: nkey.signature(self._raw, nonce.encode())


class Connection:
    """One connection: `open` it, then `listen` and `publish`."""

    def __init__(self, url: str, raw: bytes, name: str, tls: ssl.SSLContext | None = None) -> None:
        self._url, self._name, self._tls = url, name, tls
        self._client = _Client(raw)

    async def open(self) -> None:
        """Connect; from then on what breaks is mended by itself.

        Raises:
            DeliveryError: the broker cannot be reached, or does not know us.
        """
        try:
            # Without a bound of its own it would try for ever.
            opening = self._client.connect(
                self._url,
                name=self._name,
                nkeys_seed_str="ours",  # only says that there is one; see _Client
                tls=self._tls,
                connect_timeout=_CONNECT_S,  # type: ignore[arg-type]  # seconds, of any kind
                reconnect_time_wait=_AGAIN_S,  # type: ignore[arg-type]
                max_reconnect_attempts=-1,
                allow_reconnect=True,
                pending_size=MOST_WAITING,
                error_cb=_failed,
                no_echo=True,
            )
            await asyncio.wait_for(opening, _OPEN_S)
        except (TimeoutError, NatsError, OSError) as error:
            raise DeliveryError(f"{self._url}: {error or type(error).__name__}") from None

    async def listen(self, subject: str, take: Callable[[bytes], Awaitable[None]]) -> None:
        """Have everything under a subject taken, in its order."""

        async def took(message: Msg) -> None:
            await take(message.data)

        await self._client.subscribe(subject, cb=took, pending_bytes_limit=MOST_WAITING)

    async def publish(self, subject: str, content: bytes) -> bool:
        """Hand something to the broker; false where it cannot be reached just now."""
        if not self._client.is_connected:
            return False
        try:
            await self._client.publish(subject, content)
        except (NatsError, OSError):
            return False
        return True

    def is_open(self) -> bool:
        """Say whether the broker can be reached."""
        return self._client.is_connected

    async def close(self) -> None:
        """Send what waits, and leave."""
        with contextlib.suppress(TimeoutError, NatsError, OSError):
            await asyncio.wait_for(self._client.flush(), 1.0)
        await self._client.close()


async def _failed(error: Exception) -> None:
    _log.debug("broker: %r", error)
