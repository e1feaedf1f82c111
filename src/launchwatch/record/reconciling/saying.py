"""Say in plain sentences where statements agree, keep to a bound, or cannot both be right."""

from collections.abc import Iterable, Sequence

from launchwatch.messages.reconciled import Statement
from launchwatch.record.reconciling.voices import called

_NAMES = {
    "range": "range", "apogee": "height", "flight_time": "time of flight",
    "launch_time": "launch time", "launch_place": "launch place", "fall_place": "place of fall",
    "count": "number", "class": "class", "type": "type", "zone_verdict": "verdict",
    "launch_date": "date", "damage": "damage",
}  # fmt: skip
_VERDICTS = {
    "inside": "inside", "outside": "outside", "possible_inside": "perhaps inside",
    "not_reached": "not reached", "split": "some inside, some not", "near": "near",
}  # fmt: skip


def name_of(kind: str) -> str:
    """Give what a kind of claim is called in a sentence."""
    return _NAMES.get(kind, kind)


def words_of(statement: Statement) -> str:
    """Give what one statement says: "about 700 km", "10:00 (+09:00)", "Kusong"."""
    claim, value = statement.claim, statement.claim.value
    if claim.kind == "zone_verdict":
        return f"{_VERDICTS.get(value['verdict'], value['verdict'])} {value['zone']}"
    if claim.kind in ("launch_place", "fall_place"):
        return claim.text.strip()
    if claim.kind == "launch_time":
        zone = f" (UTC{claim.unit})" if claim.unit else ""
        told = f"between {value[:-1]} and {int(value[:-1]) + 1}" if value.endswith("h") else value
        return " ".join(filter(None, [claim.qualifier, told])) + zone
    if claim.kind == "count":
        return str(value) if value is not None else "several"
    number = f"{value:,}" if isinstance(value, int | float) else str(value)
    return " ".join(filter(None, [claim.qualifier, number, claim.unit]))


def place_name(name: str) -> str:
    """Give a place as a sentence has it: "North Pyongan" for the gazetteer's "north-pyongan"."""
    return name.replace("-", " ").title() if name.islower() and " " not in name else name


def listed(parts: Sequence[str]) -> str:
    """Join parts as a sentence does."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def distinct(words: Iterable[str]) -> list[str]:
    """Give words once each, in their order."""
    return list(dict.fromkeys(words))


def by_voice(statements: Sequence[Statement]) -> dict[str, list[Statement]]:
    """Group statements by whose finding they are."""
    groups: dict[str, list[Statement]] = {}
    for one in statements:
        groups.setdefault(one.voice, []).append(one)
    return groups


def told_by(voice: str, statements: Sequence[Statement]) -> str:
    """Say what one voice says, and through whom where it is quoted differently."""
    if (
        len(distinct(words_of(one) for one in statements)) < 2
        or len({one.report for one in statements}) < 2
    ):
        return f"{called(voice)}: {listed(distinct(words_of(one) for one in statements))}"
    parts = []
    for report in distinct(one.report for one in statements):
        here = [one for one in statements if one.report == report]
        own = "its own statement " if any(one.hand == "first" for one in here) else ""
        parts.append(f"{listed(distinct(words_of(one) for one in here))} by {own}{report}")
    return f"{called(voice)}: {'; '.join(parts)}"


def sentence(kind: str, standing: str, statements: Sequence[Statement], why: str = "") -> str:
    """Say what the statements of one kind come to."""
    groups = by_voice(statements)
    told = [told_by(voice, some) for voice, some in groups.items()]
    name = name_of(kind)
    if standing == "alone":
        return f"{name}: one voice alone. {'. '.join(told)}."
    said = {"agree": "agree", "compatible": "no contradiction", "differ": "they differ"}[standing]
    tail = f" ({why})" if why else ""
    return f"{name}: {said}{tail}. {'. '.join(told)}."


def quoting(statements: Sequence[Statement]) -> str:
    """Say that a voice quoted by several reports is one voice; empty where none is."""
    parts = []
    for voice, some in by_voice(statements).items():
        reports = distinct(one.report for one in some)
        if len(reports) > 1 and some[0].hand in ("first", "quoted"):
            parts.append(f"{called(voice)} stands behind {listed(reports)}: one voice, not more")
    return "; ".join(parts)
