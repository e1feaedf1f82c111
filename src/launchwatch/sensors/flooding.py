"""Flooding: how many of one sensor's plots are used when it sends more than can be handled.

A sensor may report so many things in one scan; whatever comes beyond is refused, so that
the others' plots do not wait. From the second flooded scan on, what is refused is spread
evenly over the scan: the sensor then sees less well everywhere, rather than nothing where
its sweep ends.

A watch may have kept the excess out already, at its door; then it comes as one packet for each
sensor and scan, of the format `FORMAT`, whose payload is a `Thinned`.
"""

import msgspec
from msgspec import Struct

from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import Refused
from launchwatch.sensors.showing import shown
from launchwatch.timescale import SECOND, Instant

FORMAT = "thinned"
"""The packet format of a flood's excess, counted; never one of a feed."""

_SHORTEST = 1.0
"""Seconds over which plots are counted at least: a radar that looks here and there a hundred
times a second has no scan to speak of."""


class Thinned(Struct, frozen=True, kw_only=True):
    """Lines of one sensor that were refused as a flood before they were recorded.

    Attributes:
        count: how many.
        last_line: number of the last of them; the packet has the first's.
        time: none of them says that it was measured later.
        first: the first line itself, and ``last``, the last.
    """

    sensor: str
    count: int
    last_line: int
    time: Instant
    first: bytes
    last: bytes


encode = msgspec.msgpack.Encoder().encode
decode = msgspec.msgpack.Decoder(Thinned).decode


def refused(packet: Packet, thinned: Thinned, most: int) -> Refused:
    """Say what was refused."""
    return Refused(
        source=packet.source,
        line=packet.line,
        time=packet.received,
        mode=packet.mode,
        reason="flood",
        detail=f"a sensor may report at most {most} lines in a scan, got {thinned.count} more "
        f"from sensor {shown(thinned.sensor)}, the last in line {thinned.last_line}",
        count=thinned.count,
    )


class Ration:
    """What one sensor may report, by the time that its plots were measured.

    Counted is by that time and not by arrival, so that a network that held back ten good
    scans and brings them at once is no flood; and not by the number of the scan, which a
    broken sensor may count up with every plot.

    Attributes:
        most: what it may report in one scan.

    Invariant: no more intervals are known than admission lets times differ by.
    """

    def __init__(self, most: int, scan_period_s: float) -> None:
        self.most = most
        self._interval = round(max(scan_period_s, _SHORTEST) * SECOND)
        self._counts: dict[int, tuple[int, int]] = {}
        self._cut: Instant | None = None

    def allows(self, time: Instant, oldest: Instant) -> bool:
        """Say whether one more plot may be used.

        Args:
            time: when it was measured.
            oldest: no plot measured before this will come any more.
        """
        index = time // self._interval
        if index not in self._counts:
            past = oldest // self._interval - 1
            self._counts = {one: counts for one, counts in self._counts.items() if one >= past}
        offered, used = self._counts.get(index, (0, 0))
        expected = max(self._counts.get(index - 1, (0, 0))[0], self.most)
        # Of those expected, every so many-th: as many as are used at most.
        its_turn = (offered + 1) * self.most // expected > offered * self.most // expected
        allowed = its_turn and used < self.most
        self._counts[index] = offered + 1, used + allowed
        if not allowed:
            self.is_cut(time)
        return allowed

    def is_cut(self, time: Instant) -> None:
        """Note that a plot of a time was not used."""
        if self._cut is None or time > self._cut:
            self._cut = time

    def is_whole(self, time: Instant) -> bool:
        """Say whether everything was used of the scan that ends at a time."""
        return self._cut is None or time - self._cut > self._interval
