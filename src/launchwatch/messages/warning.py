"""Warnings: our decisions; alerts: the documents that carry them."""

from typing import Literal

from msgspec import Struct

from launchwatch.messages.fallarea import Polygon, ZoneProbability
from launchwatch.messages.overflight import Crossing, Province
from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant

Language = Literal["en", "ko", "ja"]


class Warning(Struct, frozen=True, kw_only=True, tag="warning"):  # noqa: A001 - the field's word
    """One revision of a decision to warn, with its reasons.

    Attributes:
        warning_id: stable over its revisions.
        revision: from 1.
        time: when it was decided (stream time).
        action: ``alert`` first, then ``update``; ``cancel`` when it was wrong,
            ``all-clear`` when the danger is over.
        severity: ``notice`` (partners, ships and aircraft) or ``public`` (people on land).
        region: the area warned, GeoJSON order; computed, never stored.
        fall_time: expected; None when unknown. ``fall_time_sigma_s`` beside it.
        zones: probabilities that the decision rests on.
        reasons: why, as short codes with their numbers such as ``launch-probable 0.972``,
            most important first; `launchwatch.warning.wording.reason` says them in words.
        provinces: on whose land the area lies or over which the path goes, those most concerned
            first; computed with each revision. Empty for a notice.
        crossings: protected countries under the path ahead, of a public warning.
        next_update: when the next revision is due at the latest; None after the last one.
    """

    warning_id: str
    revision: int
    time: Instant
    mode: Mode
    launch_id: str
    action: Literal["alert", "update", "cancel", "all-clear"]
    severity: Literal["notice", "public"]
    region: tuple[Polygon, ...]
    fall_time: Instant | None
    fall_time_sigma_s: float | None
    zones: tuple[ZoneProbability, ...]
    reasons: tuple[str, ...]
    next_update: Instant | None
    provinces: tuple[Province, ...] = ()
    crossings: tuple[Crossing, ...] = ()


class Alert(Struct, frozen=True, kw_only=True, tag="alert"):
    """A warning as a CAP 1.2 document, in all its languages.

    Attributes:
        identifier: the document's own name, unique.
        references: identifiers of the alerts that it updates or cancels.
        status: CAP status: Actual only from a live service, else Exercise or Test.
        xml: the document.
    """

    identifier: str
    warning_id: str
    revision: int
    time: Instant
    mode: Mode
    status: Literal["Actual", "Exercise", "Test"]
    references: tuple[str, ...]
    xml: str


class Statement(Struct, frozen=True, kw_only=True, tag="statement"):
    """What happened, in plain words, in one language."""

    launch_id: str
    revision: int
    time: Instant
    mode: Mode
    language: Language
    title: str
    text: str
