"""Words for what a nation says of a launch, and for how and why two nations' pictures differ."""

from launchwatch.edge.phrasing import clock_time, share
from launchwatch.edge.scene import words
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.partner import PartnerFall, PartnerLaunch, PictureDifference
from launchwatch.messages.sceneparts import Words

_LAUNCH = Words(
    "Launch at {time} ({p})", "{time} 발사({p})", "{time}に発射({p})"
)  # fmt: skip
_WITHDRAWN = Words("Launch withdrawn", "발사 판정 철회", "発射の判断を取消し")
_FALLS = Words(
    "{launch}; falls {fall}, {range} km from there",
    "{launch}, {fall} {range} km 떨어진 곳에 낙하",
    "{launch}、{fall}に{range} km先へ落下",
)
_LOST = Words("{falls}; {lost}", "{falls}. {lost}", "{falls}。{lost}")
_SEEN = Words("not measured since {time}", "{time} 이후 관측 없음", "{time}以降観測なし")

_FALL = Words(
    "{partner} expects the fall {theirs} km from the launch, we {ours} km: {apart} km apart, where "
    "both doubts allow {allowed} km. {why}",
    "{partner} 판단은 발사 지점에서 {theirs} km, 우리 판단은 {ours} km로 낙하 지점이 {apart} km "
    "차이(양측 오차로는 {allowed} km까지 가능). {why}",
    "{partner}は発射地点から{theirs} km、当方は{ours} kmと判断し、落下地点が{apart} km"
    "異なる(双方の誤差で説明できるのは{allowed} kmまで)。{why}",
)
_THEY_LOST = Words(
    "{partner} saw it last at {since}: {lost}. We follow it on, to {until} so far.",
    "{partner} 마지막 관측 {since}: {lost}. 우리는 {until}까지 계속 추적.",
    "{partner}の最後の観測は{since}:{lost}。当方は{until}まで追尾を継続。",
)
_WE_LOST = Words(
    "We saw it last at {since}: {lost}. {partner} follows it on, to {until} so far.",
    "우리의 마지막 관측 {since}: {lost}. {partner}에서 {until}까지 계속 추적.",
    "当方の最後の観測は{since}:{lost}。{partner}が{until}まで追尾を継続。",
)
_LOST_TO = {
    "horizon": Words(
        "it went behind the horizon of all radars there",
        "그곳 모든 레이더의 수평선 아래로 내려감",
        "その国の全レーダーの水平線下に入った",
    ),
    "range": Words(
        "it went out of reach of the radars there",
        "그곳 레이더의 탐지 거리를 벗어남",
        "その国のレーダーの覆域を出た",
    ),
    "burnout": Words(
        "its motor's light ended, and no radar there saw it",
        "연소가 끝나 불빛이 사라졌고 그곳 레이더에는 잡히지 않음",
        "燃焼が終わって光が消え、その国のレーダーには映っていない",
    ),
    "unknown": Words("why is not known", "이유는 알 수 없음", "理由は不明"),
}
_FEW = Words(
    "It is known ten times worse by {who}.",
    "{who} 측 정확도가 열 배 이상 낮음.",
    "{who}側の精度が10倍以上低い。",
)
_UNEXPLAINED = Words(
    "Nothing that was told explains it.",
    "통보된 내용으로는 설명되지 않음.",
    "通報された内容では説明できない。",
)
_UNSEEN = Words(
    "{partner} is sure of this launch; our own sensors tell nothing of it.",
    "{partner}는 이 발사를 확신하나 우리 센서에는 나타나지 않음.",
    "{partner}はこの発射を確実としているが、当方のセンサーには現れていない。",
)
_AGREES = Words("Agrees with us again.", "다시 우리와 일치.", "再び当方と一致。")
_US = Words("us", "우리", "当方")


def headline(
    said: LaunchStatement | PartnerLaunch,
    fall: FallArea | PartnerFall | None,
    range_km: float | None,
) -> Words:
    """Give what a nation says of a launch, in a sentence."""
    if said.cancelled:
        return _WITHDRAWN
    text = words.filled(
        _LAUNCH, time=clock_time(said.launch_time), p=share(said.probability)
    )  # fmt: skip
    if fall is None or range_km is None:
        return text
    text = words.filled(
        _FALLS, launch=text, fall=clock_time(fall.fall_time), range=f"{range_km:.0f}"
    )
    if fall.status == "tracked" or fall.last_plot is None:
        return text
    since = words.filled(_SEEN, time=clock_time(fall.last_plot))
    return words.filled(_LOST, falls=text, lost=since)


def words_of(said: PictureDifference) -> Words:
    """Give how and why a partner's picture differs from ours, or that it does no more."""
    if said.settled:
        return _AGREES
    if said.subject == "unseen":
        return words.filled(_UNSEEN, partner=said.partner)
    ours, theirs = (f"{one or 0.0:.0f}" for one in said.range_km)
    return words.filled(
        _FALL,
        partner=said.partner,
        ours=ours,
        theirs=theirs,
        apart=f"{(said.difference_m or 0.0) / 1e3:.0f}",
        allowed=f"{(said.expected_m or 0.0) / 1e3:.0f}",
        why=_why(said),
    )


def _why(said: PictureDifference) -> Words:
    who = _US if said.lost_by in ("us", None) else words.alike(said.lost_by)
    if said.why == "lost-track" and said.since is not None and said.until is not None:
        return words.filled(
            _WE_LOST if said.lost_by == "us" else _THEY_LOST,
            partner=said.partner,
            since=clock_time(said.since),
            until=clock_time(said.until),
            lost=_LOST_TO[said.lost],
        )
    return words.filled(_FEW, who=who) if said.why == "few-plots" else _UNEXPLAINED
