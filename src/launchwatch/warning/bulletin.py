"""The words of one warning in one language: headline, description, what to do, area.

A text carries reason, area, time, what to do and when the next update comes; a warning
in 2023 that left out reason and instruction sent a city into the streets.

Source of the instructions: Japan's J-Alert standing texts (shelter in a building or
underground; else lie down and protect the head; do not touch what has fallen), the Japan
Coast Guard's notices to ships on missile launches, and South Korea's civil defence
guidance (Ministry of the Interior and Safety); worded anew.
"""

from msgspec import Struct

from launchwatch.messages.fallarea import ZoneProbability
from launchwatch.messages.warning import Language, Warning  # noqa: A004 - the field's word
from launchwatch.warning import names, provincenames, wording
from launchwatch.warning.picture import PROTECTED_KINDS

_SHOWN_ZONES = 4
"""Zones named in an area's description, most probable first."""

_SHOWN_PROVINCES = 8
"""Provinces named; a region over a whole country is narrowed within seconds."""

_SHOWN_FROM = 0.001
"""Zones less probable than this are not named."""


class Bulletin(Struct, frozen=True, kw_only=True):
    """One warning in the words of one language."""

    event: str
    headline: str
    description: str
    instruction: str
    area: str


EVENT: names.Words = {
    "en": "Possible ballistic missile",
    "ko": "탄도미사일 추정 발사체",
    "ja": "弾道ミサイルの可能性があるもの",
}

SPACE_EVENT: names.Words = {
    "en": "Space launch vehicle",
    "ko": "우주발사체",
    "ja": "衛星打ち上げ用ロケット",
}

HEADLINES: dict[str, names.Words] = {
    "space-public-alert": {
        "en": "Parts of a space launch vehicle may fall. Take shelter in a building or "
        "underground now.",
        "ko": "우주발사체 낙하물 주의. 즉시 건물 안이나 지하로 대피하십시오.",
        "ja": "衛星打ち上げ用ロケットの部品落下のおそれ。直ちに建物の中、又は地下に避難して"
        "ください。",
    },
    "space-public-update": {
        "en": "Space launch vehicle, update. Stay in a building or underground.",
        "ko": "우주발사체 속보. 건물 안이나 지하에 계속 머무르십시오.",
        "ja": "衛星打ち上げ用ロケット、続報。引き続き建物の中、又は地下に避難してください。",
    },
    "space-notice-alert": {
        "en": "Space launch vehicle launched: notice to ships and aircraft of parts that fall.",
        "ko": "우주발사체 발사: 선박과 항공기는 낙하물에 유의하시기 바랍니다.",
        "ja": "衛星打ち上げ用ロケットが発射されたものとみられます。船舶及び航空機は落下物に"
        "注意してください。",
    },
    "space-notice-update": {
        "en": "Space launch vehicle: updated notice to ships and aircraft of parts that fall.",
        "ko": "우주발사체 속보: 선박과 항공기는 낙하물에 유의하시기 바랍니다.",
        "ja": "衛星打ち上げ用ロケットに関する続報。船舶及び航空機は落下物に注意してください。",
    },
    "public-alert": {
        "en": "Missile launch. Take shelter in a building or underground now.",
        "ko": "미사일 발사. 즉시 건물 안이나 지하로 대피하십시오.",
        "ja": "ミサイル発射。直ちに建物の中、又は地下に避難してください。",
    },
    "public-update": {
        "en": "Missile launch, update. Stay in a building or underground.",
        "ko": "미사일 발사 속보. 건물 안이나 지하에 계속 머무르십시오.",
        "ja": "ミサイル発射、続報。引き続き建物の中、又は地下に避難してください。",
    },
    "notice-alert": {
        "en": "Possible ballistic missile launched: notice to ships and aircraft.",
        "ko": "탄도미사일 추정 발사체 발사: 선박과 항공기는 유의하시기 바랍니다.",
        "ja": "弾道ミサイルの可能性があるものが発射されたものとみられます。"
        "船舶及び航空機は注意してください。",
    },
    "notice-update": {
        "en": "Possible ballistic missile: updated notice to ships and aircraft.",
        "ko": "탄도미사일 추정 발사체 속보: 선박과 항공기는 유의하시기 바랍니다.",
        "ja": "弾道ミサイルの可能性があるものに関する続報。船舶及び航空機は注意してください。",
    },
    "all-clear": {
        "en": "Warning ended. The object is expected to have fallen.",
        "ko": "경보 해제. 발사체는 이미 낙하한 것으로 추정됩니다.",
        "ja": "警報解除。飛翔体は既に落下したものと推定されます。",
    },
    "passed": {
        "en": "Warning ended. The object has flown over and beyond the area warned.",
        "ko": "경보 해제. 발사체가 경보 지역 상공을 통과하였습니다.",
        "ja": "警報解除。飛翔体は警報の対象地域の上空を通過しました。",
    },
    "no-longer": {
        "en": "Warning ended. A fall in the area warned is no longer expected.",
        "ko": "경보 해제. 경보 지역에 낙하할 가능성은 더 이상 예상되지 않습니다.",
        "ja": "警報解除。警報の対象地域への落下は見込まれなくなりました。",
    },
    "unobserved": {
        "en": "Warning ended. The object was lost from sight; whether and where it fell is not "
        "known.",
        "ko": "경보 해제. 발사체의 추적이 끊겨 낙하 여부와 위치는 확인되지 않았습니다.",
        "ja": "警報解除。飛翔体は追尾が途絶え、落下の有無及び場所は確認できていません。",
    },
    "unknown-end": {
        "en": "Warning ended. Where the object came down is not known.",
        "ko": "경보 해제. 낙하 장소는 확인되지 않았습니다.",
        "ja": "警報解除。落下場所は確認できていません。",
    },
    "cancel": {
        "en": "CANCELLED: the earlier warning is withdrawn.",
        "ko": "취소: 앞서 발령한 경보를 취소합니다.",
        "ja": "取消:先に発令した警報を取り消します。",
    },
}

INSTRUCTIONS: dict[str, names.Words] = {
    "public": {
        "en": "Go into a sturdy building or underground at once, and stay away from windows. If "
        "no building is near, lie face down and protect your head. Do not approach or touch "
        "anything that has fallen; report it to the police, the fire service or the coast guard.",
        "ko": "즉시 튼튼한 건물 안이나 지하로 대피하고 창문에서 떨어지시기 바랍니다. 가까이에 "
        "건물이 없으면 바닥에 엎드려 머리를 보호하십시오. 낙하물에는 접근하거나 손대지 말고 "
        "경찰, 소방 또는 해양경찰에 신고하시기 바랍니다.",
        "ja": "直ちに頑丈な建物の中、又は地下に避難し、窓から離れてください。近くに建物がない"
        "場合は、地面に伏せて頭部を守ってください。落下物を発見した場合は、近づいたり触れたり"
        "せず、警察、消防又は海上保安庁に連絡してください。",
    },
    "notice": {
        "en": "Ships and aircraft in or near the area: keep clear if you can do so safely, and "
        "follow further notices. If you see anything that has fallen, do not approach it; report "
        "it to the coast guard or air traffic control.",
        "ko": "해당 구역과 그 부근의 선박과 항공기는 안전하게 벗어날 수 있으면 벗어나고 이후 "
        "정보에 유의하시기 바랍니다. 낙하물을 발견하면 접근하지 말고 해양경찰이나 항공교통관제"
        "기관에 신고하시기 바랍니다.",
        "ja": "当該区域及びその付近の船舶及び航空機は、安全に離れることができる場合は離れ、今後の"
        "情報に留意してください。落下物を認めた場合は、近づくことなく、関連情報を海上保安庁又は"
        "航空交通管制機関に通報してください。",
    },
    "public-end": {
        "en": "You may leave shelter. Do not approach or touch anything that has fallen; "
        "report it to the police, the fire service or the coast guard.",
        "ko": "대피를 해제하셔도 됩니다. 낙하물에는 접근하거나 손대지 말고 경찰, 소방 또는 "
        "해양경찰에 신고하시기 바랍니다.",
        "ja": "避難の必要はなくなりました。落下物を発見した場合は、近づいたり触れたりせず、警察、"
        "消防又は海上保安庁に連絡してください。",
    },
    "notice-end": {
        "en": "The area need no longer be avoided. If you see anything that has fallen, do not "
        "approach it; report it to the coast guard or air traffic control.",
        "ko": "해당 구역을 더 이상 피하지 않아도 됩니다. 낙하물을 발견하면 접근하지 말고 "
        "해양경찰이나 항공교통관제기관에 신고하시기 바랍니다.",
        "ja": "当該区域を避ける必要はなくなりました。落下物を認めた場合は、近づくことなく、"
        "関連情報を海上保安庁又は航空交通管制機関に通報してください。",
    },
    "cancel": {
        "en": "No action is needed on the earlier warning.",
        "ko": "앞선 경보에 따른 조치는 필요하지 않습니다.",
        "ja": "先の警報に基づく行動は必要ありません。",
    },
}

_FALL: names.Words = {
    "en": "Expected time of fall: {time}{spread}.",
    "ko": "예상 낙하 시각: {time}{spread}.",
    "ja": "落下予想時刻:{time}{spread}。",
}
_FALL_UNKNOWN: names.Words = {
    "en": "Place and time of fall are not known yet.",
    "ko": "낙하 장소와 시각은 아직 산출되지 않았습니다.",
    "ja": "落下の場所及び時刻はまだ算出されていません。",
}
_NEXT: names.Words = {
    "en": "Next update by {time}.",
    "ko": "다음 발표: 늦어도 {time}.",
    "ja": "次の発表:遅くとも{time}。",
}
_LAST: names.Words = {
    "en": "This is the last message on this warning.",
    "ko": "이 경보에 관한 마지막 발표입니다.",
    "ja": "この警報に関する発表はこれが最後です。",
}
_AREA: names.Words = {
    "en": "Area in which it is expected to fall with 95 % probability{margin}: {zones}",
    "ko": "95% 확률의 낙하 예상 구역{margin}: {zones}",
    "ja": "95%の確率で落下が予想される区域{margin}:{zones}",
}
_AREA_OVER: names.Words = {
    "en": "Area over which it is expected to fly{margin}",
    "ko": "발사체가 상공을 통과할 것으로 예상되는 구역{margin}",
    "ja": "飛翔体が上空を通過すると予想される区域{margin}",
}
_MARGIN: names.Words = {
    "en": ", with a margin of {km:g} km",
    "ko": "(주변 {km:g}km 포함)",
    "ja": "(周囲{km:g}kmを含む)",
}
_AREA_UNKNOWN: names.Words = {
    "en": "Area not known yet; it follows with the next update.",
    "ko": "구역은 아직 산출되지 않았으며 다음 발표에 포함됩니다.",
    "ja": "区域はまだ算出されておらず、次の発表でお知らせします。",
}
_AREA_NONE: names.Words = {
    "en": "The area warned before.",
    "ko": "앞서 경보가 발령된 구역.",
    "ja": "先に警報が発令された区域。",
}


def bulletin(warning: Warning, language: Language, margin: float = 0.0) -> Bulletin:
    """Give a warning in the words of one language; what is not live says so first.

    Args:
        margin: metres drawn round the region; its description says so.
    """
    opening = wording.mode_line(warning.mode, language)
    between = "" if language == "ja" else " "
    sentences = [opening] if opening else []
    sentences += [wording.reason(reason, language) for reason in warning.reasons]
    if warning.next_update is not None:
        sentences.append(_fall(warning, language))
        next_update = wording.clock(warning.next_update, language)
        sentences.append(_NEXT[language].format(time=next_update))
    else:
        sentences.append(_LAST[language])
    event = SPACE_EVENT if _is_space_launch(warning) else EVENT
    return Bulletin(
        event=wording.mode_tag(warning.mode, language) + event[language],
        headline=wording.mode_tag(warning.mode, language) + _headline(warning)[language],
        description=between.join(sentences),
        instruction=INSTRUCTIONS[_instruction(warning)][language],
        area=_area(warning, language, margin),
    )


def is_passage(warning: Warning) -> bool:
    """Say whether the area is that of a flight overhead, and not of a fall."""
    ashore = any(zone.kind in PROTECTED_KINDS and zone.probability >= _SHOWN_FROM
                 for zone in warning.zones)  # fmt: skip
    return bool(warning.crossings) and not ashore


def _is_space_launch(warning: Warning) -> bool:
    """Say whether what flies is now held to be a space launch: no text may call it a missile."""
    return any(reason.startswith("family space-launch ") for reason in warning.reasons)


def _headline(warning: Warning) -> names.Words:
    if warning.action == "cancel":
        return HEADLINES["cancel"]
    if warning.action != "all-clear":
        kind = "space-" if _is_space_launch(warning) else ""
        return HEADLINES[f"{kind}{warning.severity}-{warning.action}"]
    first = warning.reasons[0].split(" ")[0] if warning.reasons else ""
    if first in ("passed", "protected-no-longer"):
        return HEADLINES["passed" if first == "passed" else "no-longer"]
    if first == "fall-unobserved":
        return HEADLINES["unobserved"]
    return HEADLINES["all-clear" if warning.fall_time is not None else "unknown-end"]


def _instruction(warning: Warning) -> str:
    if warning.action == "cancel":
        return "cancel"
    return warning.severity + ("-end" if warning.action == "all-clear" else "")


def _fall(warning: Warning, language: Language) -> str:
    if warning.fall_time is None:
        return _FALL_UNKNOWN[language]
    sigma = warning.fall_time_sigma_s
    unit = "s" if language == "en" else "초" if language == "ko" else "秒"
    wide = wording.spread(sigma, unit, language)
    comma = "、" if language == "ja" else ", "
    time = wording.clock(warning.fall_time, language, 0.0 if sigma is None else sigma)
    return _FALL[language].format(time=time, spread=f"{comma}{wide}" if wide else "")


def _area(warning: Warning, language: Language, margin: float) -> str:
    where = provinces_of(warning, language)
    if where:
        separator = "。" if language == "ja" else ". "
        return f"{where}{separator}{_area_itself(warning, language, margin)}"
    return _area_itself(warning, language, margin)


def provinces_of(warning: Warning, language: Language) -> str:
    """Name a warning's provinces, those most concerned first; empty where it names none."""
    named = [provincenames.province(one, language) for one in warning.provinces]
    shown = named[:_SHOWN_PROVINCES]
    text = ("、" if language == "ja" else ", ").join(shown)
    if more := len(named) - len(shown):
        text += {"en": f" and {more} more", "ko": f" 외 {more}곳", "ja": f"ほか{more}都道府県等"}[
            language
        ]
    return text


def _area_itself(warning: Warning, language: Language, margin: float) -> str:
    """Describe the area as such: where it falls, or over what it flies."""
    is_past = warning.action == "all-clear" and _headline(warning) in (
        HEADLINES["passed"],
        HEADLINES["no-longer"],
    )
    if not warning.region or is_past:
        return (_AREA_UNKNOWN if warning.next_update is not None else _AREA_NONE)[language]
    pattern = {"en": "{zone} ({p})", "ko": "{zone} {p}", "ja": "{zone}{p}"}[language]
    shown = [
        pattern.format(
            zone=names.zone(zone.zone, language), p=wording.percent(zone.probability, language)
        )
        for zone in _distinct(warning.zones)
        if zone.probability >= _SHOWN_FROM
    ][:_SHOWN_ZONES]
    separator = "、" if language == "ja" else ", "
    around = _MARGIN[language].format(km=margin / 1000.0) if margin > 0.0 else ""
    if is_passage(warning):
        return _AREA_OVER[language].format(margin=around)
    return _AREA[language].format(margin=around, zones=separator.join(shown) or "–")


def _distinct(zones: tuple[ZoneProbability, ...]) -> list[ZoneProbability]:
    """Each zone once, whichever claim set gives it the largest probability."""
    largest: dict[str, ZoneProbability] = {}
    for zone in zones:
        if zone.zone not in largest or zone.probability > largest[zone.zone].probability:
            largest[zone.zone] = zone
    return sorted(largest.values(), key=lambda zone: (-zone.probability, zone.zone))
