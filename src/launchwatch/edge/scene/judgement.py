"""Why something is believed, and what would change it: evidence for and against, in words.

Nothing is judged here: each argument restates what a message carries.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from launchwatch.edge.phrasing import clock_time, share
from launchwatch.edge.scene import words
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.report import LaunchSummary
from launchwatch.messages.sceneparts import Argument, Words
from launchwatch.messages.sensor import SensorBias, SensorStatus
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.verdict import ZoneVerdict

_FAST_MPS, _HIGH_M = 450.0, 25e3
"""What no airliner reaches, as the assessment holds (`launchwatch.assessment.evidence`)."""

_LIKELY, _TELLING = 0.5, 0.02


class Seen(NamedTuple):
    """What a launch's tracks showed at their utmost so far."""

    boost: float = 0.0
    speed_mps: float = 0.0
    height_m: float = 0.0


class Basis(NamedTuple):
    """All that a launch's judgement rests on, as last said."""

    statement: LaunchStatement
    summary: LaunchSummary | None
    seen: Seen
    tracks: tuple[TrackUpdate, ...]
    falls: tuple[FallArea, ...]
    verdicts: tuple[ZoneVerdict, ...]
    evidence: tuple[str, ...]
    sensors: dict[str, tuple[SensorStatus | None, SensorBias | None]]


def arguments(basis: Basis) -> tuple[Argument, ...]:
    """Give the arguments, those for it first."""
    found = [*_for(basis), *_of_family(basis), *_against(basis), *_open(basis)]
    return tuple(found)


def would_change(basis: Basis) -> tuple[Words, ...]:
    """Say what would change the answer, most telling first."""
    found = []
    if any(each.phase.boost > _LIKELY for each in basis.tracks):
        found.append(_SAY["burning"])
    if _lost(basis.falls) is not None:
        found.append(_SAY["any-plot"])
    if basis.statement.paths < 2:
        found.append(_SAY["second-way"])
    found += [
        words.filled(_SAY["at-the-line"], zone=words.zone(verdict.zone))
        for verdict in basis.verdicts
        if verdict.verdict == "too-close-to-call"
    ]
    found += [_otherwise(*each) for each in _other_claims(basis.falls)]
    if basis.summary is not None:
        turning = basis.summary.classes.quasi_ballistic + basis.summary.classes.glide
        if turning > _TELLING:
            found.append(words.filled(_SAY["may-turn"], p=share(turning)))
    return tuple(dict.fromkeys(found))


def _for(basis: Basis) -> Iterator[Argument]:
    statement, seen = basis.statement, basis.seen
    if seen.boost > _LIKELY:
        yield _argument("for", "launch", f"boost {seen.boost:.3f}", "climbs", p=share(seen.boost))
    if seen.speed_mps > _FAST_MPS:
        speed = f"{seen.speed_mps / 1e3:.1f}"
        yield _argument("for", "launch", f"fast {seen.speed_mps:.0f}", "fast", v=speed)
    if seen.height_m > _HIGH_M:
        height = f"{seen.height_m / 1e3:.0f}"
        yield _argument("for", "launch", f"high {seen.height_m:.0f}", "high", h=height)
    if statement.paths > 1:
        ways = str(statement.paths)
        yield _argument("for", "launch", f"paths {ways}", "paths", n=ways)
    names = sorted({name for each in basis.tracks for name in each.sensors})
    if names:
        plots = sum(each.plots for each in basis.tracks)
        yield _argument(
            "for", "launch", f"plots {plots}", "plots", n=f"{plots:,}", names=", ".join(names)
        )


_FAMILY = (
    (re.compile(r"comes down (\d+) to (\d+) km from the launch point \(95 %\)"), "family-range"),
    (re.compile(r"apogee (\d+) to (\d+) km \(95 %\)"), "family-apogee"),
)


def _of_family(basis: Basis) -> Iterator[Argument]:
    """Give the assessment's own words about the class, in three languages where they are known."""
    for text in basis.evidence:
        for pattern, key in _FAMILY:
            if found := pattern.fullmatch(text):
                yield _argument("for", "family", text, key, a=found[1], b=found[2])
                break
        else:
            if not text.startswith("now most probably in "):
                yield Argument(side="for", about="family", code=text, text=words.alike(text))


def _against(basis: Basis) -> Iterator[Argument]:
    statement = basis.statement
    doubt = 1.0 - statement.probability
    if statement.cancelled:
        yield Argument(
            side="against", about="launch", code="withdrawn", text=words.alike(statement.reason)
        )
    elif doubt >= 0.005:
        yield _argument("against", "launch", f"else {doubt:.3f}", "else", p=share(doubt))
    if statement.paths < 2:
        yield _argument("against", "launch", "one-path", "one-path")
    if (lost := _lost(basis.falls)) is not None:
        when = clock_time(lost.last_plot) if lost.last_plot is not None else "-"
        yield _argument("against", "fall", f"lost {when}", "lost", t=when)
    names = {name for each in basis.tracks for name in each.sensors}
    for name in sorted(names):
        status, bias = basis.sensors.get(name, (None, None))
        if bias is not None and bias.health != "good":
            yield _argument(
                "against", "launch", f"sensor {name} {bias.health}", "weak", name=name,
                what=words.named(f"health.{bias.health}"), f=f"{bias.noise_factor:.1f}",
            )  # fmt: skip
        if status is not None and status.status in ("silent", "flooding", "astray"):
            yield _argument(
                "against", "launch", f"sensor {name} {status.status}", "trouble", name=name,
                what=words.named(f"sensorstatus.{status.status}"),
            )  # fmt: skip


def _open(basis: Basis) -> Iterator[Argument]:
    for fall in basis.falls:
        if fall.probability < 1.0:
            yield _argument(
                "open", "fall", f"unseen {fall.body} {fall.probability:.2f}", "unseen",
                body=words.named(f"body.{fall.body}"), p=share(fall.probability),
            )  # fmt: skip
    if basis.summary is not None and (unknown := basis.summary.classes.unknown) > _TELLING / 2:
        yield _argument("open", "family", f"unknown {unknown:.3f}", "unknown", p=share(unknown))


def _lost(falls: Iterable[FallArea]) -> FallArea | None:
    return next((fall for fall in falls if fall.status != "tracked"), None)


def _other_claims(falls: Iterable[FallArea]) -> list[tuple[str, str, float]]:
    """Give claim sets by which another zone is the likeliest: set, zone, probability."""
    found = []
    for fall in falls:
        if fall.probability < 1.0 or not fall.zones:
            continue
        first = fall.zones[0]
        best: dict[str, tuple[str, float]] = {}
        for each in fall.other_claims:
            if each.probability > best.get(each.claims, ("", 0.0))[1]:
                best[each.claims] = each.zone, each.probability
        found += [
            (claims, zone, p)
            for claims, (zone, p) in best.items()
            if zone != first.zone and p > _LIKELY
        ]
    return found


def _otherwise(claims: str, zone: str, probability: float) -> Words:
    return words.filled(
        _SAY["otherwise"],
        claims=words.named(f"claims.{claims}"),
        zone=words.zone(zone),
        p=share(probability),
    )


def _argument(side: str, about: str, code: str, key: str, **values: str | Words) -> Argument:
    return Argument(
        side=side,  # type: ignore[arg-type]
        about=about,
        code=code,
        text=words.filled(_SAY[key], **values),
    )


_SAY = {
    "climbs": Words(
        "It climbed under power ({p}).", "동력으로 상승함({p}).", "動力で上昇した({p})。"
    ),
    "fast": Words(
        "It reached {v} km/s: no aircraft does.",
        "최고 {v}km/s: 항공기로는 불가능함.",
        "最高{v}km/s:航空機では不可能。",
    ),
    "high": Words(
        "It was {h} km high: no aircraft flies there.",
        "고도 {h}km: 항공기가 비행하지 않는 높이.",
        "高度{h}km:航空機の飛ばない高さ。",
    ),
    "paths": Words(
        "{n} independent ways saw it.", "독립된 {n}개 경로로 탐지됨.", "独立した{n}経路で探知。"
    ),
    "plots": Words("{n} measurements of {names}.", "측정 {n}회({names}).", "測定{n}回({names})。"),
    "family-range": Words(
        "Comes down {a} to {b} km from the launch point (95 %).",
        "발사 지점에서 {a}~{b}km에 낙하(95%).",
        "発射地点から{a}~{b}kmに落下(95%)。",
    ),
    "family-apogee": Words(
        "Highest point {a} to {b} km (95 %).",
        "최고 고도 {a}~{b}km(95%).",
        "最高高度{a}~{b}km(95%)。",
    ),
    "else": Words(
        "It may be something else ({p}).", "다른 물체일 수 있음({p}).", "別の物の可能性({p})。"
    ),
    "one-path": Words(
        "It rests on one way of seeing alone.",
        "단일 탐지 경로에만 근거함.",
        "一つの経路のみに基づく。",
    ),
    "lost": Words(
        "Not measured since {t}: what follows is carried forward.",
        "{t} 이후 측정 없음: 이후는 예측임.",
        "{t}以降測定なし:以後は予測。",
    ),
    "weak": Words(
        "{name}: {what}; its errors count {f} times.",
        "{name}: {what}; 오차를 {f}배로 반영.",
        "{name}:{what}、誤差を{f}倍として扱う。",
    ),
    "trouble": Words("{name}: {what}.", "{name}: {what}.", "{name}:{what}。"),
    "unseen": Words(
        "{body}: nobody saw one ({p}).", "{body}: 관측되지 않음({p}).", "{body}:未観測({p})。"
    ),
    "unknown": Words(
        "The class may be none of those known ({p}).",
        "알려진 종류가 아닐 수 있음({p}).",
        "既知の種類でない可能性({p})。",
    ),
    "burning": Words(
        "Burnout: while the motor burns the fall still moves away.",
        "연소 종료: 추진 중에는 낙하 지점이 계속 멀어짐.",
        "燃焼終了:推進中は落下地点が遠ざかり続ける。",
    ),
    "any-plot": Words(
        "Any new measurement: it is not being seen.",
        "새로운 측정: 현재 관측되지 않음.",
        "新たな測定:現在観測されていない。",
    ),
    "second-way": Words(
        "A second, independent sensor that sees it, or does not.",
        "독립된 두 번째 센서의 탐지 여부.",
        "独立した第二のセンサーの探知の有無。",
    ),
    "at-the-line": Words(
        "Some hundred metres either way: it falls at the edge of {zone}.",
        "수백 미터 차이: {zone} 경계에 낙하함.",
        "数百メートルの差:{zone}の境界に落下する。",
    ),
    "otherwise": Words(
        "Another reading of the law of the sea: by {claims} it is {zone} ({p}).",
        "해양 경계의 다른 해석: {claims}(으)로는 {zone}({p}).",
        "海の境界の別の解釈:{claims}では{zone}({p})。",
    ),
    "may-turn": Words(
        "A turn on the way down ({p}): it need not fall freely.",
        "하강 중 기동({p}): 자유낙하가 아닐 수 있음.",
        "降下中の機動({p}):自由落下とは限らない。",
    ),
}
