"""Rows of a file, as they stand there: xlsx, csv, jsonl, each also packed with gzip."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from huiyin.intake.cleaning import clean
from huiyin_engine.texts import Text

BLANK_ROWS_END = 1000
"""So many blank rows one after another end a sheet: formatted emptiness below the data is not read to its end."""
LARGEST = 1 << 30
"""Bytes of a file once unpacked."""
ENDINGS = (".xlsx", ".csv", ".jsonl")
csv.field_size_limit(20_000_000)


class FileRefused(ValueError):  # noqa: N818 - a state of affairs
    """The file cannot be read at all."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


class Row(NamedTuple):
    """A row with data: its number in the file (from 1, the heading counted), cells by column, and what is wrong."""

    number: int
    cells: dict[str, str]
    wrong: Text | None = None


class Note(NamedTuple):
    """Something the report must say that is no row of data: a repeated heading, the end of a sheet."""

    number: int
    text: Text


def digest_of(path: Path) -> str:
    """sha256 of the file as it lies there."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def rows_of(path: Path) -> Iterator[Row | Note]:
    """
    Every row of a file, in order. Raises FileRefused for a file that is none of the three kinds or broken.

    Blank rows are passed over; a heading that occurs again is a note. Cells are cleaned (`cleaning.clean`).
    """
    name = path.name.lower()
    packed = name.endswith(".gz")
    ending = next((e for e in ENDINGS if name.removesuffix(".gz").endswith(e)), None)
    if ending is None:
        raise FileRefused(
            Text(f"不认识的文件类型：{path.name}（可用 xlsx、csv、jsonl 及 .gz）",
                 f"unknown kind of file: {path.name} (xlsx, csv, jsonl, also .gz)")
        )  # fmt: skip
    raw = _bytes(path, packed)
    if ending == ".xlsx":
        yield from _sheets(raw)
    elif ending == ".csv":
        yield from _table(csv.reader(io.StringIO(_lines(decoded(raw)), newline=""), delimiter=_delimiter(raw)))
    else:
        yield from _objects(decoded(raw))


def _bytes(path: Path, packed: bool) -> bytes:
    try:
        with gzip.open(path) if packed else path.open("rb") as file:
            raw = file.read(LARGEST + 1)
    except (OSError, EOFError) as error:
        raise FileRefused(Text(f"文件读不出来：{error}", f"the file cannot be read: {error}")) from error
    if len(raw) > LARGEST:
        raise FileRefused(Text("文件超过 1 GiB，请分开", "the file is larger than 1 GiB; split it"))
    if not raw:
        raise FileRefused(Text("文件是空的", "the file is empty"))
    return raw


def decoded(raw: bytes) -> str:
    """Text of bytes: by its mark if it has one, else UTF-8, else GB18030, else what UTF-8 can save of it."""
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if raw.startswith(mark):
            return raw.decode(encoding, "replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def _lines(text: str) -> str:
    return text.replace("\x00", "").replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")


def _delimiter(raw: bytes) -> str:
    head = decoded(raw[:4000].rsplit(b"\n", 1)[0] if b"\n" in raw[:4000] else raw[:4000]).split("\n", 1)[0]
    return max(",;\t|", key=head.count)


def _sheets(raw: bytes) -> Iterator[Row | Note]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise FileRefused(Text(f"不是完整的 xlsx 文件：{error}", f"not a whole xlsx file: {error}")) from error
    try:
        for sheet in book.worksheets:
            claimed = sheet.max_row
            sheet.reset_dimensions()
            yield from _table(sheet.iter_rows(values_only=True), claimed)
    finally:
        book.close()


def _table(lines: Iterable[Sequence[Any]], claimed: int | None = None) -> Iterator[Row | Note]:
    heading: list[str] | None = None
    blank = 0
    for number, line in enumerate(lines, 1):
        cells = [clean(cell) for cell in line]
        while cells and not cells[-1]:
            cells.pop()
        if not cells:
            blank += 1
            if blank >= BLANK_ROWS_END:
                rest = f"，工作表自称 {claimed} 行" if claimed else ""
                rest_en = f"; the sheet claims {claimed} rows" if claimed else ""
                yield Note(
                    number, Text(f"连续 {blank} 行空行，到此为止{rest}", f"{blank} blank rows, ended here{rest_en}")
                )
                return
            continue
        blank = 0
        if heading is None:
            heading = [name or f"column {i}" for i, name in enumerate(cells, 1)]
        elif cells == heading:
            yield Note(number, Text("表头重复，略过", "the heading again, passed over"))
        elif len(cells) > len(heading):
            yield Row(
                number,
                dict(zip(heading, cells, strict=False)),
                Text(f"有 {len(cells)} 栏，表头只有 {len(heading)} 栏",
                     f"{len(cells)} columns, but the heading has {len(heading)}"),
            )  # fmt: skip
        else:
            yield Row(number, {name: cell for name, cell in zip(heading, cells, strict=False) if cell})


def _objects(text: str) -> Iterator[Row | Note]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            yield Row(number, {}, Text(f"不是 JSON：{error.msg}", f"not JSON: {error.msg}"))
            continue
        if not isinstance(value, dict):
            yield Row(number, {}, Text("不是一个对象", "not an object"))
            continue
        cells = {clean(k): _joined(v) for k, v in value.items()}
        yield Row(number, {name: cell for name, cell in cells.items() if cell})


def _joined(value: Any) -> str:
    if isinstance(value, list):
        return "、".join(clean(v) for v in value)
    return clean(json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value)
