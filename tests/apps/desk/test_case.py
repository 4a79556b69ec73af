"""The case: what it shows, who may open it, two people at once, what cannot be done and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from huiyin.cases import operations
from huiyin.cases.models import Case
from huiyin.documents.models import CaseFile
from huiyin_engine.instants import parse_instant
from tests.apps.desk.conftest import NOW
from tests.factories.desk import do, routed, take

Desk = Callable[[str], Client]
TABS = ("", "forms/", "files/", "links/")


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return str(response.content.decode())


def test_story_tells_acts_in_the_words_of_the_regulation(desk: Desk) -> None:
    case = routed()
    page = text_of(desk("li").get(f"/cases/{case.number}/"))
    for said in ("登记投诉", "审核", "签发", "责任人 → 王强（部门经理）", "市场部经理：马立签字", "§ 7.3.2-7.3.3"):
        assert said in page
    assert page.index("责任人 → 王强") < page.index("责任人 → 李敏")
    assert "责任人 → 王强" not in text_of(desk("li").get(f"/cases/{case.number}/?topic=signatures"))


def test_story_is_told_in_english(desk: Desk) -> None:
    case = routed()
    browser = desk("li")
    browser.cookies["django_language"] = "en"
    page = text_of(browser.get(f"/cases/{case.number}/"))
    assert "Owner → Wang Qiang (Department manager)" in page
    assert "Tue 22 Apr 2025 18:00" in page


@pytest.mark.parametrize("tab", [*TABS, "act/send_on/", "why/reply%231/"])
def test_concerned_person_finds_nothing(desk: Desk, tab: str) -> None:
    case = take(by="chen", respondents=("li",))
    assert desk("li").get(f"/cases/{case.number}/{tab}").status_code == 404
    assert desk("chen").get(f"/cases/{case.number}/{tab}").status_code == 200


def test_concerned_person_finds_the_case_in_no_list_but_how_many_are_left_out(desk: Desk) -> None:
    case = take(by="chen", respondents=("li",), content="李敏接电话态度不好")
    browser = desk("li")
    for address in ("/my-day/", "/duties/", "/register/R01/complaint/?state=all", "/search/?q=态度"):
        assert case.number not in text_of(browser.get(address))
    assert "1 件因与您有关而未列出" in text_of(browser.get("/register/R01/complaint/?state=all"))
    assert "态度不好" not in text_of(browser.post("/new/caller/", {"phone": "13800138000"}))
    assert browser.get("/search/", {"q": case.number}).status_code == 200


def test_open_doors_are_buttons_and_shut_ones_say_why(desk: Desk) -> None:
    case = take()
    page = text_of(desk("wang").get(f"/cases/{case.number}/"))
    assert f"/cases/{case.number}/act/send_on/" not in page
    assert "“转出”由跟踪人办理（7.3.2-7.3.3）。请李敏办理。" in page
    assert f"/cases/{case.number}/act/send_on/" in text_of(desk("li").get(f"/cases/{case.number}/"))


def test_act_is_done_and_the_next_page_says_so(desk: Desk) -> None:
    case = routed()
    browser = desk("wang")
    form = browser.get(f"/cases/{case.number}/act/pass_up/").context["form"]
    sent = {"reason": "需施工单位配合", "at-seq": form["at-seq"].value(), "at-token": form["at-token"].value()}
    response = browser.post(f"/cases/{case.number}/act/pass_up/", sent, follow=True)
    page = text_of(response)
    assert "已办理：无法解决，上报" in page
    assert "责任人 → 林涛（主管副总经理）" in page
    assert operations.state_of(case.id).holders["owner"].person == "lin"


def test_same_form_sent_twice_is_one_act(desk: Desk) -> None:
    case = take()
    browser = desk("li")
    form = browser.get(f"/cases/{case.number}/act/tell_progress/").context["form"]
    sent = {"progress": "已联系工程部", "at-seq": form["at-seq"].value(), "at-token": form["at-token"].value()}
    for _ in range(2):
        assert browser.post(f"/cases/{case.number}/act/tell_progress/", sent).status_code == 302
    assert len(operations.state_of(case.id).acts["tell_progress"]) == 1


def test_second_of_two_people_sees_what_the_first_did_and_keeps_what_he_typed(desk: Desk) -> None:
    case = routed()
    browser = desk("wang")
    seq = browser.get(f"/cases/{case.number}/act/pass_up/").context["form"]["at-seq"].value()
    do("tell_progress", case.id, "li", progress="客户同意等到周五")
    response = browser.post(f"/cases/{case.number}/act/pass_up/", {"reason": "我解决不了", "at-seq": seq})
    page = response.content.decode()
    assert response.status_code == 409
    assert "客户同意等到周五" in page
    assert "我解决不了" in page
    assert operations.state_of(case.id).holders["owner"].person == "wang"
    again = {"reason": "我解决不了", "at-seq": response.context["form"]["at-seq"].value()}
    assert browser.post(f"/cases/{case.number}/act/pass_up/", again).status_code == 302
    assert operations.state_of(case.id).holders["owner"].person == "lin"


def test_missing_field_is_422_with_clause_and_keeps_the_rest(desk: Desk) -> None:
    case = take()
    response = desk("li").post(f"/cases/{case.number}/act/agree_time/", {"promised_at": "4月25日", "understanding": ""})
    page = response.content.decode()
    assert response.status_code == 422
    assert "“客户谅解情况”没有填写（7.4.2）。填写“客户谅解情况”。" in page
    assert 'value="4月25日"' in page


def test_forbidden_act_is_409_with_the_reason(desk: Desk) -> None:
    case = take()
    response = desk("wang").post(f"/cases/{case.number}/act/tell_progress/", {"progress": "我来说"})
    assert response.status_code == 409
    assert "“告知进展”由跟踪人办理" in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("promised_at", "不是日期", "这不是日期"),
        ("promised_at", "2025-02-30", "这不是日期"),
        ("promised_at", "2024-04-15 10:00", "须晚于办理时间"),
        ("understanding", "\x00", "不允许是用空字符串"),
        ("understanding", "好" * 100_001, "过长"),
    ],
)
def test_wrong_input_is_named(desk: Desk, field: str, value: str, says: str) -> None:
    case = take()
    sent = {"promised_at": "4月25日 18:00", "understanding": "同意", field: value}
    response = desk("li").post(f"/cases/{case.number}/act/agree_time/", sent)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert says in str(response.context["form"].errors[field])


def test_html_and_emoji_are_kept_as_text(desk: Desk) -> None:
    case = take()
    browser = desk("li")
    browser.post(f"/cases/{case.number}/act/tell_progress/", {"progress": "<script>alert(1)</script> 😀"})
    page = text_of(browser.get(f"/cases/{case.number}/"))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; 😀" in page
    assert "<script>alert" not in page


def test_forecast_tells_owner_unchanged_date_and_clause(desk: Desk) -> None:
    case = routed()
    page = text_of(desk("wang").post(f"/cases/{case.number}/act/pass_up/outcome/", {"reason": "解决不了"}))
    assert "责任人 → 林涛（主管副总经理）" in page
    assert "§ 5.1-5.4" in page
    assert "时限不变：2025年4月22日 周二 18:00" in page
    assert operations.state_of(case.id).holders["owner"].person == "wang"


def test_forecast_tells_a_refusal_and_what_is_missing(desk: Desk) -> None:
    case = routed()
    shut = text_of(desk("li").post(f"/cases/{case.number}/act/pass_up/outcome/", {"reason": "我来"}))
    assert "会被拒绝" in shut
    assert "（7.3.2-7.3.3）" in shut
    assert "还缺：理由" in text_of(desk("wang").post(f"/cases/{case.number}/act/pass_up/outcome/", {}))


def test_forecast_warns_of_a_day_of_rest(desk: Desk) -> None:
    case = take()
    sent = {"promised_at": "2025-05-01", "understanding": "同意"}
    page = text_of(desk("li").post(f"/cases/{case.number}/act/agree_time/outcome/", sent))
    assert "是休息日（劳动节）" in page


def test_act_on_a_row_asks_which(desk: Desk) -> None:
    case = take(several_units=True)
    do("review", case.id, "ma")
    do("issue", case.id, "he")
    do("distribute", case.id, "zheng", opinion_text="会同处理", units=("works", "property"))
    browser = desk("sun")
    assert browser.get(f"/cases/{case.number}/act/report_part/?row=2").context["form"]["at-row"].value() == "2"
    assert browser.post(f"/cases/{case.number}/act/report_part/", {"handling": "已清理"}).status_code == 422
    done = browser.post(f"/cases/{case.number}/act/report_part/", {"handling": "已清理", "at-row": "2"})
    assert done.status_code == 302
    assert operations.state_of(case.id).rows["part"]["2"]["handling"] == "已清理"
    other = browser.post(f"/cases/{case.number}/act/report_part/", {"handling": "代工程部", "at-row": "1"})
    assert other.status_code == 409


def test_dated_back_needs_its_reason(desk: Desk) -> None:
    case = take()
    clock_later = {"progress": "上午已告知", "at-when": "今天 09:30"}
    browser = desk("li")
    assert browser.post(f"/cases/{case.number}/act/tell_progress/", clock_later).status_code == 422
    accepted = browser.post(f"/cases/{case.number}/act/tell_progress/", {**clock_later, "at-why": "当时在现场"})
    assert accepted.status_code == 302
    assert operations.history_of(case.id)[-1].at == parse_instant("2025-04-15 09:30")
    future = {"progress": "明天再说", "at-when": "明天 10:00", "at-why": "试试"}
    response = browser.post(f"/cases/{case.number}/act/tell_progress/", future)
    assert response.status_code == 422
    assert "at-when" in response.context["form"].errors


def test_correction_sends_only_what_is_changed(desk: Desk) -> None:
    case = take()
    browser = desk("li")
    form = browser.get(f"/cases/{case.number}/act/correct/").context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, "", [])}
    response = browser.post(f"/cases/{case.number}/act/correct/", {**sent, "reason": "听错", "customer": "钱小姐"})
    assert response.status_code == 302, response.context["form"].errors
    trace = operations.state_of(case.id).acts["correct"][-1]
    assert dict(trace.inputs) == {"reason": "听错", "customer": "钱小姐"}


def test_page_refreshes_itself_only_when_something_happened(desk: Desk) -> None:
    case = take()
    browser = desk("chen")
    seq = Case.objects.get(pk=case.id).seq
    assert browser.get(f"/cases/{case.number}/?seq={seq}").status_code == 204
    do("tell_progress", case.id, "li", progress="刚刚告知")
    fragment = text_of(browser.get(f"/cases/{case.number}/?seq={seq}"))
    assert "刚刚告知" in fragment
    assert "<html" not in fragment
    assert "note-form" not in fragment


def test_why_this_date_shows_days_rule_and_versions(desk: Desk, clock: Any) -> None:
    case = take()
    clock.move_to(NOW + timedelta(hours=2))
    do("agree_time", case.id, "li", promised_at=parse_instant("2025-05-06 18:00"), understanding="同意")
    page = text_of(desk("li").get(f"/cases/{case.number}/why/{quote('reply#2')}/"))
    assert "2025年5月6日 周二 18:00" in page
    assert "劳动节" in page
    assert "2025年4月22日 周二 18:00" in page
    assert "李敏办理“与客户另约时间”" in page
    assert desk("li").get(f"/cases/{case.number}/why/nothing/").status_code == 404


def test_form_is_shown_as_it_prints(desk: Desk) -> None:
    case = routed()
    page = text_of(desk("li").get(f"/cases/{case.number}/forms/"))
    assert "GFP19-2-F1.2" in page
    assert page.index("联系电话") < page.index("预定答复时间") < page.index("处理措施及结果")


def test_file_is_taken_by_content_and_given_out_as_attachment(desk: Desk, settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    case = take()
    browser = desk("li")
    png = b"\x89PNG\r\n\x1a\n" + b"\x00" * 64
    added = browser.post(f"/cases/{case.number}/files/", {"files": SimpleUploadedFile("现场.png", png)})
    assert added.status_code == 302
    file = CaseFile.objects.get()
    assert (file.case_id, file.added_by, file.kind) == (case.id, "li", "image/png")
    given = browser.get(f"/cases/{case.number}/files/{file.pk}/")
    assert given["Content-Disposition"].startswith("attachment")
    assert b"".join(given.streaming_content) == png
    other = take()
    assert browser.get(f"/cases/{other.number}/files/{file.pk}/").status_code == 404
    page = SimpleUploadedFile("现场.png", b"<html><script>alert(1)</script></html>")
    assert browser.post(f"/cases/{case.number}/files/", {"files": page}).status_code == 422
    assert browser.post(f"/cases/{case.number}/files/").status_code == 422
    assert CaseFile.objects.count() == 1


def test_linked_case_is_shown_and_hidden_from_whom_it_concerns(desk: Desk) -> None:
    case = take()
    do("complain_about_handler", case.id, "chen", handler_complained="li", handler_statement="李敏不回电话")
    linked = Case.objects.exclude(pk=case.id).get()
    assert linked.number in text_of(desk("chen").get(f"/cases/{case.number}/links/"))
    assert desk("li").get(f"/cases/{linked.number}/").status_code == 404


@pytest.mark.usefixtures("steady_banner")
@pytest.mark.parametrize("tab", TABS)
def test_queries_stay_bounded_however_long_the_story(desk: Desk, tab: str, django_assert_max_num_queries: Any) -> None:
    browser, case = desk("li"), take()
    browser.get(f"/cases/{case.number}/{tab}")
    with django_assert_max_num_queries(15) as few:
        browser.get(f"/cases/{case.number}/{tab}")
    for n in range(30):
        do("tell_progress", case.id, "li", progress=f"第{n}次告知")
    browser.get(f"/cases/{case.number}/{tab}")
    with django_assert_max_num_queries(15) as many:
        browser.get(f"/cases/{case.number}/{tab}")
    assert len(few) == len(many)


def test_unknown_case_and_act_are_404(desk: Desk) -> None:
    case = take()
    browser = desk("li")
    for address in (
        "/cases/TS-1999-0001/",
        f"/cases/{case.number}/act/nothing/",
        f"/cases/{case.number}/act/empty_box/",
    ):
        assert browser.get(address).status_code == 404
