"""One track under way: its bank, and the last seconds of how it came to be.

Plots arrive out of order. A track keeps, for a window of some seconds, every event that it
used and the bank after each; a late one is put in its place and what followed is done
again. The result is the same as if all had come in order.
"""

from bisect import bisect_right
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.errors import NotPositiveDefinite
from launchwatch.messages.track import TrackStatus
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking.bank import Bank, predict, step, unseen_by_infrared

Floats = NDArray[np.float64]


class Event(NamedTuple):
    """One thing that a track used: a plot, or an infrared scan in which it was not seen.

    Attributes:
        packed: the measurement; None for a scan in which nothing was seen.
        scan_period: seconds between the sensor's looks.
    """

    time: Instant
    sensor: str
    scan: int
    packed: Floats | None
    detection_probability: float
    clutter_density: float
    scan_period: float = 1.0

    @property
    def place(self) -> tuple[Instant, str, int]:
        """What puts events in order, whichever arrived first: two sensors may share a moment."""
        return self.time, self.sensor, self.scan


class Past(NamedTuple):
    """An event and the track right after it."""

    event: Event
    bank: Bank
    score: float


class Track:
    """What is known of one thing, with its recent past.

    Attributes:
        past: events in order of their time, each with the bank after it; never empty.
        score: ln odds that this is a thing rather than clutter, now.
        heard: the newest plot's time by sensor.
        scan_period: of the quickest sensor that has contributed.
    """

    __slots__ = (
        "first_plot", "heard", "last_plot", "number", "past", "plots", "scan_period", "status",
    )  # fmt: skip

    def __init__(self, number: int, event: Event, bank: Bank, score: float) -> None:
        self.number = number
        self.status: TrackStatus = "tentative"
        self.past = [Past(event, bank, score)]
        self.first_plot = event.time
        self.last_plot = event.time
        self.plots = 0
        self.heard: dict[str, Instant] = {}
        self.scan_period = np.inf

    @property
    def time(self) -> Instant:
        """The epoch of the newest bank."""
        return self.past[-1].event.time

    @property
    def bank(self) -> Bank:
        """The newest bank."""
        return self.past[-1].bank

    @property
    def score(self) -> float:
        """The newest score."""
        return self.past[-1].score

    def note(self, event: Event) -> None:
        """Count a plot as used."""
        self.plots += 1
        self.first_plot = min(self.first_plot, event.time)
        self.last_plot = max(self.last_plot, event.time)
        self.heard[event.sensor] = max(event.time, self.heard.get(event.sensor, event.time))
        self.scan_period = min(self.scan_period, event.scan_period)

    def place_of(self, event: Event) -> int:
        """Give the index in the past after which an event belongs; -1 if it is too old."""
        return bisect_right(self.past, event.place, key=lambda past: past.event.place) - 1

    def used_in(self, sensor: str, scan: int) -> int:
        """Give the index of the plot used from this scan of this sensor, or -1."""
        for index in range(len(self.past) - 1, -1, -1):
            event = self.past[index].event
            if event.scan == scan and event.sensor == sensor and event.packed is not None:
                return index
        return -1

    def forget_before(self, time: Instant) -> None:
        """Let go of the past that is older than any plot still to come, but for one."""
        keep = bisect_right(self.past, time, key=lambda past: past.event.time) - 1
        if keep > 0:
            del self.past[:keep]


def followed(past: Past, event: Event) -> tuple[Past, float, float] | None:
    """Give what comes after a past when one more event is used.

    Returns:
        The new past, ln of the likelihood ratio against clutter, and the squared
        Mahalanobis length; None where the numbers failed and the event must not be used.
    """
    seconds = (event.time - past.event.time) / SECOND
    if event.packed is None:
        try:
            bank = predict(past.bank, seconds) if seconds > 0 else past.bank
        except NotPositiveDefinite:
            return None
        bank = unseen_by_infrared(bank, event.detection_probability)
        return Past(event, bank, past.score), 0.0, 0.0
    bank, log_likelihood, length2 = step(past.bank, event.packed, seconds)
    if np.isnan(length2):
        return None
    ratio = log_likelihood + float(np.log(event.detection_probability / event.clutter_density))
    return Past(event, bank, past.score + ratio), ratio, length2


def redone(past: list[Past], start: int, events: list[Event]) -> list[Past] | None:
    """Give the past up to and with index start, followed by events; None if numbers failed."""
    renewed = past[: start + 1]
    for event in events:
        after = followed(renewed[-1], event)
        if after is None:
            return None
        renewed.append(after[0])
    return renewed
