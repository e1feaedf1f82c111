"""Words for the codes and sentences of a scene, in English, Korean and Japanese."""

import csv
from collections.abc import Callable
from functools import cache
from importlib import resources

from launchwatch.edge.phrasing import clock_time, with_sigma
from launchwatch.messages.sceneparts import Words
from launchwatch.messages.warning import Language
from launchwatch.timescale import Instant
from launchwatch.warning import names
from launchwatch.warning.wording import TWO_SIGMA

LANGUAGES: tuple[Language, ...] = ("en", "ko", "ja")


def alike(text: str) -> Words:
    """Give a text that reads the same in all languages, as numbers with units do."""
    return Words(text, text, text)


def worded(write: Callable[[Language], str]) -> Words:
    """Give what a function writes in each language."""
    return Words(write("en"), write("ko"), write("ja"))


def filled(pattern: Words, **values: str | Words) -> Words:
    """Fill a pattern in each language; a value may itself be words."""
    return worded(
        lambda language: getattr(pattern, language).format(
            **{
                name: value if isinstance(value, str) else getattr(value, language)
                for name, value in values.items()
            }
        )
    )


@cache
def code_names() -> dict[str, Words]:
    """Give the words of every code that is known beforehand, by ``kind.code``."""
    file = resources.files("launchwatch") / "data" / "scene" / "names.tsv"
    lines = file.read_text(encoding="utf-8").splitlines()
    found = {
        row["code"]: Words(row["en"], row["ko"], row["ja"])
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    }
    found |= {f"family.{code}": _of(words) for code, words in names.FAMILIES.items()}
    found |= {f"state.{code}": _of(words) for code, words in names.STATES.items()}
    return found


def named(code: str) -> Words:
    """Give the words of a code such as ``phase.boost``; one without words is its own name."""
    return code_names().get(code) or alike(code.partition(".")[2])


@cache
def zone(code: str) -> Words:
    """Name a zone, such as ``JPN-EEZ``."""
    return worded(lambda language: names.zone(code, language))


@cache
def place(code: str) -> Words:
    """Name a place by its code, such as ``SEA:east-sea``."""
    return worded(lambda language: names.place(code, language))


def within(value: float, sigma: float, unit: str) -> str:
    """Write a value with what holds 95 %: ``700 ± 2 km``."""
    return with_sigma(value, TWO_SIGMA * sigma, unit)


def time_within(instant: Instant, sigma_s: float) -> str:
    """Write a time of day, UTC, with what holds 95 %: ``01:08:22Z ± 0.5 s``."""
    wide = TWO_SIGMA * sigma_s
    return (
        f"{clock_time(instant)} ± {wide:.1f} s"
        if wide < 10
        else (f"{clock_time(instant)} ± {wide:.0f} s")
    )


def _of(words: names.Words) -> Words:
    return Words(words["en"], words["ko"], words["ja"])
