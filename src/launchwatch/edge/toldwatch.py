"""Tell a whole watch in a few lines, for whoever reads the terminal.

The numbers are those of `launchwatch.messages.report.Summary`; the documents for the public
are the warning room's.
"""

from launchwatch.edge.modes import MODES
from launchwatch.edge.phrasing import clock_time, position, share, with_sigma
from launchwatch.messages.report import LaunchSummary, Summary
from launchwatch.warning.names import place

_SHARE_TOLD = 0.01
"""Zones less probable than this are left to the files."""


def told(summary: Summary) -> list[str]:
    """Give the lines: mode and counts, then each launch."""
    counts = summary.counts
    refused = counts.get("refused", 0)
    reasons = ", ".join(
        f"{name.removeprefix('refused.')} {number:,}"
        for name, number in sorted(counts.items())
        if name.startswith("refused.") and number
    )
    lines = [
        f"{MODES[summary.mode].word}: {counts.get('lines', 0):,} lines, "
        f"{counts.get('plots', 0):,} plots, {counts.get('plots_used', 0):,} of them in tracks; "
        f"{refused:,} refused" + (f" ({reasons})" if reasons else "")
    ]
    seen = [launch for launch in summary.launches if not launch.cancelled]
    withdrawn = len(summary.launches) - len(seen)
    number = "No launch" if not seen else "1 launch" if len(seen) == 1 else f"{len(seen)} launches"
    lines.append(number + (f"; {withdrawn} withdrawn" if withdrawn else ""))
    for launch in seen:
        lines += _launch(launch)
    return lines


def _launch(launch: LaunchSummary) -> list[str]:
    start = (
        f"{launch.launch_id}: launched {clock_time(launch.launch_time)} "
        f"± {launch.launch_time_sigma_s:.1f} s at "
        f"{position(launch.latitude_deg, launch.longitude_deg)} ({place(launch.place, 'en')}), "
        f"probability {share(launch.probability)}"
    )
    flight = [
        f"{name} {with_sigma(value, sigma, unit)}"
        for name, value, sigma, unit in (
            ("range", launch.range_km, launch.range_km_sigma, "km"),
            ("apogee", launch.apogee_km, launch.apogee_km_sigma, "km"),
            ("flight", launch.flight_time_s, launch.flight_time_s_sigma, "s"),
        )
        if value is not None and sigma is not None
    ]
    flight.append(f"{launch.family} {share(launch.family_probability)}")
    lines = [start, f"    {', '.join(flight)}"]
    if (
        launch.fall_time is not None
        and launch.fall_latitude_deg is not None
        and launch.fall_longitude_deg is not None
    ):
        zones = ", ".join(
            f"{zone.zone} {share(zone.probability)}"
            for zone in launch.zones
            if zone.probability >= _SHARE_TOLD
        )
        lines.append(
            f"    falls {clock_time(launch.fall_time)} ± {launch.fall_time_sigma_s or 0:.1f} s at "
            f"{position(launch.fall_latitude_deg, launch.fall_longitude_deg)}: "
            f"{zones or 'zones unknown'}"
        )
    else:
        lines.append("    where it falls is not known")
    if launch.first_fallarea_time is not None:
        waited = (launch.first_fallarea_time - launch.first_detection_time) / 1e9
        lines.append(f"    first fall area {waited:.1f} s after the first plot")
    return lines
