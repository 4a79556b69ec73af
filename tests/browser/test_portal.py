"""A complainant with a telephone: complains with a photo, follows, answers; pages read by axe at two widths."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from huiyin.cases.models import Case
from huiyin.cases.operations import perform, state_of
from huiyin.common.dates import current_instant
from huiyin.documents.models import CaseFile
from huiyin.portal.models import QrPlace
from huiyin_engine.model.outcome import Act, Outcome
from tests.factories.accounts import PASSWORD
from tests.factories.developer import developer, first_pack

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DAY = 86_400


@pytest.fixture
def address(live_server: Any, settings: Any, tmp_path: Path) -> str:
    """A developer with a poster in a hall, and where its public side answers."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.BASE_URL = live_server.url
    settings.PORTAL_LEAST_SECONDS = 0
    developer()
    QrPlace.objects.create(
        code="hall3333", label="江南华府3号楼大堂", label_en="Hall of building 3", pack=first_pack()[0]
    )
    return str(live_server.url)


def photo() -> dict[str, Any]:
    """A picture as a phone sends it."""
    raw = BytesIO()
    Image.new("RGB", (40, 30), "grey").save(raw, "JPEG")
    return {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": raw.getvalue()}


def violations(page: Page) -> list[tuple[str, list[Any]]]:
    """What axe finds: rule and the first places."""
    found = Axe().run(page).response["violations"]
    return [(rule["id"], [node["target"] for node in rule["nodes"]][:3]) for rule in found]


def checked(page: Page, shots: Path, name: str) -> None:
    """Accessible, no wider than the screen, and kept as a picture."""
    page.screenshot(path=shots / f"{name}.png", full_page=True)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), name


def officer(case: str, act: str, **inputs: Any) -> None:
    """Li, or whoever owns the case, does something now."""
    now = current_instant()
    by = state_of(case).holder("owner") if act == "record_measures" else "li"
    answer = perform(Act(act, case, by, now, now, inputs))
    assert isinstance(answer, Outcome), answer


@pytest.mark.parametrize(
    ("width", "language", "scheme"), [(390, "zh-CN", "light"), (320, "en", "light"), (1440, "zh-CN", "dark")]
)
def test_complaint_from_the_poster_to_the_answer(
    browser: Browser, address: str, tmp_path: Path, width: int, language: str, scheme: str
) -> None:
    context = browser.new_context(locale=language, viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: faults.append(request.url) if not request.url.startswith(address) else None)
    page.goto(f"{address}/p/hall3333/")
    checked(page, tmp_path, f"form-{width}")
    page.locator("[name=content]").fill("三号楼一层漏水，已经三天，物业不来。" * 4)
    page.locator("[name=attached]").set_input_files([photo()])  # type: ignore[list-item]
    page.locator("[name=customer]").fill("吴女士")
    page.locator("button.btn-send").click()
    page.wait_for_url(f"{address}/complain/received/")
    checked(page, tmp_path, f"received-{width}")
    number = page.locator(".slip dd").first.inner_text()
    case = Case.objects.get(number=number).pk
    assert CaseFile.objects.get(case_id=case).kind == "image/jpeg"
    now = current_instant()
    officer(
        case,
        "register",
        category="other",
        content="三号楼漏水",
        customer="吴女士",
        phone="13800000001",
        channel="web",
        promised_at=now + 3 * DAY,
        within_duties=True,
    )
    officer(case, "record_measures", measures="已修好")
    officer(case, "tell_result", result="水管已换")
    officer(case, "send_letter", letter_text="吴女士：水管已换。")
    page.goto(f"{address}/follow/case/")
    checked(page, tmp_path, f"status-{width}")
    expect(page.locator(".promise")).to_have_count(1)
    page.locator(".own-acts a[href$='give_view/']").click()
    page.locator("[name=view][value=accepted]").check()
    checked(page, tmp_path, f"view-{width}")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(f"{address}/follow/case/")
    assert state_of(case).closed_at is not None
    checked(page, tmp_path, f"closed-{width}")
    page.goto(f"{address}/follow/")
    page.locator("[name=number]").fill(number)
    page.locator("[name=secret]").fill("AAAA")
    page.locator("main form button[type=submit]").first.click()
    checked(page, tmp_path, f"wrong-{width}")
    assert faults == [f for f in faults if "422" in f]
    context.close()


def test_form_works_without_scripts_and_a_double_click_is_one_case(browser: Browser, address: str) -> None:
    for scripts in (True, False):
        context = browser.new_context(locale="zh-CN", java_script_enabled=scripts)
        page = context.new_page()
        page.goto(f"{address}/complain/")
        page.locator("[name=content]").fill("漏水")
        page.locator("button.btn-send").dblclick(no_wait_after=True)
        page.wait_for_url(f"{address}/complain/received/")
        context.close()
    assert Case.objects.count() == 2


def test_typed_text_survives_a_reload(browser: Browser, address: str) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    page.goto(f"{address}/complain/")
    page.locator("[name=content]").fill("写了很久")
    page.reload()
    expect(page.locator("[name=content]")).to_have_value("写了很久")
    context.close()


def test_description_of_the_interface_shows_under_the_strict_policy(browser: Browser, address: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: faults.append(request.url) if not request.url.startswith(address) else None)
    page.goto(f"{address}/api/docs")
    expect(page.locator(".opblock").first).to_be_visible()
    assert [f for f in faults if not f.startswith(("data:", "blob:"))] == []
    context.close()


def test_poster_fills_one_page(browser: Browser, address: str, administrator: Any, tmp_path: Path) -> None:
    context = browser.new_context(locale="zh-CN", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/sign-in/?next=/posters/")
    page.get_by_label("用户名").fill("alice")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{address}/posters/")
    checked(page, tmp_path, "places")
    page.get_by_role("link", name="江南华府3号楼大堂").click()
    checked(page, tmp_path, "poster")
    page.emulate_media(media="print")
    page.screenshot(path=tmp_path / "poster-print.png", full_page=True)
    sheet = page.pdf(format="A4", prefer_css_page_size=True)
    assert sheet.count(b"/Type /Page\n") + sheet.count(b"/Type /Page ") + sheet.count(b"/Type /Page>") == 1
    context.close()
