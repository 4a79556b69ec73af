"""Signing in, keys, the phone, and accessibility, in a real Chromium."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.organisation import AppointmentFactory, PersonFactory, unit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = (
    "/organisation/people/",
    "/organisation/units/",
    "/organisation/absences/",
    "/organisation/absences/new/",
    "/organisation/regulations/",
    "/accounts/",
    "/accounts/invite/",
    "/account/",
    "/health/",
    "/gallery/",
    "/nowhere/",
)


@pytest.fixture
def address(live_server: Any) -> str:
    """An organisation with an administrator, two people and a long name, and where it answers."""
    UserFactory(username="alice", is_administrator=True)
    company = unit("co", "恒泰置业有限公司", kind="company")
    unit("long", "营销策划与客户关系维护及品牌推广综合管理中心" * 2, company)
    for name in ("李敏", "欧阳慕容雪"):
        AppointmentFactory(person=PersonFactory(name=name), unit=company)
    return str(live_server.url)


def sign_in(page: Page, address: str, password: str = PASSWORD) -> None:
    page.goto(f"{address}/sign-in/?next=/account/")
    page.get_by_label("用户名").fill("alice")
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    if password == PASSWORD:
        page.wait_for_url(f"{address}/account/")


def violations(page: Page) -> list[tuple[str, list[Any]]]:
    """What axe finds: rule and the first places."""
    found = Axe().run(page).response["violations"]
    return [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found]


def test_wrong_password_is_said_at_the_form_and_right_one_opens(page: Page, address: str) -> None:
    sign_in(page, address, "wrong password")
    expect(page.get_by_role("alert")).to_contain_text("用户名或密码不正确")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_label("密码").press("Enter")
    expect(page.get_by_role("link", name="alice")).to_be_visible()


def test_list_is_walked_and_opened_by_keyboard(page: Page, address: str) -> None:
    sign_in(page, address)
    page.goto(f"{address}/organisation/people/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator(".row-current")).to_contain_text("欧阳慕容雪")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("李敏")


def test_keys_are_listed_and_one_opens_a_form(page: Page, address: str) -> None:
    sign_in(page, address)
    page.goto(f"{address}/organisation/people/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="快捷键")).to_be_hidden()
    page.keyboard.press("n")
    expect(page.get_by_role("heading", level=1)).to_contain_text("登记人员")


def test_letters_typed_into_a_field_are_no_keys(page: Page, address: str) -> None:
    sign_in(page, address)
    page.goto(f"{address}/organisation/people/")
    page.get_by_label("姓名、拼音").fill("")
    page.get_by_label("姓名、拼音").press_sequentially("njk?")
    expect(page.get_by_label("姓名、拼音")).to_have_value("njk?")


def test_form_keeps_what_was_typed_through_a_lost_session(page: Page, address: str) -> None:
    sign_in(page, address)
    page.goto(f"{address}/organisation/people/new/")
    page.get_by_label("姓名").fill("何志远")
    page.get_by_label("工号").fill("e100")
    page.context.clear_cookies()
    page.get_by_role("button", name="保存").click()
    if page.get_by_text("此表单已失效").is_visible():
        page.goto(f"{address}/organisation/people/new/")
    page.get_by_label("用户名").fill("alice")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("登记人员")
    expect(page.get_by_label("姓名")).to_have_value("何志远")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("何志远")
    page.goto(f"{address}/organisation/people/new/")
    expect(page.get_by_label("姓名")).to_have_value("")


def test_double_click_enters_one_person(page: Page, address: str) -> None:
    from huiyin.organisation.models import Person

    sign_in(page, address)
    page.goto(f"{address}/organisation/people/new/")
    page.get_by_label("姓名").fill("何志远")
    page.get_by_label("工号").fill("e100")
    page.get_by_role("button", name="保存").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("何志远")
    assert Person.objects.filter(key="e100").count() == 1


@pytest.mark.parametrize("width", [1440, 320])
@pytest.mark.parametrize(("language", "colours"), [("zh-CN", "light"), ("en-GB", "dark")])
def test_pages_are_accessible_fit_and_break_no_policy(
    browser: Browser, address: str, language: str, colours: Any, width: int
) -> None:
    context = browser.new_context(locale=language, color_scheme=colours, viewport={"width": width, "height": 800})
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if "Content Security" in message.text else None)
    page.goto(f"{address}/sign-in/?next=/account/")
    problems: list[tuple[str, Any]] = [("/sign-in/", problem) for problem in violations(page)]
    page.locator("[name=username]").fill("alice")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    page.wait_for_url(f"{address}/account/")
    for path in PAGES:
        page.goto(address + path)
        problems += [(path, problem) for problem in violations(page)]
        excess = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if excess > 0:
            problems.append((path, ("wider than the window", [excess])))
    context.close()
    assert problems == []
    assert said == []
