"""Find the dates in a sentence, and resolve them by the day of publication where that is known.

What a text leaves out stays out: "March 6" without a year is ``--03-06``, "21일" ``---21``, and
"on Monday" the name of a day, unless the day of publication is known. "Today" and "yesterday"
are days of the text's writing, which may not be the page's: that is said as doubt.
"""

import datetime as dt
import re
from typing import NamedTuple

from launchwatch.record.reading.text import Language, Sentence


class Day(NamedTuple):
    """A date as it was said, or as the day of publication resolves it."""

    value: str
    doubt: str
    start: int
    end: int


OF_SAYING = "the day of a statement, which may not be that of the launch"

_NAMES = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
          "october", "november", "december")  # fmt: skip
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_M = (
    r"(?P<{0}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_ENGLISH = re.compile(
    rf"\b{_M.format('a')}\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|"
    rf"th)?\b(?![:.]\d)(?:,?\s+(?P<y>(?:19|20)\d\d)\b)?"
    rf"|(?<![-\w])(?P<d2>\d{{1,2}})(?:st|nd|rd|"
    rf"th)?\s+(?:of\s+)?{_M.format('b')}\b\.?(?:,?\s+(?P<y2>(?:19|20)\d\d)\b)?"
    r"|\b(?P<y3>(?:19|20)\d\d)-(?P<m3>\d\d)-(?P<d3>\d\d)\b"
    r"|\b(?P<d4>\d{1,2})\.(?P<m4>\d{1,2})\.(?P<y4>(?:19|20)\d\d)\b"
    r"|(?<!last )(?<!Last )\b(?P<w>(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b(?!'s)"
    r"|\b(?P<r>today|yesterday)\b"
    r"|\bon the (?P<d5>\d{1,2})(?:st|nd|rd|th)\b",
    re.IGNORECASE,
)
_CJK = re.compile(
    r"(?P<r>本日|今日|きょう|昨日|きのう|오늘|어제)"
    r"|(?:(?P<y>(?:19|"
    r"20)\d\d)[年년]\s*)?(?:(?P<m>\d{1,2})[月월]\s*)?(?<![\d第])(?P<d>\d{1,2})[日일](?![間간本])"
)
_EARLIER = re.compile(r"지난\s*$|去る\s*$|前回[^。]{0,10}$")
_OTHER_ZONE = re.compile(r"\([^()]{0,24}\b(?:GMT|UTC|ET|EDT|EST|time)(?: on)? $", re.IGNORECASE)
_ELSEWHERE = re.compile(
    r"\s*(?:(?:morning|afternoon|evening|night)\s*)?\(?(?:(?:GMT|UTC|EDT|EST|ET|PDT|PST)\b|"
    r"eastern time|"
    r"in (?:washington|the u\.?s|the united states|new york|europe)|u\.?s\.? time)",
    re.IGNORECASE,
)
_SINCE = {
    "en": re.compile(r"\b(?:since|until|by)(?: last| the)?\s*$", re.IGNORECASE),
    "ja": re.compile(r"(?!x)x"),
    "ko": re.compile(r"(?!x)x"),
}
_AFTER = {
    "en": re.compile(r"(?!x)x"),
    "ja": re.compile(r"(?:の発射)?(?:以来|以降|に続|に次|にも|まで)"),
    "ko": re.compile(r"(?:에 이어|\s?이후|에도|까지)"),
}
_LAST = re.compile(r"\blast\s*$", re.IGNORECASE)


def days(sentence: Sentence, language: Language, published: dt.date | None) -> list[Day]:
    """Give the dates of a sentence, in order; impossible ones (February 30) are left out."""
    pattern = _ENGLISH if language == "en" else _CJK
    found: list[Day] = []
    for one in pattern.finditer(sentence.text):
        before = sentence.text[: one.start()]
        if (
            language == "en"
            and one["w"]
            and (
                _OTHER_ZONE.search(before) or (found and _ELSEWHERE.match(sentence.text, one.end()))
            )
        ):
            continue  # "(2236 GMT Sunday)" is the same moment in another zone
        if _SINCE[language or "en"].search(before) or _AFTER[language or "en"].match(
            sentence.text, one.end()
        ):
            continue
        if (_LAST if language == "en" else _EARLIER).search(before):
            continue
        said = (_english if language == "en" else _cjk)(one, published)
        if said is not None:
            found.append(Day(said[0], said[1], one.start(), one.end()))
    return found


_SAYING = {
    "en": re.compile(
        r"\b(?:said|says|told(?: \w+)?|announced|reported|confirmed|stated|added|issued|"
        r"in a statement|published|"
        r"page of|dated|statement|briefing|a report)(?: on| in| late| early|,)*\s*$",
        re.IGNORECASE,
    ),
    "ja": re.compile(r"(?:省|庁|政府|軍|本部|相|官|首相|通信|中央テレビ)[はが]、?\s*$"),
    "ko": re.compile(r"(?:참|부|성|군|상|통신|총리)[은는이가]?\s*$"),
}


def is_of_saying(sentence: Sentence, day: Day, language: Language) -> bool:
    """Say whether a date is of a statement, not of what it states: "said on Thursday"."""
    return bool(language and _SAYING[language].search(sentence.text[: day.start]))


def _english(one: re.Match[str], published: dt.date | None) -> tuple[str, str] | None:
    group = one.groupdict()
    if group["w"]:
        return _weekday(group["w"].lower(), published)
    if group["r"]:
        return _relative(group["r"].lower() == "yesterday", group["r"], published)
    if group["d5"]:
        return _resolved(None, None, int(group["d5"]), published)
    name = group["a"] or group["b"]
    if name:
        month = next(n for n, full in enumerate(_NAMES, 1) if full.startswith(name.lower()[:3]))
    else:
        month = int(group["m3"] or group["m4"])
    day = int(group["d"] or group["d2"] or group["d3"] or group["d4"])
    year = group["y"] or group["y2"] or group["y3"] or group["y4"]
    return _resolved(int(year) if year else None, month, day, published)


def _cjk(one: re.Match[str], published: dt.date | None) -> tuple[str, str] | None:
    if one["r"]:
        return _relative(one["r"] in ("昨日", "きのう", "어제"), one["r"], published)
    year, month = (int(one[key]) if one[key] else None for key in "ym")
    return _resolved(year, month, int(one["d"]), published)


def _weekday(name: str, published: dt.date | None) -> tuple[str, str]:
    if published is None:
        return (
            name.capitalize(),
            "only the day of the week is said, and the day of publication is not known",
        )
    back = (published.weekday() - _WEEK.index(name)) % 7
    return (
        published - dt.timedelta(days=back)
    ).isoformat(), "by the day of the week before publication"


def _relative(is_yesterday: bool, word: str, published: dt.date | None) -> tuple[str, str]:
    if published is None:
        return word, "relative to a day of writing that is not known"
    day = published - dt.timedelta(days=int(is_yesterday))
    note = f"{word!r} counts from the day of writing, taken for that of publication"
    return day.isoformat(), note if is_yesterday else ""


def _resolved(
    year: int | None, month: int | None, day: int, published: dt.date | None
) -> tuple[str, str] | None:
    """Give a date; the last one before publication where year or month are not said."""
    if not 1 <= day <= 31 or (month is not None and not 1 <= month <= 12):
        return None
    if year is not None and month is not None:
        return _date(year, month, day)
    if published is None:
        missing = "the year" if month else "year and month"
        words = f"--{month:02d}-{day:02d}" if month else f"---{day:02d}"
        return words, f"{missing} not said, and the day of publication is not known"
    # Back from publication; a day ahead of it, for a text dated in another time zone.
    for back in range(-1, 366):
        on = published - dt.timedelta(days=back)
        if on.day == day and month in (None, on.month):
            return on.isoformat(), ""
    return None


def _date(year: int, month: int, day: int) -> tuple[str, str] | None:
    try:
        return dt.date(year, month, day).isoformat(), ""
    except ValueError:
        return None
