"""Rows are read whatever happened to them on the way: one small file per defect."""

from __future__ import annotations

import gzip
import io
import json
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from huiyin.intake.cleaning import clean, instant_in, repaired
from huiyin.intake.files import BLANK_ROWS_END, FileRefused, Note, Row, decoded, rows_of
from huiyin.intake.mapping import MappingError, Said, guess, override, plan_for, plans, read
from huiyin_engine.instants import parse_instant
from huiyin_engine.texts import Text

HEADING = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情"]


def twice_encoded(text: str) -> str:
    return text.encode().decode("latin-1")


def written(folder: Path, name: str, raw: bytes) -> Path:
    path = folder / name
    path.write_bytes(raw)
    return path


def sheet(folder: Path, rows: list[list[object]], blank: int = 0, name: str = "some.xlsx") -> Path:
    from openpyxl.styles import Font

    book = Workbook()
    page = book.active
    assert page is not None
    for row in rows:
        page.append(row)
    for number in range(blank):
        page.cell(len(rows) + 1 + number, 1).font = Font(bold=True)
    path = folder / name
    book.save(path)
    return path


def data(path: Path) -> list[dict[str, str]]:
    return [row.cells for row in rows_of(path) if isinstance(row, Row)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encoding_it_has(tmp_path: Path, encoding: str) -> None:
    text = "投诉人,投诉内容\n钱先生,墙面渗水没有人处理\n"
    assert data(written(tmp_path, "a.csv", text.encode(encoding))) == [
        {"投诉人": "钱先生", "投诉内容": "墙面渗水没有人处理"}
    ]


def test_rows_encoded_twice_beside_right_ones_are_repaired(tmp_path: Path) -> None:
    text = f"标题,内容\n正常,正常的一行\n{twice_encoded('退款')},{twice_encoded('客服不理，要求退款。')}\n"
    assert data(written(tmp_path, "a.csv", text.encode())) == [
        {"标题": "正常", "内容": "正常的一行"},
        {"标题": "退款", "内容": "客服不理，要求退款。"},
    ]


@pytest.mark.parametrize("text", ["café déjà vu", "Ã©tude", "plain", "中文 é", "ÿþ"])
def test_what_was_not_encoded_twice_stays(text: str) -> None:
    assert repaired(text) == text


def test_windows_quotes_inside_twice_encoded_text_are_undone() -> None:
    assert repaired("“退款”".encode().decode("cp1252", "replace").replace("\ufffd", "\x9d")) == "“退款”"


def test_a_heading_inside_the_data_is_a_note(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "标题,内容\r\r\n甲,一\r\r\n标题,内容\r\r\n乙,二\r\r\n".encode())
    found = list(rows_of(path))
    assert [type(row) for row in found] == [Row, Note, Row]
    assert found[1].number == 3
    assert data(path) == [{"标题": "甲", "内容": "一"}, {"标题": "乙", "内容": "二"}]


def test_a_line_break_inside_quotes_belongs_to_the_cell(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", '标题,内容\n甲,"第一行\r\r\n第二行"\n'.encode())
    assert data(path) == [{"标题": "甲", "内容": "第一行\n第二行"}]


def test_a_semicolon_table_is_a_table(tmp_path: Path) -> None:
    assert data(written(tmp_path, "a.csv", "标题;内容\n甲;一\n".encode())) == [{"标题": "甲", "内容": "一"}]


def test_a_row_with_too_many_columns_says_so(tmp_path: Path) -> None:
    (row,) = rows_of(written(tmp_path, "a.csv", "标题,内容\n甲,一,二\n".encode()))
    assert isinstance(row, Row)
    assert row.wrong == Text("有 3 栏，表头只有 2 栏", "3 columns, but the heading has 2")


def test_formatted_blank_rows_end_the_sheet(tmp_path: Path) -> None:
    path = sheet(tmp_path, [HEADING, ["1", "A1", "主题", "2019/4/25 9:32:09", "内容"]], blank=BLANK_ROWS_END + 500)
    found = list(rows_of(path))
    assert [type(row) for row in found] == [Row, Note]
    assert found[1].text.en == f"{BLANK_ROWS_END} blank rows, ended here; the sheet claims {BLANK_ROWS_END + 502} rows"


def test_a_few_blank_rows_do_not_end_it(tmp_path: Path) -> None:
    path = sheet(tmp_path, [HEADING, ["1", "A1", "甲"], *[[None]] * 20, ["2", "A2", "乙"]])
    assert [cells["留言主题"] for cells in data(path)] == ["甲", "乙"]


def test_a_workbook_gives_real_dates_and_whole_numbers(tmp_path: Path) -> None:
    when = datetime(2019, 4, 25, 9, 32, 9)  # noqa: DTZ001 - as a workbook gives it
    path = sheet(tmp_path, [HEADING, [2549.0, "A1", "甲", when, "一"]])
    assert data(path)[0]["留言编号"] == "2549"
    assert instant_in(data(path)[0]["留言时间"]) == parse_instant("2019-04-25 09:32") + 9


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_json_lines_are_read_and_broken_ones_named(tmp_path: Path, name: str) -> None:
    raw = (json.dumps({"content": "一", "tags": ["甲", "乙"]}, ensure_ascii=False) + "\n\n{broken\n[1]\n").encode()
    found = list(rows_of(written(tmp_path, name, gzip.compress(raw) if name.endswith(".gz") else raw)))
    assert [row.number for row in found] == [1, 3, 4]
    assert isinstance(found[0], Row)
    assert found[0].cells == {"content": "一", "tags": "甲、乙"}
    assert all(isinstance(row, Row) and row.wrong for row in found[1:])


@pytest.mark.parametrize(
    ("name", "raw"),
    [("a.pdf", b"%PDF"), ("a.csv", b""), ("a.csv.gz", b"not packed"), ("a.xlsx", b"PK no workbook"), ("a.xlsx", b"x")],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, name: str, raw: bytes) -> None:
    with pytest.raises(FileRefused):
        list(rows_of(written(tmp_path, name, raw)))


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("\n\t\t\u3000\u3000您好！_x000D_\n谢谢\u3000", "您好！\n谢谢"),
        ("a\x00b\ufeffc", "abc"),
        ("一\n\n\n\n二", "一\n\n二"),
        (None, ""),
        (3.0, "3"),
        (3.5, "3.5"),
        ("😀 _x4E2D_", "😀 中"),
    ],
)
def test_a_cell_is_cleaned(cell: object, text: str) -> None:
    assert clean(cell) == text


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2019/4/25 9:32:09", "2019-04-25 09:32:09"),
        ("2019-04-25", "2019-04-25 09:00:00"),
        ("2019年4月5日 9时5分", "2019-04-05 09:05:00"),
        ("2020年1月8日 下午3:20", "2020-01-08 15:20:00"),
        ("2020.1.8 12:00:00 AM", "2020-01-08 00:00:00"),
        ("2020-01-08T10:11:12", "2020-01-08 10:11:12"),
    ],
)
def test_times_are_read_in_chinese_habits(text: str, instant: str) -> None:
    assert instant_in(text) == parse_instant(instant)


@pytest.mark.parametrize("text", ["昨天", "2019/13/1", "2019/2/30", "25:00", "2019/1/1 25:00", "03/22/23"])
def test_what_is_no_time_is_none(text: str) -> None:
    assert instant_in(text) is None


def test_bytes_that_are_no_text_are_saved_as_far_as_they_go() -> None:
    assert decoded("好".encode() + b"\xff\xff\x81").startswith("好")


def test_columns_are_guessed_by_their_names_and_can_be_overridden() -> None:
    guessed = guess(HEADING)
    assert guessed == {
        "number": "留言编号", "customer": "留言用户", "title": "留言主题",
        "content": "留言详情", "received": "留言时间",
    }  # fmt: skip
    assert override(guessed, ["customer=", "phone=留言编号"], HEADING) == {
        "title": "留言主题", "content": "留言详情", "received": "留言时间", "phone": "留言编号",
    }  # fmt: skip
    for wish in ("nonsense", "colour=留言编号", "phone=没有"):
        with pytest.raises(MappingError):
            override(guessed, [wish], HEADING)


NOW = parse_instant("2026-11-20 10:00")
COLUMNS = {"title": "t", "content": "c", "received": "r", "answer": "a", "answered": "w"}


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"r": "2019/1/1"}, "there is no content"),
        ({"c": "x", "r": "某日"}, "a time that cannot be read: 某日"),
        ({"c": "x", "r": "2027/1/1"}, "a time in the future: 2027/1/1"),
        ({"c": "x", "r": "2019/1/2", "w": "2019/1/1", "a": "y"}, "answered before it was received"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(cells: dict[str, str], reason: str) -> None:
    said = read(cells, COLUMNS, NOW)
    assert isinstance(said, Text)
    assert said.en == reason


def test_what_no_column_stands_for_is_kept_in_the_text() -> None:
    said = read({"t": "标题", "c": "内容", "投诉要求": "退款"}, COLUMNS, NOW)
    assert isinstance(said, Said)
    assert said.text == "标题\n内容\n投诉要求：退款"


def test_every_plan_names_what_its_pack_has() -> None:
    from huiyin_engine.language.building import load_pack

    root = Path(__file__).parents[3] / "packs"

    def texts(folder: Path, prefix: str = "") -> dict[str, str]:
        return {prefix + p.name: p.read_text(encoding="utf-8") for p in sorted(folder.glob("*.yaml"))}

    for name in plans():
        (folder,) = root.glob(f"{name}-*")
        pack, plan = load_pack(texts(folder), texts(root / "library", "library/")), plan_for(name)
        for step in (*plan.life, *plan.answered):
            assert set(step.inputs) <= {take.fact for take in pack.acts[step.act].takes}


def test_an_unknown_plan_is_refused() -> None:
    with pytest.raises(MappingError, match="no mapping for R99"):
        plan_for("R99")


def test_a_large_cell_does_not_stop_the_table(tmp_path: Path) -> None:
    out = io.StringIO()
    out.write("标题,内容\n甲," + "长" * 200_000 + "\n")
    assert len(data(written(tmp_path, "a.csv", out.getvalue().encode()))[0]["内容"]) == 200_000
