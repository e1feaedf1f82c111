"""Bad weather on the line: plots that come late, twice, or damaged.

Applied to what the sensors sent, to try out what the watch does with it. Nothing sent is
lost: a damaged line is a copy that follows the good one, so that what should be used
stays the same and what should be refused can be counted.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from launchwatch.simulate.chance import stream
from launchwatch.simulate.observe import encode
from launchwatch.timescale import SECOND, Instant

_USABLE_LATE, _TOO_LATE = (0.5, 9.5), (11.0, 30.0)  # s; watches use lines up to 10 s late
_TOO_LATE_SHARE = 0.25


class Weather(Struct, frozen=True, kw_only=True):
    """How bad it is: shares of the lines, each from 0 to 1.

    Attributes:
        late: come seconds later, a quarter of them more than 10 s.
        repeated: come a second time within a second.
        damaged: are followed by a damaged copy.
    """

    late: float = 0.0
    repeated: float = 0.0
    damaged: float = 0.0


def worsen(
    sent: Sequence[tuple[Instant, dict[str, Any]]], weather: Weather, seed: int
) -> list[bytes]:
    """Give the lines as they arrive in bad weather, encoded, without their ends.

    Args:
        sent: arrival times and lines, in order, as `launchwatch.simulate.observe.arrivals`
            gives them.
    """
    chance = stream(seed, "weather")
    arriving: list[tuple[int, int, bytes]] = []
    for n, (time, line) in enumerate(sent):
        late, again, hurt, how_late, how = chance.random(5).tolist()
        data, at = encode(line), int(time)
        if late < weather.late:
            low, high = _TOO_LATE if how_late < _TOO_LATE_SHARE else _USABLE_LATE
            at += round((low + (high - low) * how) * SECOND)
        arriving.append((at, n, data))
        if again < weather.repeated:
            arriving.append((at + round(how * SECOND), n, data))
        if hurt < weather.damaged:
            arriving.append((at, n, damaged(line, how)))
    arriving.sort(key=lambda item: item[:2])
    return [data for _, _, data in arriving]


def damaged(line: dict[str, Any], how: float) -> bytes:
    """Give a damaged copy of a line: what kind of damage, a number in 0..1 decides."""
    data = encode(line)
    kinds = (
        data[: max(len(data) // 2, 1)],
        data.replace(b'"time"', b'"tiem"'),
        data.replace(b'"sensor":"', b'"sensor":"un'),
        encode({**line, "time": "2025-13-45T99:00:00Z"}),
        encode({**line, "scan": 1e300}),
        encode({**line, "elevation_deg": 91.0, "range_m": 1.0, "azimuth_deg": 0.0}),
        data[:-1] + b',"range_m":NaN}',
        b"\xff\xfe" + data[2:],
    )
    return kinds[min(int(how * len(kinds)), len(kinds) - 1)]
