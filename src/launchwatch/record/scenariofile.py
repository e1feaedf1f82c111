"""Write what was reconstructed as a scenario: TOML that the simulator flies and a demo shows.

The flight is the member in the middle of a branch; what was said stands beside it as facts, each by
whoever said it, so that a demo sets its own findings beside them.
"""

import datetime as dt
import json
import math
from collections.abc import Sequence

from msgspec.structs import replace

from launchwatch.messages.reconciled import LaunchAccount, Statement
from launchwatch.messages.reconstructed import Course
from launchwatch.record.reconciling.saying import words_of
from launchwatch.record.reconciling.voices import called

_BEFORE_S = 31.0
_AFTER_S = 60.0
_TOLD = ("launch_time", "launch_place", "range", "apogee", "flight_time", "class", "fall_place",
         "zone_verdict", "damage")  # fmt: skip
_NOON_UTC = 1440.0 + 12 * 60.0


def start_of(account: LaunchAccount, item: int | None = None) -> dt.datetime:
    """Give the launch's time in UTC as reports leave it, to the second; noon where none is told."""
    day = dt.date.fromisoformat(account.date) if account.date else dt.date(2000, 1, 1)
    told = account.figure("launch_time", item)
    minutes = told.value if told is not None else _NOON_UTC
    midnight = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) - dt.timedelta(days=1)
    return midnight + dt.timedelta(seconds=round(minutes * 60.0))


def scenario_text(
    account: LaunchAccount,
    courses: Sequence[tuple[int | None, Course]],
    title: str,
    *,
    note: str = "",
    sensors_of: str = "east-sea",
) -> str:
    """Give a scenario's TOML with one launch for each course.

    Args:
        courses: the bodies' numbers, and how each flies.
        note: said in a comment at the top.
    """
    times = [start_of(account, item) for item, _ in courses]
    start = min(times) - dt.timedelta(seconds=_BEFORE_S)
    ends = [
        (time - start).total_seconds() + course.flight_time_s + _AFTER_S
        for time, (_, course) in zip(times, courses, strict=True)
    ]
    lines = [f"# {line}" for line in note.splitlines()]
    lines += [
        f"title = {_quoted(title)}",
        f'start = "{_rfc3339(start)}"',
        f"duration_s = {math.ceil(max(ends) / 10.0) * 10.0}",
        f'sensors_of = "{sensors_of}"',
    ]
    for number, (time, (_, course)) in enumerate(zip(times, courses, strict=True), 1):
        lines += _launch(f"m{number}", time, course)
    for one in _told(account):
        lines += _fact(one)
    return "\n".join(lines) + "\n"


def _launch(name: str, time: dt.datetime, course: Course) -> list[str]:
    lines = [
        "", "[[launches]]", f'object = "{name}"', f'time = "{_rfc3339(time)}"',
        f"latitude_deg = {course.latitude_deg}", f"longitude_deg = {course.longitude_deg}",
        f"azimuth_deg = {course.azimuth_deg}",
        f"ballistic_coefficient_kgpm2 = {course.ballistic_coefficient_kgpm2}",
        f"range_km = {course.range_km}", f"apogee_km = {course.apogee_km}",
        "", "[launches.ascent]",
        f"initial_acceleration_mps2 = {course.initial_acceleration_mps2}",
        f"exhaust_speed_mps = {course.exhaust_speed_mps}",
        f"vertical_s = {course.vertical_s}", f"kick_s = {course.kick_s}",
    ]  # fmt: skip
    if course.burn_s > 0.0:
        lines += [f"burn_s = {course.burn_s}", f"kick_deg = {course.kick_deg}"]
    if course.pull_for_s > 0.0:
        lines += [
            "", "[[launches.manoeuvres]]", f"below_m = {course.pull_below_m}",
            f"for_s = {course.pull_for_s}", f"up_mps2 = {course.pull_up_mps2}",
        ]  # fmt: skip
    return lines


def _told(account: LaunchAccount) -> list[Statement]:
    """Give what is worth a fact: each kind once by each voice, in the order it was said."""
    found: dict[tuple[str, str, str], Statement] = {}
    for one in account.statements:
        if one.used and one.claim.kind in _TOLD:
            found.setdefault((one.claim.kind, one.voice, words_of(one)), one)
    return list(found.values())


def _fact(one: Statement) -> list[str]:
    said = one.claim.source or called(one.voice)
    return [
        "", "[[facts]]", f'kind = "{one.claim.kind}"',
        f"text = {_quoted(' '.join(one.claim.text.split())[:160])}",
        f"value = {_quoted(words_of(one))}", f"said_by = {_quoted(said)}",
    ]  # fmt: skip


def unfitted(course: Course) -> Course:
    """Give a course without burning time, for a simulator that finds its own."""
    return replace(course, burn_s=0.0, kick_deg=0.0)


def _quoted(text: str) -> str:
    # JSON's strings are TOML's, but for what TOML forbids: control characters are escaped in both.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _rfc3339(time: dt.datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")
