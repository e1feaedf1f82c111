"""One file: the page, a watch's record and the still layers, to be opened anywhere, offline.

What the server would answer stands in elements of the page, compressed; a page that finds them
asks nobody (docs/scene.md).
"""

import base64
import gzip
from pathlib import Path

import msgspec

from launchwatch.edge.scene.record import Record
from launchwatch.edge.web import page
from launchwatch.edge.web.layers import Layers
from launchwatch.edge.web.recorded import recorded
from launchwatch.errors import InputError

DATA = "<!-- launchwatch:data -->"
"""Where the built page wants its data."""

LEVELS = (0, 1)
"""Of the still layers: with finer ones the file would be mostly coast."""


def saved(record: Record, layers: Layers, claims: tuple[str, ...]) -> str:
    """Give the page with a watch in it, as HTML.

    Args:
        claims: the claim sets whose zones go along.

    Raises:
        InputError: the page was not built into this package, or the record is empty.
    """
    template = page.saved_page()
    if template is None or DATA not in template:
        raise InputError(
            "the map's page is not in this installation; build it in web/ (npm ci, npm run build)"
        )
    return template.replace(DATA, "\n".join(_elements(record, layers, claims)), 1)


def _elements(record: Record, layers: Layers, claims: tuple[str, ...]) -> list[str]:
    segments = record.segments
    if not segments:
        raise InputError(f"{record.folder}: holds no record of a map")
    index = {
        "watch": "saved",
        "segments": [msgspec.structs.asdict(each) for each in segments],
    }
    found = [_element("/api/history", _packed(index))]
    found += [
        _element(f"/api/history/{each.number}", record.content(each.number)) for each in segments
    ]
    listed = layers.index()
    listed["layers"] = [
        each
        for each in listed["layers"]
        if each["level"] in LEVELS and each["claims"] in ("", *claims)
    ]
    found.append(_element("/api/layers", _packed(listed)))
    found.append(_element("/api/record", _packed(recorded())))
    for each in listed["layers"]:
        content, _ = layers.content(each["path"].removeprefix("/api/layers/"))
        found.append(_element(each["path"], content))
    return found


def _element(path: str, content: bytes) -> str:
    text = base64.b64encode(content).decode()
    return f'<script type="application/gzip" data-launchwatch="{path}">{text}</script>'


def _packed(value: object) -> bytes:
    return gzip.compress(msgspec.json.encode(value), 6, mtime=0)


def write(path: Path, text: str) -> None:
    """Write the file, whole or not at all.

    Raises:
        InputError: it cannot be written.
    """
    unfinished = path.with_name(path.name + ".part")
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.rename(path)
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror}") from None
