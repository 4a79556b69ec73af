"""A new complaint: form from the pack, live line, caller, duplicates, refusals that keep what was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from huiyin.cases import operations
from huiyin.cases.models import Case
from huiyin.desk.models import Draft
from huiyin_engine.instants import parse_instant
from tests.factories.desk import do, take

Desk = Callable[[str], Client]
TYPED = {
    "act": "R01.register",
    "content": "卫生间渗水",
    "channel": "phone",
    "customer": "吴女士",
    "phone": "13712345678",
    "category": "sales",
    "promised_at": "4月18日 18:00",
    "within_duties": "no",
}


def test_form_comes_from_the_pack_with_labels_marks_and_proposed_times(desk: Desk) -> None:
    response = desk("li").get("/new/")
    page = response.content.decode()
    form = response.context["form"]
    assert response.context["chosen"].key == "R01.register"
    assert form["content"].label == "投诉内容"
    assert form.fields["content"].required
    assert not form.fields["phone"].required
    assert ">明天 · 4月16日 周三<" in page
    assert ">3 个工作日 · 4月18日 周五<" in page
    assert "记录客户意见" in page


def test_who_may_open_nothing_by_post_gets_only_what_is_open_to_all(desk: Desk) -> None:
    response = desk("wu").get("/new/")
    assert {key for key, _label, _current in response.context["offered"]} == {"R01.arrive"}
    assert desk("wu").post("/new/", TYPED).status_code == 404


def test_registering_opens_the_case_and_leads_to_it(desk: Desk) -> None:
    response = desk("li").post("/new/", TYPED, follow=True)
    case = Case.objects.get()
    assert response.redirect_chain[-1][0] == f"/cases/{case.number}/"
    assert f"已登记，编号 {case.number}" in response.content.decode()
    state = operations.state_of(case.id)
    assert state.facts["promised_at"] == parse_instant("2025-04-18 18:00")
    assert state.facts["within_duties"] is False
    assert state.holders["tracker"].person == "li"


def test_sent_twice_is_one_case(desk: Desk) -> None:
    browser = desk("li")
    token = browser.get("/new/").context["form"]["at-token"].value()
    first = browser.post("/new/", {**TYPED, "at-token": token})
    second = browser.post("/new/", {**TYPED, "at-token": token})
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("content", "", "“投诉内容”没有填写（7.2.1）"),
        ("channel", "", "“渠道”没有填写（7.2.1）"),
        ("category", "", "“类别”没有填写（7.2.1）"),
        ("promised_at", "", "“预定答复时间”没有填写（7.2.1）"),
        ("promised_at", "2025-04-01", "须晚于办理时间"),
        ("category", "other kind", "选择"),
        ("dept", "moon", "选择"),
        ("respondents", "nobody", "选择"),
    ],
)
def test_wrong_field_is_422_named_and_the_rest_stays(desk: Desk, field: str, value: str, says: str) -> None:
    response = desk("li").post("/new/", {**TYPED, field: value})
    assert response.status_code == 422
    assert says in str(response.context["form"].errors[field])
    page = response.content.decode()
    kept = "吴女士" if field != "customer" else "卫生间渗水"
    assert kept in page
    assert not Case.objects.exists()


def test_refusal_that_names_no_field_stands_above_the_form(desk: Desk) -> None:
    response = desk("li").post("/new/", {**TYPED, "customer": ""})
    assert response.status_code == 422
    assert "客户没有填写，匿名的请标明" in response.content.decode()


def test_will_become_line_tells_owner_dates_and_clause(desk: Desk) -> None:
    page = desk("li").post("/new/outcome/", {**TYPED, "dept": "works", "respondent_post": "dept_manager"})
    said = page.content.decode()
    assert "责任人 → 李敏（客户服务人员）" in said
    assert "限 2025年4月18日 周五 18:00" in said
    assert "§ 5.1-5.4" in said
    assert not Case.objects.exists()
    about_staff = desk("chen").post("/new/outcome/", {**TYPED, "respondents": "li"}).content.decode()
    assert "责任人 → 马立（市场部经理）" in about_staff
    assert "李敏与本案有关，须回避" in about_staff


def test_will_become_line_names_what_is_missing_and_a_day_of_rest(desk: Desk) -> None:
    browser = desk("li")
    assert "还缺：投诉内容" in browser.post("/new/outcome/", {**TYPED, "content": ""}).content.decode()
    said = browser.post("/new/outcome/", {**TYPED, "promised_at": "4月19日"}).content.decode()
    assert "2025年4月19日 周六是休息日（周末）" in said


def test_caller_is_found_by_number_with_earlier_cases(desk: Desk) -> None:
    do("enter_customer", "", "li", customer="钱先生", phone="13800138000")
    earlier = take()
    browser = desk("chen")
    page = browser.post("/new/caller/", {"phone": "138 0013 8000"}).content.decode()
    assert "已录入客户" in page
    assert earlier.number in page
    assert "此前没有记录" in browser.post("/new/caller/", {"phone": "13999999999"}).content.decode()
    assert earlier.number in browser.post("/new/caller/", {"customer": "钱先生"}).content.decode()


def test_open_case_that_reads_alike_is_offered(desk: Desk) -> None:
    alike = take(content="三号楼1201卫生间渗水到楼下")
    take(content="售楼处停车位不够用")
    said = desk("li").post("/new/duplicates/", {**TYPED, "content": "1201卫生间渗水到楼下"}).content.decode()
    assert alike.number in said
    assert said.count("<li>") == 1
    assert "<li>" not in desk("li").post("/new/duplicates/", {**TYPED, "content": "电梯"}).content.decode()


def test_draft_is_taken_up_and_gone_once_registered(desk: Desk) -> None:
    browser = desk("li")
    assert browser.post("/new/", {"act": "R01.register", "draft": "1", "phone": "137"}).status_code == 302
    draft = Draft.objects.get()
    page = browser.get(f"/new/?act=R01.register&draft={draft.pk}").content.decode()
    assert f'name="from-draft" value="{draft.pk}"' in page
    again = {"act": "R01.register", "draft": "1", "phone": "13712345678", "from-draft": str(draft.pk)}
    browser.post("/new/", again)
    assert Draft.objects.get().typed == {"phone": "13712345678"}
    assert browser.post("/new/", {**TYPED, "from-draft": str(draft.pk)}).status_code == 302
    assert not Draft.objects.exists()


def test_standing_case_is_opened_by_the_same_form(desk: Desk) -> None:
    sent = {"act": "R01.enter_customer", "customer": "吴先生", "phone": "13800001111"}
    assert desk("li").post("/new/?standing", sent).status_code == 302
    case = Case.objects.get()
    assert (case.type, case.title) == ("customer", "吴先生")


def test_nobody_takes_down_a_complaint_about_himself(desk: Desk) -> None:
    response = desk("li").post("/new/", {**TYPED, "respondents": "li"})
    assert response.status_code == 409
    assert "本案与您有关，须回避（CR-2）。可由陈晨办理。" in response.content.decode()
    assert not Case.objects.exists()


def test_long_text_is_refused_by_name(desk: Desk) -> None:
    response = desk("li").post("/new/", {**TYPED, "content": "漏" * 100_001})
    assert response.status_code == 422
    assert "过长" in str(response.context["form"].errors["content"])


def test_queries_of_the_form_are_few(desk: Desk, django_assert_max_num_queries: Any) -> None:
    browser = desk("li")
    browser.get("/new/")
    with django_assert_max_num_queries(6):
        browser.get("/new/")
