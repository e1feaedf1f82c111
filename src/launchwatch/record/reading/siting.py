"""Say what a place in a sentence is of: where it was launched, or where it fell.

In English a place belongs to the last verb before it, and "into" or "towards" point to a fall;
in Japanese and Korean to the particle behind it (から, より, 에서) or the first verb after.
"""

import re
from typing import Literal, NamedTuple

from launchwatch.record.reading.measures import Measure
from launchwatch.record.reading.places import Spot, spots
from launchwatch.record.reading.text import Language, Sentence

Role = Literal["launch_place", "fall_place"]


class Sited(NamedTuple):
    """A place with what happened there; for a fall also how far off, and in which direction."""

    role: Role
    spot: Spot
    distance_km: float | None
    bearing: str
    doubt: str
    start: int
    end: int


_LAUNCH = re.compile(
    r"\b(?:fired|launched|launch(?:es|ing)?|left|went up|lift(?:ed)?[- ]?off|blasted off|"
    r"started?|took place|"
    r"tested|test-fired|shot|lobbed|took off|from)\b",
    re.IGNORECASE,
)
_FALL = re.compile(
    r"\b(?:fell|fallen|falling|land(?:ed|ing)?|c[ao]m(?:e|ing) down|came as close|splash\w*|"
    r"crash\w*|impact\w*|plunged|"
    r"into|towards?|passed|crossed|expected|off|target|projected|over)\b",
    re.IGNORECASE,
)
_AT = re.compile(
    r"\b(?:from|near|at|in|around|left|of|inland|outside|close to)\s+(?:the |a |an |"
    r"its )?(?:[\w'-]+,? ){0,4}$",
    re.IGNORECASE,
)
_TOWARDS = re.compile(r"\btowards?\s+(?:the )?(?:\w+ ){0,4}$", re.IGNORECASE)
_METONYM = re.compile(
    r"^(?:'s\b(?! (?:\w+ )?(?:suburbs?|outskirts|districts?|area|airport|international|coast|"
    r"vicinity))|\W{0,2}(?:said|says|announced|claims|has|had|denied|confirmed|time)\b)",
    re.IGNORECASE,
)
_POINTS = re.compile(
    r"\b((?:north|south|east|west)(?:[- ]?(?:north|south|east|west)){0,2})(?:ern|ward|"
    r"wards)?\b(?! korea| hwanghae| pyong| hamg)",
    re.IGNORECASE,
)
_POINTS_CJK = re.compile(
    r"([東西南北동서남북]{1,3})(?:の|側|方|方向|沖|쪽|방|へ|으로|に|およそ|\s)*$"
)
_FROM_CJK = re.compile(
    r"^(?:\s*\([^)]{0,16}\))?\s*(?:の|[、,])?\s*(?:東岸|西岸|東部|西部|北部|南部|沿岸|海岸|"
    r"内陸部?)?(?:の)?\s*(?:付近|近郊|地区|地域|一帯|周辺|일대|지역|인근|부근|"
    r"도)?\s*(?:から|より|에서)"
)
_PADS = ("tanegashima", "uchinoura", "kii", "naro", "anheung")
"""Launch places in states that are otherwise named for where something fell or passed."""
_LAUNCH_CJK = re.compile(r"発射|撃[たちっ]|打ち上げ|발사(?!체)|쐈|쏜|쏘|쏴")
_FALL_CJK = re.compile(r"落下|落ち|着弾|着水|낙하|떨어")
_FELL_BEFORE_CJK = re.compile(r"落下したの|落ちたの|낙하(?:한|지점)")


def sited(sentence: Sentence, language: Language, figures: list[Measure]) -> list[Sited]:
    """Give the places of a sentence with what happened there."""
    text = sentence.text
    found = []
    claimed: set[int] = set()
    mentions = spots(text, language)
    positions = [one for one in figures if one.what == "place"]
    for figure in positions:
        near = (_behind if language == "en" else _ahead)(text, figure, mentions)
        if near is None:
            continue
        claimed.add(near.start)
        start, end = min(near.start, figure.figure.start), max(near.end, figure.figure.end)
        bearing = _bearing(text, figure, near, language)
        role = _role(text, figure.figure.start, language)
        if role == "launch_place":
            continue
        doubt = (
            "the name means several places"
            if near.place is not None and near.name == "oshima"
            else ""
        )
        distance = figure.figure.values[-1]  # type: ignore[union-attr]  # a place is a distance
        found.append(Sited("fall_place", near, distance, bearing, doubt, start, end))
    for spot in mentions:
        if spot.start in claimed:
            continue
        role = (_english if language == "en" else _cjk)(text, spot)
        if role is None:
            continue
        toward = language == "en" and _TOWARDS.search(text[: spot.start])
        doubt = "a direction, not a fall" if toward else ""
        found.append(Sited(role, spot, None, "", doubt, spot.start, spot.end))
    return found


def _behind(text: str, figure: Measure, mentions: list[Spot]) -> Spot | None:
    """Give the place that "250 km west of" stands before."""
    end = figure.figure.end
    after = [spot for spot in mentions if 0 <= spot.start - end <= 60]
    named = [spot for spot in after if spot.place is not None and spot.place.country != "SEA"]
    return named[0] if named and not re.search(r"[;.]", text[end : named[0].start]) else None


def _ahead(text: str, figure: Measure, mentions: list[Spot]) -> Spot | None:
    """Give the place that stands before "の西約250km"."""
    start = figure.figure.start
    before = [spot for spot in mentions if 0 <= start - spot.end <= 16]
    return before[-1] if before and not re.search(r"[。]", text[before[-1].end : start]) else None


def _bearing(text: str, figure: Measure, near: Spot, language: Language) -> str:
    if language == "en":
        said = _POINTS.search(text, figure.figure.end, near.start)
        return said[1].lower() if said else ""
    said = _POINTS_CJK.search(text[near.end : figure.figure.start].rstrip("約약およそ "))
    return said[1] if said else ""


def _role(text: str, start: int, language: Language) -> Role | None:
    """Say whether a distance from a place is of the launch or of the fall."""
    if language != "en":
        return "fall_place"
    launch = max(
        (one.end() for one in _LAUNCH.finditer(text, 0, start) if one[0].lower() != "from"),
        default=-1,
    )
    fall = max((one.end() for one in _FALL.finditer(text, 0, start)), default=-1)
    tested = re.search(r"\b(?:from|near)\b[^.;]{0,80}$", text[:start], re.IGNORECASE)
    return "launch_place" if launch > fall and tested else "fall_place"


def _english(text: str, spot: Spot) -> Role | None:
    before = text[: spot.start]
    if _METONYM.match(text[spot.end :]) or re.match(
        r"\s+(?:Prefecture's|officials?)\b", text[spot.end :]
    ):
        return None
    last = {
        "launch_place": max((one.end() for one in _LAUNCH.finditer(before)), default=-1),
        "fall_place": max((one.end() for one in _FALL.finditer(before)), default=-1),
    }
    is_sea = spot.place is not None and spot.place.country == "SEA"
    if last["fall_place"] > last["launch_place"]:
        return "fall_place"
    if is_sea or last["launch_place"] < 0:
        return None
    phrase = spot.place is None or spot.name != "pyongyang"
    foreign = (
        spot.place is not None
        and spot.place.country in ("JPN", "KOR", "PHL")
        and spot.name not in _PADS
    )
    if foreign or not (_AT.search(before) or phrase):
        return None
    return "launch_place"


def _cjk(text: str, spot: Spot) -> Role | None:
    after = text[spot.end :]
    if _FROM_CJK.match(after):
        clause = re.split(r"。", after)[0]
        return (
            "launch_place" if _LAUNCH_CJK.search(clause) or not _FALL_CJK.search(clause) else None
        )
    clause = re.split(r"。", after)[0]
    launch, fall = _LAUNCH_CJK.search(clause), _FALL_CJK.search(clause)
    if fall and (launch is None or fall.start() < launch.start()):
        return "fall_place"
    if _FELL_BEFORE_CJK.search(text[: spot.start]):
        return "fall_place"
    # "평안북도 구성 지역에서", "朝鮮半島東部の新浦付近から": one place within another
    if re.match(r"^[^、。,]{1,14}(?:から|より|에서)", after) and launch:
        return "launch_place"
    return None
