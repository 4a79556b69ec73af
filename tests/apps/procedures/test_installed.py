"""The packs at hand: loaded once, kept for their cases, and never replaced by a broken one."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from huiyin.cases.operations import perform, state_of
from huiyin.common.health import Level
from huiyin.organisation import operations
from huiyin.organisation.models import Revision
from huiyin.organisation.posts import packs as needed_packs
from huiyin.procedures import calendars, installed
from huiyin.procedures.models import PackVersion
from huiyin_engine.instants import day_of, parse_day, parse_instant
from huiyin_engine.model.outcome import Refusal
from tests.factories import cases
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
RULES, HEADER = Path("T1-office/rules.yaml"), Path("T1-office/pack.yaml")


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def revision() -> str:
    return Revision.objects.values_list("stamp", flat=True).first() or ""


def test_pack_is_stored_once_with_its_texts(packs: Path) -> None:
    assert [k.pack for k in installed.known_packs()] == ["T1"]
    installed.forget()
    installed.known_packs()
    row = PackVersion.objects.get()
    assert (row.pack, row.version) == ("T1", "1")
    assert row.files["pack"]["rules.yaml"] == (packs / RULES).read_text(encoding="utf-8")


def test_broken_pack_is_refused_and_the_last_good_one_runs_on(packs: Path) -> None:
    cases.office()
    case_id = cases.registered()
    edit(packs / RULES, "by: clerk\n    opens: complaint", "by: clark\n    opens: complaint")
    [refused] = installed.refused()
    assert refused.folder == "T1-office"
    assert [f.file for f in refused.findings] == ["rules.yaml"]
    assert refused.findings[0].line > 1
    assert state_of(cases.registered()).type == "complaint"
    perform(cases.acting("note", case_id, cases.MONDAY + cases.HOUR, remark="x"))
    findings = list(installed.health())
    assert findings[0].level == Level.FAILURE
    assert "rules.yaml" in str(findings[0].message)
    edit(packs / RULES, "clark", "clerk")
    assert installed.refused() == ()
    assert [f.level for f in installed.health()] == [Level.FINE]


def test_process_that_starts_beside_a_broken_pack_runs_the_stored_one(packs: Path) -> None:
    installed.known_packs()
    (packs / HEADER).write_text("pack: [", encoding="utf-8")
    installed.forget()
    cases.office()
    assert state_of(cases.registered()).version == "1"
    assert len(installed.refused()) == 1


def test_case_keeps_the_version_it_was_opened_under(packs: Path) -> None:
    cases.office()
    old = cases.registered()
    edit(packs / HEADER, 'version: "1"', 'version: "2"')
    edit(packs / HEADER, "2020-01-01", "2025-03-01")
    edit(packs / RULES, "start + 3 working days", "start + 5 working days")
    installed.refresh()
    new = cases.registered()
    assert (state_of(old).version, state_of(new).version) == ("1", "2")
    assert state_of(new).obligations["answer#1"].due == parse_instant("2025-03-17 18:00")
    installed.forget()
    answered = perform(cases.acting("look_into", old, cases.MONDAY + cases.HOUR, kind="manner"))
    assert not isinstance(answered, Refusal)
    assert installed.pack("T1", "1").owes["answer"].due != installed.pack("T1", "2").owes["answer"].due


def test_version_applies_from_its_day_and_an_adopted_one_before_that(packs: Path) -> None:
    installed.known_packs()
    edit(packs / HEADER, 'version: "1"', 'version: "2"')
    edit(packs / HEADER, "2020-01-01", "2025-06-01")
    installed.refresh()
    march, july = parse_instant("2025-03-10 10:00"), parse_instant("2025-07-01 10:00")
    assert installed.packs_at(march, "")["T1"].version == "1"
    assert installed.packs_at(july, "")["T1"].version == "2"
    operations.adopt("T1", "1", since=datetime(2025, 1, 1, tzinfo=UTC))
    assert installed.packs_at(july, revision())["T1"].version == "1"
    assert day_of(march) > parse_day("2025-03-09")


def test_change_without_a_new_version_number_is_said(packs: Path) -> None:
    installed.known_packs()
    edit(packs / RULES, "start + 3 working days", "start + 4 working days")
    assert [f.level for f in installed.health()] == [Level.WARNING, Level.FINE]
    assert installed.pack("T1", "1").owes["answer"].due is not None
    assert PackVersion.objects.count() == 2


def test_organisation_learns_what_a_pack_needs(packs: Path) -> None:
    needs = needed_packs()["T1"]
    assert [(p.key, p.zh, p.en, p.unit_kind) for p in needs.posts] == [
        ("clerk", "经办员", "Clerk", ""),
        ("director", "主任", "Director", ""),
    ]


def test_confirmed_parameter_is_typed_and_dated(packs: Path) -> None:
    with (packs / RULES).open("a", encoding="utf-8") as file:
        file.write('- clause: "4"\n  parameter most: {name: 上限 / Most, type: money, default: "500.00"}\n')
    user = UserFactory()
    operations.confirm_parameter("T1", "most", "800.50", by=user, since=datetime(2025, 3, 1, tzinfo=UTC))
    before, after = parse_instant("2025-02-01 10:00"), parse_instant("2025-04-01 10:00")
    assert "T1" not in installed.parameters_at(before, revision())
    assert str(installed.parameters_at(after, revision())["T1"]["most"]) == "800.50"
    assert [(p.name, p.default) for p in needed_packs()["T1"].parameters] == [("most", "500.00")]


@pytest.mark.parametrize(
    ("stored", "kind", "typed"),
    [
        ("yes", "yes/no", "True"),
        (7, "number", "7"),
        ("3.5", "number", "3.5"),
        ("x", "money", "None"),
        (True, "yes/no", "True"),
    ],
)
def test_parameter_that_cannot_be_read_is_unknown(stored: Any, kind: str, typed: str) -> None:
    from huiyin_engine.language.compiling import FactType

    assert str(installed.typed_parameter(stored, FactType(kind))) == typed


def test_broken_calendar_file_leaves_the_last_good_calendar(packs: Path, tmp_path: Path, settings: Any) -> None:
    import shutil

    shutil.copytree(settings.CALENDARS_DIR, tmp_path / "calendars")
    settings.CALENDARS_DIR = tmp_path / "calendars"
    good = calendars.working_calendar()
    (tmp_path / "calendars" / "mainland" / "2025.yaml").write_text("authority: [", encoding="utf-8")
    calendars.look_again()
    assert calendars.working_calendar() is good
    assert next(iter(calendars.health())).level == Level.FAILURE


def test_year_without_notice_is_said(packs: Path, tmp_path: Path, settings: Any) -> None:
    (tmp_path / "calendars" / "mainland").mkdir(parents=True)
    settings.CALENDARS_DIR = tmp_path / "calendars"
    calendars.forget()
    assert [f.level for f in calendars.health()] == [Level.WARNING]
