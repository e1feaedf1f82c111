"""Parts that rows of the scene share: words, places, shapes, facts, arguments.

Units and times as in `launchwatch.messages.scene`.
"""

from typing import Literal

from msgspec import Struct

from launchwatch.messages.fallarea import LonLat

Place = tuple[float, float, float]
"""Longitude and latitude in degrees, height above the ellipsoid in metres."""

Shape = tuple[tuple[tuple[LonLat, ...], ...], ...]
"""Coordinates of a GeoJSON MultiPolygon: rings closed, outer ones counterclockwise, cut at the
antimeridian, five decimals (a metre)."""


class Words(Struct, frozen=True):
    """The same in English, Korean and Japanese."""

    en: str
    ko: str
    ja: str


class Fact(Struct, frozen=True, kw_only=True):
    """One thing that is believed, in numbers and in words.

    Attributes:
        code: what it is: ``launch-time``, ``range``, ...; its name is ``fact.<code>``.
        text: value, doubt and unit as they are to be read, in digits that the doubt deserves.
        value: the number (a time in milliseconds), ``sigma`` beside it, ``unit`` of both.
        since_ms: when this was last said.
    """

    code: str
    text: Words
    value: float | None = None
    sigma: float | None = None
    unit: str = ""
    since_ms: int


class Argument(Struct, frozen=True, kw_only=True):
    """One piece of evidence, and on which side it stands.

    Attributes:
        code: short, with its numbers; ``text`` says it in words.
        about: what it speaks for or against: ``launch``, ``family``, ``fall`` or ``warning``.
    """

    side: Literal["for", "against", "open"]
    about: str
    code: str
    text: Words


class Share(Struct, frozen=True, kw_only=True):
    """A code with its probability; ``text`` is how to write that (never 0 or 100 %)."""

    code: str
    probability: float
    text: str


class ZoneShare(Struct, frozen=True, kw_only=True):
    """How probable a fall in one zone is, by one claim set; empty for a zone given by the user."""

    zone: str
    kind: str
    claims: str
    probability: float
    text: str


class Text(Struct, frozen=True, kw_only=True):
    """A document's words in one language, as they go out."""

    language: str
    headline: str
    description: str
    instruction: str
    area: str
