"""Take pictures of the map's page: seven views, at three widths, into a folder, to be looked at.

    python scripts/shoot_map.py [FOLDER]

FOLDER is docs/images/map unless given. Needs the built page, Playwright and Chromium; takes some
minutes, most of them spent drawing in three dimensions with a processor.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "benchmarks"))

from mapstage import CHROMIUM, FLAGS, Staged, recorded

WIDTHS = {1440: 900, 1024: 768, 390: 844}

VIEWS = {
    # name: seconds since the first plot, address, keys
    "boost": (100.0, "?look=dark", ""),
    "coast": (250.0, "?look=dark&view=rich", ""),
    "light": (250.0, "?look=light", ""),
    "night": (340.0, "?look=night&lang=ja&tab=sensors", ""),
    "globe": (250.0, "?look=dark&lang=ko&tilt=0", "g"),
    "told": (250.0, "?look=dark&tab=told", ""),
    "history": (250.0, "?look=dark&tab=history&past=PRK-2023-12-18-1", ""),
}


def shoot(browser: Browser, staged: Staged, folder: Path) -> None:
    """Take each view at each width, from the earliest on: the watch does not run back."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (second, address, keys) in sorted(VIEWS.items(), key=lambda each: each[1][0]):
        staged.until(second)
        for width, height in WIDTHS.items():
            context = browser.new_context(
                viewport={"width": width, "height": height}, locale="en-GB"
            )
            page = context.new_page()
            page.goto(staged.url + address)
            settle(page, "rich" if "rich" in address else "plain")
            for key in keys:
                page.keyboard.press(key)
            page.wait_for_timeout(2_500)  # the finer coast comes when it is needed
            page.screenshot(path=folder / f"{name}-{width}.png", timeout=120_000)
            context.close()
            print(folder / f"{name}-{width}.png")


def settle(page: Page, renderer: str) -> None:
    """Wait until the page stands and has drawn what it was asked for."""
    page.wait_for_selector(f".view[data-ready={renderer}]", timeout=120_000)


def main(folder: str = "docs/images/map") -> None:
    """Stage a watch, and take its pictures."""
    with Staged(recorded("friday")) as staged, sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        shoot(browser, staged, Path(folder))
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
