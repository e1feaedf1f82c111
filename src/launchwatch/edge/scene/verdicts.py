"""Verdicts in a sentence: what is called of a zone, how surely, and what would change it."""

from launchwatch.edge.phrasing import distance, share
from launchwatch.edge.scene import words
from launchwatch.edge.scene.shapes import milliseconds
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.sceneflights import VerdictRow
from launchwatch.messages.sceneparts import Words
from launchwatch.messages.verdict import ZoneVerdict

_NEAR_M = 100e3
"""A zone farther off than this, and called outside, is left out of the panel."""

_SAID = {
    "inside": Words(
        "Inside {zone} ({p}){edge}.", "{zone} 안({p}){edge}.", "{zone}の内({p}){edge}。"
    ),
    "outside": Words(
        "Outside {zone} (inside: {p}){edge}.",
        "{zone} 밖(안일 확률 {p}){edge}.",
        "{zone}の外(内の確率{p}){edge}。",
    ),
    "too-close-to-call": Words(
        "Too close to call: at the edge of {zone}{edge}; inside with {p}.",
        "판정 불가: {zone} 경계 부근{edge}, 안일 확률 {p}.",
        "判定困難:{zone}の境界付近{edge}、内の確率{p}。",
    ),
    "open": Words(
        "Not known well enough whether inside {zone} ({p}).",
        "{zone} 안인지 아직 알 수 없음({p}).",
        "{zone}の内かどうかまだ分からない({p})。",
    ),
}

_EDGE = Words(", {d} from its edge", ", 경계에서 {d}", "、境界から{d}")

_MOVE = Words(
    "A fall {d} from where it is expected; 95 % lie within ± {along} along and ± {across} across.",
    "예상 지점에서 {d} 벗어나면 바뀜. 95%는 비행 방향 ± {along}, 좌우 ± {across} 이내.",
    "予想地点から{d}ずれた場合。95%は飛行方向± {along}、左右± {across}の範囲。",
)

_MORE = Words(
    "More measurements: the region still spans ± {along} along and ± {across} across.",
    "추가 측정. 낙하 구역은 아직 비행 방향 ± {along}, 좌우 ± {across}.",
    "さらなる測定。落下区域はまだ飛行方向± {along}、左右± {across}。",
)


def verdict_row(
    verdict: ZoneVerdict, fall: FallArea | None, protected: tuple[str, ...]
) -> VerdictRow:
    """Give the row of a verdict, with its probability as the newest fall area has it.

    Args:
        fall: the newest area of the verdict's body.
        protected: states whose zones are always worth a line.
    """
    probability, said = verdict.probability, verdict.time
    if fall is not None and fall.time >= verdict.time:
        probability, said = _probability(verdict, fall), fall.time
    is_near = verdict.distance_m is not None and abs(verdict.distance_m) <= _NEAR_M
    is_ours = verdict.zone.partition("-")[0] in protected and verdict.kind != "land"
    return VerdictRow(
        launch_id=verdict.launch_id,
        track_id=verdict.track_id,
        body=verdict.body,
        zone=verdict.zone,
        kind=verdict.kind,
        claims=verdict.claims,
        revision=verdict.revision,
        verdict=verdict.verdict,
        reverses=verdict.reverses,
        since_ms=milliseconds(verdict.time),
        said_ms=milliseconds(said),
        probability=round(probability, 4),
        probability_text=share(probability),
        distance_km=None if verdict.distance_m is None else round(verdict.distance_m / 1e3, 2),
        text=_text(verdict, probability),
        would_change=_would_change(verdict, fall),
        is_shown=verdict.verdict != "outside" or is_near or (is_ours and verdict.kind == "eez"),
    )


def key_of(verdict: ZoneVerdict) -> str:
    """Name the row of a verdict."""
    return f"{verdict.track_id}/{verdict.body}/{verdict.zone}/{verdict.claims}"


def _probability(verdict: ZoneVerdict, fall: FallArea) -> float:
    """Find the zone in the fall area; one that it does not name is as probable as nothing."""
    for each in (*fall.zones, *fall.other_claims):
        if each.zone == verdict.zone and each.claims == verdict.claims:
            return each.probability
    return 0.0


def _text(verdict: ZoneVerdict, probability: float) -> Words:
    edge = words.alike("")
    if verdict.distance_m is not None:
        edge = words.filled(_EDGE, d=distance(abs(verdict.distance_m)))
    return words.filled(
        _SAID[verdict.verdict], zone=words.zone(verdict.zone), p=share(probability), edge=edge
    )


def _would_change(verdict: ZoneVerdict, fall: FallArea | None) -> Words:
    if fall is None or fall.along_95_m is None or fall.across_95_m is None:
        return words.alike("")
    spans = {"along": distance(fall.along_95_m), "across": distance(fall.across_95_m)}
    if verdict.verdict in ("open", "too-close-to-call") or verdict.distance_m is None:
        return words.filled(_MORE, **spans)
    return words.filled(_MOVE, d=distance(abs(verdict.distance_m)), **spans)
