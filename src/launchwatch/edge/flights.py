"""Fit the flights of a watch once they are over, and say what each was.

It takes a second or so for each, and half a minute where the kernels of the fit have never
been compiled: nothing for the way from a plot to a warning.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import numpy as np

from launchwatch.edge.phrasing import clock_time, distance, position
from launchwatch.engine import Flown
from launchwatch.errors import EstimationError, InputError
from launchwatch.messages.flightrecord import FlightRecord
from launchwatch.messages.packet import Mode
from launchwatch.timescale import instant_after
from launchwatch.tracking.flightrecord import flight_record
from launchwatch.tracking.story import plots_of

LEAST_SECONDS = 20.0
"""Shorter tracks are pieces and glimpses, which tell of no flight."""


class Afterwards(NamedTuple):
    """What became of fitting one track.

    Attributes:
        record: None where no flight fits; ``why`` says it then.
    """

    flown: Flown
    record: FlightRecord | None
    why: str = ""


def fitted(
    flown: Iterable[Flown], mode: Mode, say: Callable[[str], None] = lambda _: None
) -> Iterator[Afterwards]:
    """Fit each track, longest story of each launch first, and give what came of it.

    Tracks under `LEAST_SECONDS` are passed over.

    Args:
        mode: what the records are marked as.
        say: told which flight is being fitted.
    """
    for one in sorted(flown, key=lambda one: (one.launch_id, -one.story.length, one.track_id)):
        epoch, seconds, packed = plots_of(one.story)
        if seconds[-1] < LEAST_SECONDS:
            continue
        say(f"fitting the flight of {one.launch_id}, {one.track_id}; the first takes a while")
        known = instant_after(epoch, float(seconds[-1]))
        try:
            record = flight_record(one.track_id, epoch, seconds, packed, known=known, mode=mode)
        except (InputError, EstimationError) as error:
            yield Afterwards(one, None, str(error))
        except np.linalg.LinAlgError as error:
            yield Afterwards(one, None, f"the numbers of the fit failed: {error}")
        else:
            yield Afterwards(one, record)


def told(afterwards: Afterwards) -> str:
    """Say in one line what a flight was, or why that is not known."""
    flown, record = afterwards.flown, afterwards.record
    who = f"{flown.launch_id}, {flown.track_id}"
    if record is None:
        return f"{who}: no flight fitted afterwards: {afterwards.why}"
    fall = "never falls"
    if record.fall_time is not None:
        fall = f"falls {clock_time(record.fall_time)}"
        if record.fall_latitude_deg is not None and record.fall_longitude_deg is not None:
            fall += f" at {position(record.fall_latitude_deg, record.fall_longitude_deg)}"
    return (
        f"{who}, afterwards: launched {clock_time(record.launch_time)} "
        f"± {record.launch_time_sigma_s:.1f} s at "
        f"{position(record.latitude_deg, record.longitude_deg)} "
        f"(95 % within {distance(record.position_ellipse_95.semi_major_m)}), {fall}"
    )
