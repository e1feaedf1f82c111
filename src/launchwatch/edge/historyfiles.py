"""Files of launches: CSV, JSON, XLSX and Parquet in; CSV, JSON and Parquet out.

A file from elsewhere is taken for hostile. It is refused by name when it is empty, larger
than `MOST_BYTES`, not text where text is wanted, in another encoding than UTF-8 or UTF-16, or
a spreadsheet that unpacks to more than `MOST_UNPACKED` (its own directory may lie about
that, so it is unpacked once to be counted). Spreadsheets are read by calamine, which knows no
macros, no external links and no XML entities.

A CSV that we write opens in spreadsheets: text that they would take for a formula gets an
apostrophe in front.

Source: OWASP, "CSV Injection".
"""

import csv
import datetime as dt
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from launchwatch.errors import InputError, SettingsError
from launchwatch.record.history import ContextEvent
from launchwatch.record.historycells import date_of, text_of
from launchwatch.record.historyrows import ReadTable, read_table

MOST_BYTES = 32_000_000
MOST_UNPACKED = 256_000_000
MOST_ROWS = 100_000
"""Fifty times the largest public list of launches, and what is read in a few seconds."""

MOST_CELLS = 5_000_000
"""The rows at most, times fifty columns: 200 MB once read."""

_CELL = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]{1,3})(\d{1,7})""")

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def read_launches(
    path: Path, *, source: str = "", country: str = "PRK", utc_offset: str = "+09:00"
) -> ReadTable:
    """Read the launches of a file; its kind is told by its content, not by its name.

    Args:
        path: CSV (any of comma, semicolon, tab), JSON (a list of objects, or one object with
            such a list as ``launches``), XLSX or Parquet.
        source: key to cite the file by; its name by default.
        country, utc_offset: where the file does not say.

    Raises:
        SettingsError: the file cannot be opened; names it.
        InputError: it is no table of launches; names it and says why.
    """
    content = content_of(path)
    try:
        headings, rows, first = _table(content, path)
        return read_table(
            headings, rows, source=source or path.stem[:60], country=country,
            utc_offset=utc_offset, first_row=first,
        )  # fmt: skip
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def content_of(path: Path) -> bytes:
    """Give a file's bytes.

    Raises:
        SettingsError: it cannot be opened, is empty, or is too large; names it.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SettingsError(f"{path}: the file cannot be read: {why}") from None
    if not content:
        raise SettingsError(f"{path}: the file is empty")
    if len(content) > MOST_BYTES:
        raise SettingsError(f"{path}: must have at most {MOST_BYTES:,} bytes")
    return content


def _table(content: bytes, path: Path) -> tuple[Sequence[Any], Sequence[Sequence[Any]], int]:
    if content[:4] == b"PK\x03\x04":
        return _sheet(content)
    if content[:4] == b"PAR1":
        return _parquet(path)
    text = decoded(content)
    if text.lstrip()[:1] in ("[", "{"):
        return _objects(text)
    return _separated(text)


def decoded(content: bytes) -> str:
    """Give text in UTF-8, or in UTF-16 that says so by its first two bytes.

    Raises:
        InputError: another encoding, or no text at all.
    """
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"must be text in UTF-8: byte {content[error.start]:#04x} at offset {error.start}"
        ) from None
    at = text.find("\0")
    if at >= 0:
        raise InputError(f"must be text, has a zero byte at character {at}")
    return text


def _separated(text: str) -> tuple[Sequence[Any], Sequence[Sequence[Any]], int]:
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    try:
        rows = _limited(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise InputError(f"must be a table in CSV: {error}") from None
    return _headed(rows)


def _limited(rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    kept = []
    for row in rows:
        kept.append(row)
        if len(kept) > MOST_ROWS:
            raise InputError(f"must have at most {MOST_ROWS:,} rows")
    return kept


def _headed(
    rows: Sequence[Sequence[Any]],
) -> tuple[Sequence[Any], Sequence[Sequence[Any]], int]:
    """Find the headings: the first row with two cells, since lists begin with a title."""
    for number, row in enumerate(rows[:20]):
        if sum(1 for cell in row if str(cell or "").strip()) >= 2:
            return row, rows[number + 1 :], number + 2
    raise InputError("must be a table with headings; no row of the first twenty has two cells")


def _objects(text: str) -> tuple[Sequence[Any], Sequence[Sequence[Any]], int]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"must be JSON: {error}"[:200]) from None
    rows = found.get("launches") if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows) or not rows:
        raise InputError("must be a JSON list of objects, or an object with one as launches")
    if len(rows) > MOST_ROWS:
        raise InputError(f"must have at most {MOST_ROWS:,} launches")
    headings = list(dict.fromkeys(key for row in rows for key in row))
    if len(headings) > 200:
        raise InputError(f"must have at most 200 fields, got {len(headings)}")
    flat = [[_flat(row.get(key)) for key in headings] for row in rows]
    return headings, flat, 1


def _flat(value: Any) -> Any:
    return "; ".join(str(one) for one in value) if isinstance(value, list) else value


def _sheet(content: bytes) -> tuple[Sequence[Any], Sequence[Sequence[Any]], int]:
    _unpacked(content)
    # Deferred: only spreadsheets need it.
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        sheets = [
            book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            for name in book.sheet_names[:20]
        ]
    except (CalamineError, OSError, ValueError) as error:
        raise InputError(f"must be a spreadsheet: {error}"[:200]) from None
    fullest = max(sheets, key=len, default=[])
    if len(fullest) > MOST_ROWS:
        raise InputError(f"must have at most {MOST_ROWS:,} rows")
    return _headed(fullest)


def _unpacked(content: bytes) -> None:
    """Unpack a spreadsheet once, and refuse what would not fit when it is read.

    Bytes are counted as they come, since the directory may lie about them, and the cells that
    the sheets claim to span too: two cells in opposite corners are a sheet of 17 thousand million.
    """
    left = MOST_UNPACKED
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            names = packed.namelist()
            if "xl/workbook.xml" not in names or {"xl/workbook.bin", "content.xml"} & set(names):
                raise InputError("must be a spreadsheet in XLSX, with xl/workbook.xml and no other")
            for member in packed.infolist():
                rows = columns = 1
                tail = b""
                with packed.open(member) as file:
                    while piece := file.read(1 << 20):
                        left -= len(piece)
                        if left < 0:
                            raise InputError(f"unpacks to more than {MOST_UNPACKED:,} bytes")
                        for column, row in _CELL.findall(tail + piece):
                            columns = max(columns, _column_number(column))
                            rows = max(rows, int(row))
                        tail = piece[-40:]  # a reference may be cut in two
                if rows * columns > MOST_CELLS:
                    raise InputError(
                        f"must span at most {MOST_CELLS:,} cells, got {rows * columns:,}"
                    )
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, RuntimeError,
            EOFError, OSError, ValueError, zlib.error) as error:  # fmt: skip
        raise InputError(f"must be a spreadsheet (XLSX): {error}"[:200]) from None


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def read_context(path: Path) -> tuple[ContextEvent, ...]:
    """Read events that launches might follow: a table with date, kind and name, perhaps until.

    Raises:
        SettingsError: the file cannot be opened; names it.
        InputError: it is no such table; names file, row and column.
    """
    content = content_of(path)
    try:
        headings, rows, first = _table(content, path)
        return tuple(_events(headings, rows, first))
    except InputError as error:
        raise InputError(f"{path}: {error}") from None


def _events(
    headings: Sequence[Any], rows: Sequence[Sequence[Any]], first: int
) -> Iterator[ContextEvent]:
    names = [str(one or "").strip().casefold() for one in headings]
    if not {"date", "kind", "name"} <= set(names):
        raise InputError(f"must have the columns date, kind and name, got {names[:8]}")
    for number, cells in enumerate(rows, first):
        if any(text_of(cell) for cell in cells):
            yield _event(dict(zip(names, cells, strict=False)), number)


def _event(values: Mapping[str, Any], row: int) -> ContextEvent:
    dates: list[dt.date | None] = []
    for column in ("date", "until"):
        try:
            read = date_of(values.get(column))
        except InputError as error:
            raise InputError(f"row {row}, {column}: {error}") from None
        dates.append(read[0] if read else None)
    begins, until = dates
    kind = text_of(values.get("kind"))[:40].casefold()
    if begins is None or not kind:
        raise InputError(f"row {row}: must have a date and a kind")
    if until is not None and until < begins:
        raise InputError(f"row {row}, until: must not lie before the date")
    return ContextEvent(
        date=begins, until=until, kind=kind, name=text_of(values.get("name"))[:200],
        parties=text_of(values.get("parties"))[:100], source=text_of(values.get("source"))[:300],
    )  # fmt: skip


def _parquet(path: Path) -> tuple[Sequence[Any], Sequence[Sequence[Any]], int]:
    from launchwatch.edge.historystore import read_parquet

    headings, rows = read_parquet(path, MOST_ROWS)
    return headings, [[_flat(cell) for cell in row] for row in rows], 1


def csv_of(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write rows as CSV with their keys as headings; formulas are made harmless."""
    if not rows:
        return ""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow([harmless(value) for value in row.values()])
    return out.getvalue()


def harmless(value: Any) -> Any:
    """Give a cell as a spreadsheet may have it: text that begins like a formula gets a mark.

    Offsets such as +09:00 keep their sign: a formula needs more than a time.
    """
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        value = ";".join(str(one) for one in value)
    if not isinstance(value, str) or not value.startswith(_FORMULA):
        return value
    is_offset = len(value) == 6 and value[3] == ":" and value[1:3].isdigit() and value[4:].isdigit()
    return value if is_offset else f"'{value}"
