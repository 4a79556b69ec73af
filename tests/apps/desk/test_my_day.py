"""My day: what is owed, in order; what will climb; the people below; drafts and questions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from huiyin.cases.clock import sweep
from huiyin.common.dates import current_instant
from huiyin.desk.models import Draft, Note
from huiyin_engine.instants import parse_instant
from tests.apps.desk.conftest import NOW
from tests.factories.desk import do, routed, take

Desk = Callable[[str], Client]


def test_empty_day_teaches(desk: Desk) -> None:
    page = desk("li").get("/my-day/").content.decode()
    assert "目前没有待办" in page
    assert "2025年4月15日 周二" in page


def test_nearest_comes_first_and_late_is_said(desk: Desk, clock: Any) -> None:
    later = take(content="后到期的投诉", promised_at=parse_instant("2025-05-20 18:00"))
    sooner = take(content="先到期的投诉")
    clock.move_to(NOW + timedelta(days=8))
    response = desk("li").get("/my-day/")
    assert [item.case.number for item in response.context["items"]] == [sooner.number] * 2 + [later.number] * 2
    assert response.context["figures"].late == 2
    page = response.content.decode()
    assert "超时 15 小时 30 分" in page
    assert page.index(sooner.number) < page.index(later.number)


def test_clause_and_both_dates_stand_at_each_row(desk: Desk) -> None:
    browser = desk("li")
    take()
    page = browser.get("/my-day/").content.decode()
    assert "§ 7.2.1" in page
    assert "还有 7 天 8 小时" in page
    assert "4月22日 周二 18:00" in page


def test_manager_sees_what_will_climb_to_him_tomorrow(desk: Desk, clock: Any) -> None:
    case = routed()
    clock.move_to(NOW + timedelta(days=7))
    do("agree_time", case.id, "li", promised_at=parse_instant("2025-04-24 18:00"), understanding="同意")
    clock.move_to(NOW + timedelta(days=8))
    browser = desk("zheng")
    climbing = browser.get("/my-day/").context["climbing"]
    assert [(c.case.number, c.to_me) for c in climbing] == [(case.number, True)]
    page = browser.get("/my-day/").content.decode()
    assert "责任人 → 郑平（总经理）" in page
    assert desk("sun").get("/my-day/").context["climbing"] == []


def test_head_sees_the_people_below_and_who_is_drowning(desk: Desk, clock: Any) -> None:
    take()
    clock.move_to(NOW + timedelta(days=8))
    loads = desk("ma").get("/my-day/").context["loads"]
    assert [(load.name, load.late > 0) for load in loads] == [("李敏", True), ("陈晨", False)]
    assert desk("li").get("/my-day/").context["loads"] == []


def test_signature_owed_is_counted(desk: Desk) -> None:
    take(respondent_post="dept_staff", dept="works")
    response = desk("ma").get("/my-day/")
    assert response.context["figures"].to_sign == 1
    assert "审核" in response.content.decode()


def test_question_to_me_waits_until_answered(desk: Desk) -> None:
    case = take()
    desk("li").post(f"/cases/{case.number}/notes/", {"text": "现场谁看过？", "asked": "wang"})
    assert "现场谁看过？" in desk("wang").get("/my-day/").content.decode()
    assert "现场谁看过？" not in desk("sun").get("/my-day/").content.decode()
    note = Note.objects.get()
    desk("sun").post(f"/cases/{case.number}/notes/", {"answers": note.pk, "answer": "不是问我"})
    note.refresh_from_db()
    assert note.answer == ""
    desk("wang").post(f"/cases/{case.number}/notes/", {"answers": note.pk, "answer": "我看过"})
    assert "现场谁看过？" not in desk("wang").get("/my-day/").content.decode()


def test_draft_is_mine_alone(desk: Desk) -> None:
    li, chen = desk("li"), desk("chen")
    assert li.post("/new/", {"act": "R01.register", "draft": "1", "content": "没写完的投诉"}).status_code == 302
    draft = Draft.objects.get()
    assert draft.typed == {"content": "没写完的投诉"}
    assert "没写完的投诉" in li.get("/my-day/").content.decode()
    assert "没写完的投诉" not in chen.get("/my-day/").content.decode()
    address = f"/new/?act=R01.register&draft={draft.pk}"
    assert "没写完的投诉" in li.get(address).content.decode()
    assert chen.get(address).status_code == 404
    assert chen.post(f"/drafts/{draft.pk}/discard/").status_code == 404
    assert li.post(f"/drafts/{draft.pk}/discard/").status_code == 302
    assert not Draft.objects.exists()


@pytest.mark.usefixtures("steady_banner")
def test_same_number_of_queries_for_1_and_30(desk: Desk, django_assert_max_num_queries: Any) -> None:
    browser = desk("li")
    take()
    browser.get("/my-day/")
    with django_assert_max_num_queries(12) as few:
        browser.get("/my-day/")
    for _ in range(29):
        take()
    browser.get("/my-day/")
    with django_assert_max_num_queries(12) as many:
        page = browser.get("/my-day/")
    assert len(few) == len(many)
    assert len(page.context["items"]) == 40
    assert page.context["rest"]
    following = browser.get("/my-day/", {"after": page.context["rest"]})
    assert following.context["items"]
    assert not {i.case.number + i.key for i in following.context["items"]} & {
        i.case.number + i.key for i in page.context["items"]
    }


def test_duties_page_lists_what_is_due_over_all_cases_but_not_what_concerns_me(desk: Desk, clock: Any) -> None:
    do("open_office", "", "he")
    mine = take(by="chen", content="投诉客户代表态度", respondents=("he",))
    other = take(content="投诉工程部态度", respondent_post="dept_staff", dept="works")
    clock.move_to(NOW + timedelta(days=8))
    sweep(current_instant())
    response = desk("he").get("/duties/")
    numbers = {one.item.case.number for one, _names in response.context["due"]}
    assert other.number in numbers
    assert mine.number not in numbers
    assert response.context["hidden"] == 1
    assert "每日检查" in response.content.decode()
