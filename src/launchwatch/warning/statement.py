"""Statements: what happened, in plain official words, in three languages.

A statement says what was seen, how surely, and on what it rests; what is not known, it
says is not known. It never reports on damage: sensors of flight cannot see any. Verdicts
on zones come with their probability, and between 5 and 95 % there is no verdict.

The three texts say the same, each in its readers' order and terms: Japan's statements name
"our country's" zone (我が国の排他的経済水域), the others name Japan's.
"""

from collections.abc import Sequence

import pyproj

from launchwatch.messages.packet import Mode
from launchwatch.messages.report import LaunchSummary
from launchwatch.messages.warning import Language, Statement
from launchwatch.timescale import Instant, seconds_between
from launchwatch.warning import names, wording
from launchwatch.warning.phrases import PHRASES
from launchwatch.warning.picture import PROTECTED_KINDS, protected_probabilities

DECIDED = 0.95
"""A verdict is given from this probability on, as for every region of this house."""

FAMILY_SURE = 0.9
"""From here a class is named without "probably"; below a half none is named."""

MEDIAN = "median"
"""The claim set of computed medians: a verdict by it says so."""

LAUNCH_SURE = 0.99
"""Below this the doubt that it was a launch at all is stated."""

LOST_BEFORE_FALL_S = 30.0
"""A track lost nearer than this to its fall is no news: as in the settings of the policy."""

OPEN_RANGE = 0.25
"""A range known no better than to a quarter either way is told apart from the heading."""

_METRES_PER_DEGREE = 111_195.0
"""Mean length of a degree of arc, to turn a sigma in degrees into kilometres."""

_GEOD = pyproj.Geod(ellps="WGS84")

_EEZ_KINDS = ("land", "territorial-sea", "internal-waters", "eez")


def statements(
    summary: LaunchSummary,
    *,
    mode: Mode,
    time: Instant,
    revision: int = 1,
    languages: Sequence[Language] = ("en", "ko", "ja"),
    zone_of: str = "JPN",
    protected: Sequence[str] = ("JPN", "KOR"),
) -> tuple[Statement, ...]:
    """Say in each language what happened.

    Args:
        summary: the launch in numbers.
        mode: what kind of data it rests on; all but live opens every text.
        time: of the statement; before the fall time it tells of what is expected.
        zone_of: the state whose exclusive economic zone the verdict is about.
        protected: the states about whose land and territorial sea something is said.
    """
    return tuple(
        Statement(
            launch_id=summary.launch_id,
            revision=revision,
            time=time,
            mode=mode,
            language=language,
            title=_title(summary, mode, language),
            text=_text(summary, mode, time, language, zone_of, protected),
        )
        for language in languages
    )


def _title(summary: LaunchSummary, mode: Mode, language: Language) -> str:
    owner = names.state(summary.place.split(":")[0], language)
    kind = _kind(summary, language) or PHRASES["kind-unknown"][language]
    when = wording.day(summary.launch_time, language)
    pattern = PHRASES["title-cancelled" if summary.cancelled else "title"][language]
    known = summary.place.split(":")[0] in names.STATES
    origin = PHRASES["from"][language].format(owner=owner) if known else ""
    if language == "en":
        kind = names.english_article(kind)
    return wording.mode_tag(mode, language) + pattern.format(kind=kind, origin=origin, day=when)


def _text(
    summary: LaunchSummary,
    mode: Mode,
    time: Instant,
    language: Language,
    zone_of: str,
    protected: Sequence[str],
) -> str:
    opening = wording.mode_line(mode, language)
    if summary.cancelled:
        return "\n\n".join(p for p in (opening, PHRASES["cancelled"][language]) if p)
    paragraphs = [
        opening,
        _launch(summary, language),
        _flight(summary, time, language),
        _zones(summary, language, zone_of, protected),
        _announced(summary, language),
        _family(summary, language),
        _resolutions(summary, language),
        _basis(summary, mode, time, language),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _launch(summary: LaunchSummary, language: Language) -> str:
    place = names.place(summary.place, language) if summary.place else ""
    course = ""
    if summary.fall_latitude_deg is not None and summary.fall_longitude_deg is not None:
        azimuth, _, _ = _GEOD.inv(
            summary.longitude_deg,
            summary.latitude_deg,
            summary.fall_longitude_deg,
            summary.fall_latitude_deg,
        )
        course = names.direction(float(azimuth), language)
    wide = max(summary.latitude_deg_sigma, summary.longitude_deg_sigma) * _METRES_PER_DEGREE
    return PHRASES["launch" if course else "launch-only"][language].format(
        day=wording.day(summary.launch_time, language),
        time=wording.clock(summary.launch_time, language, summary.launch_time_sigma_s),
        thing=_thing(summary, language),
        place=place or PHRASES["place-unknown"][language],
        position=wording.position(summary.latitude_deg, summary.longitude_deg, language),
        spread=wording.spread(wide / 1000.0, "km", language),
        course=course,
    )


def _flight(summary: LaunchSummary, time: Instant, language: Language) -> str:
    if summary.fall_time is None or summary.range_km is None:
        return PHRASES["fall-unknown"][language]
    key = "flight" if time >= summary.fall_time else "flight-ahead"
    if _is_lost(summary):
        key = "flight-lost"
    apogee = ""
    if summary.apogee_km is not None:
        apogee = PHRASES["apogee"][language].format(
            apogee=_measure(summary.apogee_km, summary.apogee_km_sigma, "km", language)
        )
    flight = ""
    if summary.flight_time_s is not None:
        flight = PHRASES["flight-time"][language].format(
            duration=wording.duration(summary.flight_time_s, language)
        )
    place = names.place(summary.fall_place, language) if summary.fall_place else ""
    where = ""
    if summary.fall_latitude_deg is not None and summary.fall_longitude_deg is not None:
        where = wording.position(summary.fall_latitude_deg, summary.fall_longitude_deg, language)
    said = PHRASES[key][language].format(
        range=_measure(summary.range_km, summary.range_km_sigma, "km", language),
        apogee=apogee,
        flight=flight,
        time=wording.clock(summary.fall_time, language, summary.fall_time_sigma_s or 0.0),
        place=PHRASES["in-place"][language].format(place=place) if place else "",
        position=where,
    )
    if key == "flight-ahead" and (open_range := _open_range(summary, language)):
        said += ("" if language == "ja" else " ") + open_range
    return said


def _is_lost(summary: LaunchSummary) -> bool:
    """Say whether it was lost well before its fall: every falling body is, a little before."""
    if summary.fall_status not in ("lost", "unobserved") or summary.fall_time is None:
        return False
    seen = summary.last_plot_time
    return seen is None or seconds_between(seen, summary.fall_time) >= LOST_BEFORE_FALL_S


def _open_range(summary: LaunchSummary, language: Language) -> str:
    """Tell heading and range apart where the one is known and the other is not; else nothing."""
    low, high, doubt = summary.range_km_from, summary.range_km_to, summary.heading_deg_sigma
    if low is None or high is None or doubt is None or high - low < OPEN_RANGE * (high + low):
        return ""
    return PHRASES["range-open"][language].format(
        heading=f"{2.0 * doubt:.1f}°", low=f"{low:,.0f} km", high=f"{high:,.0f} km"
    )


def _zones(
    summary: LaunchSummary, language: Language, zone_of: str, protected: Sequence[str]
) -> str:
    if not summary.zones:
        return ""
    inside = _inside(summary, zone_of)
    zone = names.zone(f"{zone_of}-EEZ", language)
    if inside <= 1.0 - DECIDED:
        key, shown = "outside", 1.0 - inside
    elif inside >= DECIDED:
        key, shown = "inside", inside
    else:
        key, shown = "undecided", inside
    verdict = PHRASES[key][language].format(zone=zone, p=wording.percent(shown, language))
    ashore = protected_probabilities(summary.zones, protected)
    joint = {"en": "; ", "ko": ", ", "ja": "、"}[language]
    of = {"en": " ", "ko": " ", "ja": "が"}[language]
    each = joint.join(
        f"{names.state(state, language)}{of}{wording.percent(p, language)}"
        for state, p in ashore.items()
    )
    sentences = [
        verdict,
        *_called(summary, f"{zone_of}-EEZ", language),
        PHRASES["ashore"][language].format(each=each),
    ]
    if any(zone.claims == MEDIAN for zone in summary.zones):
        sentences.append(PHRASES["median"][language])
    lead = max(summary.zones, key=lambda zone: (zone.probability, zone.zone))
    if lead.kind in PROTECTED_KINDS:
        where = names.zone(lead.zone, language)
        p = wording.percent(lead.probability, language)
        sentences.insert(0, PHRASES["ashore-lead"][language].format(zone=where, p=p))
    return ("" if language == "ja" else " ").join(sentences)


def _called(summary: LaunchSummary, zone: str, language: Language) -> list[str]:
    """Say since when a zone has its verdict, and what it reversed; nothing where it has none."""
    ours = [one for one in summary.verdicts if one.zone == zone]
    # Where claim sets differ, that which the sentence on medians is about.
    verdict = min(ours, key=lambda one: (one.claims != MEDIAN, one.claims), default=None)
    if verdict is None:
        return []
    call = PHRASES[f"call-{verdict.verdict}"][language]
    when = wording.clock(verdict.time, language)
    said = [PHRASES["called"][language].format(call=call, time=when)]
    if verdict.reverses:
        before = PHRASES[f"call-{verdict.reverses}"][language]
        said.append(PHRASES["called-before"][language].format(call=before))
    return said


def _announced(summary: LaunchSummary, language: Language) -> str:
    """Say into which announced area it falls, where that is at least as likely as not."""
    sentences = [
        PHRASES["announced"][language].format(
            reference=said.reference,
            what=PHRASES[f"announced-{said.kind}"][language],
            p=wording.percent(said.probability, language),
        )
        for said in summary.announced
        if said.probability >= 0.5
    ]
    return ("" if language == "ja" else " ").join(sentences)


def _family(summary: LaunchSummary, language: Language) -> str:
    p = wording.percent(summary.family_probability, language)
    if summary.family == "unknown" or summary.family_probability < 0.5:
        return PHRASES["family-unknown"][language]
    key = "family" if summary.family_probability >= FAMILY_SURE else "family-doubtful"
    kind = names.family(summary.family, language)
    if language == "en":
        kind = names.english_article(kind)
    return PHRASES[key][language].format(family=kind, p=p)


def _resolutions(summary: LaunchSummary, language: Language) -> str:
    """Cite the resolutions that a launch would contravene, in the conditional until it is sure."""
    judged = summary.resolutions
    if judged is None:
        return ""
    joint = {"en": ", ", "ko": ", ", "ja": "、"}[language]
    numbers = joint.join(one.resolution.split("/")[-1].split()[0] for one in judged.citations)
    return PHRASES[f"resolutions-{judged.finding}"][language].format(
        state=names.state(judged.state, language),
        numbers=numbers,
        p=wording.percent(judged.probability, language),
        low=wording.percent(judged.probability, language),
        high=wording.percent(judged.at_most, language),
    )


def _basis(summary: LaunchSummary, mode: Mode, time: Instant, language: Language) -> str:
    detected = max(0.0, seconds_between(summary.launch_time, summary.first_detection_time))
    sentences = []
    if summary.probability < LAUNCH_SURE:
        p = wording.percent(summary.probability, language)
        sentences.append(PHRASES["launch-doubtful"][language].format(p=p))
    sentences.append(
        PHRASES["detected"][language].format(
            time=wording.clock(summary.first_detection_time, language),
            after=wording.duration(detected, language),
        )
    )
    if summary.first_fallarea_time is not None:
        after = seconds_between(summary.first_detection_time, summary.first_fallarea_time)
        text = wording.duration(max(0.0, after), language)
        sentences.append(PHRASES["first-area"][language].format(after=text))
    if summary.last_plot_time is not None and summary.fall_time is not None:
        before = seconds_between(summary.last_plot_time, summary.fall_time)
        if before > 1.0 and time >= summary.fall_time:
            text = wording.duration(before, language)
            sentences.append(PHRASES["last-plot"][language].format(before=text))
    if mode == "simulation":
        sentences.append(PHRASES["simulated"][language])
    sentences.append(PHRASES["estimates"][language])
    if summary.is_exposure_final:
        ships = sum(one.kind == "vessel" for one in summary.exposed)
        sentences.append(
            PHRASES["exposed"][language].format(ships=ships, aircraft=len(summary.exposed) - ships)
        )
    sentences.append(PHRASES["damage"][language])
    return ("" if language == "ja" else " ").join(sentences)


def _kind(summary: LaunchSummary, language: Language) -> str:
    """Name the class if it is at least probable; empty where it is not."""
    if summary.family != "unknown" and summary.family_probability >= 0.5:
        return names.family(summary.family, language)
    return ""


def _thing(summary: LaunchSummary, language: Language) -> str:
    """Name the object in a sentence, with the doubt that it deserves."""
    kind = _kind(summary, language)
    if not kind:
        return PHRASES["thing-unknown"][language]
    if language == "en":
        kind = names.english_article(kind)
    return PHRASES["thing"][language].format(kind=kind)


def _inside(summary: LaunchSummary, owner: str) -> float:
    """Probability of a fall in a state's EEZ or nearer; claim sets joined by the larger one."""
    largest: dict[str, float] = {}
    for zone in summary.zones:
        if zone.kind in _EEZ_KINDS and zone.zone.startswith(f"{owner}-"):
            largest[zone.zone] = max(largest.get(zone.zone, 0.0), zone.probability)
    return min(1.0, sum(largest.values()))


def _measure(value: float, sigma: float | None, unit: str, language: Language) -> str:
    wide = wording.spread(sigma, unit, language)
    text = wording.about(value, sigma, unit, language)
    if not wide:
        return text
    return f"{text} ({wide})" if language == "en" else f"{text}({wide})"
