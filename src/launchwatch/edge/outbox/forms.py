"""The forms in which a warning leaves: the signed CAP document, or what is made from it."""

import re
from collections.abc import Callable

from launchwatch.edge.outbox.channel import Form
from launchwatch.edge.outbox.ledger import Outgoing
from launchwatch.edge.outbox.transports import Parcel
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


FORMS: dict[Form, Callable[[Outgoing], Made]] = {
    "cap": _cap,
    "text": _text,
}
