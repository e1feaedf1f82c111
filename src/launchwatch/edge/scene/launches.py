"""A launch as the scene shows it: what is believed, how surely, since when."""

from collections.abc import Iterator, Mapping

from launchwatch.edge.phrasing import clock_time, position, share
from launchwatch.edge.scene import words
from launchwatch.edge.scene.flights import shares_of
from launchwatch.edge.scene.judgement import Basis, arguments, would_change
from launchwatch.edge.scene.shapes import lonlat, milliseconds, ring_of, rounded
from launchwatch.messages.report import LaunchSummary
from launchwatch.messages.sceneflights import LaunchRow, StatementRow
from launchwatch.messages.sceneparts import Fact, Share, Words
from launchwatch.messages.warning import Language, Statement
from launchwatch.timescale import Instant

_SURE = 0.5
"""A class less probable than this is not named in the headline."""

_THING = Words("Object of unknown class", "종류 미상의 발사체", "種類不明の飛翔体")
_FROM = Words(
    "{what} ({p}) launched {time} from {place}.",
    "{what}({p}), {time} {place}에서 발사.",
    "{what}({p})、{time}に{place}から発射。",
)
_FROM_SOMEWHERE = Words(
    "{what} ({p}) launched {time}.", "{what}({p}), {time} 발사.", "{what}({p})、{time}に発射。"
)
_FALLS = Words(
    "{from_} Falls {time} in {zone} ({p}).",
    "{from_} {time} {zone} 낙하 예상({p}).",
    "{from_}{time}に{zone}へ落下見込み({p})。",
)
_FELL = Words(
    "{from_} Expected to have fallen {time} in {zone} ({p}).",
    "{from_} {time} {zone} 낙하한 것으로 추정({p}).",
    "{from_}{time}に{zone}へ落下したと推定({p})。",
)
_NOWHERE = Words(
    "{from_} Where it falls is not known yet.",
    "{from_} 낙하 장소는 아직 알 수 없음.",
    "{from_}落下場所はまだ不明。",
)
_WITHDRAWN = Words(
    "Withdrawn: what was detected is no longer held to be a launch.",
    "철회: 발사가 아닌 것으로 판단됨.",
    "取消し:発射ではなかったと判断。",
)
_SAME = Words("{place} ({at})", "{place}({at})", "{place}({at})")


def launch_row(basis: Basis, since: Instant, now: Instant, *, is_main: bool) -> LaunchRow:
    """Give a launch's row, as of a stream time; ``since`` is when it was first declared."""
    statement, summary = basis.statement, basis.summary
    shape = ring_of(statement.longitude_deg, statement.latitude_deg, statement.position_ellipse_95)
    return LaunchRow(
        revision=statement.revision,
        is_main=is_main,
        is_withdrawn=statement.cancelled,
        reason=statement.reason,
        said_ms=milliseconds(statement.time),
        since_ms=milliseconds(since),
        track_ids=statement.track_ids,
        sensors=tuple(sorted({name for each in basis.tracks for name in each.sensors})),
        first_seen_ms=milliseconds(min(each.first_plot for each in basis.tracks))
        if basis.tracks
        else None,
        launch_time_ms=milliseconds(statement.launch_time),
        launch_time_sigma_s=round(statement.launch_time_sigma_s, 2),
        place=lonlat(statement.longitude_deg, statement.latitude_deg),
        ellipse_95=rounded(statement.position_ellipse_95),
        shape=shape,
        probability=round(statement.probability, 4),
        probability_text=share(statement.probability),
        paths=statement.paths,
        headline=_headline(basis, now),
        facts=tuple(_facts(basis, summary)) if summary is not None else (),
        arguments=arguments(basis),
        would_change=() if statement.cancelled else would_change(basis),
        families=shares_of(summary.classes) if summary is not None else (),
        resolutions=_resolutions(summary),
    )


def statement_row(statements: Mapping[Language, Statement]) -> StatementRow:
    """Give what is said to the press, from the newest statement in each language."""
    newest = max(statements.values(), key=lambda each: each.revision)
    return StatementRow(
        revision=newest.revision,
        said_ms=milliseconds(newest.time),
        title=words.worded(lambda language: statements.get(language, newest).title),
        text=words.worded(lambda language: statements.get(language, newest).text),
    )


def _headline(basis: Basis, now: Instant) -> Words:
    statement, summary = basis.statement, basis.summary
    if statement.cancelled or summary is None:
        return _WITHDRAWN if statement.cancelled else words.alike("")
    is_sure = summary.family_probability >= _SURE and summary.family != "unknown"
    what = words.named(f"family.{summary.family}") if is_sure else _THING
    what = Words(what.en[:1].upper() + what.en[1:], what.ko, what.ja)
    place = words.place(summary.place)
    start = words.filled(
        _FROM if place.en else _FROM_SOMEWHERE,
        what=what,
        p=share(summary.family_probability if is_sure else statement.probability),
        time=clock_time(statement.launch_time),
        place=place,
    )
    if summary.fall_time is None or not summary.zones:
        return words.filled(_NOWHERE, from_=start)
    first = summary.zones[0]
    return words.filled(
        _FALLS if summary.fall_time > now else _FELL,
        from_=start,
        time=clock_time(summary.fall_time),
        zone=words.zone(first.zone),
        p=share(first.probability),
    )


def _facts(basis: Basis, summary: LaunchSummary) -> Iterator[Fact]:
    said = milliseconds(basis.statement.time)
    newest = max((fall.time for fall in basis.falls), default=basis.statement.time)
    fall_said = milliseconds(newest)
    yield _fact(
        "launch-time", words.time_within(summary.launch_time, summary.launch_time_sigma_s), said,
        milliseconds(summary.launch_time), summary.launch_time_sigma_s, "ms",
    )  # fmt: skip
    at = position(summary.latitude_deg, summary.longitude_deg)
    yield _fact("launch-place", _placed(summary.place, at), said)
    first = summary.first_detection_time
    yield _fact("detection", clock_time(first), said, milliseconds(first), None, "ms")
    yield Fact(
        code="family",
        text=words.filled(
            Words("{family}, {p}", "{family}, {p}", "{family}、{p}"),
            family=words.named(f"family.{summary.family}"), p=share(summary.family_probability),
        ),
        value=round(summary.family_probability, 4),
        since_ms=fall_said,
    )  # fmt: skip
    for code, value, sigma, unit in (
        ("range", summary.range_km, summary.range_km_sigma, "km"),
        ("apogee", summary.apogee_km, summary.apogee_km_sigma, "km"),
        ("flight-time", summary.flight_time_s, summary.flight_time_s_sigma, "s"),
    ):
        if value is not None and sigma is not None:
            yield _fact(code, words.within(value, sigma, unit), fall_said, value, sigma, unit)
    if summary.fall_time is not None and summary.fall_time_sigma_s is not None:
        text = words.time_within(summary.fall_time, summary.fall_time_sigma_s)
        when = milliseconds(summary.fall_time)
        yield _fact("fall-time", text, fall_said, when, summary.fall_time_sigma_s, "ms")
    if summary.fall_latitude_deg is not None and summary.fall_longitude_deg is not None:
        at = position(summary.fall_latitude_deg, summary.fall_longitude_deg)
        yield _fact("fall-place", _placed(summary.fall_place, at), fall_said)
    yield _fact("paths", str(basis.statement.paths), said, basis.statement.paths)


def _fact(
    code: str, text: str | Words, said: int, value: float | None = None,
    sigma: float | None = None, unit: str = "",
) -> Fact:  # fmt: skip
    return Fact(
        code=code,
        text=words.alike(text) if isinstance(text, str) else text,
        value=None if value is None else round(value, 4),
        sigma=None if sigma is None else round(sigma, 5),
        unit=unit,
        since_ms=said,
    )


def _placed(code: str, at: str) -> Words:
    place = words.place(code)
    return words.filled(_SAME, place=place, at=at) if place.en else words.alike(at)


def _resolutions(summary: LaunchSummary | None) -> Share | None:
    found = summary.resolutions if summary is not None else None
    if found is None:
        return None
    return Share(
        code=found.finding, probability=round(found.probability, 4), text=share(found.probability)
    )
