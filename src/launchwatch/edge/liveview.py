"""The watch in a terminal, as it happens: what is believed, how surely, and since when.

`frame` turns a chronicle into exactly as many lines as the terminal has, so nothing
scrolls or flickers. Every value stands beside its doubt and its age. The map at the side
appears where there is room for it; at 80 by 24 all the numbers are there without it.
"""

import math
import textwrap
from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Group
from rich.text import Text

from launchwatch.edge.chronicle import Chronicle
from launchwatch.edge.highlights import Highlight, likeliest_family
from launchwatch.edge.modes import MODES
from launchwatch.edge.phrasing import (
    area,
    clock_time,
    distance,
    elapsed,
    position,
    share,
    with_sigma,
)
from launchwatch.edge.terminalmap import TerminalMap
from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant, seconds_between

_LABEL = 11
_BARS = " ▁▂▃▄▅▆▇█"
_EIGHTHS = " ▏▎▍▌▋▊▉█"

STYLES = {
    "track": "bright_blue",
    "launch": "bold bright_blue",
    "fall": "bold bright_red",
    "zone": "cyan",
    "family": "green",
    "warning": "bold black on yellow",
    "statement": "bold",
    "sensor": "yellow",
    "hazard": "red",
}
"""Colours of the kinds of highlight; each line names its kind in words as well."""


class Frame:
    """What a frame needs besides the chronicle: constant over a watch, but for its pace."""

    def __init__(self, title: str, mode: Mode, pace: str, chart: TerminalMap | None = None) -> None:
        self.title, self.mode, self.pace, self.chart = title, mode, pace, chart


def draw(
    chronicle: Chronicle, told: Sequence[Highlight], frame: Frame, width: int, height: int
) -> Group:
    """Give the whole screen, exactly width by height."""
    width, height = max(width, 40), max(height, 8)
    beside = frame.chart is not None and width >= 126 and height >= 30
    below = frame.chart is not None and not beside and width >= 96 and height >= 28
    facts_width = width - 56 if beside else width
    facts = fact_lines(chronicle, facts_width)
    band = band_line(chronicle, frame, width)
    room = height - 1  # the band
    facts = facts[:room]
    rest = room - len(facts)
    if rest >= 3:
        events_width = width - 40 if below else facts_width
        events = [_rule("what happened", events_width)]
        events += event_lines(chronicle, told, events_width, rest - 1)
        if below and frame.chart is not None:
            chart = frame.chart.lines(chronicle, 38, rest)
            events = _side_by_side(events, chart, events_width, 38)
        facts += events[:rest]
    if beside and frame.chart is not None:
        chart = frame.chart.lines(chronicle, 54, min(room, 26))
        facts = _side_by_side(facts, chart, facts_width, 54)[:room]
    lines = [band, *facts]
    lines += [Text("")] * (height - len(lines))
    for line in lines:
        line.no_wrap = True
        line.overflow = "ellipsis"
        line.truncate(width, overflow="ellipsis")
    return Group(*lines[:height])


def band_line(chronicle: Chronicle, frame: Frame, width: int) -> Text:
    """Give the line that says in words and colour what kind of data this is."""
    look = MODES[frame.mode]
    left = f" {look.word}  {look.meaning}"
    right = f"{frame.title} · {frame.pace} "
    if chronicle.now is not None:
        right = f"{frame.title} · {clock_time(chronicle.now)} · {frame.pace} "
    if cell_len(left) + cell_len(right) + 2 > width:
        left = f" {look.word}"
    gap = max(width - cell_len(left) - cell_len(right), 1)
    return Text(left + " " * gap + right, style=f"bold white on {look.colour}")


def fact_lines(chronicle: Chronicle, width: int) -> list[Text]:
    """Give what is believed now, one subject after the other."""
    return [
        *_launch_lines(chronicle),
        *_track_lines(chronicle, width),
        *_fall_lines(chronicle, width),
        *_family_lines(chronicle),
        *_warning_lines(chronicle),
        *_sensor_lines(chronicle, width),
    ]


def event_lines(
    chronicle: Chronicle, told: Sequence[Highlight], width: int, count: int
) -> list[Text]:
    """Give the newest highlights, oldest of them first, in at most count lines."""
    first = chronicle.first_plot()
    lines: list[Text] = []
    for each in reversed(told):
        stamp = elapsed(first, each.time, 0) or clock_time(each.time)
        line = Text.assemble(
            (f" {stamp:>8}  ", "dim"), (each.kind, STYLES[each.kind]), " " * (10 - len(each.kind))
        )
        indent = cell_len(line.plain)
        pieces = textwrap.wrap(each.text, max(width - indent - 1, 20)) or [""]
        wrapped = [line.append(pieces[0]), *(Text(" " * indent + piece) for piece in pieces[1:])]
        if len(lines) + len(wrapped) > count:
            break
        lines[:0] = wrapped
    return lines


def _launch_lines(chronicle: Chronicle) -> list[Text]:
    launch = chronicle.main_launch()
    if launch is None:
        return [_fact("Launch", "none seen", style="dim"), Text("")]
    declared = chronicle.launches[launch.launch_id][0]
    first = chronicle.first_plot()
    said = f"declared {elapsed(first, declared.time)} after the first plot"
    if launch.cancelled:
        return [_fact("Launch", f"withdrawn: {launch.reason}", style="bold"), Text("")]
    ellipse = launch.position_ellipse_95
    more = f", one of {len(chronicle.launches)}" if len(chronicle.launches) > 1 else ""
    when = f"{clock_time(launch.launch_time)} ± {launch.launch_time_sigma_s:.1f} s"
    where = position(launch.latitude_deg, launch.longitude_deg)
    return [
        _fact(
            "Launch", f"{said}, probability {share(launch.probability)}{more}",
            style="bold bright_blue",
        ),
        _fact(
            "", f"{when} at {where}, 95 % in {distance(ellipse.semi_major_m)} by "
            f"{distance(ellipse.semi_minor_m)}",
        ),
    ]  # fmt: skip


def _track_lines(chronicle: Chronicle, width: int) -> list[Text]:
    track = chronicle.main_track()
    points = chronicle.tracks.get(track.track_id, []) if track is not None else []
    if track is None or not points:
        return [_fact("Track", "none", style="dim"), Text(""), Text("")]
    phases = [(getattr(track.phase, name), name) for name in track.phase.__struct_fields__]
    shown = sorted((each for each in phases if each[0] >= 0.05), reverse=True)[:2]
    phase = ", ".join(f"{name} {share(value)}" for value, name in shown)
    last = points[-1]
    history = [(each.time, each.height_m) for each in points]
    room = max(min(width - _LABEL - 28, 60), 0)
    return [
        _fact(
            "Track",
            f"{track.track_id} {track.status}, {phase} · {track.plots} plots, "
            f"newest {_age(chronicle, track.last_plot)} old",
        ),
        _fact(
            "Altitude",
            f"{with_sigma(last.height_m / 1e3, last.height_sigma_m / 1e3, 'km'):<20} ",
            after=Text(spark(history, room), style="bright_blue"),
        ),
        _fact(
            "Speed",
            with_sigma(last.speed_mps / 1e3, last.speed_sigma_mps / 1e3, "km/s", 3)
            + f", as of {_age(chronicle, last.time)} ago",
        ),
    ]


def _fall_lines(chronicle: Chronicle, width: int) -> list[Text]:
    areas = chronicle.main_fall_areas()
    if not areas:
        return [_fact("Fall area", "not known yet", style="dim"), *[Text("")] * 5]
    last = areas[-1]
    when = f"{clock_time(last.fall_time)} ± {last.fall_time_sigma_s:.1f} s"
    if chronicle.now is not None and last.fall_time > chronicle.now:
        when += f", in {seconds_between(chronicle.now, last.fall_time):.0f} s"
    sizes = [(each.time, math.log(max(each.region_area_m2, 1.0))) for each in areas]
    room = max(min(width - _LABEL - 38, 60), 0)
    lines = [
        _fact(
            "Fall area",
            f"{when} · {position(last.latitude_deg, last.longitude_deg)} · "
            f"said {_age(chronicle, last.time)} ago",
            style="bold bright_red",
        ),
        _fact(
            "95 % region",
            f"{area(last.region_area_m2):<12} ",
            style="bold bright_red",
            after=Text.assemble(
                (spark(sizes, room), "bright_red"), (f" was {area(areas[0].region_area_m2)}", "dim")
            ),
        ),
    ]
    likely = sorted(last.zones, key=lambda zone: (-zone.probability, zone.zone))[:3]
    for index in range(3):
        if index >= len(likely):
            lines.append(Text(""))
            continue
        zone = likely[index]
        lines.append(
            _fact(
                "Zones" if index == 0 else "",
                f"{zone.zone:<20} {share(zone.probability):>6} ",
                after=Text(bar(zone.probability, max(min(width - _LABEL - 32, 40), 0)), "cyan"),
            )
        )
    return lines


def _family_lines(chronicle: Chronicle) -> list[Text]:
    launch = chronicle.main_launch()
    family = chronicle.families.get(launch.launch_id) if launch is not None else None
    if family is None:
        return [_fact("Family", "unknown", style="dim")]
    values = [
        (getattr(family.classes, name), name.replace("_", "-"))
        for name in family.classes.__struct_fields__
    ]
    shown = sorted((each for each in values if each[0] >= 0.01), key=lambda each: -each[0])[:3]
    said = ", ".join(f"{name} {share(value)}" for value, name in shown)
    style = "green" if likeliest_family(family.classes)[1] >= 0.5 else ""
    return [_fact("Family", f"{said}; said {_age(chronicle, family.time)} ago", style=style)]


def _warning_lines(chronicle: Chronicle) -> list[Text]:
    """Give the newest word to the public and to partners, with its age."""
    launch = chronicle.main_launch()
    issued = [each for each in chronicle.warnings if launch and each.launch_id == launch.launch_id]
    if not issued:
        return [_fact("Warning", "none", style="dim")]
    newest = {each.severity: each for each in issued}
    said = [
        f"{name} {newest[severity].action} {newest[severity].revision}, "
        f"{_age(chronicle, newest[severity].time)} ago"
        for severity, name in (("public", "public:"), ("notice", "partners:"))
        if severity in newest
    ]
    first = elapsed(chronicle.first_plot(), issued[0].time, 0)
    return [_fact("Warning", f"{' · '.join(said)} · first {first}", style="bold yellow")]


def _sensor_lines(chronicle: Chronicle, width: int) -> list[Text]:
    """Give each sensor with the age of what was last heard of it, in at most two lines."""
    if chronicle.heard and chronicle.silent >= set(chronicle.heard):
        last = _age(chronicle, max(chronicle.heard.values()))
        said = f"all {len(chronicle.heard)} silent, the last one heard {last} ago"
        return [_fact("Sensors", said, style="bold yellow"), Text("")]
    lines: list[Text] = []
    line = _fact("Sensors", "")
    for name in sorted(chronicle.heard):
        silent = name in chronicle.silent
        text = f"{name} {_age(chronicle, chronicle.heard[name])}"
        text += " SILENT" if silent else ""
        if cell_len(line.plain) > _LABEL + 2 and cell_len(line.plain) + len(text) + 3 > width:
            lines.append(line)
            line = _fact("", "")
        if cell_len(line.plain) > _LABEL + 2:
            line.append(" · ", style="dim")
        line.append(text, style="bold yellow" if silent else "")
    lines.append(line)
    if not chronicle.heard:
        lines = [_fact("Sensors", "none heard yet", style="dim")]
    lines += [Text("")] * (2 - len(lines))
    return lines[:2]


def _age(chronicle: Chronicle, then: Instant) -> str:
    seconds = max(seconds_between(then, chronicle.now), 0.0) if chronicle.now is not None else 0.0
    return f"{seconds:.1f} s" if seconds < 10.0 else f"{seconds:.0f} s"


def _fact(label: str, value: str, *, style: str = "", after: Text | None = None) -> Text:
    line = Text.assemble((f" {label:<{_LABEL}} ", "dim"), (value, style))
    if after is not None:
        line.append_text(after)
    return line


def _rule(title: str, width: int) -> Text:
    return Text(f"── {title} " + "─" * max(width - len(title) - 4, 0), style="dim")


def _side_by_side(
    left: Sequence[Text], right: Sequence[Text], left_width: int, right_width: int
) -> list[Text]:
    lines = []
    for index in range(max(len(left), len(right))):
        line = left[index].copy() if index < len(left) else Text("")
        line.truncate(left_width, overflow="ellipsis", pad=True)
        line.append(" ", style="default")
        if index < len(right):
            other = right[index].copy()
            other.truncate(right_width, overflow="crop")
            line.append_text(other)
        lines.append(line)
    return lines


def bar(value: float, width: int) -> str:
    """Draw a share of one as a bar of eighths of a character."""
    eighths = round(min(max(value, 0.0), 1.0) * width * 8)
    full, part = divmod(eighths, 8)
    return "█" * full + (_EIGHTHS[part] if part else "")


def spark(history: Sequence[tuple[Instant, float]], width: int) -> str:
    """Draw values against time in one line of characters, lowest to highest.

    Each character is the last value known at its time, from the first one on; there are as
    many as there are seconds at first, then the line is as wide as it may be.
    """
    if width <= 0 or not history:
        return ""
    start, end = history[0][0], history[-1][0]
    columns = min(width, max(int(seconds_between(start, end) / 2.0), 1))
    values = []
    at = 0
    for column in range(columns):
        due = start + (end - start) * (column + 1) // columns
        while at + 1 < len(history) and history[at + 1][0] <= due:
            at += 1
        values.append(history[at][1])
    low, high = min(values), max(values)
    span = high - low or 1.0
    return "".join(_BARS[1 + round(7 * (value - low) / span)] for value in values)
