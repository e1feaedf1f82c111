"""Find the times of day in a sentence, and what happened then.

A time belongs to the verb beside it. In English the last one before it, or else the first one
after; in Japanese and Korean, whose verbs come last, the first one after.
"""

import re
from typing import Literal, NamedTuple

from launchwatch.record.reading.text import Language, Sentence

Event = Literal["launch", "fall", "announcement", "siren", "passage", ""]


class Clock(NamedTuple):
    """A time of day: "07:39", or "16h" for an hour.

    Attributes:
        zone: the UTC offset that the words give, in minutes; None for local time unnamed.
        is_local: whether the words call it local time.
        others: the same moment in zones in parentheses, as (minutes of the day, offset).
    """

    value: str
    event: Event
    zone: int | None
    is_local: bool
    others: tuple[tuple[int, int], ...]
    qualifier: str
    start: int
    end: int


_ZONES = {
    "gmt": 0, "utc": 0, "z": 0, "kst": 540, "jst": 540, "seoul time": 540, "tokyo time": 540,
    "japan time": 540, "south korean time": 540, "south korea time": 540,
    "korea standard time": 540, "japanese time": 540, "china time": 480, "india time": 330,
    "korean time": 540, "korea time": 540, "japan standard time": 540,
    "in seoul": 540, "in tokyo": 540, "in japan": 540, "in south korea": 540, "in korea": 540,
    "pyongyang time": None, "moscow time": 180, "msk": 180, "beijing time": 480, "et": -240,
    "pdt": -420, "pst": -480, "cest": 120, "cet": 60, "bst": 60, "tehran time": 210,
    "iran time": 210, "edt": -240, "est": -300, "eastern": -240, "ist": 330,
    "local time": None, "local": None,
}  # fmt: skip
"""Minutes east of Greenwich; None is local time. Eastern time is taken for daylight time."""

_FAR = (0, -240, -300, -420, -480)
"""Zones of those who tell of a launch from afar: what stands beside them is local time."""
_Z = "|".join(sorted((re.escape(name) for name in _ZONES if name != "z"), key=len, reverse=True))
_HALF = r"(?P<p>[ap]\.?\s?m\b\.?)"
_DAY = r"(?:\s+(?:on\s+)?(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day))?"
_ENGLISH = re.compile(
    r"(?P<q>(?:about|around|approximately|roughly|some time around)\s+)?(?<![\d.,:])"
    rf"(?:(?P<h>\d{{1,2}})(?:[:.](?P<m>\d\d))?\s*{_HALF}|(?P<h2>[01]?\d|2[0-3])[:h](?P<m2>[0-5]\d)"
    rf"(?!\d)|(?P<h3>[01]\d|2[0-3])[:.]?(?P<m3>[0-5]\d)(?=\s*(?:hours\b|hrs\b|gmt\b|utc\b|"
    rf"kst\b|jst\b|local\b|\(\d{4} gmt))"
    rf"|(?P<noon>\bnoon\b|\bmidday\b|\bmidnight\b)){_DAY}(?:\s+\(?(?P<z>{_Z})\b)?{_DAY}",
    re.IGNORECASE,
)
_AT_HOUR = re.compile(r"\bat (?P<h>[01]?\d|2[0-3])[.](?P<m>[0-5]\d)(?!\d)(?!\s*(?:km|mile|per|%))")
_CJK = re.compile(
    r"(?P<half>午前|午後|오전|오후|낮|새벽|未明)?\s*(?<!\d)(?P<h>\d{1,2})\s*(?:(?=:\d\d)|"
    r"[時시])\s*(?::(?P<c>\d\d)|(?P<m>\d{1,2})\s*[分분]|(?P<half30>半|반))?"
    r"(?P<t>台|대)?(?P<k>\s*(?:過ぎ|すぎ|頃|ごろ|쯤|경|께))?(?!間|간)"
)
_TOLD_CJK = re.compile(r"発表|公表|明らかに|説明|述べ|伝え")
_SPOKEN_CJK = re.compile(r"(?:省|庁|政府|軍|本部|官邸)[はが]、?(?:同?\d{0,2}日)?$")
_DATELINE = re.compile(
    r"[\s\d年月日時分년월일시분:./\-()更新配信掲載公開入力수정입력午前後오전후]*"
)
_MORE_KOREAN = re.compile(
    r"\s*(?:과|와|,|및|・|、|と|から|부터)\s*同?(?P<m>\d{1,2})\s*[分분](?![間간後후前전])\s*"
    r"(?:頃|ごろ|쯤|경|께)?"
)

_VERBS_EN: tuple[tuple[Event, re.Pattern[str]], ...] = tuple(
    (event, re.compile(words, re.IGNORECASE))  # type: ignore[misc]
    for event, words in (
        ("siren",
            r"\b(?:sirens?|alarms?|alert(?:s|ed)?|j-alert|warn(?:ed|ings?)|evacuat\w+|shelter)\b"),
        ("passage", r"\b(?:cross(?:ed|ing)?|passed|passing|overfl[eo]w\w*|vanished|disappeared)\b"),
        ("announcement",
            (r"\b(?:announced|announcement|statement|reported at|said at|issued|bulletin|"
            r"published|updated|convened|meeting|told reporters)\b")),
        ("fall",
            (r"\b(?:down(?= (?:at|around|about)\b)|fell|fall|fallen|falling|land(?:ed|ing)?|"
             r"came down|coming down|come down|"
            r"splash\w*|crash\w*|impact\w*|plunged|expected|hit)\b")),
        ("launch",
            (r"\b(?:fir(?:ed|ing)|launch(?:ed|es|ing)?|left|went up|gone up|up(?= (?:at|around|"
             r"about)\b)|lift(?:ed)?[- ]?off|"
            r"blast(?:ed)? off|start(?:ed)?|roared|soared|streaked|rocketed|took place|"
            r"test(?:ed)?|shot|lobbed|took off|counted|"
            r"conducted|carried out|detected|identified|spotted|picked up|occurred|sent)\b")),
    )
)  # fmt: skip
_VERBS_CJK: tuple[tuple[Event, re.Pattern[str]], ...] = tuple(
    (event, re.compile(words))  # type: ignore[misc]
    for event, words in (
        ("siren", r"アラート|サイレン|警報|避難|発令|発出|発信|呼びかけ|경보|사이렌|대피"),
        ("announcement",
            (r"に?発表|公表|会見|会議|開催|記者団|速報|第一報|現在|공지|브리핑|발표|회의|"
            r"소집|개최")),
        ("passage", r"通過|上空を|消失|통과"),
        ("fall", r"落下|落ち|着弾|着水|낙하|떨어|탄착"),
        ("launch", r"発射|撃[たちっ]|打ち上げ|飛ばし|발사(?!체)|쐈|쏜|쏘|쏴|포착"),
    )
)  # fmt: skip


def clocks(sentence: Sentence, language: Language) -> list[Clock]:
    """Give the times of a sentence, in order."""
    return _english(sentence.text) if language == "en" else _cjk(sentence.text)


def _minutes(hour: int, minute: int, half: str) -> int | None:
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half[0].lower() == "p" else 0)
    return hour * 60 + minute if hour < 24 and minute < 60 else None


def _english(text: str) -> list[Clock]:
    spoken: list[tuple[int, int, int, re.Match[str]]] = []
    for one in [*_ENGLISH.finditer(text), *_AT_HOUR.finditer(text)]:
        group = one.groupdict()
        hour = group["h"] or group.get("h2") or group.get("h3")
        if group.get("noon"):
            value: int | None = 0 if group["noon"].lower() == "midnight" else 720
        else:
            minute = group["m"] or group.get("m2") or group.get("m3") or "0"
            value = _minutes(int(hour or 0), int(minute), group.get("p") or "")
        if value is not None and not any(
            s < one.end() and one.start() < e for _, s, e, _ in spoken
        ):
            begin = one.start("q") if group.get("q") else one.start()
            spoken.append((value, begin, one.end(), one))
    spoken.sort(key=lambda each: each[1])
    found: list[Clock] = []
    for value, start, end, one in spoken:
        group = one.groupdict()
        zone_name = (group.get("z") or "").lower()
        zone = _ZONES.get(zone_name)
        is_local = zone_name.startswith("local")
        bracketed = re.search(r"\(\s*$", text[:start]) is not None
        if found and _SAME.fullmatch(text, found[-1].end, start):
            last = found[-1]
            is_far = last.zone in _FAR and zone not in _FAR and zone is not None
            if zone is not None and zone != last.zone and not is_far:
                found[-1] = last._replace(others=(*last.others, (value, zone)))
                continue
            if last.zone is not None and (is_far or (zone is None and (bracketed or is_local))):
                # "2137 GMT (6:07 a.m. local time)": local time is what others give.
                moment = (int(last.value[:2]) * 60 + int(last.value[3:]), last.zone)
                found[-1] = last._replace(
                    value=_said(value), zone=zone, is_local=True, others=(*last.others, moment)
                )
                continue
        alone = bracketed and not text[: start - 1].strip()
        event: Event = "announcement" if alone else _owner(text, start, end)
        if found and _AND.fullmatch(text, found[-1].end, start):
            event = found[-1].event
        qualifier = "about" if group.get("q") else ""
        found.append(Clock(_said(value), event, zone, is_local, (), qualifier, start, end))
    return found


_SAME = re.compile(r"\s*(?:[(,/;-]|or|i\.e\.)\s*(?:or |which is )?\(?\s*", re.IGNORECASE)
_AND = re.compile(
    r"\s*(?:,?\s*and|,|to|until|till|-|or)\s*(?:at |then )?(?:about |around )?", re.IGNORECASE
)
_ITS = re.compile(r"\s*(?:launch|lift-?off|firing|test|take-?off)\b", re.IGNORECASE)
_OPENING = re.compile(r"\W*(?:(?:at|around|about|shortly after|by)\W*){0,2}", re.IGNORECASE)
_SPOKEN_EN = re.compile(
    r"[, ]+(?:[\w'.]+ ){1,6}(?:said|says|reported|announced|told|tweeted|warned)\b(?! ?,)",
    re.IGNORECASE,
)
_NEAR = 40
"""Characters within which a verb behind a time says that something was announced then."""
_NEW_CLAUSE = re.compile(r"\band (?:say|said|that)|[;:]")


def _said(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def _owner(text: str, start: int, end: int) -> Event:
    """Give what happened at a time: by the last verb before it, or the first one after."""
    if _ITS.match(text, end):
        return "launch"
    # "At 8:01 a.m., the coast guard said the missile had fallen": when it was said.
    if _OPENING.fullmatch(text, 0, start) and _SPOKEN_EN.match(text, end):
        return "announcement"
    last, event = -1, ""
    for name, pattern in _VERBS_EN:
        for one in pattern.finditer(text, 0, start):
            if one.end() > last:
                last, event = one.end(), name
    is_far = event == "announcement" and start - last > 12
    goes_on = re.search(r"\b(?:and|,)\s+(?:at |around |about )*$", text[last:start])
    if event and not is_far and goes_on is None:
        return event  # type: ignore[return-value]  # only names of the table
    # "..., a base statement said", far behind, says who told all that, not when.
    after = _NEW_CLAUSE.split(text[end:])[0]
    first = _first(_VERBS_EN, after)
    is_told = first == "announcement" and _first(_VERBS_EN, after[:_NEAR]) != first
    return ("" if is_told else first) or event  # type: ignore[return-value]


def _first(table: tuple[tuple[Event, re.Pattern[str]], ...], after: str) -> Event:
    heads = [(one.start(), name) for name, pattern in table if (one := pattern.search(after))]
    return min(heads)[1] if heads else ""


def _cjk(text: str) -> list[Clock]:
    found = []
    half = ""
    for one in _CJK.finditer(text):
        said = one["half"] or ""
        half = said or half
        hour, minute = int(one["h"]), int(one["m"] or one["c"] or (30 if one["half30"] else 0))
        afternoon = half in ("午後", "오후", "낮") and 0 <= hour < 12
        value = _minutes(hour + 12 * afternoon, minute, "")
        if value is None:
            continue
        event = _first(_VERBS_CJK, text[one.end() :])
        if _DATELINE.fullmatch(text):
            event = "announcement"
        if (
            _SPOKEN_CJK.search(text[: one.start()])
            and text[one.end() : one.end() + 1] in "、,"
            and _TOLD_CJK.search(text, one.end())
        ):
            event = "announcement"  # "防衛省は午前8時5分、...と発表した"
        words = _said(value)
        if one["t"]:
            words = f"{value // 60:02d}h"
        about = "about" if one["k"] else ""
        clock = Clock(words, event, None, False, (), about, one.start(), one.end())
        found.append(clock)
        more = _MORE_KOREAN.match(text, one.end())
        if more and one["m"]:
            second = _minutes(value // 60, int(more["m"]), "")
            if second is not None:
                found.append(
                    clock._replace(value=_said(second), start=more.start("m"), end=more.end())
                )
    return found
