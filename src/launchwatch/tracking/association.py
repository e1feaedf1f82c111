"""Association: which track a plot belongs to.

One plot at a time, to the track that makes it likeliest, if any makes it likelier than
clutter does; a track takes one plot from one scan of one sensor, and exchanges it if a
likelier one comes. That is right while things fly apart from one another; this door is
where a joint decision over whole scans comes in.
"""

from typing import NamedTuple

from launchwatch.tracking.track import Event, Past, Track, followed, redone


class Claim(NamedTuple):
    """What a track would become if it took a plot.

    Attributes:
        ratio: ln of how much likelier the plot is from this track than from clutter.
        after: the index in the track's past that the plot follows.
        instead_of: the index of this scan's plot that it would replace, or -1.
    """

    track: Track
    ratio: float
    after: int
    instead_of: int


def claim(track: Track, event: Event, gate_length2: float) -> Claim | None:
    """Ask a track about a plot; None where it lies outside the gate, or a better one was used."""
    after = track.place_of(event)
    used = track.used_in(event.sensor, event.scan)
    # What the past rests on can be neither followed by what came before it, nor exchanged.
    if after < 0 or used == 0:
        return None
    # The used plot must not help to judge its rival.
    before = used - 1 if 0 <= used <= after else after
    outcome = followed(track.past[before], event)
    if outcome is None:
        return None
    _, ratio, length2 = outcome
    if length2 > gate_length2 or ratio <= 0.0:
        return None
    if used >= 0 and ratio <= track.past[used].score - track.past[used - 1].score:
        return None
    return Claim(track, ratio, after, used)


def best(claims: list[Claim]) -> Claim | None:
    """Choose the track that explains a plot best; the older one in a tie."""
    return max(claims, key=lambda one: (one.ratio, -one.track.number), default=None)


def settle(chosen: Claim, event: Event) -> tuple[list[Past], Event | None] | None:
    """Work out the chosen track's new past, and the plot that it gives back, if any.

    Everything later than the plot is done again after it. None where the numbers failed:
    the plot is then used by nobody.
    """
    past = chosen.track.past
    start = chosen.after
    given_back = None
    if chosen.instead_of >= 0:
        given_back = past[chosen.instead_of].event
        start = min(start, chosen.instead_of - 1)
    again = [one.event for one in past[start + 1 :] if one.event is not given_back]
    # That the scan had not shown the thing is no longer true.
    again = [
        one
        for one in again
        if not (one.packed is None and one.sensor == event.sensor and one.scan == event.scan)
    ]
    again.append(event)
    again.sort(key=lambda one: one.place)
    renewed = redone(past, start, again)
    return None if renewed is None else (renewed, given_back)
