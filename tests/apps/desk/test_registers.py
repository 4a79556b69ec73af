"""Registers, search, reader: filters in the address, pages by key, bounded queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from huiyin.desk import registers as reg
from tests.apps.desk.conftest import NOW
from tests.factories.desk import do, take

Desk = Callable[[str], Client]
COMPLAINTS = "/register/R01/complaint/"


def numbers(response: Any) -> list[str]:
    assert response.status_code == 200
    return [row.number for row, _cells, _owner in response.context["rows"]]


def test_columns_come_from_the_pack_and_values_read_as_people_write(desk: Desk) -> None:
    take()
    page = desk("li").get(COMPLAINTS).content.decode()
    for said in ("客户", "联系电话", "渠道", "类别", "责任人", "客户服务电话", "销售", "李敏"):
        assert said in page


def test_filters_stand_in_the_address(desk: Desk, clock: Any) -> None:
    sold = take(content="销售问题")
    lease = take(content="租赁问题", category="lease", customer="周女士")
    browser = desk("li")
    assert numbers(browser.get(COMPLAINTS, {"f-category": "lease"})) == [lease.number]
    assert numbers(browser.get(COMPLAINTS, {"q": "周女士"})) == [lease.number]
    assert numbers(browser.get(COMPLAINTS, {"q": "问题", "state": "closed"})) == []
    do("withdraw", sold.id, "li", reason="客户来电撤回", withdrawal_proof="录音")
    assert numbers(browser.get(COMPLAINTS)) == [lease.number]
    assert numbers(browser.get(COMPLAINTS, {"state": "closed"})) == [sold.number]
    assert sorted(numbers(browser.get(COMPLAINTS, {"state": "all"}))) == [sold.number, lease.number]
    clock.move_to(NOW + timedelta(days=8))
    assert numbers(desk("chen").get(COMPLAINTS, {"state": "late"})) == [lease.number]


@pytest.mark.parametrize("sort", ["opened", "due"])
def test_pages_by_key_show_each_case_once(desk: Desk, monkeypatch: pytest.MonkeyPatch, sort: str, clock: Any) -> None:
    monkeypatch.setattr(reg, "PAGE", 3)
    taken = []
    for n in range(8):
        clock.move_to(NOW + timedelta(minutes=n // 2))
        taken.append(take(content=f"第{n}件", anonymous=True if n % 3 == 0 else None).number)
    browser = desk("li")
    seen: list[str] = []
    response = browser.get(COMPLAINTS, {"sort": sort})
    for _ in range(5):
        seen += numbers(response)
        if not response.context["next_page"]:
            break
        response = browser.get(f"{COMPLAINTS}?{response.context['next_page']}")
    assert sorted(seen) == sorted(taken)
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("after", ["nonsense", "2025-04-15~", "-~", "x~y", "2025-13-45T00:00:00Z~a"])
def test_bad_key_is_the_first_page(desk: Desk, after: str) -> None:
    take()
    assert desk("li").get(COMPLAINTS, {"after": after, "sort": "sideways", "state": "?"}).status_code == 200


def test_row_has_its_address_so_that_one_comes_back_to_it(desk: Desk) -> None:
    case = take()
    browser = desk("li")
    assert f'id="{case.number}"' in browser.get(COMPLAINTS).content.decode()
    page = browser.get(f"/cases/{case.number}/", headers={"Referer": f"http://testserver{COMPLAINTS}?q=%E5%B7%A5"})
    assert f'href="{COMPLAINTS}?q=%E5%B7%A5#{case.number}"' in page.content.decode()
    foreign = browser.get(f"/cases/{case.number}/", headers={"Referer": "http://evil.example/register/"})
    assert "evil" not in foreign.content.decode()


def test_number_leads_straight_to_its_case(desk: Desk) -> None:
    case = take()
    response = desk("li").get("/search/", {"q": case.number.lower()})
    assert response["Location"] == f"/cases/{case.number}/"


def test_search_finds_name_telephone_and_words(desk: Desk) -> None:
    case = take()
    browser = desk("wang")
    for words in ("钱先生", "1380013", "态度 漏水"):
        assert case.number in browser.get("/search/", {"q": words}).content.decode()
    assert "没有找到" in browser.get("/search/", {"q": "电梯"}).content.decode()


def test_standing_register_lists_customers(desk: Desk) -> None:
    do("enter_customer", "", "li", customer="钱先生", phone="13800138000")
    browser = desk("li")
    assert "/register/R01/customer/" in browser.get("/standing/").content.decode()
    assert "钱先生" in browser.get("/register/R01/customer/").content.decode()


def test_reader_has_every_clause_in_order_with_what_the_system_does(desk: Desk) -> None:
    page = desk("li").get("/regulation/R01/").content.decode()
    order = [page.index(f"§ {clause}<") for clause in ("5.1-5.4", "7.1", "7.2.1", "7.4.2", "8")]
    assert order == sorted(order)
    assert "R01-E3" in page
    assert "预定答复时间当日18:00" in page
    found = desk("li").get("/regulation/R01/", {"q": "意见箱"}).context["chapters"]
    assert {chapter.number for chapter in found} >= {"7.1"}
    assert "7.3.1" not in {chapter.number for chapter in found}


@pytest.mark.usefixtures("steady_banner")
@pytest.mark.parametrize("address", ["/register/R01/complaint/", "/search/?q=钱"])
def test_same_few_queries_for_1_and_30(desk: Desk, address: str, django_assert_max_num_queries: Any) -> None:
    browser = desk("li")
    take()
    browser.get(address)
    with django_assert_max_num_queries(8) as few:
        browser.get(address)
    for _ in range(29):
        take()
    with django_assert_max_num_queries(8) as many:
        browser.get(address)
    assert len(few) == len(many)


def test_unknown_register_and_regulation_are_404(desk: Desk) -> None:
    for address in ("/register/R99/complaint/", "/register/R01/nothing/", "/regulation/R99/"):
        assert desk("li").get(address).status_code == 404
