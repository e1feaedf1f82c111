"""How a simulated sky is told to a watch: its lines in the order in which they arrive, with ticks.

A tick comes at each whole second, before what arrives later than it, as the service's clock
gives them.
"""

from collections.abc import Iterator
from typing import Any

from launchwatch.messages.packet import Packet, Tick
from launchwatch.sensors.jsonplots import FORMAT
from launchwatch.simulate import observe
from launchwatch.timescale import SECOND, Instant

Arrivals = list[tuple[Instant, dict[str, Any]]]


def stimuli(start: Instant, arrivals: Arrivals, source: str) -> Iterator[Packet | Tick]:
    """Give a watch's stimuli, one by one.

    Args:
        start: when the scenario begins.
        arrivals: what `launchwatch.simulate.observe.arrivals` gives.
        source: the name of the feed.
    """
    due = Instant((start // SECOND + 1) * SECOND)
    for number, (received, line) in enumerate(arrivals, 1):
        while due <= received:
            yield Tick(time=due, mode="simulation")
            due = Instant(due + SECOND)
        yield packet(received, line, source, number)


def packet(received: Instant, line: dict[str, Any], source: str, number: int = 0) -> Packet:
    """Give one line as it arrives."""
    return Packet(
        source=source, line=number, format=FORMAT, received=received, mode="simulation",
        payload=observe.encode(line),
    )  # fmt: skip
