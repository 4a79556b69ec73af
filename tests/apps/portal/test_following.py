"""Whoever complained follows the case, adds to it and says what he thinks of the result; nothing else comes through."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from huiyin.cases.models import Case
from huiyin.cases.operations import perform, state_of
from huiyin.common.dates import current_instant
from huiyin.documents.models import CaseFile
from huiyin_engine.instants import parse_instant
from huiyin_engine.model.outcome import Act, Outcome
from tests.apps.portal.portal_client import Complainant, text_of, token_in
from tests.apps.portal.test_complaining import photo

INSIDE = ("内部机密", "李敏", "陈晨", "王强", "马立", "何岚", "理由")


def officer(case: str, act: str, by: str = "li", **inputs: Any) -> None:
    """Somebody inside does something now."""
    now = current_instant()
    answer = perform(Act(act, case, by, now, now, inputs))
    assert isinstance(answer, Outcome), answer


@pytest.fixture
def who(form_address: str) -> Complainant:
    """Wu, whose complaint is in since this morning."""
    complainant = Complainant(form_address)
    with time_machine.travel("2026-03-12 09:00+08:00", tick=False):
        complainant.complain("三号楼漏水", customer="吴女士", phone="13800000001")
    return complainant


@pytest.fixture
def case(who: Complainant) -> str:
    """The id of the case of Wu."""
    return Case.objects.get(number=who.number).pk


def register(case: str) -> None:
    """Li registers it and promises an answer."""
    officer(
        case,
        "register",
        category="other",
        content="三号楼漏水",
        customer="吴女士",
        phone="13800000001",
        channel="web",
        promised_at=parse_instant("2026-03-16 18:00"),
        within_duties=True,
    )


def test_number_and_secret_open_the_case_however_they_are_typed(who: Complainant) -> None:
    someone = Complainant(who.address, client=Client())
    with time_machine.travel("2026-03-12 10:00+08:00"):
        typed = who.secret.lower().replace("-", " ")
        assert someone.follow(f" {who.number.lower()} ", typed)["Location"] == "/follow/case/"
        assert who.number in text_of(someone.look())


def test_link_opens_the_case_and_leaves_the_address(who: Complainant) -> None:
    client = Client()
    with time_machine.travel("2026-03-12 10:00+08:00"):
        response = client.get("/" + who.link.split("/", 3)[3])
        assert response["Location"] == "/follow/case/"
        assert who.number in text_of(client.get("/follow/case/"))


@pytest.mark.parametrize(
    "token", ["x", "WzFd:1tQ:abc", "WzEsIjZiYWM5YmE0MDdkMyJd:1xVAnP:FNT9KohJtts7D4qdzqyQztBcLwhVWugeYY7XF3lcEyo"]
)
def test_forged_link_opens_nothing(who: Complainant, token: str) -> None:
    assert Client().get(f"/follow/{token}/").status_code == 404


def test_wrong_secret_and_unknown_number_get_one_answer_with_equal_work(
    who: Complainant,
) -> None:
    pages, queries = [], []
    for number in (who.number, "TS-2026-9999"):
        client = Client()
        client.get("/follow/")
        with CaptureQueriesContext(connection) as seen:
            response = client.post("/follow/", {"number": number, "secret": "AAAA-BBBB-CCCC"})
        assert response.status_code == 422
        pages.append(text_of(response))
        queries.append([q["sql"].split()[0] for q in seen])
    assert pages[0] == pages[1]
    assert queries[0] == queries[1]


def test_wrong_tries_hold_up_the_address_and_the_number(who: Complainant, settings: Any) -> None:
    settings.PORTAL_WRONG_SECRETS_PER_HOUR = 3
    with time_machine.travel("2026-03-12 10:00+08:00", tick=False) as clock:
        for i in range(3):
            guesser = Complainant(who.address, client=Client(REMOTE_ADDR=f"203.0.113.{i}"))
            assert guesser.follow(who.number, "AAAA-BBBB-CCCC").status_code == 422
        stranger = Complainant(who.address, client=Client(REMOTE_ADDR="203.0.113.99"))
        assert stranger.follow(who.number, who.secret).status_code == 429
        assert stranger.follow("TS-2026-7777", "AAAA-BBBB-CCCC").status_code == 422
        # The link still opens: nobody can shut a complainant out by guessing at his number.
        assert Client().get("/" + who.link.split("/", 3)[3]).status_code == 302
        clock.shift(4000)
        assert stranger.follow(who.number, who.secret).status_code == 302


def test_one_address_that_guesses_many_numbers_is_held_up(who: Complainant, settings: Any) -> None:
    settings.PORTAL_WRONG_SECRETS_PER_HOUR = 3
    with time_machine.travel("2026-03-12 10:00+08:00", tick=False):
        for i in range(3):
            assert Complainant(who.address).follow(f"TS-2026-100{i}", "AAAA-BBBB-CCCC").status_code == 422
        assert Complainant(who.address).follow("TS-2026-2000", "AAAA-BBBB-CCCC").status_code == 429


def test_secret_of_one_case_does_not_open_another(who: Complainant, form_address: str) -> None:
    other = Complainant(form_address)
    other.complain("别人的秘密")
    assert other.number != who.number
    assert Complainant(form_address).follow(other.number, who.secret).status_code == 422
    page = text_of(other.look())
    assert "别人的秘密" in page
    assert "三号楼漏水" not in page


def test_page_closes_by_itself_and_by_hand(who: Complainant) -> None:
    with time_machine.travel("2026-03-12 09:30+08:00", tick=False) as clock:
        assert who.look().status_code == 200
        clock.shift(59 * 60)
        assert who.look().status_code == 200
        clock.shift(61 * 60)
        assert who.look()["Location"] == "/follow/"
        who.follow(who.number, who.secret)
        assert who.look().status_code == 200
        who.client.post("/follow/case/leave/")
        assert who.look()["Location"] == "/follow/"
        assert who.client.get("/complain/received/")["Location"] == "/follow/"


def test_promised_time_is_shown_with_its_reason_and_what_happens_next_before(who: Complainant, case: str) -> None:
    with time_machine.travel("2026-03-12 09:30+08:00", tick=False) as clock:
        before = text_of(who.look())
        assert "登记 客户服务人员" in before
        register(case)
        clock.shift(60)
        page = text_of(who.look())
    assert "预定答复时间 2026年3月16日 周一 18:00" in page
    assert "还有 4 天 8 小时" in page
    assert "§ 7.2.1" in page
    assert "投诉已登记，答复时间已经约定。" in page
    assert "登记 客户服务人员" not in page


def test_late_answer_is_admitted(who: Complainant, case: str) -> None:
    with time_machine.travel("2026-03-12 09:30+08:00", tick=False) as clock:
        register(case)
        clock.shift(5 * 86400)
        page = text_of(who_again(who))
    assert "超时" in page
    assert "我们超时了" in page


def who_again(who: Complainant) -> Any:
    """Wu comes back after the page has closed."""
    who.follow(who.number, who.secret)
    return who.look()


def test_nothing_of_the_inside_comes_through(who: Complainant, case: str) -> None:
    with time_machine.travel("2026-03-12 09:30+08:00", tick=False) as clock:
        register(case)
        officer(case, "name_respondent", respondents=("wang",), reason="内部机密：王强有前科")
        clock.shift(60)
        officer(case, "record_measures", by=owner_of(case), measures="内部机密：先拖着")
        clock.shift(60)
        officer(case, "agree_time", promised_at=parse_instant("2026-03-20 18:00"), understanding="内部机密：好说话")
        clock.shift(60)
        officer(case, "tell_progress", progress="材料已经订购")
        page = who.look().content.decode()
    assert [word for word in INSIDE if word in page] == []
    assert "材料已经订购" in page
    assert "2026年3月20日 周五 18:00" in page
    assert "与您另约了答复时间。" in page


def owner_of(case: str) -> str:
    return state_of(case).holder("owner") or ""


def test_complainant_adds_information_with_a_photo(who: Complainant, case: str) -> None:
    with time_machine.travel("2026-03-12 09:30+08:00", tick=False):
        response = who.do("add_information", added="二楼也漏了", attached=photo())
        assert response["Location"] == "/follow/case/"
        page = text_of(who.look())
        assert "二楼也漏了" in page
        assert "leak.jpg" in page
        kept = CaseFile.objects.get(case_id=case)
        download = who.client.get(f"/follow/case/files/{kept.pk}/")
        assert download["Content-Disposition"].startswith("attachment")
        assert download["Content-Type"] == "application/octet-stream"
        assert "no-store" in download["Cache-Control"]
        assert b"".join(download.streaming_content).startswith(b"\xff\xd8")
        for close in download._resource_closers:
            close()
    assert state_of(case).facts["added"] == "二楼也漏了"


def test_file_of_the_inside_or_of_another_case_is_not_given_out(who: Complainant, case: str) -> None:
    with time_machine.travel("2026-03-12 09:30+08:00", tick=False):
        who.do("add_information", added="图", attached=photo())
        kept = CaseFile.objects.get(case_id=case)
        CaseFile.objects.update(added_by="li")
        assert who.client.get(f"/follow/case/files/{kept.pk}/").status_code == 404
        assert "leak.jpg" not in text_of(who.look())
        other = Complainant(who.address)
        other.complain("另一件")
        CaseFile.objects.update(added_by="party:complainant")
        assert other.client.get(f"/follow/case/files/{kept.pk}/").status_code == 404
        assert Client().get(f"/follow/case/files/{kept.pk}/")["Location"] == "/follow/"


def test_same_addition_sent_twice_is_one(who: Complainant, case: str) -> None:
    with time_machine.travel("2026-03-12 09:30+08:00", tick=False):
        address = "/follow/case/acts/add_information/"
        token = token_in(who.client.get(address))
        for _ in range(2):
            sent = {"token": token, "added": "二楼也漏了", "attached": photo()}
            assert who.client.post(address, sent).status_code == 302
    assert len(state_of(case).acts["add_information"]) == 1
    assert CaseFile.objects.filter(case_id=case).count() == 1


def test_flood_on_one_case_is_held_up(who: Complainant, settings: Any) -> None:
    settings.PORTAL_COMPLAINTS_PER_HOUR = 2
    with time_machine.travel("2026-03-12 09:30+08:00", tick=False) as clock:
        for i in range(2):
            assert who.do("add_information", added=f"第{i}次").status_code == 302
        held = who.do("add_information", added="第三次")
        assert held.status_code == 429
        assert "第三次" in text_of(held)
        clock.shift(3000)
        who.look()
        clock.shift(1000)
        assert who.do("add_information", added="第三次").status_code == 302


def test_view_is_asked_only_after_the_result_and_closes_the_case(who: Complainant, case: str) -> None:
    with time_machine.travel("2026-03-12 09:30+08:00", tick=False) as clock:
        register(case)
        assert who.client.get("/follow/case/acts/give_view/").status_code == 404
        clock.shift(60)
        officer(case, "record_measures", by=owner_of(case), measures="已修好")
        officer(case, "tell_result", result="水管已换，请放心使用")
        officer(case, "send_letter", letter_text="吴女士：水管已换。")
        clock.shift(60)
        page = text_of(who.look())
        assert "水管已换，请放心使用" in page
        assert "客户反馈意见" in page
        assert who.do("give_view", view="nonsense").status_code == 422
        assert who.do("give_view", view="accepted", view_text="谢谢").status_code == 302
        after = text_of(who.look())
    assert state_of(case).closed_how == "settled"
    assert "已办结" in after
    assert "您对结果的意见已经记录。" in after
    assert "谢谢" in after
    assert any(s.party == "complainant" for s in state_of(case).signatures)


def test_objection_reopens_what_is_owed(who: Complainant, case: str) -> None:
    with time_machine.travel("2026-03-12 09:30+08:00", tick=False) as clock:
        register(case)
        officer(case, "record_measures", by=owner_of(case), measures="已修好")
        officer(case, "tell_result", result="已修好")
        clock.shift(60)
        assert who.do("give_view", view="rejected", view_text="还在漏").status_code == 302
    state = state_of(case)
    assert state.closed_at is None
    assert state.facts["view"] == "rejected"
    assert "re_agree" in {o.owe for o in state.owed()}


def test_act_that_has_passed_meanwhile_is_refused_with_the_way_out(who: Complainant, case: str) -> None:
    with time_machine.travel("2026-03-12 09:30+08:00", tick=False) as clock:
        address = "/follow/case/acts/add_information/"
        token = token_in(who.client.get(address))
        officer(case, "withdraw", reason="本人撤回", withdrawal_proof="电话")
        clock.shift(60)
        response = who.client.post(address, {"token": token, "added": "又想起一点"})
    assert response.status_code == 409
    assert "现在不能办理此事" in text_of(response)


@pytest.mark.parametrize("act", ["register", "tell_result", "correct", "withdraw", "nothing"])
def test_acts_of_the_inside_are_not_there(who: Complainant, act: str) -> None:
    with time_machine.travel("2026-03-12 09:30+08:00", tick=False):
        assert who.client.get(f"/follow/case/acts/{act}/").status_code == 404
        assert who.client.post(f"/follow/case/acts/{act}/", {}).status_code in (404, 409)


def test_pages_of_a_complainant_are_kept_by_no_cache(who: Complainant) -> None:
    with time_machine.travel("2026-03-12 09:30+08:00", tick=False):
        for path in ("/follow/case/", "/complain/received/", "/follow/case/acts/add_information/"):
            assert "no-store" in who.client.get(path)["Cache-Control"]


def test_status_page_asks_the_database_as_often_for_a_long_history_as_for_a_short(who: Complainant, case: str) -> None:
    counts = []
    with time_machine.travel("2026-03-12 09:30+08:00", tick=False) as clock:
        who.look()
        for more in (1, 20):
            for _ in range(more):
                clock.shift(1)
                officer(case, "add_information", added="又一点")
            with CaptureQueriesContext(connection) as seen:
                assert who.look().status_code == 200
            counts.append(len(seen))
    assert counts[0] == counts[1]
    assert counts[0] <= 14
