"""An account and its flights as a page of Markdown that people read."""

from collections.abc import Sequence

from launchwatch.messages.reconciled import FigureEstimate, LaunchAccount
from launchwatch.messages.reconstructed import Reconstruction
from launchwatch.record.reconciling.saying import listed, name_of, place_name
from launchwatch.record.reconciling.times import clock, offset_minutes
from launchwatch.record.reconciling.voices import called


def page(account: LaunchAccount, found: Sequence[Reconstruction], why: str = "") -> str:
    """Give the page.

    Args:
        why: what kept a body from being reconstructed.
    """
    lines = [f"# Launch of {account.date or 'a day that no report gives'}", ""]
    own = [f"{one.name} ({one.by})" if one.by else one.name for one in account.reports]
    kept = sum(len(one.claims) for one in account.reports)
    lines += [f"From {listed(own)}: {kept} claims, every one kept.", "", "## What was said", ""]
    lines += [f"- {_capital(one.sentence)}" for one in account.findings]
    lines += ["", "## Best estimates", ""]
    lines += [f"- {_estimate(one, account)}" for one in account.figures]
    lines += [
        f"- {_of_body(one.item)}{name_of(one.kind)}: {place_name(one.name)}; "
        f"{one.latitude_deg:.2f} N {one.longitude_deg:.2f} E within {one.radius_95_km:.0f} km "
        "(95 %, if they are right)"
        for one in account.places
    ]
    for one in found:
        lines += ["", f"## Flights that fit{_body(one.item)}", ""]
        lines += [f"- {_capital(each)}" for each in (*one.explained, *_assumed(one))]
        if one.zones:
            named = [f"{zone.zone} {zone.probability:.2f}" for zone in one.zones[:6]]
            lines.append(f"- Falls, by geometry alone: {', '.join(named)}.")
        lines += [f"- {each.sentence}" for each in one.beside]
    if why:
        lines += ["", f"Not reconstructed: {why}."]
    lines += ["", "Inferred from words, not measured."]
    return "\n".join(lines)


def _assumed(one: Reconstruction) -> tuple[str, ...]:
    return (f"Assumed: {'; '.join(one.assumed)}.",) if one.assumed else ()


def _body(item: int | None) -> str:
    return "" if item is None else f", body {item}"


def _of_body(item: int | None) -> str:
    return "" if item is None else f"body {item}: "


def _estimate(one: FigureEstimate, account: LaunchAccount) -> str:
    who = listed([called(voice) for voice in one.rests_on])
    if one.kind == "launch_time":
        offset = offset_minutes(account.utc_offset)
        told = (
            f"{clock(one.value, offset)} local time (UTC{account.utc_offset}), 95 % "
            f"{clock(one.low, offset)} to {clock(one.high, offset)}"
        )
        peaks = [clock(mode, offset) for mode in one.modes]
    else:
        told = f"{one.value:,.0f} {one.unit}, 95 % {one.low:,.0f} to {one.high:,.0f}"
        peaks = [f"{mode:,.0f}" for mode in one.modes]
    told += ", if they are right"
    either = f"; {' or '.join(peaks)}, not between" if peaks else ""
    return f"{_of_body(one.item)}{name_of(one.kind)}: {told}{either} (by {who})"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
