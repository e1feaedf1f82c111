"""Tell what a sentence says of other launches: earlier ones, and those of somebody else.

Only words before a figure speak of it: "far above the Hwasong-15 of November 2017" takes
nothing from what stands before.
"""

import re

from launchwatch.record.reading.text import Language

_MONTHS = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"

_EARLIER = {
    "en": re.compile(
        r"\blast (?:fired|tested|test-fired|launched|conducted|carried out)\b|\brecently\b|"
        r"\b(?:over|in|during) the (?:past|last) (?:\w+ ){0,2}(?:days?|weeks?|months?|years?)\b|"
        rf"\blast (?:week|month|year|time|launch|{_DAYS}|{_MONTHS})|\b(?:a|one|two|three|four|five|"
        r"several|\d+) (?:day|week|month|year)s? (?:earlier|before|ago)\b|"
        r"\b(?:the|its|their|an?) (?:previous|earlier|preceding|prior|different)\b|"
        r"\b(?:days?|weeks?|months?) after (?:[\w'-]+ ){0,6}$|"
        rf"\bpreviously|\bin (?:{_MONTHS},? )?(?P<y1>(?:19|20)\d\d)\b|"
        rf"\bthe (?P<y2>(?:19|20)\d\d) |\b(?:back )?in {_MONTHS}(?! ?\d),? |\bthe day before\b",
        re.IGNORECASE,
    ),
    "ja": re.compile(
        r"前回|当時|昨年|一昨年|先月|先週|過去に|以前に|去年|今年\d{1,2}月に|(?P<y1>(?:19|"
        r"20)\d\d)年|"
        r"(?P<y2>(?:19|20)\d\d)年"
    ),
    "ko": re.compile(
        r"당시|지난해|지난달|지난주|작년|앞서|앞선|직전|지난 \d{1,2}(?:월|일)|(?P<y1>(?:19|"
        r"20)\d\d)년|"
        r"(?P<y2>(?:19|20)\d\d)년"
    ),
}
_OTHERS = {
    "en": re.compile(
        r"\b(?:the south|south korea(?:n (?:military|forces|army))?|seoul|(?:the )?united states|"
        r"(?:the )?u\.?s\.?(?: forces| military)?|washington|the allies|japan|tokyo|"
        r"south korean and u\.?s\.? \w+|they) (?:also |then |has |have |had )?"
        r"(?:fired (?:back|its|their|three|four|two|eight|\d)|launched (?:its|their)|"
        r"replied|responded|retaliated|answered|test-fired|scrambled|staged)|"
        r"\b(?:in reply|in response|in retaliation)\b",
        re.IGNORECASE,
    ),
    "ja": re.compile(
        r"(?:韓国軍?|米軍|米韓両?軍?|韓国空軍)(?:は|も|が)[^。]{0,40}(?:対抗|対応|応射)"
    ),
    "ko": re.compile(
        r"(?:우리 군|한국군|미군|한미|공군)[^.]{0,40}(?:대응|맞서|응사)|맞대응|대응 사격|현무"
    ),
}

_BEHIND = {
    "en": re.compile(
        rf"[^,.;:]{{0,40}}\b(?:last (?:week|month|year|{_DAYS}|{_MONTHS})|"
        rf"earlier this (?:week|month|year)|"
        r"(?:a|one|two|three|four|five) (?:day|week|month)s? (?:earlier|before|ago)|"
        r"the day before|the previous \w+)",
        re.IGNORECASE,
    ),
    "ja": re.compile(r"(?!x)x"),
    "ko": re.compile(r"(?!x)x"),
}
_SO_FAR = {
    "en": re.compile(
        r"\b(?:so far this year|this year alone|since (?:the (?:start|beginning) of|january|"
        r"last|taking)|"
        r"in total this year|record number|(?:has|have|had) (?:already |now |"
        r"since )?(?:fired|launched|conducted|tested) (?:at least |more than |over |about |"
        r"some |nearly )*\d\d)",
        re.IGNORECASE,
    ),
    "ja": re.compile(r"今年に入っ?て?|今年[^。]{0,12}(?:回目|発目)|これまでに|年初から|通算"),
    "ko": re.compile(r"올해 들어|올들어|올해만|지금까지"),
}


_OPENS_EARLIER = re.compile(
    r"\W*(?:[\w']+ ){1,3}last (?:fired|tested|test-fired|launched|conducted)\b|"
    r"\W*(?:the )?(?:last|previous|earlier(?:,? on|,? in)|preceding|prior)\b|"
    r"\W*the earlier\b|\W*(?:back )?in (?:19|20)\d\d\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\W*(?:that|those) (?:\w+[- ]){0,3}?(?:missiles?|launch(?:es)?|tests?|flight|weapons?|"
    r"rockets?|"
    r"projectiles?|one|ones|time|day)\b|\W*(?:at the time|on that occasion)\b",
    re.IGNORECASE,
)
_GOES_ON_BARE = re.compile(
    r"\W*(?:it|they|the (?:[\w-]+ ){0,3}?(?:missiles?|projectiles?|rockets?))\b", re.IGNORECASE
)


def goes_on(sentence: str, before: str, reason: str, language: Language) -> str:
    """Say of what other launch a sentence goes on to tell; empty where of none.

    "That missile flew 700 km" speaks of the launch that the sentence before spoke of, and so
    does "It flew" where that sentence opened with an earlier one ("The previous test ...").

    Args:
        sentence: the plain sentence.
        before: the one before it.
        reason: of what other launch that one tells, by `elsewhere` at its end.
        language: of both.
    """
    if language != "en" or not reason:
        return ""
    if _GOES_ON.match(sentence):
        return reason
    return reason if _OPENS_EARLIER.match(before) and _GOES_ON_BARE.match(sentence) else ""


def elsewhere(
    sentence: str, position: int, language: Language, year: int | None, end: int | None = None
) -> str:
    """Say of what other launch a figure at a position is; empty where of this one.

    Args:
        sentence: the plain sentence.
        position: where the figure stands in it.
        end: where it ends, if words just behind may speak of it ("two missiles last week").
        language: of the sentence.
        year: in which the report was published, where that is known: what happened
            "in 2017" is nothing earlier in a report of 2017.
    """
    if not language:
        return ""
    before = sentence[:position]
    for one in _EARLIER[language].finditer(before):
        said = one["y1"] or one["y2"]
        if said and year is not None and int(said) >= year:
            continue
        if language != "en" and said and re.search(r"月\s*\d|월\s*\d", before[one.end() :]):
            continue  # a full date: that of the launch itself
        return "of an earlier launch"
    if _OTHERS[language].search(before):
        return "of another state's launch"
    if end is not None and _BEHIND[language].match(sentence, end):
        return "of an earlier launch"
    if end is not None and _SO_FAR[language].search(sentence):
        return "of all launches so far"
    return ""
