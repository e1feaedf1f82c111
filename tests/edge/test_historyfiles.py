"""Files of launches, honest and hostile."""

import csv
import io
import json
import zipfile

import pytest

from launchwatch.edge.historyfiles import (
    MOST_BYTES,
    csv_of,
    harmless,
    read_context,
    read_launches,
)
from launchwatch.edge.historystore import record_of, shipped, write_parquet
from launchwatch.errors import InputError, SettingsError

TABLE = "Date,Missile,Location,Outcome\n2017-07-28,Hwasong-14,Mupyong-ri,Success\n"

SHEET = """<?xml version="1.0"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">
<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>A list of launches</t></is></c></row>
<row r="2"><c r="A2" t="inlineStr"><is><t>Date</t></is></c>
<c r="B2" t="inlineStr"><is><t>Apogee</t></is></c></row>
<row r="3"><c r="A3"><v>42944</v></c><c r="B3" t="inlineStr"><is><t>3724.9 km</t></is></c></row>
<row r="4"><c r="A4" t="inlineStr"><is><t>soon</t></is></c><c r="B4"><v>1</v></c></row>
</sheetData></worksheet>"""


def spreadsheet(path, sheet=SHEET):
    """Write a spreadsheet as small as one may be."""
    main = "http://schemas.openxmlformats.org/"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(
            "[Content_Types].xml",
            f"""<?xml version="1.0"?>
<Types xmlns="{main}package/2006/content-types"><Default Extension="rels" ContentType=
"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType=
"application/xml"/></Types>""",
        )
        packed.writestr(
            "_rels/.rels",
            f"""<?xml version="1.0"?>
<Relationships xmlns="{main}package/2006/relationships"><Relationship Id="r1" Type=
"{main}officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>
</Relationships>""",
        )
        packed.writestr(
            "xl/workbook.xml",
            f"""<?xml version="1.0"?>
<workbook xmlns="{main}spreadsheetml/2006/main" xmlns:r="{main}officeDocument/2006/relationships">
<sheets><sheet name="launches" sheetId="1" r:id="r1"/></sheets></workbook>""",
        )
        packed.writestr(
            "xl/_rels/workbook.xml.rels",
            f"""<?xml version="1.0"?>
<Relationships xmlns="{main}package/2006/relationships"><Relationship Id="r1" Type=
"{main}officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/>
</Relationships>""",
        )
        packed.writestr("xl/worksheets/sheet1.xml", sheet)
    return path


def test_the_shipped_record_survives_csv_json_and_parquet(tmp_path):
    launches = shipped().launches
    rows = [record_of(each) for each in launches]
    (tmp_path / "a.csv").write_text(csv_of(rows), encoding="utf-8")
    (tmp_path / "a.json").write_text(json.dumps({"launches": rows}), encoding="utf-8")
    write_parquet(tmp_path / "a.parquet", launches)
    for name in ("a.csv", "a.json", "a.parquet"):
        read = read_launches(tmp_path / name)
        assert read.refused == ()
        assert read.launches == launches, name


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators_and_encodings_are_told_by_the_content(tmp_path, encoding, separator):
    (tmp_path / "list.txt").write_bytes(TABLE.replace(",", separator).encode(encoding))
    (one,) = read_launches(tmp_path / "list.txt").launches
    assert (one.launch_id, one.sources) == ("PRK-2017-07-28-1", ("list",))


def test_a_spreadsheet_is_read_below_its_title_and_refused_by_its_own_rows(tmp_path):
    read = read_launches(spreadsheet(tmp_path / "list.xlsx"))
    assert [each.apogee_km for each in read.launches] == [3724.9]
    assert [(each.row, each.column) for each in read.refused] == [(4, "Date")]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "must be text in UTF-8: byte 0x89 at offset 0"),
        ("Date,x\n2017년".encode("euc-kr"), "must be text in UTF-8: byte 0xb3 at offset 11"),
        (b"Date,x\n2017\x00-07-28,1\n", "zero byte at character 11"),
        (b"Name,Price\nA,1\n", "a column of dates"),
        (b"just words\nand more\n", "no row of the first twenty has two cells"),
        (b'Date,x\n"2017-07-28', "must be a table in CSV"),
        (b'{"launches": [1, 2]}', "must be a JSON list of objects"),
        (b"[" * 100_000, "must be JSON"),
        (b"[]", "must be a JSON list of objects"),
        (b"PK\x03\x04 but no more", "must be a spreadsheet"),
        (b"PAR1 but no more", "must be Parquet"),
    ],
)
def test_what_is_no_table_of_launches_is_refused_by_name(tmp_path, content, reason):
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(InputError) as told:
        read_launches(path)
    assert str(told.value).startswith(f"{path}: ")
    assert reason in str(told.value)


def test_a_missing_an_empty_and_an_enormous_file_are_refused_by_name(tmp_path):
    (tmp_path / "empty").touch()
    with (tmp_path / "enormous").open("wb") as file:
        file.truncate(MOST_BYTES + 1)
    for name, reason in (
        ("missing", "cannot be read: No such file"),
        ("empty", "is empty"),
        ("enormous", "must have at most 32,000,000 bytes"),
    ):
        with pytest.raises(SettingsError, match=reason):
            read_launches(tmp_path / name)


def test_a_spreadsheet_that_unpacks_without_end_is_refused(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "")
        with packed.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as file:
            for _ in range(260):
                file.write(b" " * 1_000_000)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(InputError, match="unpacks to more than 256,000,000 bytes"):
        read_launches(path)


def test_a_sheet_of_two_cells_in_opposite_corners_is_refused(tmp_path):
    sheet = SHEET.replace('r="B4"', "r = 'XFD1048576'")
    with pytest.raises(InputError, match=r"at most 5,000,000 cells, got 17,179,869,184"):
        read_launches(spreadsheet(tmp_path / "wide.xlsx", sheet))


@pytest.mark.parametrize("other", ["xl/workbook.bin", "content.xml"])
def test_a_spreadsheet_of_another_kind_is_refused(tmp_path, other):
    path = spreadsheet(tmp_path / "list.xlsx")
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr(other, "x")
    with pytest.raises(InputError, match="must be a spreadsheet in XLSX"):
        read_launches(path)


def test_events_of_ones_own_are_read_and_refused_by_row_and_column(tmp_path):
    path = tmp_path / "events.csv"
    path.write_text("Date,Until,Kind,Name\n2022-03-09,,Election,of a president\n,,,\n")
    (one,) = read_context(path)
    assert (str(one.date), one.until, one.kind, one.name) == (
        "2022-03-09", None, "election", "of a president"
    )  # fmt: skip
    for line, reason in (
        ("soon,,x,y", "row 2, date: must be a date"),
        ("2022-03-09,2021-01-01,x,y", "row 2, until: must not lie before"),
        ("2022-03-09,,,y", "row 2: must have a date and a kind"),
    ):
        path.write_text(f"date,until,kind,name\n{line}\n")
        with pytest.raises(InputError, match=reason):
            read_context(path)
    path.write_text("date,what\n2022-03-09,x\n")
    with pytest.raises(InputError, match="must have the columns date, kind and name"):
        read_context(path)


def test_an_entity_in_a_spreadsheet_opens_no_file(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("classified")
    sheet = SHEET.replace(
        '<?xml version="1.0"?>',
        f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>',
    ).replace("3724.9 km", "&e;")
    try:
        read = read_launches(spreadsheet(tmp_path / "list.xlsx", sheet))
    except InputError as error:
        told = str(error)
    else:
        told = repr(read)
    assert "classified" not in told


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1+2", "@SUM(A1)", "\t=1", "\r=1"])
def test_what_a_spreadsheet_takes_for_a_formula_gets_a_mark(text):
    assert harmless(text) == f"'{text}"


def test_figures_offsets_and_words_stay_as_they_are():
    assert [harmless(value) for value in (-1.5, None, "+09:00", "Sunan", ("a", "b"))] == [
        -1.5, "", "+09:00", "Sunan", "a;b"
    ]  # fmt: skip


def test_a_hostile_name_is_harmless_in_our_csv(tmp_path):
    (tmp_path / "x.csv").write_text('Date,Missile\n2017-07-28,"=HYPERLINK(""http://x"")"\n')
    (one,) = read_launches(tmp_path / "x.csv").launches
    (row,) = csv.DictReader(io.StringIO(csv_of([record_of(one)])))
    assert row["family"].startswith("'=HYPERLINK")
