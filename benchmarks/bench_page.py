"""How quick the map's page is in a browser without a GPU: ``python benchmarks/bench_page.py``.

    python benchmarks/bench_page.py [--json]

Headless Chromium draws with the processor, on the same cores as the watch. Ready is from asking
for the page to the first drawn scene, median of three. Frames a second are those drawn while the
map is being moved. Plot to pixels is from a plot's arrival at the server to the frame in which it
was drawn, on one machine's clock, at the pace of real time. A pause is the longest time between two
frames of the screen while the timeline is dragged to and fro over the whole flight.
"""

import gzip
import json
import sys
from pathlib import Path
from statistics import median
from time import monotonic, sleep
from typing import Any

from mapstage import CHROMIUM, FLAGS, Recording, Staged, recorded
from msgspec.structs import replace
from playwright.sync_api import Browser, Page, sync_playwright

from launchwatch.edge.web import page as built
from launchwatch.messages.track import TrackUpdate

Row = dict[str, object]

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


def open_page(browser: Browser, staged: Staged, address: str, renderer: str) -> tuple[Page, float]:
    """Open a page; give it with the seconds until it had drawn."""
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    begun = monotonic()
    page.goto(staged.url + address)
    page.wait_for_selector(f".view[data-ready={renderer}]", timeout=120_000)
    return page, monotonic() - begun


def sizes() -> tuple[float, float]:
    """Give the page with the coarse Earth, and what the 3D view adds, in MB of gzip."""
    parts = {name: len(gzip.compress(one.content, 9)) for name, one in built.assets().items()}
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


def main() -> list[Row]:
    """Measure, and give the rows."""
    rows: list[Row] = []

    def row(what: str, value: float, unit: str, goal: str) -> None:
        rows.append({"what": what, "value": value, "unit": unit, "goal": goal})

    friday = recorded("friday")
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        with Staged(friday) as staged:
            staged.until(180.0)
            opened = [open_page(browser, staged, "?view=plain", "plain") for _ in range(3)]
            row("plain view: ready", median(each[1] for each in opened), "s", "1.5")
            for each, _ in opened[1:]:
                each.context.close()
            page = opened[0][0]
            row("plain view: frames with 1 track", page.evaluate(MOVING, 5), "1/s", "20")
            begun, first = monotonic(), staged.second
            page.evaluate("() => { window.launchwatch.ages.length = 0 }")
            while monotonic() - begun < 30.0:
                staged.until(first + monotonic() - begun)
                page.wait_for_timeout(20)
            ages = sorted(page.evaluate("() => window.launchwatch.ages"))
            row("plot to pixels, median", float(median(ages)), "ms", "")
            row("plot to pixels, 99 %", float(ages[int(0.99 * (len(ages) - 1))]), "ms", "250")
            staged.until(700.0)
            sleep(3.0)
            worst, memory = page.evaluate(DRAGGING, 10)
            row("dragging the timeline: longest pause", worst, "ms", "200")
            row("heap after that", memory, "MB", "bounded")
            page.context.close()
            rich = open_page(browser, staged, "?view=rich", "rich")
            row("3D view: ready", rich[1], "s", "8")
        with Staged(crowd(friday, 200)) as staged:
            staged.until(150.0)
            page, _ = open_page(browser, staged, "?view=plain", "plain")
            row("plain view: frames with 200 tracks", page.evaluate(MOVING, 5), "1/s", "10")
        browser.close()
    plain, whole = sizes()
    row("page with the 1:110 m world, gzip", plain, "MB", "1.5")
    row("with all that the 3D view needs, gzip", whole, "MB", "1.5")
    return rows


if __name__ == "__main__":
    if not Path(CHROMIUM).is_file():
        raise SystemExit("there is no chromium here (Debian: apt-get install chromium)")
    measured = main()
    if "--json" in sys.argv[1:]:
        print(json.dumps(measured))
    else:
        for each in measured:
            print(f"{each['what']:45} {each['value']:10.4g} {each['unit']:4} {each['goal']}")
