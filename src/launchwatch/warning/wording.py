"""Times, numbers and reasons as official prose in English, Korean and Japanese.

Numbers are rounded to what their uncertainty allows, and say "about"; "±" is always 95 %.
Times are given in Korean and Japanese standard time, which are the same (UTC+9), and in
UTC. Probabilities rest on some thousand samples, so none is ever given as 0 or 100 %.
"""

from datetime import date
from math import ceil, floor, isfinite, log10

from launchwatch.messages.packet import Mode
from launchwatch.messages.warning import Language
from launchwatch.timescale import Instant, instant_after, utc_from_instant
from launchwatch.warning import names

TWO_SIGMA = 1.96
"""95 % of a Gaussian lies within so many sigmas."""

LOCAL_OFFSET_S = 9 * 3600
"""Korean and Japanese standard time, ahead of UTC."""

MODES: dict[Mode, names.Words] = {
    "exercise": {
        "en": "EXERCISE — this is a drill, not a real event.",
        "ko": "[훈련] 훈련 상황이며 실제 상황이 아닙니다.",
        "ja": "【訓練】これは訓練であり、実際の事象ではありません。",
    },
    "simulation": {
        "en": "SIMULATION — made from simulated sensor data; not a real event.",
        "ko": "[모의] 모의 센서 자료로 작성된 것이며 실제 상황이 아닙니다.",
        "ja": "【模擬】模擬センサーのデータによるものであり、実際の事象ではありません。",
    },
    "replay": {
        "en": "REPLAY — made from recorded data; not a current event.",
        "ko": "[재생] 기록된 자료를 재생한 것이며 현재 상황이 아닙니다.",
        "ja": "【再生】記録されたデータの再生であり、現在の事象ではありません。",
    },
}
"""The line with which every text begins that is not live."""

MODE_TAGS: dict[Mode, names.Words] = {
    "exercise": {"en": "EXERCISE: ", "ko": "[훈련] ", "ja": "【訓練】"},
    "simulation": {"en": "SIMULATION: ", "ko": "[모의] ", "ja": "【模擬】"},
    "replay": {"en": "REPLAY: ", "ko": "[재생] ", "ja": "【再生】"},
}

_WEEKDAYS: dict[Language, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "ko": ("월", "화", "수", "목", "금", "토", "일"),
    "ja": ("月", "火", "水", "木", "金", "土", "日"),
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def mode_line(mode: Mode, language: Language) -> str:
    """Give the line that opens a text which is not live; empty for a live one."""
    return MODES[mode][language] if mode in MODES else ""


def mode_tag(mode: Mode, language: Language) -> str:
    """Give the words that open a headline which is not live; empty for a live one."""
    return MODE_TAGS[mode][language] if mode in MODE_TAGS else ""


def day(instant: Instant, language: Language) -> str:
    """Write the day in Korea and Japan, with its weekday."""
    when = date.fromisoformat(_local(instant)[:10])
    weekday = _WEEKDAYS[language][when.weekday()]
    if language == "en":
        return f"{weekday}, {when.day} {_MONTHS[when.month - 1]} {when.year}"
    if language == "ko":
        return f"{when.year}년 {when.month}월 {when.day}일({weekday})"
    return f"{when.year}年{when.month}月{when.day}日({weekday})"


def clock(instant: Instant, language: Language, sigma_s: float | None = None) -> str:
    """Write a time of day, local and UTC: to the second where it is known that well.

    Args:
        sigma_s: standard deviation of the time; None where it is exact. Beyond 5 s the
            second means nothing, and only the minute that a clock would show is given.
    """
    shown = slice(11, 16 if sigma_s is not None and not sigma_s <= 5.0 else 19)
    local, utc = _local(instant)[shown], _utc(instant)[shown]
    about = sigma_s is not None
    if language == "en":
        return f"{'about ' if about else ''}{local} KST/JST ({utc} UTC)"
    hour, minute, *second = local.split(":")
    if language == "ko":
        half = "오전" if int(hour) < 12 else "오후"
        text = f"{half} {int(hour) - 12 if int(hour) > 12 else int(hour)}시 {int(minute)}분"
        text += f" {int(second[0])}초" if second else ""
        return f"{text}{'경' if about else ''}(UTC {utc})"
    text = f"{int(hour)}時{int(minute):02}分" + (f"{int(second[0]):02}秒" if second else "")
    return f"{text}{'頃' if about else ''}(UTC {utc})"


def spread(sigma: float | None, unit: str, language: Language) -> str:
    """Write "± 4 km" (Korean and Japanese "±4km") from one sigma, rounded up.

    Empty where sigma is not known.
    """
    if sigma is None or not isfinite(sigma) or sigma < 0:
        return ""
    wide = TWO_SIGMA * sigma
    step = _step(wide)
    number = f"{ceil(wide / step - 1e-9) * step or step:.0f}"
    return f"± {number} {unit}" if language == "en" else f"±{number}{unit}"


def about(value: float, sigma: float | None, unit: str, language: Language) -> str:
    """Write "about 700 km", rounded to what its uncertainty allows; whole units at finest."""
    step = 1.0 if sigma is None or not isfinite(sigma) else _step(TWO_SIGMA * abs(sigma))
    number = f"{round(value / step) * step:,.0f}"
    if language == "en":
        return f"about {number} {unit}"
    return f"약 {number}{unit}" if language == "ko" else f"約{number}{unit}"


def percent(probability: float, language: Language) -> str:
    """Write a probability as a percentage, never as 0 or 100."""
    if not probability >= 0.001:
        return {"en": "less than 0.1 %", "ko": "0.1% 미만", "ja": "0.1%未満"}[language]
    if probability > 0.999:
        return {"en": "more than 99.9 %", "ko": "99.9% 초과", "ja": "99.9%超"}[language]
    # One decimal only where it tells something: near the ends.
    fine = probability < 0.1 or probability > 0.9
    number = f"{probability * 100:.1f}" if fine else f"{probability * 100:.0f}"
    number = number.removesuffix(".0")
    return f"{number} %" if language == "en" else f"{number}%"


def duration(seconds: float, language: Language) -> str:
    """Write a flight time as minutes and seconds."""
    minutes, rest = divmod(max(0, round(seconds)), 60)
    if language == "en":
        return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
    if language == "ko":
        return f"{minutes}분 {rest}초" if minutes else f"{rest}초"
    return f"{minutes}分{rest:02}秒" if minutes else f"{rest}秒"


def position(latitude_deg: float, longitude_deg: float, language: Language) -> str:
    """Write a position to a tenth of a degree, about 10 km."""
    north, east = latitude_deg >= 0, longitude_deg >= 0
    latitude, longitude = f"{abs(latitude_deg):.1f}", f"{abs(longitude_deg):.1f}"
    if language == "en":
        return f"{latitude}°{'N' if north else 'S'} {longitude}°{'E' if east else 'W'}"
    if language == "ko":
        first, second = "북위" if north else "남위", "동경" if east else "서경"
        return f"{first} {latitude}도, {second} {longitude}도"
    return f"{'北緯' if north else '南緯'}{latitude}度、{'東経' if east else '西経'}{longitude}度"


def reason(text: str, language: Language) -> str:
    """Turn a reason's code into a sentence; a text that is no code is given back as it is.

    See `launchwatch.warning.policy` for the codes.
    """
    code, _, rest = text.partition(" ")
    pattern = REASONS.get(code)
    if pattern is None:
        return text
    try:
        values = _READERS[code](rest.split(), language) if code in _READERS else {}
    except (ValueError, IndexError):
        return text
    said = pattern[language].format(**values)
    if code in _QUOTED and rest:
        said += f" ({rest})"
    return said


def _protected(words: list[str], language: Language) -> dict[str, str]:
    return {
        "state": names.state(words[0], language),
        "p": percent(float(words[1]), language),
        "threshold": percent(float(words[2]), language),
    }


def _probability(words: list[str], language: Language) -> dict[str, str]:
    return {"p": percent(float(words[0]), language)}


def _family(words: list[str], language: Language) -> dict[str, str]:
    family = names.family(words[0], language)
    if language == "en":
        family = names.english_article(family)
    return {"family": family, "p": percent(float(words[1]), language)}


def _zone(words: list[str], language: Language) -> dict[str, str]:
    zone = names.zone(" ".join(words[:-1]), language)
    p = percent(float(words[-1]), language)
    return {"zone": zone, "p": p, "toward": names.korean_toward(zone)}


def _seconds(words: list[str], language: Language) -> dict[str, str]:
    seconds = float(words[0])
    later = {"en": ("later", "earlier"), "ko": ("늦어졌", "빨라졌"), "ja": ("遅く", "早く")}
    return {"s": f"{abs(seconds):.0f}", "way": later[language][seconds < 0]}


def _overflight(words: list[str], language: Language) -> dict[str, str]:
    """Say who is flown over, how probably, and when, where that is known."""
    when = ""
    if len(words) > 2:
        at = _time(words[2:], language)["time"]
        when = {"en": f", from about {at}", "ko": f", {at}경부터", "ja": f"、{at}頃から"}[language]
    p = percent(float(words[1]), language)
    return {"state": names.state(words[0], language), "p": p, "when": when}


def _passed(words: list[str], language: Language) -> dict[str, str]:
    return {"state": names.state(words[0], language), **_time(words[1:], language)}


def _time(words: list[str], language: Language) -> dict[str, str]:
    from_text = words[0].removesuffix("Z").split("T")[1]
    hour, rest = int(from_text[:2]), from_text[2:]
    local = f"{(hour + 9) % 24:02}{rest}"
    return {"time": f"{local} KST/JST" if language == "en" else local}


_READERS = {
    "launch-probable": _probability,
    "protected": _protected,
    "protected-no-longer": _probability,
    "family": _family,
    "zone-changed": _zone,
    "fall-time-moved": _seconds,
    "overflight": _overflight,
    "passed": _passed,
    "track-lost": _time,
    "last-plot": _time,
}

_QUOTED = ("launch-withdrawn", "cancelled-by-operator")
"""Reasons that carry somebody's own words, quoted after the sentence."""

REASONS: dict[str, names.Words] = {
    "launch-probable": {
        "en": "A launch has been detected (probability {p}).",
        "ko": "발사가 탐지되었습니다(확률 {p}).",
        "ja": "発射を探知しました(確率{p})。",
    },
    "protected": {
        "en": "A fall on land or in the territorial sea of {state} cannot be excluded "
        "(probability {p}; warnings start at {threshold}).",
        "ko": "{state} 영토 또는 영해에 낙하할 가능성을 배제할 수 없습니다"
        "(확률 {p}, 발령 기준 {threshold}).",
        "ja": "{state}の領土又は領海に落下する可能性が否定できません"
        "(確率{p}、発令の基準は{threshold})。",
    },
    "overflight": {
        "en": "It is expected to fly over {state} (probability {p}{when}); parts of it may fall.",
        "ko": "{state} 상공을 통과할 것으로 예상되며(확률 {p}{when}) 낙하물이 있을 수 있습니다.",
        "ja": "{state}の上空を通過することが予想され(確率{p}{when})、部品等が落下するおそれが"
        "あります。",
    },
    "passed": {
        "en": "It was measured beyond {state}, which it left behind at about {time}.",
        "ko": "{time}경 {state} 상공을 통과한 것이 측정으로 확인되었습니다.",
        "ja": "{time}頃、{state}の上空を通過したことが測定により確認されました。",
    },
    "protected-no-longer": {
        "en": "A fall on the protected land or territorial sea is no longer expected "
        "(probability {p}).",
        "ko": "보호 대상 영토 또는 영해에 낙하할 가능성은 더 이상 예상되지 않습니다(확률 {p}).",
        "ja": "保護の対象である領土又は領海への落下は、もはや見込まれません(確率{p})。",
    },
    "family": {
        "en": "Judged from its motion alone, it is probably {family} ({p}).",
        "ko": "비행 특성만으로 볼 때 {family}일 가능성이 높습니다({p}).",
        "ja": "飛翔の特徴のみから、{family}の可能性が高いとみられます({p})。",
    },
    "zone-changed": {
        "en": "The most probable place of fall is now {zone} ({p}).",
        "ko": "낙하 가능성이 가장 높은 곳이 {zone}{toward} 바뀌었습니다({p}).",
        "ja": "落下の可能性が最も高い場所が{zone}に変わりました({p})。",
    },
    "fall-time-moved": {
        "en": "The expected time of fall is {s} s {way} than last said.",
        "ko": "예상 낙하 시각이 이전 발표보다 {s}초 {way}습니다.",
        "ja": "落下予想時刻が前回の発表より{s}秒{way}なりました。",
    },
    "region-known": {
        "en": "The area of possible fall is now known.",
        "ko": "낙하 가능 구역이 산출되었습니다.",
        "ja": "落下の可能性がある区域が算出されました。",
    },
    "region-moved": {
        "en": "The area of possible fall has moved.",
        "ko": "낙하 가능 구역이 변경되었습니다.",
        "ja": "落下の可能性がある区域が変わりました。",
    },
    "region-shrunk": {
        "en": "The area of possible fall has become smaller.",
        "ko": "낙하 가능 구역이 좁혀졌습니다.",
        "ja": "落下の可能性がある区域が狭まりました。",
    },
    "track-lost": {
        "en": "Tracking was lost; the last measurement dates from {time}. What is said here "
        "is a prediction from earlier data.",
        "ko": "추적이 끊겼으며 마지막 측정은 {time}입니다. 이 내용은 그 이전 자료에 따른 "
        "예측입니다.",
        "ja": "追尾が途絶えており、最後の測定は{time}です。この内容はそれまでのデータに基づく"
        "予測です。",
    },
    "track-found": {
        "en": "Tracking has been regained.",
        "ko": "추적이 재개되었습니다.",
        "ja": "追尾が再開されました。",
    },
    "renewed": {
        "en": "Nothing essential has changed since the last message.",
        "ko": "이전 발표 이후 중요한 변동은 없습니다.",
        "ja": "前回の発表から大きな変更はありません。",
    },
    "hazard-over": {
        "en": "The predicted time of fall has passed; the object is expected to have fallen. "
        "The fall itself was not observed.",
        "ko": "예상 낙하 시각이 지났으며 이미 낙하한 것으로 추정됩니다. 낙하 자체는 관측되지 "
        "않았습니다.",
        "ja": "落下予想時刻を過ぎており、既に落下したものと推定されます。落下そのものは"
        "観測されていません。",
    },
    "fall-unobserved": {
        "en": "The object was lost from sight before it can have fallen. The latest predicted time "
        "of fall has passed, but whether and where it fell was not observed.",
        "ko": "물체는 낙하 전에 추적이 끊겼습니다. 예측된 가장 늦은 낙하 시각은 지났으나 낙하 "
        "여부와 위치는 관측되지 않았습니다.",
        "ja": "物体は落下前に追尾が途絶えました。予測される最も遅い落下時刻は過ぎましたが、落下の"
        "有無及び場所は観測されていません。",
    },
    "no-fall-area": {
        "en": "No place or time of fall could be determined, and any flight is expected to be "
        "over. What became of the object is not known.",
        "ko": "낙하 장소와 시각을 산출하지 못했으며, 비행은 끝난 것으로 추정됩니다. 이후의 "
        "상황은 확인되지 않았습니다.",
        "ja": "落下の場所及び時刻は算出できておらず、飛翔は終わったものと推定されます。"
        "その後の状況は確認できていません。",
    },
    "last-plot": {
        "en": "The last measurement dates from {time}.",
        "ko": "마지막 측정은 {time}입니다.",
        "ja": "最後の測定は{time}です。",
    },
    "launch-withdrawn": {
        "en": "The launch has been withdrawn: what was detected is no longer held to be one.",
        "ko": "발사 탐지를 철회합니다. 탐지된 것은 발사가 아닌 것으로 판단됩니다.",
        "ja": "発射の情報を取り消します。探知されたものは発射ではなかったと判断されます。",
    },
    "cancelled-by-operator": {
        "en": "The warning has been cancelled by the officer in charge.",
        "ko": "담당자가 경보를 취소하였습니다.",
        "ja": "担当者が警報を取り消しました。",
    },
}
"""Every reason's sentence. The policy's codes and these keys are the same; a test keeps it."""


def _step(wide: float) -> float:
    return max(1.0, 10.0 ** floor(log10(wide))) if isfinite(wide) and wide > 1.0 else 1.0


def _local(instant: Instant) -> str:
    return utc_from_instant(instant_after(instant, LOCAL_OFFSET_S), digits=0)


def _utc(instant: Instant) -> str:
    return utc_from_instant(instant, digits=0)
