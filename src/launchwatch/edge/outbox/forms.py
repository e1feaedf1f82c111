"""The forms in which a warning leaves: the signed CAP document, or what is made from it."""

import re
from collections.abc import Callable

from launchwatch.edge.outbox.channel import Form
from launchwatch.edge.outbox.ledger import Outgoing
from launchwatch.edge.outbox.transports import Parcel
from launchwatch.warning import cursor_on_target, mapfiles, notices, sapient
from launchwatch.warning.bulletin import bulletin

Made = tuple[str, str, bytes]
"""A file's ending, the media type, the content."""


def parcel_of(outgoing: Outgoing) -> Parcel:
    """Give an entry as one channel carries it."""
    entry, form = outgoing.entry, outgoing.channel.form
    suffix, media_type, content = FORMS[form](outgoing)
    name = re.sub(r"[^A-Za-z0-9._-]", "_", entry.document).lstrip(".")
    return Parcel(
        name=f"{name}.{suffix}",
        media_type=media_type,
        content=content,
        subject=bulletin(outgoing.warning, "en").headline,
        headers={
            "X-Launchwatch-Mode": entry.mode,
            "X-Launchwatch-Document": entry.document,
            "X-Launchwatch-Digest": entry.digest,
        },
    )


def _cap(outgoing: Outgoing) -> Made:
    return "xml", "application/cap+xml; charset=utf-8", outgoing.text.encode("utf-8")


def _text(outgoing: Outgoing) -> Made:
    parts = []
    for language in ("en", "ko", "ja"):
        words = bulletin(outgoing.warning, language)
        parts.append(
            "\n\n".join((words.headline, words.description, words.area, words.instruction))
        )
    return "txt", "text/plain; charset=utf-8", "\n\n\n".join(parts).encode("utf-8")


def _cot(outgoing: Outgoing) -> Made:
    # One after another, as TAK servers take them from a stream.
    made = b"\n".join(cursor_on_target.events(outgoing.warning))
    return "cot", "application/xml; charset=utf-8", made + b"\n"


def _navarea(outgoing: Outgoing) -> Made:
    return "txt", "text/plain; charset=utf-8", notices.navarea(outgoing.warning).encode()


def _notam(outgoing: Outgoing) -> Made:
    return "txt", "text/plain; charset=utf-8", notices.notam(outgoing.warning).encode()


def _geojson(outgoing: Outgoing) -> Made:
    return "geojson", "application/geo+json", mapfiles.geojson(outgoing.warning)


def _kml(outgoing: Outgoing) -> Made:
    return "kml", "application/vnd.google-earth.kml+xml", mapfiles.kml(outgoing.warning)


def _sapient(outgoing: Outgoing) -> Made:
    return "json", "application/json", sapient.alert(outgoing.warning)


FORMS: dict[Form, Callable[[Outgoing], Made]] = {
    "cap": _cap,
    "cot": _cot,
    "navarea": _navarea,
    "notam": _notam,
    "text": _text,
    "geojson": _geojson,
    "kml": _kml,
    "sapient": _sapient,
}
