"""Find distances and durations in a sentence, in kilometres and minutes.

What each is of, is for `measures` to say.
"""

import re
from typing import NamedTuple

from launchwatch.record.reading.text import Language

_KM = {"k": 1.0, "m": 1.609344, "n": 1.852, "metre": 1e-3, "foot": 0.3048e-3}
"""Kilometres in each; miles and feet are international (agreement of 1959)."""

_NUMBER = r"(?:\d{1,3}(?:[, ]\d{3})+(?!\d)(?:\.\d{1,3})?|\d{1,6}(?:\.\d{1,3})?)"
_ROUND = (
    r"about|around|approximately|approx\.?|roughly|some|nearly|almost|over|more than|at least|"
    r"up to|as far as|as high as|as much as|less than|under|below|at most|a maximum of|only|"
    r"just|an estimated|between|from|exceeding|in excess of"
)
_UNIT_EN = (
    r"(?:km|kms|kilomet(?:er|re)s?|nautical[- ]miles?|NM|nmi|miles?|mi|met(?:er|re)s|feet|"
    r"ft)\b(?!\s*(?:/|per|an hour))"
)
_UNIT_CJK = r"(?:km|KM|㎞|キロ(?:メートル)?|킬로미터|킬로|マイル|마일|海里|해리)"

_DISTANCE_EN = re.compile(
    rf"(?P<q>(?:\b(?:{_ROUND})\s+){{0,3}})(?<![\d.,$])(?P<a>{_NUMBER})"
    rf"(?:(?:\s*{_UNIT_EN})?\s*(?:-|~|to|and)\s*(?P<b>{_NUMBER}))?[\s-]*(?P<u>{_UNIT_EN})"
    rf"(?:\s*\(\s*(?:(?:{_ROUND})\s+){{0,2}}(?P<c>{_NUMBER})"
    rf"(?:\s*(?:-|to)\s*{_NUMBER})?[\s-]*(?P<v>{_UNIT_EN})\s*\))?",
    re.IGNORECASE,
)
_DISTANCE_CJK = re.compile(
    r"(?P<q>(?:少なくとも|最大で?|最長で?|最高で?|약|대략|최소|최대|약간|およそ|約|ほぼ){0,2}\s*)"
    rf"(?<![\d.,])(?P<a>\d{{1,3}}[万만]\s?(?:\d{{1,4}}[千천]?)?|"
    rf"\d{{1,2}}\s?[千천](?:\s?\d[百백])?(?:\s?\d{{1,3}}(?:\.\d)?)?|\d[百백](?:\d{{1,2}})?|"
    rf"{_NUMBER})(?P<y>여|余)?\s*"
    rf"(?:{_UNIT_CJK}?\s*(?:~|-|から|에서|乃至)\s*(?P<b>{_NUMBER})\s*)?(?P<u>{_UNIT_CJK})"
    r"(?P<t>\s*(?:程度|前後|余り|あまり|정도|가량|안팎|(?=이상|以上|以下))?\s*"
    r"(?:以上|以下|未満|超|を超|弱|強|이상|이하|미만|넘)?)"
)
_DURATION_EN = re.compile(
    rf"(?P<q>(?:\b(?:{_ROUND})\s+){{0,2}})"
    r"(?:(?P<hh>\bhalf(?: an|-an|-)[ -]?hour)|(?P<h>\b(?:\d{1,2}|an?|one|"
    r"two))(?: and a half)?[\s-]hours?"
    r"(?:,?(?:\s+and)?\s+(?P<x>\d{1,2})[\s-]min\w*| and a half\b)?"
    r"|(?P<m>\d{1,3}|(?:ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    r"(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?)"
    r"[\s-]min(?:ute)?s?(?:,?(?: and)? \d{1,2}[\s-]sec(?:ond)?s?)?|"
    r"(?P<s>\d{1,2},?\d{3}|\d{2,3})[\s-]sec(?:ond)?s?|(?P<ss>\d{1,2},\d{3})\s?s)\b",
    re.IGNORECASE,
)
_DURATION_CJK = re.compile(
    r"(?P<q>約|およそ|약|대략)?\s*(?:(?P<h>\d{1,2})(?:時間|시간)(?:\s*(?P<x>\d{1,2})[分분])?"
    r"|(?P<m>\d{1,3})[分분]|(?P<s>\d{1,2},?\d{3}|\d{2,3})(?:秒|초))間?간?"
)
_MANY = re.compile(
    r"(?:(?P<m>\d+)[万만]\s?)?(?:(?P<t>\d+)\s?[千천]\s?)?(?:(?P<h>\d)[百백]\s?)?"
    r"(?P<r>\d+(?:\.\d+)?)?"
)
_HOURS = {"a": 1, "an": 1, "one": 1, "two": 2}
_TENS = ("ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


def _spoken(words: str | None) -> int:
    """Give a number in digits or as "thirty-one"; 0 for nothing."""
    if not words or words.isdigit():
        return int(words or 0)
    ten, _, one = words.lower().replace("-", " ").partition(" ")
    return 10 * (_TENS.index(ten) + 1) + (_ONES.index(one) + 1 if one else 0)


_QUALIFIERS = (
    ("at least", re.compile(r"at least|少なくとも|以上|최소|이상", re.IGNORECASE)),
    ("over", re.compile(r"over|more than|exceed|excess|超|넘|여|余", re.IGNORECASE)),
    ("at most", re.compile(r"less than|under|below|at most|以下|未満|弱|이하|미만", re.IGNORECASE)),
    ("up to", re.compile(r"up to|as far|as high|as much|maximum|最大|最長|최대", re.IGNORECASE)),
    (
        "about",
        re.compile(
            r"about|around|approx|rough|some|near|almost|estim|約|およそ|ほぼ|程度|前後|약|대략|"
            r"정도|가량|안팎", re.IGNORECASE),
    ),
)  # fmt: skip


class Distance(NamedTuple):
    """A distance in a sentence: one or two values in km, and what a second unit makes of it."""

    values: tuple[float, ...]
    also: float | None
    qualifier: str
    unit: str
    start: int
    end: int


class Duration(NamedTuple):
    """A duration in a sentence, in minutes."""

    minutes: float
    qualifier: str
    start: int
    end: int


def qualifier_of(words: str) -> str:
    """Name what a number is qualified by."""
    return next((name for name, pattern in _QUALIFIERS if pattern.search(words)), "")


def number(text: str) -> float:
    """Give the value of digits with separators of thousands, or of ten thousands."""
    many = _MANY.fullmatch(text)
    if many:
        ten, thousand, hundred, rest = (float(many[group] or 0) for group in "mthr")
        return ten * 1e4 + thousand * 1e3 + hundred * 100.0 + rest
    return float(text.replace(",", "").replace(" ", ""))


def _km_per(unit: str) -> float:
    unit = unit.lower()
    if unit.startswith(("n", "海", "해")):
        return _KM["n"]
    if unit.startswith(("met", "fe", "ft")):
        return _KM["metre" if unit[0] == "m" else "foot"]
    return _KM["m"] if unit.startswith(("mi", "マイ", "마일")) else _KM["k"]


def distances(sentence: str, language: Language) -> list[Distance]:
    """Find the distances of a sentence, in order; km first where two units are given."""
    pattern = _DISTANCE_EN if language == "en" else _DISTANCE_CJK
    found = []
    for one in pattern.finditer(sentence):
        group = one.groupdict()
        unit, also = _km_per(group["u"]), None
        values = tuple(number(each) * unit for each in (group["a"], group["b"]) if each)
        if group.get("c"):
            also = number(group["c"]) * _km_per(group["v"])
            if unit != 1.0 and _km_per(group["v"]) == 1.0 and len(values) == 1:
                values, also = (also,), values[0]
        words = f"{group['q']} {group.get('y') or ''} {group.get('t') or ''}"
        begin = one.start("q") if group["q"].strip() else one.start("a")
        found.append(
            Distance(
                tuple(round(value, 1) for value in values), also, qualifier_of(words),
                group["u"], begin, one.end(),
            )
        )  # fmt: skip
    return found


def durations(sentence: str, language: Language) -> list[Duration]:
    """Find the durations of a sentence, in order. A clock's minutes are none."""
    pattern = _DURATION_EN if language == "en" else _DURATION_CJK
    found = []
    for one in pattern.finditer(sentence):
        group = one.groupdict()
        start = one.start(next(name for name in ("hh", "h", "m", "s", "ss") if group.get(name)))
        if re.search(r"[時시:]\s*$", sentence[max(0, start - 3) : start]):
            continue
        hours = one["h"] or "0"
        seconds = one["s"] or group.get("ss")
        if seconds:
            minutes = round(number(seconds) / 60.0, 1)
            found.append(Duration(minutes, qualifier_of(one["q"] or ""), start, one.end()))
            continue
        minutes = 60 * (_HOURS.get(hours.lower()) or int(hours)) + _spoken(one["m"] or one["x"])
        minutes += 30 * ("half" in one[0])
        found.append(Duration(minutes, qualifier_of(one["q"] or ""), start, one.end()))
    return found
