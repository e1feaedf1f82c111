"""Reports made up for tests: three of one launch, in words of our own."""

import datetime as dt

from launchwatch.messages.reconciled import Report
from launchwatch.record.reading import read

DAY = dt.date(2025, 11, 7)

ARTICLE = (
    "North Korea fired a short-range ballistic missile on Friday. South Korea's Joint Chiefs of "
    "Staff said it was launched from the country's northwestern region, near the border with "
    "China, at around 10 a.m. local time and flew about 700 kilometers. It fell outside Japan's "
    "exclusive economic zone, the JCS said."
)
SOUTH = (
    "The Joint Chiefs of Staff said a ballistic missile was fired at around 12:35 p.m. on Nov. 7 "
    "from near Kusong. It flew about 700 kilometers."
)
JAPAN = (
    "Japan's Ministry of Defense said North Korea fired one ballistic missile at 12:34 p.m. on "
    "November 7, 2025. It reached an altitude of about 50 km, flew more than 450 km, and fell "
    "outside Japan's exclusive economic zone."
)


def report(name: str, text: str, by: str = "") -> Report:
    claims = tuple(read(text, DAY))
    return Report(name=name, claims=claims, by=by, published=DAY.isoformat())


def three() -> list[Report]:
    return [
        report("article", ARTICLE),
        report("south", SOUTH, "South Korea's Joint Chiefs of Staff"),
        report("japan", JAPAN, "Japan's Ministry of Defense"),
    ]
