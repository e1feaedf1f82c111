"""Read ASTERIX, Eurocontrol's format for surveillance data, record by record.

A data block is a category, a length of two bytes and records; a record is a field specification
and the items that it announces. libasterix knows every item of every edition; here its
trees become plain values, by the standard's own names with the unit behind: ``{"I040": {"RHO_nmi":
197.68, "THETA_deg": 340.14}}``. A record is read by the newest edition of its category that
fits; categories here are 001, 002, 021, 034, 048, 062 and 065.

What lies where no aircraft or radar can be (a latitude beyond 90°) is refused: it is another
format, or damaged. Blocks may stand alone or in a capture of Ethernet frames: UDP over IP, or
the 802.2 frames in which radars sent them before.

Source: EUROCONTROL-SPEC-0149, part 1 (structure) and the parts of each category.
"""

from collections.abc import Iterator
from typing import Any

from launchwatch.sensors.refusing import Refusal

CATEGORIES = (1, 2, 21, 34, 48, 62, 65)

_UNITS = {
    "°": "deg", "NM": "nmi", "NM/s": "nmips", "m": "m", "m/s": "mps", "m/s²": "mps2", "s": "s",
    "kt": "kn", "ft": "ft", "ft/min": "ftpmin", "FL": "fl", "ALTFL": "fl", "°/s": "degps",
    "°C": "degc", "%": "percent", "dB": "db", "dBm": "dbm", "hPa": "hpa", "mb": "mb",
    "Mach": "mach", "ms": "ms", "ns": "ns", "fs": "fs", "m²": "m2", "MHz": "mhz",
}  # fmt: skip

_LIMITS = {"LAT_deg": 90.0, "LON_deg": 180.0}


def blocks(content: bytes) -> Iterator[tuple[int, bytes] | Refusal]:
    """Give each data block with its offset, from a file of blocks or a capture of frames."""
    starts = {b"\xd4\xc3\xb2\xa1": "little", b"\xa1\xb2\xc3\xd4": "big",
              b"\x4d\x3c\xb2\xa1": "little", b"\xa1\xb2\x3c\x4d": "big"}  # fmt: skip
    order = starts.get(content[:4])
    if order is None:
        yield from _blocks(content, 0, len(content))
        return
    if len(content) < 24:
        yield Refusal("malformed", "a capture has a header of 24 bytes, got less", len(content))
        return
    kind = _number(content, 20, 4, order)
    if kind != 1:
        yield Refusal("malformed", f"a capture must be of Ethernet (1), got link type {kind}", 20)
        return
    at = 24
    while at < len(content):
        if at + 16 > len(content):
            yield Refusal("malformed", "a frame has a header of 16 bytes, got less", len(content))
            return
        length = _number(content, at + 8, 4, order)
        start, end = at + 16, at + 16 + length
        if end > len(content):
            got = len(content) - start
            yield Refusal(
                "malformed", f"a frame of {length} bytes was wanted, got {got}", len(content)
            )
            return
        payload = _payload(content, start, end)
        if payload is not None:
            yield from _blocks(content, *payload)
        at = end


def records(block: bytes, offset: int) -> Iterator[dict[str, Any] | Refusal]:
    """Give the records of one data block as plain values, or why the rest is refused."""
    category = block[0]
    if category not in CATEGORIES:
        known = ", ".join(f"{one:03}" for one in CATEGORIES)
        yield Refusal("format", f"category must be one of {known}, got {category:03}", offset)
        return
    # It takes a second to load: for those alone who read ASTERIX.
    from asterix.base import Bits

    best: list[dict[str, Any]] = []
    reached, why = 3, "no record"
    for edition in reversed(_editions(category)):
        rest = Bits.from_bytes(block[3:])
        found: list[dict[str, Any]] = []
        at = 3
        error = ""
        while len(rest):
            parsed = _parsed(edition, rest)
            if isinstance(parsed, str):
                error = parsed
                break
            record, left = parsed
            values = _items(record)
            if (wrong := _beyond(values)) is not None:
                error = wrong
                break
            found.append({
                "offset": offset + at,
                "category": category,
                "edition": ".".join(map(str, edition.cv_edition)),
                "items": values,
            })  # fmt: skip
            rest = left
            at = len(block) - len(rest) // 8
        if not error:
            yield from found
            return
        if at > reached or not best:
            best, reached, why = found, at, error
    yield from best
    yield Refusal("malformed", f"a record of category {category:03} was wanted: {why}",
                  offset + reached)  # fmt: skip


def _blocks(content: bytes, start: int, end: int) -> Iterator[tuple[int, bytes] | Refusal]:
    at = start
    while at < end:
        if at + 3 > end:
            yield Refusal("malformed", f"a block has 3 bytes or more, got {end - at}", end)
            return
        length = int.from_bytes(content[at + 1 : at + 3], "big")
        if length < 4:
            yield Refusal("malformed", f"a block's length must be 4 or more, got {length}", at + 1)
            return
        if at + length > end:
            yield Refusal("malformed", f"a block of {length} bytes was wanted, got {end - at}", end)
            return
        yield at, content[at : at + length]
        at += length


def _payload(content: bytes, start: int, end: int) -> tuple[int, int] | None:
    """Find what an Ethernet frame carries: of 802.2 frames and UDP; None for others."""
    at = start + 12
    kind = _number(content, at, 2)
    while kind == 0x8100:  # a VLAN's tag
        at += 4
        kind = _number(content, at, 2)
    at += 2
    if kind <= 1500:
        # A length, and the three bytes of an unnumbered frame; padding is left out.
        return (at + 3, min(at + kind, end)) if content[at + 2 : at + 3] == b"\x03" else None
    if kind == 0x0800 and at + 20 <= end and content[at + 9] == 17:
        head = 4 * (content[at] & 15)
        size = _number(content, at + head + 4, 2)
        return at + head + 8, min(at + head + size, end)
    if kind == 0x86DD and at + 48 <= end and content[at + 6] == 17:
        return at + 48, min(at + 40 + _number(content, at + 44, 2), end)
    return None


def _number(content: bytes, at: int, size: int, order: Any = "big") -> int:
    return int.from_bytes(content[at : at + size], order)


def _editions(category: int) -> list[Any]:
    from asterix.generated import manifest

    catalogue: Any = manifest
    found: list[Any] = catalogue["CATS"][category]
    return found


def _parsed(edition: Any, rest: Any) -> tuple[Any, Any] | str:
    """Read one record; give it with what is left, or say why it cannot be read."""
    try:
        return _tried(edition, rest)
    except (ValueError, TypeError, KeyError, IndexError, AssertionError, RecursionError) as error:
        # What the library does not expect of damaged bytes.
        return f"{type(error).__name__} {str(error)[:80]}".strip()


def _tried(edition: Any, rest: Any) -> tuple[Any, Any] | str:
    from asterix.base import ParsingMode

    uap = edition.cv_uap
    kinds = list(uap.cv_uaps.values()) if hasattr(uap, "cv_uaps") else [uap.cv_record]
    why = ""
    for kind in kinds:
        parsed = kind.parse(ParsingMode.StrictParsing, rest)
        if isinstance(parsed, ValueError):
            why = str(parsed.args[0])
            continue
        record, left = parsed
        if record.is_empty():
            return "it announces no item"
        if hasattr(uap, "cv_uaps") and uap.cv_selector is not None:
            # Of category 001 the item says itself whether it is a plot or a track.
            (item, part), names = uap.cv_selector
            said = _items(record).get(f"I{item}", {})
            told = said.get(part) if isinstance(said, dict) else None
            value = told["value"] if isinstance(told, dict) else None
            if value in names and uap.cv_uaps[names[value]] is not kind:
                continue
        return record, left
    return why or "it is neither a plot nor a track"


def _items(record: Any) -> dict[str, Any]:
    named = (_named(item) for item in record.items_regular.values())
    return {f"I{name}": value for name, value in named}


def _plain(rule: Any) -> Any:
    """Give an item's tree as plain values."""
    # What a value means may depend on another item; it is then given as it stands.
    variation = getattr(rule, "arg", None)
    if variation is None or isinstance(variation, int):
        return rule.unparse().to_bytes().hex()
    return _value(variation)


def _value(variation: Any) -> Any:
    from asterix import base

    match variation:
        case base.Element():
            return _content(variation)[1]
        case base.Group() | base.Extended():
            listed: list[Any] = list(variation.arg)
            if isinstance(variation, base.Extended):
                listed = [one for group in listed for one in group if one is not None]
            return dict(_named(one.arg) for one in listed if isinstance(one, base.Item))
        case base.Compound():
            return dict(_named(one) for one in variation.arg.values())
        case base.Repetitive():
            return [_value(one) for one in variation.arg]
        case base.Explicit():
            return variation.get_bytes().hex()
    return variation.unparse().to_bytes().hex()


def _named(item: Any) -> tuple[str, Any]:
    variation = getattr(item.arg, "arg", None)
    from asterix import base

    if isinstance(variation, base.Element):
        unit, value = _content(variation)
        return f"{item.cv_name}_{unit}" if unit else item.cv_name, value
    return item.cv_name, _plain(item.arg)


def _content(element: Any) -> tuple[str, Any]:
    """Give the unit of an element and its value."""
    from asterix import base

    rule = element.rule
    content = rule.content if hasattr(rule, "content") else None
    match content:
        case base.ContentTable():
            return "", {"value": content.as_uint(), "means": content.table_value() or ""}
        case base.ContentString():
            text = content.as_string()
            return "", text.rstrip(" \0")
        case base.ContentInteger():
            return "", content.as_integer()
        case base.ContentQuantity():
            return _UNITS.get(content.cv_unit, ""), content._as_quantity()  # noqa: SLF001
    # Numbers are short; addresses and messages are read in hexadecimal digits.
    bits = element.unparse()
    return "", bits.to_uinteger() if len(bits) <= 16 else f"{bits.to_uinteger():0{len(bits) // 4}x}"


def _beyond(values: Any) -> str | None:
    """Name a value that cannot be; None where there is none."""
    if isinstance(values, dict):
        for name, value in values.items():
            limit = _LIMITS.get(name)
            if limit is not None and not abs(value) <= limit:
                return f"{name} must lie within ±{limit:g}, got {value:g}"
            if (wrong := _beyond(value)) is not None:
                return wrong
    return None
