"""A day at the desk in a real Chromium: from the call to the visit, passed up, two people at once, by keyboard."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from huiyin.cases import operations
from huiyin.cases.models import Case
from tests.factories.desk import do, routed, take

pytestmark = [pytest.mark.browser]

Desk = Callable[..., Page]
Picture = Callable[[Page, str], None]


def act(page: Page, name: str) -> None:
    """Press an act at the side of the case."""
    page.locator(".case-side .act-button", has_text=name).first.click()
    expect(page.locator("h1")).to_have_text(name)


def send(page: Page) -> None:
    """Press the main button of the form."""
    page.locator("main form.act-form button.btn-primary, main form.new-form button.btn-primary").click()


def test_from_the_call_to_the_follow_up_visit(at_desk: Desk, clock: Any, picture: Picture) -> None:
    page = at_desk("li")
    picture(page, "my-day-empty")
    page.keyboard.press("n")
    expect(page.locator("h1")).to_have_text("登记投诉")
    page.get_by_label("投诉内容").fill("三号楼漏水")
    page.get_by_label("渠道").select_option("phone")
    page.get_by_label("客户", exact=True).fill("周女士")
    page.get_by_label("联系电话").fill("13900139000")
    page.get_by_label("租赁").check()
    page.get_by_role("button", name="3 个工作日").click()
    page.get_by_role("radio", name="是").first.check()
    expect(page.locator("#outcome")).to_contain_text("责任人 → 李敏")
    expect(page.locator("#outcome")).to_contain_text("2025年4月18日 周五 18:00")
    picture(page, "new-complaint")
    send(page)
    expect(page.locator("#notices")).to_contain_text("已登记")
    expect(page.locator("h1")).to_contain_text("周女士 · 三号楼漏水")

    act(page, "填写处理措施及结果")
    page.get_by_label("处理措施及结果").fill("已安排维修")
    send(page)
    act(page, "告知处理结果")
    page.get_by_label("告知内容").fill("电话告知已修好")
    send(page)
    act(page, "记录客户意见")
    page.get_by_label("认可", exact=True).check()
    expect(page.locator("#outcome")).to_contain_text("结案")
    picture(page, "act-with-outcome")
    send(page)
    expect(page.locator(".case-number")).to_contain_text("已结案")
    clock.shift(timedelta(days=1))
    page = at_desk("he")
    page.get_by_role("link", name="回访").first.click()
    panel = page.locator("#panel")
    expect(panel.get_by_role("heading", name="回访")).to_be_visible()
    picture(page, "panel")
    panel.get_by_label("主题").fill("回访")
    panel.get_by_label("访问人").fill("何岚")
    panel.get_by_label("访问记录").fill("满意")
    panel.get_by_role("button", name="回访").click()
    page.wait_for_url("**/my-day/")
    expect(page.locator("#notices")).to_contain_text("已办理：回访")
    case = Case.objects.get()
    assert case.closed_at is not None
    assert len(operations.state_of(case.id).rows["visit"]) == 1


def test_passed_up_goes_to_the_deputy_and_tells_so_before(at_desk: Desk, picture: Picture) -> None:
    case = routed()
    page = at_desk("wang")
    page.get_by_role("link", name=case.number).first.click()
    act(page, "无法解决，上报")
    page.get_by_label("理由", exact=True).fill("需与施工单位交涉")
    expect(page.locator("#outcome")).to_contain_text("责任人 → 林涛（主管副总经理）")
    expect(page.locator("#outcome")).to_contain_text("时限不变")
    send(page)
    expect(page.locator(".story")).to_contain_text("责任人 → 林涛（主管副总经理）")
    picture(page, "case-passed-up")
    deputy = at_desk("lin")
    expect(deputy.locator("#owed")).to_contain_text(case.number)


def test_handler_complained_about_cannot_open_it(at_desk: Desk) -> None:
    case = take(by="chen", respondents=("li",), content="李敏接电话态度不好")
    page = at_desk("li")
    expect(page.locator("main")).not_to_contain_text(case.number)
    answer = page.goto(f"/cases/{case.number}/")
    assert answer is not None
    assert answer.status == 404
    expect(page.locator("h1")).to_have_text("此网址没有内容")


def test_two_people_at_once_the_second_sees_what_changed(at_desk: Desk, picture: Picture) -> None:
    case = routed()
    owner, tracker = at_desk("wang"), at_desk("li")
    owner.goto(f"/cases/{case.number}/act/pass_up/")
    owner.get_by_label("理由", exact=True).fill("我解决不了这件事")
    tracker.goto(f"/cases/{case.number}/act/tell_progress/")
    tracker.get_by_label("进展").fill("客户同意等到周五")
    send(tracker)
    expect(tracker.locator(".story")).to_contain_text("客户同意等到周五")
    send(owner)
    expect(owner.get_by_text("您填写时本案有了新进展")).to_be_visible()
    expect(owner.locator(".news")).to_contain_text("客户同意等到周五")
    expect(owner.get_by_label("理由", exact=True)).to_have_value("我解决不了这件事")
    picture(owner, "somebody-was-quicker")
    send(owner)
    expect(owner.locator(".story")).to_contain_text("责任人 → 林涛")


def test_page_left_open_shows_what_others_do_and_keeps_the_note(at_desk: Desk) -> None:
    case = routed()
    page = at_desk("ma")
    page.goto(f"/cases/{case.number}/")
    page.locator("#note-text").fill("写到一半")
    do("tell_progress", case.id, "li", progress="刚刚又告知一次")
    expect(page.locator(".story")).to_contain_text("刚刚又告知一次", timeout=25_000)
    expect(page.locator("#note-text")).to_have_value("写到一半")


def test_typed_text_survives_a_lost_session(at_desk: Desk) -> None:
    page = at_desk("li")
    page.goto("/new/")
    page.get_by_label("投诉内容").fill("客户说了很长的一段话")
    page.get_by_label("渠道").select_option("phone")
    page.get_by_label("客户", exact=True).fill("周女士")
    page.context.clear_cookies()
    send(page)
    page.wait_for_load_state()
    page.goto("/sign-in/?next=/new/")
    page.fill("input[name=username]", "li")
    page.fill("input[name=password]", "correct horse battery")
    page.click("main button[type=submit]")
    page.wait_for_url("**/new/")
    expect(page.get_by_label("投诉内容")).to_have_value("客户说了很长的一段话")


def test_keys_lead_through_the_desk(at_desk: Desk) -> None:
    first, second = take(content="第一件事"), take(content="第二件事")
    page = at_desk("li")
    page.keyboard.press("g")
    page.keyboard.press("r")
    page.wait_for_url("**/register/**")
    page.goto("/register/R01/complaint/?sort=opened&state=all")
    page.keyboard.press("j")
    page.keyboard.press("j")
    chosen = page.locator("tr.row-current").get_attribute("id")
    assert chosen in (first.number, second.number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{chosen}/")
    page.get_by_role("link", name="返回列表").click()
    expect(page.locator(f"tr[id='{chosen}']")).to_be_in_viewport()
    page.wait_for_load_state("networkidle")
    page.keyboard.press("/")
    page.keyboard.type(first.number)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{first.number}/")
    page.keyboard.press("g")
    page.keyboard.press("d")
    page.wait_for_url("**/my-day/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_url("**/new/")


def test_people_are_found_by_pinyin_in_a_list(at_desk: Desk) -> None:
    page = at_desk("li")
    page.goto("/new/")
    page.locator("#id_respondents").locator("xpath=preceding-sibling::input[1]").fill("wq")
    expect(page.locator("#id_respondents option")).to_have_count(1)
    expect(page.locator("#id_respondents option")).to_contain_text("王强")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_are_accessible_and_fit_a_phone(at_desk: Desk, scheme: str, picture: Picture, clock: Any) -> None:
    case = routed(content="长名称" * 40)
    closed = take(content="售楼处停车位不足")
    do("record_measures", closed.id, "li", measures="已说明")
    clock.shift(timedelta(days=1))
    page = at_desk("li", color_scheme=scheme)
    addresses = {
        "my-day": "/my-day/",
        "new": "/new/",
        "case": f"/cases/{case.number}/",
        "forms": f"/cases/{case.number}/forms/",
        "files": f"/cases/{case.number}/files/",
        "links": f"/cases/{case.number}/links/",
        "why": f"/cases/{case.number}/why/reply%231/",
        "act": f"/cases/{case.number}/act/agree_time/",
        "register": "/register/R01/complaint/",
        "duties": "/duties/",
        "regulation": "/regulation/R01/",
        "search": "/search/?q=长名称",
    }
    problems = {}
    for name, address in addresses.items():
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(address)
        page.wait_for_load_state("networkidle")
        found = Axe().run(page).response["violations"]
        if found:
            problems[name] = [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found]
        for width in (390, 320):
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                problems[f"{name} at {width}"] = [("wider than the screen", [])]
        picture(page, f"{name}-{scheme}-320")
    assert problems == {}, problems
