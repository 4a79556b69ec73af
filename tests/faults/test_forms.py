"""Every form of every page, sent with what no form expects: never a fault, never half of something, always a word."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.http import HttpResponse
from django.test import Client

from huiyin.cases.models import Case, CaseEvent
from tests.factories.desk import routed, take
from tests.faults.conftest import SignIn
from tests.faults.walking import poisoned, read

pytestmark = pytest.mark.django_db
LEFT_ALONE = ("/sign-out/", "/end-sessions/", "/close/", "/account/", "/leave/", "/withdraw/", "/language/", "/theme/")
"""What ends the walk itself, or has tests of its own."""
MOST_OF_A_KIND = 2


class Walk:
    """One visitor's walk over pages and forms, each kind of address a few times."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.pages: Counter[str] = Counter()
        self.forms: set[tuple[str, ...]] = set()
        self.sent = 0

    def run(self, *starts: str, most: int) -> None:
        """Follow the links below the pages it starts from."""
        waiting = list(starts)
        while waiting and sum(self.pages.values()) < most:
            address = waiting.pop(0)
            kind = kind_of(address)
            if self.pages[kind] >= MOST_OF_A_KIND or any(part in address for part in LEFT_ALONE):
                continue
            self.pages[kind] += 1
            page = self.client.get(address)
            look(page, f"GET {address}")
            if not page.get("Content-Type", "").startswith("text/html"):
                continue
            forms, links = read(page.content.decode(), address)
            waiting += sorted(link for link in links if link.startswith(starts))
            for form in forms:
                self._send(form)

    def _send(self, form: Any) -> None:
        for target in (form.action, *sorted(form.targets)):
            key = (kind_of(target), *sorted(form.fields))
            if key in self.forms or any(part in target for part in LEFT_ALONE):
                continue
            self.forms.add(key)
            send = self.client.get if form.method == "get" and target == form.action else self.client.post
            for word, data in poisoned(form):
                if target != form.action and not word.startswith("all"):
                    continue
                look(send(target, data), f"{target} | {word}")
                self.sent += 1


def kind_of(address: str) -> str:
    """An address without what names one thing of its kind."""
    return re.sub(r"[A-Z]{2}-\d+-\d+|\d+|[^/]*%23[^/]*", "*", urlsplit(address).path)


def look(answer: HttpResponse, what: str) -> None:
    """No fault, no trace of the program, nothing taken as a mark; a refusal says something."""
    body = answer.content.decode(errors="replace") if not answer.streaming else ""
    assert answer.status_code < 500, f"{what}: {answer.status_code}"
    assert "Traceback (most" not in body, what
    assert "<script>alert(1)" not in body, what
    if answer.status_code >= 400:
        words = re.sub(r"<[^>]+>|\s+", " ", body.partition("<main")[2] or body)
        assert re.search(r"[一-鿿]{4}", words), f"{what}: {answer.status_code} without a word"


def whole() -> None:
    """Every case has a row, and as many events as its row says."""
    counted = Counter(CaseEvent.objects.values_list("case_id", flat=True))
    assert counted == dict(Case.objects.values_list("id", "seq"))


def test_forms_of_the_desk(sign_in: SignIn) -> None:
    case = routed()
    take(customer="周女士", phone="13900139001")
    walk = Walk(sign_in("li"))
    walk.run("/new/", f"/cases/{case.number}/", "/my-day/", "/register/", "/tokens/", most=18)
    assert len(walk.forms) > 12
    assert walk.sent > 300
    whole()


def test_forms_of_those_who_decide(sign_in: SignIn) -> None:
    case = routed()
    walk = Walk(sign_in("he"))
    walk.run(f"/cases/{case.number}/", "/duties/", most=14)
    assert len(walk.forms) > 4
    whole()


def test_forms_of_an_administrator(sign_in: SignIn) -> None:
    walk = Walk(sign_in("chen", is_administrator=True))
    walk.run(
        "/organisation/people/",
        "/organisation/units/",
        "/organisation/absences/",
        "/organisation/regulations/",
        "/accounts/",
        "/posters/",
        "/health/",
        most=22,
    )
    assert len(walk.forms) > 7
    whole()


def test_forms_of_strangers(sign_in: SignIn) -> None:
    sign_in("li")
    walk = Walk(Client(raise_request_exception=False))
    walk.run("/complain/", "/complain/R01/", "/follow/", "/sign-in/", "/password/forgotten/", most=8)
    assert len(walk.forms) >= 4
    whole()


@pytest.mark.parametrize(
    "address",
    [
        "/cases/%00/",
        "/cases/TS-2025-9999/",
        "/cases/%F0%9F%98%80/act/register/",
        "/cases/" + "9" * 400 + "/",
        "/search/?q=%00",
        "/search/?q=" + "%E9%95%BF" * 900,
        "/register/R01/complaint/?after=%00~%00",
        "/register/R01/complaint/?after=9999-99-99T00:00~x",
        "/register/R01/complaint/?holder=%00&f-category=%00",
        "/register/../../etc/passwd",
        "/new/?draft=%C2%B2",
        "/new/?draft=" + "9" * 30,
        "/new/?act=R01.%00",
        "/my-day/?after=%FF",
        "/regulation/R01/?q=%00",
        "/tokens/99999999999999999999999/withdraw/",
        "/follow/%00/",
        "/p/%00/",
        "/complain/%00/",
        "/invitation/%00/",
        "/password/new/%00/%00/",
    ],
)
def test_address_of_nothing_is_explained(sign_in: SignIn, address: str) -> None:
    answer = sign_in("li").get(address)
    assert answer.status_code in (200, 302, 400, 404, 405), answer.status_code
    look(answer, address)


@pytest.mark.parametrize("promised", ["2月30日", "2025-02-30", "2025年13月1日", "明天 25:00", "９月３１日"])
def test_day_that_does_not_exist_is_named_at_its_field(sign_in: SignIn, promised: str) -> None:
    sent = {"act": "R01.register", "content": "漏水", "customer": "钱先生", "promised_at": promised, "channel": "phone"}
    answer = sign_in("li").post("/new/", sent)
    assert answer.status_code == 422
    assert "不是日期" in str(answer.context["form"].errors["promised_at"])
    assert promised in answer.content.decode(), "what was typed stays"
    assert not Case.objects.exists()


def test_ten_megabytes_of_text_are_refused_by_name(sign_in: SignIn) -> None:
    sent = {"act": "R01.register", "content": "很" * 3_500_000, "customer": "钱先生", "channel": "phone"}
    answer = sign_in("li").post("/new/", sent)
    assert answer.status_code == 422
    assert "content" in answer.context["form"].errors
    assert not Case.objects.exists()


def test_more_than_the_server_reads_is_explained(sign_in: SignIn, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10_000
    answer = sign_in("li").post("/new/", "content=" + "x" * 20_000, content_type="application/x-www-form-urlencoded")
    assert answer.status_code in (400, 413)
    look(answer, "too much")


def test_lost_session_comes_back_to_the_form_whose_text_the_browser_kept(sign_in: SignIn) -> None:
    browser = sign_in("li")
    assert 'data-keep="new-R01.register"' in browser.get("/new/?act=R01.register").content.decode()
    browser.cookies.clear()
    answer = browser.post(
        "/new/",
        {"act": "R01.register", "content": "打了一半"},
        headers={"Referer": "http://testserver/new/?act=R01.register"},
    )
    assert answer.status_code == 302
    [back] = parse_qs(urlsplit(answer["Location"]).query)["next"]
    assert back.removeprefix("http://testserver") == "/new/?act=R01.register"
    assert not Case.objects.exists()


def test_form_without_its_csrf_token_is_explained(sign_in: SignIn) -> None:
    browser = sign_in("li")
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser.cookies
    answer = strict.post("/new/", {"act": "R01.register", "content": "漏水"})
    assert answer.status_code == 403
    look(answer, "csrf")
    assert "重新加载" in answer.content.decode() or "刷新" in answer.content.decode()
