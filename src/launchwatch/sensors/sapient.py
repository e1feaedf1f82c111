"""Read and check SAPIENT messages, by which sensors and their users talk (BSI Flex 335 v2.0).

A message is JSON as protobuf writes it (names with or without capitals), or the bytes of
protobuf themselves. It is accepted when every field is one that the standard lists, of its
type, every mandatory one is there, one of each choice that must be made is made and no more, and
identifiers are UUIDs or ULIDs where they must be; else it is refused with the path of the
field that is wrong. What the standard says lies in ``data/sapient/flex335.json``.

Source: BSI Flex 335 v2.0:2024-03; protobuf's language guide (proto3), "Encoding" and "JSON".
"""

import json
import math
import re
import struct
from base64 import b64encode
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import islice
from typing import Any

from launchwatch.errors import InputError
from launchwatch.sensors.refusing import Refusal
from launchwatch.sensors.showing import shown
from launchwatch.timescale import instant_from_unix, instant_from_utc, utc_from_instant

TOP = "SapientMessage"

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
# Crockford's letters; 128 bits in 26 digits leave three for the first.
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}", re.ASCII | re.IGNORECASE)
_FORMS = {"uuid": _UUID, "ulid": _ULID}
_INT32 = (-(2**31), 2**31 - 1)
_FLOAT32 = 3.4028235e38
_SPACE = re.compile(r"\s*")
_DEEPEST = 50

Fields = dict[str, dict[str, Any]]


@cache
def _standard() -> dict[str, Any]:
    path = files("launchwatch") / "data" / "sapient" / "flex335.json"
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def messages(content: bytes) -> Iterator[tuple[int, dict[str, Any] | Refusal]]:
    """Give each message of a file with its offset, or why it is refused.

    A file holds JSON objects one after another; or protobuf's bytes, one message or several of
    which each has its length before it, four bytes with the lowest first, as they go over TCP.
    """
    if content.lstrip()[:1] in (b"{", b"[", b'"'):
        yield from _of_text(content)
        return
    size = len(content)
    if int.from_bytes(content[:4], "little") > size - 4:
        yield 0, _tried(content, 0, size)
        return
    at = 0
    while at < size:
        length = int.from_bytes(content[at : at + 4], "little")
        if at + 4 > size or at + 4 + length > size:
            got = max(size - at - 4, 0)
            yield at, Refusal("malformed", f"{length} bytes were wanted, got {got}", size)
            return
        yield at, _tried(content, at + 4, at + 4 + length)
        at += 4 + length


def message(content: bytes) -> dict[str, Any]:
    """Give one message as plain values by the standard's names, checked.

    Raises:
        Refusal: it is not one, or not only one; the detail names the field.
    """
    found = list(islice(messages(content), 2))
    if len(found) != 1:
        raise Refusal("malformed", f"one message was wanted, got {len(found) or 'none'}")
    if isinstance(found[0][1], Refusal):
        raise found[0][1]
    return found[0][1]


def _of_text(content: bytes) -> Iterator[tuple[int, dict[str, Any] | Refusal]]:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        yield 0, Refusal("malformed", "a message must be UTF-8", error.start)
        return
    decoder, at = json.JSONDecoder(), 0
    while (start := _SPACE.match(text, at)) is not None and start.end() < len(text):
        # Offsets count bytes; letters beyond ASCII have several.
        at = start.end()
        offset = at if text.isascii() else len(text[:at].encode())
        try:
            values, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            where = len(text[: getattr(error, "pos", at)].encode())
            yield offset, Refusal("malformed", f"a message must be JSON: {error}", where)
            return
        if not isinstance(values, dict):
            wrong = Refusal(
                "malformed", f"a message must be an object, got {shown(values)}", offset
            )
            yield offset, wrong
            continue
        try:
            yield offset, _checked(values, TOP, "", 0)
        except Refusal as refusal:
            yield offset, Refusal(refusal.reason, refusal.detail, offset)


def _tried(content: bytes, at: int, end: int) -> dict[str, Any] | Refusal:
    try:
        return _of_wire(content, at, end, TOP, "", 0)
    except Refusal as refusal:
        return refusal


def _checked(values: dict[str, Any], kind: str, path: str, depth: int) -> dict[str, Any]:
    """Check the fields of one message and give them by the standard's names."""
    if depth > _DEEPEST:
        raise Refusal("malformed", f"{path} is nested too deeply")
    fields: Fields = _standard()["messages"][kind]["fields"]
    names = {_camel(name): name for name in fields} | {name: name for name in fields}
    found: dict[str, Any] = {}
    for key, value in values.items():
        name = names.get(key)
        if name is None:
            raise Refusal("malformed", f"{path or 'a message'} has no field {shown(key)}")
        if name in found:
            raise Refusal("malformed", f"{path}{name} is there twice")
        if value is None:
            continue  # JSON's null is a field that is not there
        field, where = fields[name], f"{path}{name}"
        if field.get("repeated"):
            if not isinstance(value, list):
                raise Refusal("malformed", f"{where} must be a list, got {shown(value)}")
            found[name] = [
                _value(one, field, f"{where}[{number}]", depth) for number, one in enumerate(value)
            ]
        else:
            found[name] = _value(value, field, where, depth)
    _complete(found, kind, path)
    return found


def _complete(found: dict[str, Any], kind: str, path: str) -> None:
    """Check that nothing is missing, and that of each choice one is made."""
    described = _standard()["messages"][kind]
    for name, field in described["fields"].items():
        if field.get("mandatory") and _is_missing(found.get(name), field):
            raise Refusal("malformed", f"{path}{name} must be there, got none")
    for choice, must in described.get("one_of", {}).items():
        among = [n for n, field in described["fields"].items() if field.get("one_of") == choice]
        made = [name for name in among if name in found]
        if len(made) > 1 or (must and not made):
            wanted = "one of" if must else "at most one of"
            raise Refusal(
                "malformed",
                f"{path or 'a message '}must have {wanted} {', '.join(among)}, got "
                f"{' and '.join(made) or 'none'}",
            )


def _is_missing(value: Any, field: dict[str, Any]) -> bool:
    if value is None or (isinstance(value, str | list) and not value):
        return True
    if not isinstance(value, str):
        return False
    numbers = _standard()["enums"].get(field["type"])
    return numbers is not None and numbers.get(value) == 0  # "unspecified" says nothing


def _value(value: Any, field: dict[str, Any], path: str, depth: int) -> Any:
    kind = field["type"]
    standard = _standard()
    if kind in standard["messages"]:
        if not isinstance(value, dict):
            raise Refusal("malformed", f"{path} must be an object, got {shown(value)}")
        return _checked(value, kind, f"{path}.", depth + 1)
    if kind in standard["enums"]:
        return _enumerated(value, standard["enums"][kind], path)
    if kind == "timestamp":
        if not isinstance(value, str):
            raise Refusal("malformed", f"{path} must be an RFC 3339 time, got {shown(value)}")
        try:
            return utc_from_instant(instant_from_utc(value))
        except InputError as error:
            raise Refusal("malformed", f"{path}: {error}") from None
    if kind == "bool":
        if not isinstance(value, bool):
            raise Refusal("malformed", f"{path} must be true or false, got {shown(value)}")
        return value
    if kind in ("string", "bytes"):
        return _text(value, field, path)
    return _number(value, kind, path)


def _text(value: Any, field: dict[str, Any], path: str) -> str:
    if not isinstance(value, str):
        raise Refusal("malformed", f"{path} must be text, got {shown(value)}")
    form = field.get("form")
    if form is not None and not _FORMS[form].fullmatch(value):
        raise Refusal("malformed", f"{path} must be a {form.upper()}, got {shown(value)}")
    return value


def _enumerated(value: Any, names: dict[str, int], path: str) -> str:
    if isinstance(value, str) and value in names:
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        for name, number in names.items():
            if number == value:
                return name
    few = ", ".join(list(names)[1:5]) + (", ..." if len(names) > 5 else "")
    raise Refusal("malformed", f"{path} must be one of {few}, got {shown(value)}")


def _number(value: Any, kind: str, path: str) -> float | int:
    if isinstance(value, str):  # protobuf's JSON allows numbers as text
        try:
            value = float(value)
        except ValueError:
            raise Refusal("malformed", f"{path} must be a number, got {shown(value)}") from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refusal("malformed", f"{path} must be a number, got {shown(value)}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    limit = _FLOAT32 if kind == "float" else math.inf
    if not math.isfinite(number) or abs(number) > limit:
        raise Refusal("absurd", f"{path} must be finite, got {shown(value)}")
    if kind == "int32":
        if number != int(number) or not _INT32[0] <= number <= _INT32[1]:
            raise Refusal("malformed", f"{path} must be a whole number, got {shown(value)}")
        return int(number)
    return number


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part[:1].upper() + part[1:] for part in rest)


def _of_wire(content: bytes, at: int, end: int, kind: str, path: str, depth: int) -> dict[str, Any]:
    """Read protobuf's bytes from one place to another as one message, checked."""
    if depth > _DEEPEST:
        raise Refusal("malformed", f"{path} is nested too deeply", at)
    fields: Fields = _standard()["messages"][kind]["fields"]
    numbered = {field["number"]: (name, field) for name, field in fields.items()}
    found: dict[str, Any] = {}
    while at < end:
        start = at
        key, at = _varint(content, at, end)
        name, field = numbered.get(key >> 3, ("", {}))
        if not name:
            raise Refusal("malformed", f"{path or 'a message'} has no field {key >> 3}", start)
        raw, at = _raw(content, at, end, key & 7)
        where = f"{path}{name}"
        value = _of_raw(content, raw, field, where, depth, start)
        if field.get("repeated"):
            found.setdefault(name, []).append(value)
        else:
            found[name] = value
    try:
        _complete(found, kind, path)
    except Refusal as refusal:
        raise Refusal(refusal.reason, refusal.detail, end) from None
    return found


def _of_raw(
    content: bytes, raw: tuple[int, int] | int | bytes, field: dict[str, Any], path: str,
    depth: int, start: int,
) -> Any:  # fmt: skip
    kind = field["type"]
    standard = _standard()
    wanted = Refusal("malformed", f"{path} is not encoded as {kind}", start)
    if isinstance(raw, tuple):
        if kind in standard["messages"]:
            return _of_wire(content, *raw, kind, f"{path}.", depth + 1)
        if kind == "timestamp":
            return _timestamp(content, *raw, path)
        if kind == "bytes":
            return b64encode(content[raw[0] : raw[1]]).decode()  # as JSON has it
        try:
            text = content[raw[0] : raw[1]].decode("utf-8")
        except UnicodeDecodeError:
            raise Refusal("malformed", f"{path} must be UTF-8", raw[0]) from None
        if kind != "string":
            raise wanted
        value: Any = text
    elif isinstance(raw, int):
        if kind not in ("bool", "int32") and kind not in standard["enums"]:
            raise wanted
        value = bool(raw) if kind == "bool" else raw - 2**64 if raw >= 2**63 else raw
    else:
        form = {"float": "<f", "double": "<d"}.get(kind)
        if form is None or struct.calcsize(form) != len(raw):
            raise wanted
        (value,) = struct.unpack(form, raw)
    try:
        return _value(value, field, path, depth)
    except Refusal as refusal:
        raise Refusal(refusal.reason, refusal.detail, start) from None


def _timestamp(content: bytes, at: int, end: int, path: str) -> str:
    parts = {1: 0, 2: 0}
    while at < end:
        key, at = _varint(content, at, end)
        raw, at = _raw(content, at, end, key & 7)
        if key >> 3 not in parts or not isinstance(raw, int):
            raise Refusal("malformed", f"{path} is not encoded as timestamp", at)
        parts[key >> 3] = raw
    if parts[2] >= 1_000_000_000:
        raise Refusal("malformed", f"{path} must have less than 1e9 nanoseconds", at)
    try:
        return utc_from_instant(instant_from_unix(parts[1], parts[2]))
    except InputError as error:
        raise Refusal("malformed", f"{path}: {error}", at) from None


def _varint(content: bytes, at: int, end: int) -> tuple[int, int]:
    value = shift = 0
    while at < end and shift < 70:
        byte = content[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value & (2**64 - 1), at
    raise Refusal("malformed", "a number of protobuf breaks off", at)


def _raw(content: bytes, at: int, end: int, wire: int) -> tuple[tuple[int, int] | int | bytes, int]:
    """Read what follows a key: a whole number, eight or four bytes, or a stretch of them."""
    if wire == 0:
        return _varint(content, at, end)
    if wire == 2:
        length, at = _varint(content, at, end)
        if at + length > end:
            raise Refusal("malformed", f"{length} bytes were wanted, got {end - at}", end)
        return (at, at + length), at + length
    size = {1: 8, 5: 4}.get(wire)
    if size is None:
        raise Refusal("malformed", f"wire types are 0, 1, 2 and 5, got {wire}", at)
    if at + size > end:
        raise Refusal("malformed", f"{size} bytes were wanted, got {end - at}", end)
    return content[at : at + size], at + size
