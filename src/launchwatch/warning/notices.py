"""Drafts of what is broadcast to ships and aircraft: a NAVAREA warning and a NOTAM.

Drafts, for the offices that issue such texts and give them their numbers. Written as those offices
write them (upper case, degrees and minutes, areas bound by corners) and such that our own readers
(`launchwatch.sensors.notices`) read the same area and times back.

Source: IHO S-53, Joint IMO/IHO/WMO Manual on Maritime Safety Information; ICAO Annex 15 and
Doc 8126 for items Q, A, B, C and E of a NOTAM.
"""

from launchwatch.messages.fallarea import LonLat, Ring
from launchwatch.messages.warning import Warning  # noqa: A004 - the field's word
from launchwatch.timescale import Instant, instant_after, utc_from_instant
from launchwatch.warning.outlines import outline
from launchwatch.warning.settings import Settings

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")

_CORNERS = 12
"""A voice reads the corners out; a radio operator writes them down."""

_UNKNOWN_S = 1800.0
"""For which an area of unknown time is announced: longer than any flight below half an orbit."""


def navarea(warning: Warning, settings: Settings | None = None) -> str:
    """Give the text of a navigational warning; of one that has ended, its cancellation."""
    settings = settings or Settings()
    begins, ends = _window(warning, settings)
    year = _year(warning.time)
    # The office that issues it puts its own number for nought.
    lines = [f"{_stamp(warning.time)} {year}", f"NAVAREA XI 0000/{year}.", "NORTH PACIFIC."]
    lines.append(_mark(warning))
    if warning.next_update is None:
        lines.append(
            f"CANCEL WARNING {warning.warning_id.upper()}. AREA NEED NO LONGER BE AVOIDED."
        )
        return _joined(lines)
    lines.append("1. HAZARDOUS OPERATIONS, MISSILE LAUNCHED, OBJECTS MAY FALL,")
    lines.append(f"   {_span(begins, ends)}")
    for name, ring in _named(warning, settings):
        corners = ", ".join(_minutes(point) for point in ring[:-1])
        lines.append(f"   IN AREA {name}BOUND BY {corners}.")
    lines.append("2. VESSELS ARE ADVISED TO KEEP CLEAR AND TO REPORT FALLEN OBJECTS.")
    lines.append(f"3. CANCEL THIS MSG {_stamp(instant_after(ends, 3600.0))} {year}.")
    return _joined(lines)


def notam(warning: Warning, settings: Settings | None = None) -> str:
    """Give the text of a NOTAM draft; of a warning that has ended, one that cancels."""
    settings = settings or Settings()
    begins, ends = _window(warning, settings)
    kind = "NOTAMN" if warning.action == "alert" else "NOTAMR X0000/00"
    if warning.next_update is None:
        kind = "NOTAMC X0000/00"
    rings = _named(warning, settings)
    text = ["MISSILE LAUNCHED, FALLING OBJECTS ARE POSSIBLE IN AREA"]
    if warning.next_update is None:
        text = ["MISSILE WARNING ENDED, AREA NEED NO LONGER BE AVOIDED"]
        rings = ()
    for name, ring in rings:
        corners = "-".join(_packed(point) for point in ring)
        text.append(f"{name}BOUNDED BY: {corners}")
    lines = [
        f"(X0000/{utc_from_instant(warning.time)[2:4]} {kind}",
        "Q) XXXX/QWMLW/IV/BO/W/000/999/",
        f"A) XXXX B) {_ten(begins)} C) {_ten(ends)}",
        f"E) {_mark(warning)} " + "\n".join(text),
        "F) SFC G) UNL)",
    ]
    return "\n".join(lines) + "\n"


def _mark(warning: Warning) -> str:
    """Say first what is not live."""
    return "DRAFT." if warning.mode == "live" else f"{warning.mode.upper()} {warning.mode.upper()}."


def _window(warning: Warning, settings: Settings) -> tuple[Instant, Instant]:
    """Give from when to when an area is dangerous, widened to whole minutes."""
    begins, ends = warning.time, instant_after(warning.time, _UNKNOWN_S)
    if warning.fall_time is not None:
        late = settings.all_clear_sigmas * (warning.fall_time_sigma_s or 0.0)
        ends = max(instant_after(warning.fall_time, late + 60.0), instant_after(warning.time, 60.0))
    return begins, instant_after(ends, 59.0)


def _named(warning: Warning, settings: Settings) -> tuple[tuple[str, Ring], ...]:
    rings = outline(warning.region, _CORNERS, settings.region_margin_m)
    if len(rings) < 2:
        return tuple(("", ring) for ring in rings)
    return tuple((f"{chr(ord('A') + n)} ", ring) for n, ring in enumerate(rings))


def _joined(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def _stamp(instant: Instant) -> str:
    """Write ``071418Z NOV``: day, hour and minute."""
    text = utc_from_instant(instant, digits=0)
    return f"{text[8:10]}{text[11:13]}{text[14:16]}Z {_MONTHS[int(text[5:7]) - 1]}"


def _year(instant: Instant) -> str:
    return utc_from_instant(instant, digits=0)[2:4]


def _span(begins: Instant, ends: Instant) -> str:
    first, last = _stamp(begins), _stamp(ends)
    if first[-3:] == last[-3:]:
        first = first[:-4]
    return f"{first} TO {last}"


def _ten(instant: Instant) -> str:
    """Write ``2511070118``: year to minute."""
    text = utc_from_instant(instant, digits=0)
    return text[2:4] + text[5:7] + text[8:10] + text[11:13] + text[14:16]


def _minutes(point: LonLat) -> str:
    """Write ``40-12.3N 133-24.5E``."""
    longitude, latitude = point
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{_angle(latitude, 2)}{north} {_angle(longitude, 3)}{east}"


def _angle(value: float, digits: int) -> str:
    tenths = round(abs(value) * 600.0)
    return f"{tenths // 600:0{digits}}-{tenths % 600 / 10.0:04.1f}"


def _packed(point: LonLat) -> str:
    """Write ``401218N1332430E``."""
    longitude, latitude = point
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{_seconds(latitude, 2)}{north}{_seconds(longitude, 3)}{east}"


def _seconds(value: float, digits: int) -> str:
    whole = round(abs(value) * 3600.0)
    return f"{whole // 3600:0{digits}}{whole % 3600 // 60:02}{whole % 60:02}"
