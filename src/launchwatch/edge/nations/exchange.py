"""A node among its partners: what the watch says goes out, what they say comes in.

::

    what is said -> Releaser (policy) -> Outlet (journal, window) -> Signer -> broker -> partner
    partner -> broker -> Inlet (signature, order) -> door -> journal -> engine
                               |
                               +-> Outlet: what the partner has on its disk

Each partner has its own of all of these. The exchange decides nothing: it is opened beside the
feeds and closed after them.
"""

import asyncio
import logging
import secrets
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence

from launchwatch.edge.clock import Clock
from launchwatch.edge.intake import Intake
from launchwatch.edge.nations.broker import Broker, server_program
from launchwatch.edge.nations.brokerfile import Link, configuration
from launchwatch.edge.nations.certificates import LINK, own_raw, peer_of
from launchwatch.edge.nations.connection import Connection
from launchwatch.edge.nations.inlet import Inlet
from launchwatch.edge.nations.keyfolder import KeyFolder
from launchwatch.edge.nations.lineforms import closing_line, line_of
from launchwatch.edge.nations.outlet import Outlet
from launchwatch.edge.nations.partnerconfig import Alliance
from launchwatch.edge.nations.told import Told
from launchwatch.errors import DeliveryError, SettingsError
from launchwatch.messages.packet import Mode, Tick
from launchwatch.messages.sensor import Contributor
from launchwatch.nations import hearing
from launchwatch.nations.envelope import LIFE_S, Claims, Kind, WrongKey
from launchwatch.nations.keys import realm_of
from launchwatch.nations.releasing import Releaser
from launchwatch.nations.subjects import heard_by, subject
from launchwatch.timescale import Instant, unix_from_instant

_log = logging.getLogger(__name__)

_AGAIN_S = 1.0
_MOMENT_S, _LEAVE_S = 0.05, 1.0
_LOST_S = 5.0
"""Seconds without a word after which a partner is said to be out of reach."""


class _Partner:
    """Everything of one partner."""

    def __init__(self, nation: str, own: bytes, releaser: Releaser, told: Told) -> None:
        self.nation, self.own, self.releaser, self.told = nation, own, releaser, told
        self.connection: Connection | None = None
        self.outlet: Outlet
        self.inlet: Inlet
        self.is_near = False
        self.scan = 0
        self.shown: dict[str, int] = {}


class Exchange:
    """The node's side of all its partnerships; a door beside the feeds.

    Attributes:
        broker: our own; None where there is another, or it has not begun.
    """

    def __init__(
        self,
        alliance: Alliance,
        *,
        mode: Mode,
        clock: Clock,
        contributors: Mapping[str, Contributor],
        say: Callable[[str], None],
    ) -> None:
        """Check everything that can be checked before the watch begins.

        Raises:
            SettingsError: keys, partners or the server cannot be used.
            JournalError: what was told cannot be gone on with.
        """
        self._alliance, self._mode, self._clock, self._say = alliance, mode, clock, say
        nation = alliance.nation
        self._realm = realm_of(mode)
        self._keys = KeyFolder(nation.keys)
        if self._keys.nation != nation.id:
            raise SettingsError(
                f"{nation.keys}: wanted the keys of {nation.id}, got those of {self._keys.nation}"
            )
        try:
            self._keys.signer(self._realm, clock.now())
        except WrongKey as error:
            raise SettingsError(str(error)) from None
        for partner in alliance.partners:
            peer_of(nation.keys, partner)
        self._program = server_program(nation.server) if nation.broker is None else None
        self._partners = [
            _Partner(
                partner, secrets.token_bytes(32), Releaser(nation.id, ally.gets, contributors),
                Told(nation.told / mode / f"{partner}.journal", mode, clock.now()),
            )
            for partner, ally in alliance.partners.items()
        ]  # fmt: skip
        for one in self._partners:
            one.outlet = Outlet(one.told, self._sender_to(one))
        self.broker: Broker | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._trouble: set[str] = set()

    async def open(self, intake: Intake, last: Mapping[str, bytes]) -> str:
        """Start the broker, connect, and begin to speak and to listen; say where.

        Args:
            last: payload of the last packet of each source in the watch's journal.

        Raises:
            SettingsError: the broker cannot be started or reached.
        """
        nation = self._alliance.nation
        try:
            url, tls = await self._reach_broker()
            for partner in self._partners:
                partner.inlet = self._inlet_of(
                    partner, intake, last.get(hearing.source(partner.nation))
                )
                await self._connect(partner, url, tls)
        except DeliveryError as error:
            await self.leave()
            raise SettingsError(f"partners cannot be reached: {error}") from None
        for partner in self._partners:
            self._begin(f"telling {partner.nation}", partner.outlet.run)
            self._begin(f"hearing {partner.nation}", partner.inlet.run)
        self._begin("looking after partners", self._look_after)
        where = nation.broker or f"127.0.0.1:{self.broker.port if self.broker else 0}"
        if self.broker is not None and self.broker.leaf_port:
            where += f", partners come in at port {self.broker.leaf_port}"
        return f"nation {nation.id}: partners {', '.join(self._alliance.partners)} by {where}"

    def tell(self, stimulus: object, answers: Sequence[object]) -> None:
        """Give each partner what it gets of what the watch said to one stimulus."""
        nation = self._alliance.nation.id
        for partner in self._partners:
            lines = [line_of(nation, one) for one in partner.releaser.release(answers)]
            if isinstance(stimulus, Tick) and partner.releaser.speaks_of_tracks:
                # That there is nothing to tell is told too: silence must mean something.
                partner.scan += 1
                lines.append(closing_line(nation, stimulus, partner.scan))
            partner.outlet.offer(lines)

    def status(self) -> dict[str, dict[str, int]]:
        """Say of each partner how many lines were told, how many it has, heard and refused."""
        return {
            partner.nation: {
                "told": partner.outlet.last,
                "acknowledged": partner.outlet.acknowledged,
                "heard": partner.inlet.kept,
                "refused": sum(partner.inlet.refused.values()),
                "reachable": int(partner.is_near),
            }
            for partner in self._partners
        }

    async def shut(self) -> None:
        """Hear no more."""
        for partner in self._partners:
            await partner.inlet.tell_refused()

    async def leave(self) -> None:
        """Tell what is left, and end the broker."""
        # A moment for what was said last to come here, to disk, and away.
        await asyncio.sleep(_MOMENT_S)
        for partner in self._partners:
            await partner.outlet.settle(_LEAVE_S)
        await asyncio.sleep(_MOMENT_S)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for partner in self._partners:
            if partner.connection is not None:
                await partner.connection.close()
            partner.outlet.close()
        if self.broker is not None:
            await self.broker.stop()

    def _begin(self, what: str, run: Callable[[], Awaitable[None]]) -> None:
        """Do something until the end; a bug in it is said, and gone on behind."""

        async def running() -> None:
            while True:
                try:
                    await run()
                except Exception as error:  # noqa: BLE001 - the other partners go on
                    _log.exception(what)
                    self._alarm(what, repr(error))
                await asyncio.sleep(_AGAIN_S)

        self._tasks.append(asyncio.create_task(running()))

    def _sender_to(self, partner: _Partner) -> Callable[[int, Sequence[bytes]], Awaitable[bool]]:
        async def send(first: int, lines: Sequence[bytes]) -> bool:
            return await self._publish(
                partner, "lines", partner.told.stream, first, len(lines), lines
            )

        return send

    def _inlet_of(self, partner: _Partner, intake: Intake, last: bytes | None) -> Inlet:
        async def answer(stream: Instant, kept: int, asks: int) -> None:
            # A stream of 1 says that nothing was heard yet.
            await self._publish(partner, "have", stream or Instant(1), kept, asks, ())

        return Inlet(
            nation=self._alliance.nation.id, partner=partner.nation, mode=self._mode,
            ring=self._keys.ring, clock=self._clock, intake=intake, last=last,
            answer=answer, told=partner.outlet.heard,
        )  # fmt: skip

    async def _publish(
        self, partner: _Partner, kind: Kind, stream: Instant, first: int, count: int,
        lines: Sequence[bytes],
    ) -> bool:  # fmt: skip
        content = self._sealed(partner, kind, stream, first, count, lines)
        if content is None or partner.connection is None:
            return False
        own = self._alliance.nation.id
        return await partner.connection.publish(
            subject(self._realm, own, partner.nation, kind), content
        )

    async def _connect(self, partner: _Partner, url: str, tls: ssl.SSLContext | None) -> None:
        nation = self._alliance.nation
        raw = partner.own if nation.broker is None else own_raw(nation.keys)
        partner.connection = Connection(url, raw, f"{nation.id} {self._mode}", tls)
        await partner.connection.open()
        await partner.connection.listen(
            heard_by(self._realm, nation.id, partner.nation), partner.inlet.take
        )

    def _sealed(
        self, partner: _Partner, kind: Kind, stream: Instant, first: int, count: int,
        lines: Sequence[bytes],
    ) -> bytes | None:  # fmt: skip
        now = self._clock.now()
        claims = Claims(
            sender=self._alliance.nation.id, audience=partner.nation, mode=self._mode, kind=kind,
            stream=stream, before=partner.told.before(first) if lines else 0, first=first,
            count=count, signed=now,
            expires=unix_from_instant(now) + round(LIFE_S),
        )  # fmt: skip
        try:
            content = self._keys.signer(self._realm, now).seal(claims, lines)
        except (WrongKey, SettingsError) as error:
            self._alarm("keys", str(error))
            return None
        self._relieve("keys")
        return content

    async def _reach_broker(self) -> tuple[str, ssl.SSLContext | None]:
        nation = self._alliance.nation
        folder = nation.keys / LINK
        peers = {one.nation: peer_of(nation.keys, one.nation) for one in self._partners}
        authorities = "".join(peer.authority for peer in peers.values())
        if nation.broker is not None:
            context = ssl.create_default_context(cadata=authorities)
            context.load_verify_locations(folder / "authority.crt")
            context.load_cert_chain(folder / "broker.crt", folder / "broker.key")
            return nation.broker, context if nation.broker.startswith("tls://") else None
        assert self._program is not None  # noqa: S101 - as it was made
        broker = self.broker = Broker(self._program)
        trusted = broker.folder / "authorities.crt"
        trusted.write_text(authorities)
        links = tuple(
            Link(
                nation=one.nation, nkey=peers[one.nation].nkey, own=one.own,
                address=self._alliance.partners[one.nation].address,
            )
            for one in self._partners
        )  # fmt: skip
        await broker.start(
            configuration(
                nation=nation.id,
                realm=self._realm,
                links=links,
                listen=nation.listen,
                dialling=own_raw(nation.keys),
                certificates=folder.absolute(),
                authorities=trusted,
                folder=broker.folder,
            )
        )
        return f"nats://127.0.0.1:{broker.port}", None

    async def _look_after(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(_AGAIN_S)
            for partner in self._partners:
                await partner.inlet.tell_refused()
                self._show(partner, loop.time())
            if self.broker is not None and self.broker.has_ended():
                self._alarm("broker", "it has ended; partners hear nothing until it is back")
                await self._begin_anew()

    async def _begin_anew(self) -> None:
        """Start a broker that has ended again, and connect to it."""
        assert self.broker is not None  # noqa: S101 - as asked above
        old = self.broker
        try:
            url, tls = await self._reach_broker()
            for partner in self._partners:
                if partner.connection is not None:
                    await partner.connection.close()
                await self._connect(partner, url, tls)
        except DeliveryError as error:
            self._alarm("broker", str(error))
        else:
            self._relieve("broker")
        await old.stop()

    def _show(self, partner: _Partner, now: float) -> None:
        is_near = partner.inlet.heard > 0.0 and now - partner.inlet.heard < _LOST_S
        if is_near != partner.is_near:
            partner.is_near = is_near
            status = self.status()[partner.nation]
            state = "reached" if is_near else "out of reach"
            self._say(
                f"partner {partner.nation}: {state}; told {status['told']} lines, it has "
                f"{status['acknowledged']}; heard {status['heard']}"
            )
        fresh = {
            reason: count - partner.shown.get(reason, 0)
            for reason, count in partner.inlet.refused.items()
            if count > partner.shown.get(reason, 0)
        }
        partner.shown = dict(partner.inlet.refused)
        # What a cut link leaves behind is ordinary, and mends itself; it is counted all the same.
        odd = {reason: n for reason, n in fresh.items() if reason not in ("gap", "duplicate")}
        if odd:
            text = ", ".join(f"{count} {reason}" for reason, count in sorted(odd.items()))
            self._say(f"partner {partner.nation}: refused {text}")
        if partner.outlet.trouble:
            self._alarm(f"told {partner.nation}", partner.outlet.trouble)
        else:
            self._relieve(f"told {partner.nation}")

    def _alarm(self, part: str, text: str) -> None:
        if part not in self._trouble:
            self._trouble.add(part)
            self._say(f"ALARM: {part}: {text}")

    def _relieve(self, part: str) -> None:
        if part in self._trouble:
            self._trouble.discard(part)
            self._say(f"{part}: in order again")
