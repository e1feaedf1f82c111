"""Tell the stories of past launches and write their timelines into docs/warnings.md.

    python scripts/write_timelines.py

About a minute of CPU time. The stories are those of ``tests/story`` (`publicly.STORIES`).
"""

import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "warnings.md"
BEGIN, END = "<!-- timelines: written by scripts/write_timelines.py -->", "<!-- timelines end -->"

MOMENTS = (
    "first signal",
    "partner notice",
    "public draft",
    "public released",
    "over Japan",
    "end drafted",
)

IN_TRUTH = {
    "2017-08-29": "alert after 240 s, overhead after 480 s",
    "2022-10-04": "alert after 300 to 420 s, overhead after 360 to 420 s",
    "2022-11-03": 'alert after 660 s, "passed" announced and withdrawn',
    "2023-04-13": "alert after 1,980 s, withdrawn 21 min later on another channel",
    "2023-11-21": "alert after 180 s, overhead after 720 s",
    "drill": "",
}


def table() -> str:
    """Give the table, a row a story, in seconds after lift-off."""
    spec = importlib.util.spec_from_file_location("publicly", ROOT / "tests/story/publicly.py")
    if spec is None or spec.loader is None:
        raise SystemExit("tests/story/publicly.py is missing")
    publicly = importlib.util.module_from_spec(spec)
    sys.modules["publicly"] = publicly
    spec.loader.exec_module(publicly)
    rows = [
        "| launch | " + " | ".join(MOMENTS) + " | in truth |",
        "|---" * (len(MOMENTS) + 2) + "|",
    ]
    for name in publicly.STORIES:
        moments = publicly.timeline(publicly.story(name))
        cells = ["–" if moments[one] is None else f"{moments[one]:.0f}" for one in MOMENTS]
        rows.append(f"| {name} | {' | '.join(cells)} | {IN_TRUTH[name]} |")
        publicly.story.cache_clear()
    return "\n".join(rows)


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}", encoding="utf-8")
