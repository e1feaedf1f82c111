"""What the sensors room can be told: how late, how early, how long silent."""

from typing import Annotated

from msgspec import Meta, Struct

Seconds = Annotated[float, Meta(gt=0.0, le=3600.0)]


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Bounds on the age of lines and the silence of sensors.

    Attributes:
        late_s: a line measured longer ago than this is refused. Ten seconds is what
            partners were promised; more only costs the memory for repeated lines.
        early_s: a line measured this far ahead of its arrival is refused. Two seconds
            let a sensor's clock and ours disagree; a clock that is further off spoils
            every track it feeds.
        silent_scans: a sensor is silent after so many scan periods without a line, three
            by default: one lost scan is ordinary.
        silent_floor_s: but never sooner than this, so that one slow network does not make
            fast sensors flicker between silent and heard.
        remembered_lines: how many lines a sensor is remembered by, at most, to know
            repeated ones; bounds the memory when a sensor floods.
        most_plots_per_scan: plots that are used of one sensor in one scan period (or second,
            if that is longer). Twice what a raid of a thousand among a thousand false plots
            is. More cost the watch half a second and above for each scan of one sensor.
        most_partner_tracks: tracks that are used of one partner in one update period (or
            second, if that is longer). Each costs twice a plot: so many take a third of a second.
    """

    late_s: Seconds = 10.0
    early_s: Seconds = 2.0
    silent_scans: Annotated[float, Meta(ge=1.0, le=1000.0)] = 3.0
    silent_floor_s: Seconds = 5.0
    remembered_lines: Annotated[int, Meta(ge=1, le=10_000_000)] = 100_000
    most_plots_per_scan: Annotated[int, Meta(ge=1, le=10_000_000)] = 4000
    most_partner_tracks: Annotated[int, Meta(ge=1, le=10_000_000)] = 500
