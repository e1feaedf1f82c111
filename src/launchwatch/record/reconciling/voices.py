"""Say whose finding a claim is: an agency that quotes a government is no second witness.

A state's ministries, ministers and chiefs of staff speak from one measurement and are one voice,
in whatever reports they are quoted. A medium that says something by itself is a voice of its own,
of less weight; so is a report that says of nobody where it has something from.
"""

from functools import cache
from importlib.resources import files

from launchwatch.messages.claim import Claim
from launchwatch.messages.reconciled import Hand, Report, Statement

TRUST: dict[Hand, float] = {"first": 0.97, "quoted": 0.9, "relay": 0.8, "unsaid": 0.7}
"""How probable it is that a statement is that voice's, of this launch, and rightly read.
Judgements: own statements err by slips and by figures corrected later, quotations by mishearing
besides, and of what nobody is named for a third may be background, an earlier launch or a guess."""

OF_THE_LAUNCHER = 0.6
"""The same for figures that the state which launched gives of its own missile: it has measured
them best and has reasons of its own to say them."""

DOUBTED = 0.5
"""What is left of trust in a claim that something speaks against, such as units that disagree."""

_HARMLESS = (
    "only the singular", "only the plural", "by the day of", "whose local time", "is resolved",
    "the year is", "the month", "number of an item", "the text also says", "before publication",
    "by the day", "is not said", "and not", "a direction",
)  # fmt: skip


@cache
def _states() -> dict[str, tuple[str, str]]:
    text = (files("launchwatch") / "data/places/voices.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and line[0] != "#"]
    return {name: (state, called) for name, state, called in rows}


def speakers() -> tuple[str, ...]:
    """Give the names of all speakers that are known."""
    return tuple(_states())


def state_of(speaker: str) -> str:
    """Give the state that a speaker speaks for; empty for a medium or somebody unknown."""
    state = _states().get(speaker, ("-", ""))[0]
    return "" if state == "-" else state


def called(voice: str) -> str:
    """Give what a voice is called in a sentence."""
    for state, name in _states().values():
        if voice == state:
            return name
    return voice


def statement_of(report: Report, claim: Claim) -> Statement:
    """Give a claim with whose finding it is."""
    speaker = claim.source or report.by
    state = state_of(speaker)
    hand: Hand
    if state:
        hand = "first" if state == state_of(report.by) else "quoted"
        return Statement(report=report.name, voice=state, hand=hand, claim=claim)
    hand = "relay" if speaker else "unsaid"
    return Statement(report=report.name, voice=speaker or report.name, hand=hand, claim=claim)


def trust(statement: Statement, country: str = "") -> float:
    """Give how probable it is that a statement is right as far as its figure says.

    Args:
        country: whose launch it was.
    """
    share = TRUST[statement.hand]
    if country and statement.voice == country:
        share = min(share, OF_THE_LAUNCHER)
    doubt = statement.claim.doubt
    if doubt and not any(part in doubt for part in _HARMLESS):
        share *= DOUBTED
    if statement.claim.qualifier == "possible":
        share *= DOUBTED
    return share
