"""Say what the family means for what was said: verdicts beside ours, and why figures differ."""

from collections.abc import Sequence

from launchwatch.messages.reconciled import LaunchAccount, Statement
from launchwatch.messages.reconstructed import Beside, Branch, FallZone, Spread, View
from launchwatch.record.reconciling.saying import listed, words_of
from launchwatch.record.reconciling.voices import called

_INSIDE = {"inside", "possible_inside", "split"}
_BOUNDS = ("over", "at least")


def beside(
    account: LaunchAccount, item: int | None, zones: Sequence[FallZone]
) -> tuple[Beside, ...]:
    """Put what geometry finds beside each official verdict, which stands as it was said."""
    made = []
    for one in account.verdicts:
        if item is not None and one.item not in (None, item):
            continue
        share = sum(zone.probability for zone in zones if _is_in(zone.zone, one.zone))
        ours = share if one.verdict in _INSIDE else 1.0 - share
        agreeing = (
            "which agrees" if ours >= 0.9 else "which leaves it open" if ours > 0.1
            else "which speaks against it, and overrules nothing"
        )  # fmt: skip
        verdict = one.verdict.replace("_", " ")
        made.append(Beside(
            zone=one.zone, verdict=one.verdict, voice=one.voice, probability=round(share, 4),
            sentence=f"{called(one.voice)} says {verdict} {one.zone}; by the geometry of what was "
            f"said a fall is inside it with probability {share:.2f}, {agreeing}.",
        ))  # fmt: skip
    return tuple(made)


def _is_in(zone: str, wanted: str) -> bool:
    """Say whether a fall in one zone counts as inside another: territorial sea is not the EEZ."""
    return zone == wanted


def explained(
    account: LaunchAccount, item: int | None, branches: Sequence[Branch], views: Sequence[View]
) -> tuple[str, ...]:
    """Say which flights fit, and why nations may have said different figures."""
    said = [_flights(branches)] if branches else []
    by_name = {one.name: one for one in branches}
    low, pull = by_name.get("depressed"), by_name.get("pull-up")
    if pull is not None and low is not None and pull.probability > low.probability:
        said.append(
            f"So low a flight that only falls would need {_of(low.burnout_speed_mps, 'm/s')} at "
            f"burnout, and {low.solvable:.0%} of what was drawn could do it at all; with a pull-up "
            f"{_of(pull.burnout_speed_mps, 'm/s')} do, and such flights commonly have one."
        )
    elif pull is not None and low is None and pull.probability > 0.5:
        said.append("No flight that only falls fits; one that pulls up on its way down does.")
    for view in views:
        if view.kind == "radar":
            said.append(_view(view))
            said += _why(account, item, view)
    if any(view.kind == "radar" for view in views):
        said.append(
            "Radars stand here where the scenario's list of sensors puts them: made-up places, not "
            "those of real radars. Nations that share their data in flight are no strangers: that "
            "their figures agree proves less than it seems."
        )
    return tuple(said)


def _flights(branches: Sequence[Branch]) -> str:
    parts = [
        f"{one.name} {one.probability:.0%} ({_of(one.burnout_speed_mps, 'm/s')} at burnout, "
        f"{_time(one.flight_time_s)} of flight)"
        for one in branches
    ]
    return f"Flights that fit: {listed(parts)}."


def _view(view: View) -> str:
    lost = view.last_height_km.value > 1.0
    end = (
        f"lose it {_of(view.last_range_km, 'km')} from the launch point at a height of "
        f"{_of(view.last_height_km, 'km')}" if lost else "follow it to the sea"
    )  # fmt: skip
    seen = "" if view.share > 0.95 else f" in {view.share:.0%} of these flights"
    return (
        f"Radars of {called(view.owner)} would see it{seen} from {_of(view.first_s, 's')} after "
        f"launch, at a height of {_of(view.first_height_km, 'km')}, and {end}."
    )


def _why(account: LaunchAccount, item: int | None, view: View) -> list[str]:
    """Say why this nation's figure may be lower than another's, by what it could not see."""
    ranges = [one for one in account.statements if one.used and one.claim.kind == "range"
              and (item is None or one.claim.item in (None, item))
              and isinstance(one.claim.value, int | float)]  # fmt: skip
    own = [one for one in ranges if one.voice == view.owner]
    others = [one for one in ranges if one.voice != view.owner]
    said = []
    for mine in own:
        farther = [one for one in others if one.claim.value > 1.08 * mine.claim.value]
        if not farther or view.last_height_km.value <= 1.0:
            continue
        said.append(_horizon(mine, farther[0], view))
    return said


def _horizon(mine: Statement, theirs: Statement, view: View) -> str:
    bound = mine.claim.qualifier in _BOUNDS
    what = (
        f"{called(mine.voice)} says {words_of(mine)} where {called(theirs.voice)} says "
        f"{words_of(theirs)}: "
    )
    if mine.claim.value <= view.last_range_km.high * 1.05 and bound:
        return what + (
            f"beyond {_of(view.last_range_km, 'km')} it lay below the horizon, so that only a "
            "lower bound could be vouched for."
        )
    if bound:
        return what + "a lower bound, which the other figure keeps to."
    return what + (
        f"of a flight that pulls up below the horizon, {_of(view.unseen_km, 'km')} before its end, "
        "only the part before it is measured, and a figure reckoned on from there comes out short."
    )


def _of(spread: Spread, unit: str) -> str:
    low, high = f"{spread.low:,.0f}", f"{spread.high:,.0f}"
    return f"{low} {unit}" if low == high else f"{low} to {high} {unit}"


def _time(spread: Spread) -> str:
    return f"{spread.low / 60:.1f} to {spread.high / 60:.1f} min"
