"""The page: the built map where the package carries it, else a plain one that says so."""

import gzip
import mimetypes
from collections.abc import Mapping
from functools import cache
from hashlib import blake2b
from importlib import resources
from importlib.resources.abc import Traversable
from typing import NamedTuple

FOLDER = "data/web"
"""Where the built page lies in the package; `web/` holds its source."""

INDEX = "index.html"

SAVED = "saved.html"
"""The page in one file, into which a watch can be put; not for the server."""

PACKED = ".gz"
"""What the build has compressed, as hard as it goes, lies in the package so and goes out so."""

_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".json": "application/json"}

PLACEHOLDER = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>launchwatch: no map in this installation</title>
<h1>No map in this installation</h1>
<p>The watch runs, and its scene is served here, but the page that draws it was not built into this
package. Build it with <code>npm ci &amp;&amp; npm run build</code> in <code>web/</code>, or install
a released package.</p>
<p>What programs can read: <a href="/api/history">/api/history</a>, <a
href="/api/layers">/api/layers</a>, and the socket <code>/api/scene</code>.</p>
</html>
"""


class Asset(NamedTuple):
    """One file of the page: what it is, and a tag that changes with its content."""

    stored: bytes
    kind: str
    tag: str
    is_packed: bool = False

    @property
    def content(self) -> bytes:
        """The file as it is."""
        return gzip.decompress(self.stored) if self.is_packed else self.stored


@cache
def assets() -> Mapping[str, Asset]:
    """Give the page's files by path below the root, without a leading slash."""
    folder = resources.files("launchwatch").joinpath(*FOLDER.split("/"))
    found = dict(_files(folder, "")) if folder.is_dir() else {}
    found.pop(SAVED, None)
    if INDEX not in found:
        found[INDEX] = asset_of(INDEX, PLACEHOLDER.encode())
    return found


def saved_page() -> str | None:
    """Give the page in one file, without a watch in it; None where it was not built."""
    file = resources.files("launchwatch").joinpath(*FOLDER.split("/"), SAVED)
    return file.read_text(encoding="utf-8") if file.is_file() else None


def is_built() -> bool:
    """Say whether the package carries the built page."""
    return assets()[INDEX].content != PLACEHOLDER.encode()


def asset_of(name: str, stored: bytes, *, is_packed: bool = False) -> Asset:
    """Give a file with its type and tag; packed, where it lies in the package as gzip."""
    suffix = "." + name.rpartition(".")[2]
    kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    return Asset(stored, kind, blake2b(stored, digest_size=12).hexdigest(), is_packed)


def _files(folder: Traversable, below: str) -> list[tuple[str, Asset]]:
    found = []
    for each in folder.iterdir():
        name = f"{below}{each.name}"
        if each.is_dir():
            found += _files(each, f"{name}/")
        else:
            plain = name.removesuffix(PACKED)
            found.append((plain, asset_of(plain, each.read_bytes(), is_packed=plain != name)))
    return found
