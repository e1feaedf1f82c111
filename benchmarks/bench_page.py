"""How quick the map's page is in a browser without a GPU: ``python benchmarks/bench_page.py``.

    python benchmarks/bench_page.py [--json] [opening|moving|following|dragging ...]

Headless Chromium draws with the processor, on the same cores as the watch. Ready is from asking
for the page to the first drawn scene, median of three. Frames a second are those drawn while the
map is being moved. Plot to pixels is from a plot's arrival at the server to the frame in which it
was drawn, on one machine's clock, at the pace of real time. A pause is the longest time between two
frames of the screen while the timeline of an hour's raid is dragged to and fro, four times ten
seconds. That hour takes two minutes to record; LAUNCHWATCH_RAID names a folder that keeps it.
"""

import gzip
import json
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any

from mapstage import CHROMIUM, FLAGS, Recording, Staged, recorded
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, sync_playwright
from raidstage import Recalled, record_hour

from launchwatch.edge.web import page as built
from launchwatch.messages.track import TrackUpdate

Row = dict[str, object]
Note = Callable[[str, float, str, str], None]

MOVING = """async (seconds) => {
    const view = document.querySelector('.view'), box = view.getBoundingClientRect();
    const before = window.launchwatch.frames, end = performance.now() + seconds * 1000;
    for (let turn = 0; performance.now() < end; turn += 1) {
        view.dispatchEvent(new WheelEvent('wheel', {
            deltaY: turn % 20 < 10 ? 4 : -4, clientX: box.width / 2, clientY: box.height / 2,
            bubbles: true, cancelable: true,
        }));
        await new Promise(requestAnimationFrame);
    }
    return (window.launchwatch.frames - before) / seconds;
}"""

DRAGGING = """async (seconds) => {
    const slider = document.querySelector('.timeline input[type=range]');
    const [from, to] = [Number(slider.min), Number(slider.max)];
    let worst = 0, last = performance.now();
    const end = last + seconds * 1000, begun = last;
    while (performance.now() < end) {
        const share = 0.5 - 0.5 * Math.cos((performance.now() - begun) / 1500);
        slider.value = from + share * (to - from);
        slider.dispatchEvent(new Event('input', {bubbles: true}));
        await new Promise(requestAnimationFrame);
        worst = Math.max(worst, performance.now() - last);
        last = performance.now();
    }
    return [worst, performance.memory ? performance.memory.usedJSHeapSize / 1e6 : 0];
}"""


def open_page(
    browser: Browser, staged: Staged | Recalled, address: str, renderer: str
) -> tuple[Page, float]:
    """Open a page; give it with the seconds until it had drawn."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    begun = monotonic()
    page.goto(staged.url + address)
    page.wait_for_selector(f".view[data-ready={renderer}]", timeout=120_000)
    return page, monotonic() - begun


def sizes() -> tuple[float, float]:
    """Give the page with the coarse Earth, and what the 3D view adds, in MB of gzip."""
    parts = {
        name: len(one.stored if one.is_packed else gzip.compress(one.stored, 9))
        for name, one in built.assets().items()
    }
    left = ("saved.html", "built-from", "assets/countries-50m", "assets/countries-10m")
    parts = {name: size for name, size in parts.items() if not name.startswith(left)}
    first = ("index.html", "assets/index", "assets/inter", "assets/icon", "assets/countries-110m")
    plain = sum(size for name, size in parts.items() if name.startswith(first))
    return plain / 1e6, sum(parts.values()) / 1e6


def crowd(recording: Recording, number: int) -> Recording:
    """Give a recording with so many tracks: the first one's, turned about the Earth's axis."""
    import numpy as np

    def copies(message: Any) -> list[Any]:
        if not isinstance(message, TrackUpdate):
            return [message]
        made: list[Any] = [message]
        for k in range(1, number):
            angle = 0.002 * (k - number / 2)
            turn = np.array(
                [[np.cos(angle), -np.sin(angle), 0], [np.sin(angle), np.cos(angle), 0], [0, 0, 1]]
            )
            made.append(
                replace(
                    message,
                    track_id=f"{message.track_id}-{k:03d}",
                    position_ecef_m=tuple((turn @ message.position_ecef_m).tolist()),
                    velocity_ecef_mps=tuple((turn @ message.velocity_ecef_mps).tolist()),
                )
            )
        return made

    said = [
        (time, tuple(c for m in messages for c in copies(m))) for time, messages in recording[1]
    ]
    return Recording(recording.scenario, said)


def memory(browser: Browser) -> float:
    """Give what the page's processes hold in memory now, MB: the page and its threads."""
    told = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    pages = [each["id"] for each in told["processInfo"] if each["type"] == "renderer"]
    held = [
        int(line.split()[1])
        for pid in pages
        for line in Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
        if line.startswith("VmRSS")
    ]
    return max(held) / 1e3


def opening(browser: Browser, friday: Recording, row: Note) -> None:
    """Measure how soon each view stands."""
    with Staged(friday) as staged:
        staged.until(180.0)
        for name, renderer, goal in (("plain", "plain", "1.5"), ("3D", "rich", "8")):
            took = []
            for _ in range(3):
                page, seconds = open_page(browser, staged, f"?view={renderer}", renderer)
                took.append(seconds)
                page.context.close()
            row(f"{name} view: ready", median(took), "s", goal)


def moving(browser: Browser, friday: Recording, row: Note) -> None:
    """Measure how many pictures a second there are while the map is moved."""
    for number, goal in ((1, "20"), (200, "10")):
        with Staged(crowd(friday, number) if number > 1 else friday) as staged:
            staged.until(150.0)
            page, _ = open_page(browser, staged, "?view=plain", "plain")
            page.wait_for_timeout(1_500)
            tracks = f"{number} track{'s' if number > 1 else ''}"
            row(f"plain view: frames with {tracks}", page.evaluate(MOVING, 5), "1/s", goal)
            page.context.close()


def following(browser: Browser, friday: Recording, row: Note) -> None:
    """Measure how old a plot is when it is seen, at the pace of real time."""
    with Staged(friday) as staged:
        staged.until(180.0)
        page, _ = open_page(browser, staged, "?view=plain", "plain")
        page.wait_for_timeout(1_500)
        begun, first = monotonic(), staged.second
        page.evaluate("() => { window.launchwatch.ages.length = 0 }")
        while monotonic() - begun < 30.0:
            staged.until(first + monotonic() - begun)
            page.wait_for_timeout(20)
        ages = sorted(page.evaluate("() => window.launchwatch.ages"))
        row("plot to pixels, median", float(median(ages)), "ms", "")
        row("plot to pixels, 99 %", float(ages[int(0.99 * (len(ages) - 1))]), "ms", "250")
        page.context.close()


def dragging(browser: Browser, friday: Recording, row: Note) -> None:
    """Measure how the timeline of an hour's raid of fifty flights is dragged."""
    with tempfile.TemporaryDirectory(prefix="launchwatch-raid-") as temporary:
        folder = Path(os.environ.get("LAUNCHWATCH_RAID", temporary))
        record_hour(friday, folder)
        with Recalled(friday, folder) as recalled:
            page, seconds = open_page(browser, recalled, "?view=plain", "plain")
            row("an hour's raid of 50: ready, after it is over", seconds, "s", "")
            page.wait_for_timeout(2_000)
            pauses, held = [], []
            for _ in range(4):
                worst, _heap = page.evaluate(DRAGGING, 10)
                pauses.append(worst)
                held.append(memory(browser))
            row("its timeline dragged to and fro: longest pause", max(pauses), "ms", "200")
            row("memory of the page after 10 s of that", held[0], "MB", "")
            row("and after 40 s", held[-1], "MB", "bounded")
            page.context.close()


PARTS = {each.__name__: each for each in (opening, moving, following, dragging)}


def main(names: Sequence[str] = ()) -> list[Row]:
    """Measure some parts, or all; give the rows."""
    rows: list[Row] = []

    def row(what: str, value: float, unit: str, goal: str) -> None:
        rows.append({"what": what, "value": value, "unit": unit, "goal": goal})

    friday = recorded("friday")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        for name in names or PARTS:
            PARTS[name](browser, friday, row)
        browser.close()
    plain, whole = sizes()
    row("page with the 1:110 m world, gzip", plain, "MB", "1.5")
    row("with all that the 3D view needs, gzip", whole, "MB", "1.5")
    return rows


if __name__ == "__main__":
    if not Path(CHROMIUM).is_file():
        raise SystemExit("there is no chromium here (Debian: apt-get install chromium)")
    measured = main([each for each in sys.argv[1:] if each != "--json"])
    if "--json" in sys.argv[1:]:
        print(json.dumps(measured))
    else:
        for each in measured:
            print(f"{each['what']:50} {each['value']:10.4g} {each['unit']:4} {each['goal']}")
