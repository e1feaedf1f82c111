"""The situation report of a month: one HTML file with everything in it, ready to be printed.

Sentences that look back only, a map, the month day by day, two years month by month, every
launch with the official verdicts beside ours, what was said, what happened around it, and the
sources. Nothing is fetched when it is opened: pictures lie inside, styles too, scripts there
are none.
"""

import base64
import calendar
import datetime as dt
import io
from collections.abc import Sequence
from html import escape
from pathlib import Path

import matplotlib as mpl
from matplotlib.figure import Figure

from launchwatch.assessment.zones import Zones
from launchwatch.edge.historystore import record_of
from launchwatch.edge.historystyle import PAGE
from launchwatch.edge.historyverdicts import OurVerdict, our_verdict
from launchwatch.edge.pictures.history import draw_days, draw_months, draw_places
from launchwatch.edge.pictures.style import type_of_house
from launchwatch.errors import SettingsError
from launchwatch.record.history import (
    History,
    OfficialStatement,
    PastLaunch,
    chosen,
    count,
    statements_on,
    verdicts_on,
)
from launchwatch.record.patternsfindings import Findings, sentences
from launchwatch.record.patternswords import sentences_of_month

_DOTS = 200
_NAMES = {"PRK": "the DPRK", "CHN": "China", "RUS": "Russia", "IRN": "Iran", "IND": "India"}


def write_report(
    folder: Path,
    history: History,
    year: int,
    month: int,
    *,
    country: str = "PRK",
    findings: Findings | None = None,
) -> Path:
    """Write the report of a month and give its path, ``report-2022-11.html``.

    Args:
        folder: made where it does not exist.
        history: what is later than the month is not looked at.
        country: whose launches.
        findings: of the patterns up to then, to be told too.

    Raises:
        SettingsError: the folder cannot be made or written.
    """
    last = dt.date(year, month, calendar.monthrange(year, month)[1])
    known = [each for each in chosen(history, country=country) if each.date <= last]
    rows = [each for each in known if (each.date.year, each.date.month) == (year, month)]
    path = folder / f"report-{year}-{month:02d}.html"
    with mpl.rc_context(type_of_house()):
        page = _page(history, known, rows, last, country, findings)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"{path}: cannot be written: {error.strerror}") from None
    return path


def _page(
    history: History,
    known: Sequence[PastLaunch],
    rows: Sequence[PastLaunch],
    last: dt.date,
    country: str,
    findings: Findings | None,
) -> str:
    name = f"{calendar.month_name[last.month]} {last.year}"
    said = sentences_of_month(known, last.year, last.month)
    since = dt.date(last.year - 2, last.month, 1)
    two_years = [each for each in known if each.date >= since]
    parts = [
        _head(name, country),
        _figures(history, rows),
        '<section class="lead">' + "".join(f"<p>{escape(one)}</p>" for one in said) + "</section>",
    ]
    if rows:
        parts += [
            _picture(
                draw_places(history, rows, f"Where: {name}"), "Map of launch places and falls"
            ),
            _picture(draw_days(rows, last), "The month day by day and hour by hour"),
        ]
    if two_years:
        title = f"Two years to {name}"
        parts.append(
            _picture(draw_months(history, two_years, title, (since, last)), "Launches by month")
        )
    parts += [_launches(history, rows), _statements(history, rows), _context(history, last)]
    if findings is not None:
        told = "".join(f"<p>{escape(one)}</p>" for one in sentences(findings))
        parts.append(_section("A pattern?", told))
    parts.append(_sources(history, rows))
    body = "\n".join(one for one in parts if one)
    return PAGE.format(title=escape(f"Launches of {name}"), body=body)


def _head(name: str, country: str) -> str:
    whose = escape(_NAMES.get(country, country))
    return (
        f'<header><p class="band">Situation report from public sources</p><h1>{escape(name)}</h1>'
        f"<p>Launches of ballistic missiles and space launchers by {whose}. A compilation of what "
        "was stated, not a measurement; local times.</p></header>"
    )


def _figures(history: History, rows: Sequence[PastLaunch]) -> str:
    number, at_least = count(rows)
    inside = {
        each.launch_id
        for each in rows
        for one in verdicts_on(history, each)
        if one.verdict in ("inside", "split")
    }
    shown = [
        (("≥ " if at_least else "") + str(number), "launches"),
        (str(len({each.date for each in rows})), "launch days"),
        (str(len(inside)), "said to fall in an economic zone"),
        (_most(rows, "range_km"), "longest range, km"),
        (_most(rows, "apogee_km"), "greatest height, km"),
    ]
    cells = "".join(f"<div><b>{value}</b><span>{what}</span></div>" for value, what in shown)
    return f'<section class="figures">{cells}</section>'


def _most(rows: Sequence[PastLaunch], field: str) -> str:
    values = [value for each in rows if (value := getattr(each, field)) is not None]
    return f"{max(values):,.0f}" if values else "–"


def _picture(figure: Figure, words: str) -> str:
    out = io.BytesIO()
    figure.savefig(out, dpi=_DOTS, format="png", metadata={"Software": "launchwatch"})
    data = base64.b64encode(out.getvalue()).decode()
    return f'<figure><img alt="{escape(words)}" src="data:image/png;base64,{data}"></figure>'


def _section(title: str, content: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{content}</section>"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{one}</td>" for one in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _launches(history: History, rows: Sequence[PastLaunch]) -> str:
    if not rows:
        return ""
    zones = Zones.built_in()
    told = []
    for each in rows:
        verdicts = verdicts_on(history, each)
        official = sorted({f"{one.zone} {one.verdict.replace('_', ' ')}" for one in verdicts})
        ours = [
            found
            for zone in sorted({one.zone for one in verdicts if one.zone})
            if (found := our_verdict(each, zone, zones)) is not None
        ]
        values = record_of(each)
        number = f"{each.number_qualifier} {each.number or ''}".strip()
        cells = [
            f"{each.date.day} {calendar.month_abbr[each.date.month]} {values['time'] or ''}",
            each.place, number, each.family or each.launch_class or "not determined",
            f"{each.range_km:g}" if each.range_km is not None else "",
            f"{each.apogee_km:g}" if each.apogee_km is not None else "",
            each.outcome, ", ".join(official),
            ", ".join(_ours(one) for one in ours),
        ]  # fmt: skip
        mark = "*" if each.unverified else ""
        told.append([escape(cells[0]) + mark, *(escape(cell) for cell in cells[1:])])
    heads = ["day, time", "place", "number", "family", "range km", "apogee km", "outcome",
             "official verdict", "ours, from the stated fall"]  # fmt: skip
    note = "".join(
        f"<li>{escape(each.launch_id)}: {escape(', '.join(each.unverified))}</li>"
        for each in rows
        if each.unverified
    )
    content = _table(heads, told)
    if note:
        content += f'<p class="note">* no text was at hand for:</p><ul class="note">{note}</ul>'
    return _section("Launches", content)


def _ours(verdict: OurVerdict) -> str:
    claim = f"{verdict.by_claims:.0%} by {verdict.claims.title()}'s claim"
    return f"{verdict.probability:.0%} of the disc inside ({claim})"


def _statements(history: History, rows: Sequence[PastLaunch]) -> str:
    found: dict[OfficialStatement, None] = {}
    for each in rows:
        found |= dict.fromkeys(statements_on(history, each))
    if not found:
        return ""
    urls = {each.source: each.url for each in history.sources}
    told = []
    for one in sorted(found, key=lambda one: (one.date, one.times, one.stated, one.stage)):
        cells = [
            f"{one.date.day} {calendar.month_abbr[one.date.month]}", one.times.replace(";", "; "),
            one.range_km.replace(";", "; "), one.apogee_km.replace(";", "; "), one.fall_as_stated,
            f"{one.zone} {one.verdict.replace('_', ' ')}".strip() + f" ({one.stage})", one.speaker,
        ]  # fmt: skip
        told.append([*(escape(cell) for cell in cells), _link(one.source, urls)])
    heads = [
        "day",
        "launched",
        "range km",
        "apogee km",
        "fall, as stated",
        "verdict",
        "by",
        "source",
    ]
    return _section("What was said", _table([*heads, "source"], told))


def _context(history: History, last: dt.date) -> str:
    first = last.replace(day=1)
    near = [
        each
        for each in history.context
        if each.date <= last + dt.timedelta(days=14)
        and (each.until or each.date) >= first - dt.timedelta(days=14)
    ]
    if not near:
        return ""
    told = []
    for each in near:
        cells = (str(each.date), str(each.until or ""), each.kind, each.name, each.parties)
        told.append([escape(cell) for cell in cells])
    said = (
        '<p class="note">Within a fortnight of the month. That something stands here says '
        "nothing of a cause.</p>"
    )
    return _section("Around it", said + _table(["from", "to", "kind", "what", "parties"], told))


def _sources(history: History, rows: Sequence[PastLaunch]) -> str:
    keys = {key for each in rows for key in each.sources}
    keys |= {one.source for each in rows for one in statements_on(history, each)}
    if not keys:
        return ""
    named = {each.source: each for each in history.sources}
    items = []
    for key in sorted(keys):
        one = named.get(key)
        words = ". ".join(part for part in ((one.publisher, one.title) if one else (key,)) if part)
        address = f' <span class="url">{escape(one.url)}</span>' if one and one.url else ""
        items.append(f"<li><b>{escape(key)}</b> {escape(words)}{address}</li>")
    return _section("Sources", f'<ul class="sources">{"".join(items)}</ul>')


def _link(key: str, urls: dict[str, str]) -> str:
    url = urls.get(key, "")
    if not url.startswith(("https://", "http://")):
        return escape(key)
    return f'<a href="{escape(url)}" rel="noreferrer">{escape(key)}</a>'
