"""`huiyin import`: every row becomes a case or is reported; running twice is running once."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.operations import state_of
from huiyin.cases.rebuilding import rebuild
from huiyin.common.dates import current_instant
from huiyin.demo.organisation import make_organisation
from huiyin.intake import importing
from huiyin.intake.models import ImportedRow, ImportRun
from huiyin_engine.instants import format_instant

pytestmark = pytest.mark.django_db
REAL = Path(__file__).parents[4] / "shared" / "data" / "teddy2020c_a4_replies.xlsx"
ROWS = """留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间,区域
1,U01,渗水,2019/4/25 9:32:09,楼盘外墙渗水,已安排维修。,2019/5/10 14:56:53,A区
2,U02,租金,2019/4/27 8:01:02,退租押金不退,,,B区
3,U03,,2019/4/25,,,,
4,U04,时间,某日,内容,,,
1,U01,渗水,2019/4/25 9:32:09,楼盘外墙渗水,已安排维修。,2019/5/10 14:56:53,A区
5,U05,周末,2019/5/25 10:00:00,周末投诉当天答复,当天答复。,2019/5/25 15:00:00,
6,,未来,2099/1/1,内容,,,
"""


@pytest.fixture
def organisation(db: None) -> None:
    make_organisation(timezone.now() - timedelta(days=30))


def run(path: Path, *words: str) -> str:
    out = StringIO()
    call_command("import", str(path), "--report", str(path.with_suffix(".report.csv")), *words, stdout=out)
    return out.getvalue()


def some(folder: Path, text: str = ROWS) -> Path:
    path = folder / "past.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.usefixtures("organisation")
def test_rows_become_cases_with_their_own_times_and_answers(tmp_path: Path) -> None:
    said = run(some(tmp_path))
    assert "7 rows: 3 taken, 4 not taken" in said
    assert "customer   留言用户" in said
    assert "Added to the content: 区域" in said
    answered = state_of(ImportedRow.objects.get(row=2).case_id)
    assert answered.facts["content"] == "渗水\n楼盘外墙渗水\n区域：A区"
    assert answered.facts["category"] == "sales"
    assert answered.facts["measures"] == "已安排维修。"
    assert format_instant(answered.facts["promised_at"]) == "2019-05-10 18:00"
    assert answered.closed_how == "declined"
    assert not any(o.missed_at for o in answered.obligations.values())
    waiting = state_of(ImportedRow.objects.get(row=3).case_id)
    assert waiting.closed_at is None
    assert waiting.facts["category"] == "lease"
    assert format_instant(waiting.acts["register"][0].at) == "2019-04-28 09:00"
    assert format_instant(waiting.facts["promised_at"]) == "2019-05-14 18:00"
    weekend = state_of(ImportedRow.objects.get(row=7).case_id)
    assert weekend.closed_at is not None
    assert ImportedRow.objects.get(row=2).number == "TS-2019-0001"


@pytest.mark.usefixtures("organisation")
def test_every_row_that_was_not_taken_is_reported_with_its_reason(tmp_path: Path) -> None:
    path = some(tmp_path)
    run(path)
    with path.with_suffix(".report.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))[1:]
    assert [(line[0], line[2]) for line in lines] == [
        ("4", "there is no content"),
        ("5", "a time that cannot be read: 某日"),
        ("6", "repeats row 2"),
        ("8", "a time in the future: 2099/1/1"),
    ]


@pytest.mark.usefixtures("organisation")
def test_a_second_run_takes_nothing(tmp_path: Path) -> None:
    run(some(tmp_path))
    before = list(CaseEvent.objects.order_by("case_id", "seq").values_list("hash", flat=True))
    assert "0 taken" in run(some(tmp_path))
    assert list(CaseEvent.objects.order_by("case_id", "seq").values_list("hash", flat=True)) == before


@pytest.mark.usefixtures("organisation")
def test_a_dry_run_keeps_nothing(tmp_path: Path) -> None:
    assert "3 could be taken (dry run" in run(some(tmp_path), "--dry-run")
    assert not Case.objects.exists()
    assert not ImportRun.objects.exists()


@pytest.mark.usefixtures("organisation")
def test_a_stopped_run_is_resumed_where_it_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing, "ROWS_AT_ONCE", 2)
    path, real = some(tmp_path), importing.append_histories
    calls = []

    def fails_at_second(histories: object) -> int:
        calls.append(1)
        if len(calls) == 3:
            raise OSError("the machine was switched off")
        return real(histories)  # type: ignore[arg-type]

    monkeypatch.setattr(importing, "append_histories", fails_at_second)
    with pytest.raises(OSError, match="switched off"):
        run(path)
    assert ImportRun.objects.get().rows_done == 4
    assert Case.objects.count() == 2
    monkeypatch.setattr(importing, "append_histories", real)
    assert "7 rows (4 done before): 1 taken" in run(path, "--resume")
    assert Case.objects.count() == 3
    assert ImportRun.objects.get().finished_at is not None


@pytest.mark.usefixtures("organisation")
def test_rows_without_any_time_are_of_this_instant(tmp_path: Path) -> None:
    path = tmp_path / "reviews.jsonl"
    path.write_text('{"review": "房间陈旧"}\n', encoding="utf-8")
    run(path, "--promise-days", "3")
    state = state_of(ImportedRow.objects.get().case_id)
    assert state.facts["customer"] == "不详（导入）"
    assert state.closed_at is None
    assert state.opened_at is not None
    assert abs(state.opened_at - current_instant()) < 120
    assert Case.objects.get().number.startswith(f"TS-{timezone.localdate().year}-")


@pytest.mark.usefixtures("organisation")
def test_what_was_imported_can_be_rebuilt(tmp_path: Path) -> None:
    run(some(tmp_path))
    before = list(Case.objects.order_by("id").values_list("id", "number", "title", "due", "head"))
    rebuild()
    assert list(Case.objects.order_by("id").values_list("id", "number", "title", "due", "head")) == before


@pytest.mark.usefixtures("organisation")
@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["--map", "content=没有"], "no column"),
        (["--map", "content=", "--map", "title="], "No column holds the content"),
        (["--promise-days", "0"], "must be 1 to 250"),
        (["--pack", "R99"], "no mapping for R99"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_before_anything_runs(tmp_path: Path, words: list[str], part: str) -> None:
    with pytest.raises(CommandError, match=part):
        run(some(tmp_path), *words)
    assert not ImportRun.objects.exists()


def test_without_a_regulation_nothing_is_imported(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No regulation is adopted"):
        run(some(tmp_path))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"There is no file .*none\.csv"):
        run(tmp_path / "none.csv")


@pytest.mark.slow
@pytest.mark.usefixtures("organisation")
@pytest.mark.skipif(not REAL.exists(), reason=f"LEFT OUT: the real messages are not here ({REAL.name} in shared/data)")
def test_the_real_messages_lose_no_row(tmp_path: Path) -> None:
    from itertools import islice

    from openpyxl import load_workbook

    sheet = load_workbook(REAL, read_only=True).worksheets[0]
    path = tmp_path / "some.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(islice(sheet.iter_rows(values_only=True), 301))
    assert "300 rows: 300 taken, 0 not taken" in run(path)
    assert Case.objects.filter(closed_at=None).count() == 0
