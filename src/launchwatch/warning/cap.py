"""Alerts: a warning as a CAP 1.2 document in all its languages.

Follows OASIS Common Alerting Protocol 1.2 (1 July 2010). One ``info`` block a language;
all blocks say the same. Coordinates are "latitude,longitude", rings closed, holes filled,
vertices limited by `launchwatch.warning.outlines`, which never makes an area smaller.

=========== ======================================================================
status      Actual only in mode live; Exercise in exercise; else Test, with a note
msgType     alert: Alert; update and all-clear: Update; cancel: Cancel
references  every earlier document of the same warning, oldest first
scope       public: Public; notice: Restricted to those who must know
=========== ======================================================================

An update whose predecessors are not known is sent as an Alert: CAP has no Update of nothing.
The schema lets an XML signature stand last in ``alert``; nothing is put after ``info``, so
one can be appended. Text from outside is escaped, and characters that XML forbids replaced.
"""

import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Literal

from lxml import etree

from launchwatch.messages.fallarea import Ring
from launchwatch.messages.packet import Mode
from launchwatch.messages.warning import Alert, Language, Warning  # noqa: A004 - the field's word
from launchwatch.timescale import Instant, instant_after, seconds_between, utc_from_instant
from launchwatch.warning import wording
from launchwatch.warning.bulletin import bulletin
from launchwatch.warning.outlines import outline
from launchwatch.warning.picture import protected_probabilities
from launchwatch.warning.settings import Settings

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"

LANGUAGES: dict[Language, str] = {"en": "en-US", "ko": "ko-KR", "ja": "ja-JP"}

STATUS: dict[Mode, Literal["Actual", "Exercise", "Test"]] = {
    "live": "Actual",
    "exercise": "Exercise",
    "simulation": "Test",
    "replay": "Test",
}

SENDER_NAMES: dict[Language, str] = {
    "en": "launchwatch, automatic launch warning",
    "ko": "launchwatch 자동 발사 경보",
    "ja": "launchwatch 自動発射警報",
}

_AUDIENCES = {
    "public": "People on land and at sea in the area",
    "notice": "Partners, ships and aircraft",
}

_STANDS_S = 300.0
"""A running warning expires so long after hazard and next update, should links fail."""

_ENDED_STANDS_S = 3600.0
"""A last message stays visible this long."""

_UNKNOWN_STANDS_S = 1800.0
"""A warning without a known fall: longer than any flight of less than half an orbit."""

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold (section 2.2)."""


def alert(
    warning: Warning,
    languages: Sequence[Language] | None = None,
    previous: Sequence[Alert] = (),
    settings: Settings | None = None,
) -> Alert:
    """Write a warning as a CAP document.

    Args:
        languages: of the ``info`` blocks, in order; those of the settings where not given.
        previous: alerts issued so far; those of this warning and mode are referenced.
        settings: the sender, the languages, the protected states and the limit on vertices.

    Returns:
        The alert; the same arguments give the same bytes.
    """
    settings = settings or Settings()
    languages = settings.languages if languages is None else languages
    earlier = sorted(
        (
            other
            for other in previous
            if other.warning_id == warning.warning_id
            and other.mode == warning.mode
            and other.revision < warning.revision
        ),
        key=lambda other: other.revision,
    )
    identifier = identifier_of(warning)
    root = etree.Element(_tag("alert"), nsmap={None: NAMESPACE})
    _add(root, "identifier", identifier)
    _add(root, "sender", settings.sender)
    _add(root, "sent", time_text(warning.time))
    _add(root, "status", STATUS[warning.mode])
    _add(root, "msgType", _message_type(warning, bool(earlier)))
    _add(root, "scope", "Public" if warning.severity == "public" else "Restricted")
    if warning.severity == "notice":
        _add(root, "restriction", "Partners, authorities, and operators of ships and aircraft")
    if warning.mode != "live":
        _add(root, "note", " ".join(wording.mode_line(warning.mode, lang) for lang in languages))
    if earlier:
        references = (f"{settings.sender},{o.identifier},{time_text(o.time)}" for o in earlier)
        _add(root, "references", " ".join(references))
    _add(root, "incidents", _name(warning.launch_id))
    rings = outline(warning.region, settings.polygon_vertices, settings.region_margin_m)
    for language in languages:
        _add_info(root, warning, language, rings, settings)
    document = etree.tostring(root, encoding="unicode", pretty_print=True)
    return Alert(
        identifier=identifier,
        warning_id=warning.warning_id,
        revision=warning.revision,
        time=warning.time,
        mode=warning.mode,
        status=STATUS[warning.mode],
        references=tuple(other.identifier for other in earlier),
        xml=f'<?xml version="1.0" encoding="UTF-8"?>\n{document}',
    )


def identifier_of(warning: Warning) -> str:
    """Name a document: mode, warning, revision and time, without what CAP forbids in names."""
    moment = re.sub(r"[-:]", "", time_text(warning.time)[:19])
    return f"{warning.mode}.{_name(warning.warning_id)}.{warning.revision}.{moment}Z"


def time_text(instant: Instant) -> str:
    """Write a time as CAP wants it: whole seconds, and ``-00:00`` for UTC.

    A leap second is written as the one before: the schema's dateTime knows no ``:60``.
    """
    text = utc_from_instant(instant, digits=0).removesuffix("Z").replace(":60", ":59")
    return f"{text}-00:00"


def _add_info(
    root: etree._Element,
    warning: Warning,
    language: Language,
    rings: Sequence[Ring],
    settings: Settings,
) -> None:
    words = bulletin(warning, language, settings.region_margin_m)
    info = etree.SubElement(root, _tag("info"))
    _add(info, "language", LANGUAGES[language])
    _add(info, "category", "Safety")
    _add(info, "category", "Security")
    _add(info, "event", words.event)
    _add(info, "responseType", _response_type(warning))
    urgency, severity, certainty = _levels(warning, settings)
    _add(info, "urgency", urgency)
    _add(info, "severity", severity)
    _add(info, "certainty", certainty)
    _add(info, "audience", _AUDIENCES[warning.severity])
    _add(info, "effective", time_text(warning.time))
    onset = _onset(warning, settings)
    if onset is not None:
        _add(info, "onset", time_text(onset))
    _add(info, "expires", time_text(_expires(warning, settings)))
    _add(info, "senderName", SENDER_NAMES[language])
    _add(info, "headline", words.headline)
    _add(info, "description", words.description)
    _add(info, "instruction", words.instruction)
    for name, value in _parameters(warning):
        parameter = etree.SubElement(info, _tag("parameter"))
        _add(parameter, "valueName", name)
        _add(parameter, "value", value)
    area = etree.SubElement(info, _tag("area"))
    _add(area, "areaDesc", words.area)
    for ring in rings:
        _add(area, "polygon", " ".join(f"{lat:.4f},{lon:.4f}" for lon, lat in ring))
    for province in warning.provinces:
        if province.iso:
            geocode = etree.SubElement(area, _tag("geocode"))
            _add(geocode, "valueName", "ISO 3166-2")
            _add(geocode, "value", province.iso)


def _message_type(warning: Warning, has_earlier: bool) -> str:
    if not has_earlier:
        return "Alert"
    return "Cancel" if warning.action == "cancel" else "Update"


def _response_type(warning: Warning) -> str:
    if warning.action in ("cancel", "all-clear"):
        return "AllClear"
    return "Shelter" if warning.severity == "public" else "Avoid"


def _levels(warning: Warning, settings: Settings) -> tuple[str, str, str]:
    """Urgency by lead time; severity and certainty by the probability of a fall ashore."""
    if warning.action == "cancel":
        return "Past", "Minor", "Unlikely"
    if warning.action == "all-clear":
        return "Past", "Minor", "Likely"
    lead = None
    if warning.fall_time is not None:
        lead = seconds_between(warning.time, warning.fall_time)
    # Unknown lead counts as none: it is better to act at once than to wait for a number.
    urgency = "Immediate" if lead is None or lead <= 900 else "Expected"
    if warning.severity == "notice":
        return urgency, "Moderate", "Likely"
    ashore = max(protected_probabilities(warning.zones, settings.protected).values(), default=0.0)
    severity = "Extreme" if ashore >= settings.public_at_once_probability else "Severe"
    return urgency, severity, "Likely" if ashore > 0.5 else "Possible"


def _onset(warning: Warning, settings: Settings) -> Instant | None:
    if warning.fall_time is None or warning.next_update is None:
        return None
    early = settings.all_clear_sigmas * (warning.fall_time_sigma_s or 0.0)
    return max(warning.time, instant_after(warning.fall_time, -early))


def _expires(warning: Warning, settings: Settings) -> Instant:
    if warning.next_update is None:
        return instant_after(warning.time, _ENDED_STANDS_S)
    if warning.fall_time is None:
        return instant_after(warning.time, _UNKNOWN_STANDS_S)
    late = settings.all_clear_sigmas * (warning.fall_time_sigma_s or 0.0)
    end = instant_after(warning.fall_time, late)
    return instant_after(max(end, warning.next_update, warning.time), _STANDS_S)


def _parameters(warning: Warning) -> list[tuple[str, str]]:
    """The decision's numbers, for programs; the words hold them for people."""
    given = [
        ("launchwatch:mode", warning.mode),
        ("launchwatch:warning", warning.warning_id),
        ("launchwatch:revision", str(warning.revision)),
        ("launchwatch:action", warning.action),
    ]
    given += [("launchwatch:reason", reason) for reason in warning.reasons]
    if warning.fall_time is not None:
        given.append(("launchwatch:fall-time", utc_from_instant(warning.fall_time, digits=1)))
        if warning.fall_time_sigma_s is not None:
            given.append(("launchwatch:fall-time-sigma-s", f"{warning.fall_time_sigma_s:.1f}"))
    if warning.next_update is not None:
        given.append(("launchwatch:next-update", utc_from_instant(warning.next_update, digits=0)))
    given += [(f"launchwatch:zone:{z.zone}", f"{z.probability:.4f}") for z in warning.zones[:12]]
    return given


def _name(text: str) -> str:
    """Keep letters, digits, dot, dash and underscore; a digest tells apart what had others."""
    kept = re.sub(r"[^A-Za-z0-9._-]", "_", text)
    if kept == text and text:
        return text
    return f"{kept}_{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def _add(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, _tag(name)).text = _FORBIDDEN.sub("\ufffd", text)


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
