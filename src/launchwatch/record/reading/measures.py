"""Say what a distance or a duration is of: range, apogee, flight time, or none of these.

A distance belongs to the nearest words that can own it, between the distances beside it:
those just after it first ("6,200 kilometres high"), then those before. What states where
something lies, how far a type can fly, how wide a zone is or how high a satellite orbits is
kept as context, and says so.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from launchwatch.record.reading.numbers import Distance, Duration, distances, durations
from launchwatch.record.reading.text import Language, Sentence

What = Literal["range", "apogee", "flight_time", "place", "capability", "zone", "orbit", ""]


class Measure(NamedTuple):
    """A figure of a sentence, and what it is of."""

    what: What
    figure: Distance | Duration
    doubt: str


_POINTS = r"(?:north|south|east|west)(?:[- ]?(?:north|south|east|west)){0,2}(?:ern|ward|wards)?"
_I = re.IGNORECASE

_AFTER_EN: tuple[tuple[What, re.Pattern[str]], ...] = (
    ("apogee", re.compile(
        r"(?:[^\w,;]{0,2}(?:in |of )?(?:high\b|(?:height|altitude|apogee)(?! (?:of|was|is|at)\b)|"
        r"up\b(?! to)|"
        r"above (?:the )?(?:earth|sea)|into (?:the )?(?:outer )?(?:space|sky|air|"
        r"atmosphere)|upwards?\b|"
        r"at (?:its|the) (?:highest|peak|top|apogee))|(?: was| is)? (?:how high|the (?:height|"
        r"altitude|apogee))\b)", _I)),
    ("range", re.compile(
        r"\s?(?:away )?from (?:(?:its|the|their) (?:launch|firing|take-?off|start)|"
        r"where (?:it|they) (?:was |were |had been )?(?:launch|start|fired|left|took off))\w*|"
        r"(?: was| is)? (?:how far|the (?:distance|range))\b", _I)),
    ("range", re.compile(
        r"\s?(?:far\b(?! (?:above|below|from|beyond|more|less|off))|(?:in |of )(?:distance|"
        r"range|length|flight)|downrange|across\b|flight\b)", _I)),
    ("capability", re.compile(r"[- ]range\b", _I)),
    ("place", re.compile(
        rf"\W{{0,2}}(?:to the |due )?(?:{_POINTS},? (?:of|off|from)\b|off\b|away\b|short of\b|"
        rf"inland\b|offshore\b|outside\b)", _I)),
)  # fmt: skip
_FLOWN = re.compile(
    r"\b(?:flew|fl(?:own|ies|ying)|travel(?:l?ed|l?ing|s)|covered|went|gone|"
    r"flight(?: (?:distance|range))?|range|distance|journey(?:ed)?|far(?:thest)?|carried)\b",
    _I,
)
_PLACED = re.compile(r"\s?(?:from|of|to|(?:east|west|north|south)(?! korea))\b", _I)
"""Not across a comma: "700 km, South Korea's military said" is no direction."""
_BEFORE_EN: tuple[tuple[What, re.Pattern[str]], ...] = (
    ("apogee", re.compile(
        r"\b(?:altitudes?|heights?|apogees?|rose|rising|climb(?:ed|ing)|soar(?:ed|ing)|"
        r"ascend(?:ed|ing)|lofted|peak(?:ed|ing)?|as high as|high(?:er|est)?|(?:went|"
        r"shot|gone|going) up|(?:flew|flying) up(?! to)|straight up|zenith|"
        r"elevation)\b", _I)),
    ("orbit", re.compile(r"\borbit", _I)),
    ("zone", re.compile(
        r"\b(?:reaches|(?:extend|stretch)(?:s|es|ing)|zone of|limit of|wide)\b", _I)),
    ("capability", re.compile(
        r"\b(?:(?:has|have|having|with) an? (?:estimated |maximum |max |potential |flight |"
        r"firing )?range|maximum range|max range|range of(?! (?:the|its|this)\b)|"
        r"capable of|able to|designed to|"
        r"potential(?:ly)?|(?:would|could|might|may|can) (?:have |potentially |theoretically |"
        r"also |be able to )*(?:fly|flown|travel(?:l?ed)?|reach(?:ed)?|go|gone|cover(?:ed)?|be|"
        r"been|hit|strike)|(?<!flight )(?<!actual )range (?:is|was|has been) (?:estimated|"
        r"believed|thought|assessed|"
        r"put)|standard trajectory|normal trajectory|ranges? (?:between|from|exceeding|beyond|"
        r"of))\b|\((?:[a-z]+ )?range\b", _I)),
    ("range", re.compile(
        r"\b(?:flew|flown|flying|flight|travel(?:l?ed|l?ing)|covered|covering|went|gone|go|carried|"
        r"distance|(?:as|how|so) far|after|journey(?:ed)?|range)\b", _I)),
    ("apogee", re.compile(r"\breach(?:ed|ing)\b", _I)),
    ("range", re.compile(
        r"\bfor(?: (?:about|some|around|roughly|approximately|nearly|over))*\s*$", _I)),
    ("place", re.compile(
        r"\b(?:fell|fallen|falling|land(?:ed|ing)|came down|c[ao]me (?:as close|within)|"
        r"splash\w*|crash\w*|near|border|off|passed|crossed|close|nearest|located|lies|debris|"
        r"sea|waters)\b", _I)),
)  # fmt: skip
_BEFORE_FALLING = re.compile(
    r"\W{0,2}before (?:it |they )?(?:f[ae]ll|land|plung|splash|crash|com|hit|dropp|"
    r"disappear|br[eo])",
    _I,
)
_LEADING = re.compile(r"\D*")
_WIDE = re.compile(
    r"\b(?:zone|EEZ|which|that)\W{0,2} (?:\w+ )?(?:reach|extend|stretch)(?:es|"
    r"ing)\W(?:\w+ )?\W*$",
    _I,
)
_FLEW = re.compile(
    r"\b(?:flew|flown|travel(?:l?ed)|went|covered|journeyed|flight distance|distance flown)\b", _I
)
_RANGE_FLOWN = re.compile(
    r"\b(?:flew|flown|travel(?:l?ed)|covered|recorded|achieved|attained) (?:an? |the |its )?"
    r"(?:[a-z]+ ){0,2}range of\b[a-z ]{0,24}$",
    _I,
)
_AND_A_RANGE = re.compile(r"\W*(?:and|with|,)*\s*an? (?:[a-z]+ )?range of\b[a-z ]{0,24}$", _I)
_ORBITING = re.compile(
    r"\borbit\b|\bsatellite(?: [\w'-]+){0,2} (?:reached|reaching|is|was|at|in)\b", _I
)
_CAN = next(pattern for what, pattern in _BEFORE_EN if what == "capability")
_JOINS = re.compile(
    r"\s*(?:and|or|,|、|と|及び|および|와|과|및|,\s*and)\s*"
    r"(?:(?:the )?(?:second|other|third|another)(?: one)?\s+)?(?:about|around|some|約|およそ|"
    r"약)?\s*",
    _I,
)

_COMPASS_JA = (
    r"(?:北北西|北北東|南南西|南南東|東北東|東南東|西北西|西南西|北東|北西|南東|南西|東|西|南|北)"
)
_AFTER_CJK: tuple[tuple[What, re.Pattern[str]], ...] = (
    ("apogee", re.compile(
        r"[、,]?(?:上空|の高さ|の高度|の最高高度|고도|상공|까지 (?:상승|치솟|솟))")),
    ("range", re.compile(
        r"[、,]?(?:を|ほど|にわたり|を?変則軌道で)?(?:飛(?:[翔行んびぶば]|しょう)(?!距離|時間)|"
        r"[를을]? ?(?:비행(?! ?거리| ?시간)|날아|"
        r"날았))")),
    ("place", re.compile(
        r"(?:沖|離れ|の(?:地点|海域|海上|日本海|黄海|東シナ海|太平洋|公海|洋上|位置|我が国|EEZ|"
        r"排他)|付近|떨어진|해상|지점|앞바다)")),
)  # fmt: skip
_PLACE_JUST_BEFORE = re.compile(
    rf"(?:{_COMPASS_JA}(?:の|側|方|方向|沖|へ|に|およそ|約|ほぼ|、)*|沖|から|まで|"
    rf"(?:[동서남북]{{1,3}}(?:쪽|방)?(?:으로|에서)?))\s*(?:約|およそ|약)?\s*$"
)
_BEFORE_CJK: tuple[tuple[What, re.Pattern[str]], ...] = (
    ("apogee", re.compile(r"高度|高さ|頂点|고도|정점")),
    ("orbit", re.compile(r"軌道上|周回軌道|궤도에")),
    ("place", re.compile(r"까지의? 거리|(?:まで|から|と)の距離")),
    ("capability", re.compile(r"弾頭の?重|によっては|射程|飛べる|到達可能|사거리|사정거리")),
    ("range", re.compile(r"飛(?:[翔行]|しょう)?距離|飛(?:[翔行]|しょう)|距離|비행거리|비행 거리|"
                         r"거리|날아")),
)  # fmt: skip
_TIME_CJK = re.compile(
    r"の?(?:ほど|余り|あまり|程度|近く|以上|弱|"
    r"強)?[^。、\d]{0,4}[、]?[^。、\d]{0,12}飛(?:[翔行んびぶ]|しょう)|"
    r"(?:동안)?[^.,\d]{0,8}(?:비행|날아)|後[^。]{0,40}(?:落下|落ち)|(?:만에|후|"
    r"뒤)[^.]{0,30}(?:낙하|떨어)"
)
_PAUSE = re.compile(r"間?[、,]\s*")
_FLYING = re.compile(r"飛(?:[翔行んびぶ]|しょう)|비행|날아")
_TIME_EN = re.compile(
    r"\b(?:flew|flown|fly|flying|flight|air(?:borne)?|travel(?:l?ed|l?ing)|lasted|duration|"
    r"track(?:ed|ing)|went|"
    r"after|aloft|stayed|in the sky)\b",
    _I,
)
_RANGE_PUT = re.compile(r"\brange (?:was|is|has been) (?:put|estimated|measured) ", _I)
_IN_TIME = re.compile(
    r"\b(?:in|within|after|for)\s+(?:about |around |some |just |only |almost )*$", _I
)
_THEN_FLEW = re.compile(
    r"[^.;]{0,40}\b(?:flew|covered|travell?ed|rose|climbed)\b(?! (?:over|across) \w+ (?:at|"
    r"around))",
    _I,
)
_LANDED = re.compile(r"\b(?:fell|landed|landing|came down|splashed)\b[^.;]{0,40}$", _I)
_NOT_FLIGHT_EN = re.compile(
    r"^\W{0,2}(?:later|after|apart|earlier|interval|ago|warning|before(?! (?:it |they |the \w+ )?"
    r"[\"“']?(?:accurately |finally )?(?:land|f[ae]ll|hit|splash|plung|com|crash|impact)))|"
    r"intervals?\b",
    _I,
)


def measures(sentence: Sentence, language: Language) -> list[Measure]:
    """Give every figure of a sentence with what it is of, in order."""
    text = sentence.text
    found = distances(text, language)
    times = durations(text, language)
    marks = sorted([*((one.start, one.end) for one in found), *((t.start, t.end) for t in times)])
    owned: list[Measure] = []
    used = 0  # words just behind a figure are its own: "37 km high and 430 km"
    for one in found:
        before, after = _between(text, one.start, one.end, marks)
        before = text[max(used, one.start - len(before)) : one.start]
        before += _LEADING.match(text, one.start)[0]  # type: ignore[index]  # it may be empty
        what = (_english if language == "en" else _cjk)(before, after)
        if what == "capability" and _AND_A_RANGE.match(before) and _is_flown(owned):
            what = "range"  # "an apogee of 2,000 km and a range of 700 km"
        if not what and owned and used <= owned[-1].figure.end and _JOINS.fullmatch(before):
            what = owned[-1].what  # "350 km and 400 km": what owns one owns both
        used = one.end + _behind(after) if language == "en" else 0
        owned.append(Measure(what, one, _miles(one)))
    return [*_leftovers(owned, text), *_lasting(text, times, marks, language)]


def _is_flown(owned: list[Measure]) -> bool:
    return bool(owned) and owned[-1].what in ("apogee", "flight_time")


def _behind(after: str) -> int:
    """Give how many characters behind a figure say what it is of."""
    return max(
        (one.end() for _, pattern in _AFTER_EN[:2] if (one := pattern.match(after))), default=0
    )


def _between(text: str, start: int, end: int, marks: list[tuple[int, int]]) -> tuple[str, str]:
    """Give the words before and after a figure, up to the next figures."""
    left = max((e for _, e in marks if e <= start), default=0)
    right = min((s for s, _ in marks if s >= end), default=len(text))
    return text[left:start], text[end:right]


def _english(before: str, after: str) -> What:
    bare = re.sub(r"^\s*\([^)]{0,60}\)", "", after)
    for what, pattern in _AFTER_EN:
        if pattern.match(bare):
            # "flew 500 km off course" and "went 700 km west": what flew owns it
            return "orbit" if what == "apogee" and _ORBITING.search(before) else what
    if _WIDE.search(before):
        return "zone"
    if _PLACED.match(bare):
        last = [*_FLOWN.finditer(before)]
        if not last or len(before) - last[-1].end() > 25:
            return "place"
    what = _nearest(_BEFORE_EN, before)
    if not what and _BEFORE_FALLING.match(bare):
        return "range"
    if what == "capability" and _RANGE_FLOWN.search(before):
        return "range"
    if what == "range" and _ends(_CAN, before) >= max(_ends(_FLEW, before), 0):
        return "capability"  # "can travel a distance of 8,000 km"
    if what == "apogee" and _ORBITING.search(before):
        return "orbit"
    return what


def _ends(pattern: re.Pattern[str], text: str) -> int:
    """Give where the last match of a pattern ends; -1 where there is none."""
    return max((one.end() for one in pattern.finditer(text)), default=-1)


def _nearest(table: tuple[tuple[What, re.Pattern[str]], ...], before: str) -> What:
    """Give what the last owning words before a figure say; the earlier row wins a tie."""
    last, owner = -1, ""
    for what, pattern in table:
        for one in pattern.finditer(before):
            if one.end() > last:
                last, owner = one.end(), what
    return owner  # type: ignore[return-value]  # only a table's words come out


def _cjk(before: str, after: str) -> What:
    if _PLACE_JUST_BEFORE.search(before) and not _AFTER_CJK[1][1].match(after):
        return "place"
    for what, pattern in _AFTER_CJK:
        if pattern.match(after.lstrip()):
            return what
    what = _nearest(_BEFORE_CJK, before)
    clause = re.split(r"[。]", after)[0]
    if not what and _FLYING.search(clause[:12]):
        return "range"
    return what


def _leftovers(owned: list[Measure], text: str) -> list[Measure]:
    """Let a figure that nothing owns be the range, where a height stands beside it.

    So too "its range was put at 430 km and its height at 60 km".
    """
    taken = {one.what for one in owned}
    if "apogee" not in taken or "range" in taken:
        return owned
    doubt = "the text does not say of what; taken for the range, as a height is beside it"
    open_ones = ("", "capability") if _RANGE_PUT.search(text) else ("",)
    return [
        one._replace(what="range", doubt="; ".join(filter(None, [one.doubt, doubt])))
        if one.what in open_ones
        else one
        for one in owned
    ]


def _lasting(
    text: str, times: list[Duration], marks: list[tuple[int, int]], language: Language
) -> Iterator[Measure]:
    for one in times:
        before, after = _between(text, one.start, one.end, marks)
        if language == "en":
            flying = _TIME_EN.search(text[: one.start]) or re.match(
                r"\W{0,2}(?:of )?flight", after, _I
            )
            flying = flying or (
                _IN_TIME.search(text[: one.start]) and _THEN_FLEW.match(text, one.end)
            )
            since = re.match(
                r"\W{0,2}after (?:the |its |being |it was |they were )?(?:launch|lift|fir|"
                r"take)",
                after,
                _I,
            )
            passed = re.match(
                r"\s(?:passed|elapsed|went by) (?:between|from)\b[^.;]*\b(?:launch|fir)", after, _I
            )
            since = since or passed
            later = re.match(r"\W{0,2}later", after, _I) and _LANDED.search(before)
            if since or later or (flying and not _NOT_FLIGHT_EN.match(after)):
                yield Measure("flight_time", one, "")
        elif (
            _TIME_CJK.match(after)
            or re.search(r"(?:飛[翔行]時間|飛んだ時間|滞空時間|비행 ?시간)[^。.]{0,8}$", before)
            or (_PAUSE.fullmatch(after) and _FLYING.search(text[one.end : one.end + 24]))
        ):
            yield Measure("flight_time", one, "")


def _miles(one: Distance) -> str:
    """Say where a second unit does not give the same distance.

    Allowed is 5 %, or what rounding the coarser of the two to its last digit but zeros can
    have cost: "250 km (155 miles)" agrees, "700 km (380 miles)" does not.
    """
    if one.also is None:
        return ""
    value = one.values[0]
    if abs(value - one.also) <= max(0.05 * value, 1.0):
        return ""
    return f"the two units disagree: {value:g} km and {one.also:.0f} km"
