"""A complaint comes in by the public form."""

from __future__ import annotations

import errno
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from huiyin.cases.models import Case, CaseEvent
from huiyin.cases.operations import history_of, state_of
from huiyin.documents.models import CaseFile
from huiyin.portal.models import PublicAccess, QrPlace
from tests.apps.portal.portal_client import Complainant, text_of, token_in
from tests.factories.developer import first_pack


def photo(name: str = "leak.jpg") -> SimpleUploadedFile:
    """A real, small picture."""
    raw = BytesIO()
    Image.new("RGB", (8, 8), "grey").save(raw, "JPEG")
    return SimpleUploadedFile(name, raw.getvalue(), "image/jpeg")


def the_case() -> Case:
    return Case.objects.get()


def test_complaint_opens_the_case_at_once_and_registering_it_is_owed(form_address: str) -> None:
    Complainant(form_address).complain("三号楼漏水", customer="吴女士", phone="13800000001", happened_where="3号楼")
    state = state_of(the_case().pk)
    assert {n: state.facts.get(n) for n in ("content", "customer", "phone", "happened_where", "channel")} == {
        "content": "三号楼漏水",
        "customer": "吴女士",
        "phone": "13800000001",
        "happened_where": "3号楼",
        "channel": "web",
    }
    assert "registration" in {o.owe for o in state.owed()}
    assert state.facts["arrived_at"] == state.opened_at
    assert {o.bearers for o in state.owed() if o.owe == "registration"} == {("li", "chen")}


def test_form_says_what_happens_next_and_by_whom(form_address: str) -> None:
    page = text_of(Client().get(form_address))
    assert "接下来会怎样" in page
    assert "登记 客户服务人员 尽快；制度没有规定具体时间" in page


def test_last_page_gives_number_secret_and_link_and_can_be_opened_again(form_address: str) -> None:
    who = Complainant(form_address)
    first = who.complain()
    assert who.number == the_case().number
    assert len(who.secret) == 14
    assert text_of(who.client.get("/complain/received/")) == text_of(first)
    kept = PublicAccess.objects.get()
    assert who.secret.replace("-", "") not in f"{kept.secret_hash} {kept.nonce}"


def test_same_form_sent_twice_is_one_case_with_one_secret(form_address: str) -> None:
    who = Complainant(form_address)
    sent = {"token": token_in(who.client.get(form_address)), "content": "漏水", "mail_address": "wu@example.com"}
    secrets = []
    for _ in range(2):
        who.keep_what_is_given(who.client.post(form_address, sent, follow=True))
        secrets.append((who.number, who.secret))
    assert secrets[0] == secrets[1]
    assert Case.objects.count() == 1
    assert len(mail.outbox) == 1


def test_mail_gives_the_access_and_says_nothing_of_the_matter(form_address: str) -> None:
    who = Complainant(form_address)
    who.complain("隔壁王某偷看我家", mail_address="wu@example.com")
    (sent,) = mail.outbox
    assert sent.to == ["wu@example.com"]
    assert who.number in sent.subject
    assert who.secret in sent.body
    assert who.link in sent.body
    assert "王某" not in sent.body + sent.subject


def test_photo_is_kept_with_its_digest_in_the_history(form_address: str, settings: Any) -> None:
    Complainant(form_address).complain(attached=[photo(), photo("passwd.jpg")])
    files = list(CaseFile.objects.order_by("name"))
    assert [f.name for f in files] == ["leak.jpg", "passwd.jpg"]
    assert {f.kind for f in files} == {"image/jpeg"}
    arrived = next(e.event for e in history_of(the_case().pk) if type(e.event).__name__ == "ActDone")
    assert sorted(arrived.inputs["attached"]) == sorted(f.mark for f in files)
    assert all((Path(settings.MEDIA_ROOT) / f.path).read_bytes().startswith(b"\xff\xd8") for f in files)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.jpg", b"<html><script>alert(1)</script></html>", "不是图片"),
        ("program.pdf", b"MZ\x90\x00" + b"\x00" * 100, "不是图片"),
        ("pack.docx", b"PK\x03\x04" + b"\x00" * 60, "不是图片"),
        ("empty.jpg", b"", "是空文件"),
    ],
)
def test_file_that_may_not_be_kept_is_named_and_nothing_is_saved(
    form_address: str, settings: Any, name: str, content: bytes, said: str
) -> None:
    client = Client()
    sent = {
        "token": token_in(client.get(form_address)),
        "content": "写了很久的文字",
        "attached": SimpleUploadedFile(name, content, "image/jpeg"),
    }
    response = client.post(form_address, sent)
    assert response.status_code == 422
    assert f"“{name}”{said}" in text_of(response)
    assert "写了很久的文字" in text_of(response)
    assert Case.objects.count() == CaseFile.objects.count() == 0
    assert [p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file()] == []


def test_large_file_and_too_many_files_are_refused(form_address: str, settings: Any) -> None:
    settings.LARGEST_FILE, settings.FILES_AT_ONCE = 100, 2
    client = Client()
    for files, said in (([photo()], "太大"), ([photo(), photo(), photo()], "文件太多")):
        sent = {"token": token_in(client.get(form_address)), "content": "漏水", "attached": files}
        response = client.post(form_address, sent)
        assert response.status_code == 422
        assert said in text_of(response)
    assert Case.objects.count() == 0


def test_request_larger_than_all_files_together_is_ended_early(form_address: str, settings: Any) -> None:
    settings.LARGEST_FILE = 1
    client = Client()
    sent = {"content": "漏水", "attached": SimpleUploadedFile("a.jpg", b"x" * 2_000_000)}
    assert client.post(form_address, sent).status_code in (400, 413)
    assert Case.objects.count() == 0


def test_full_disk_is_said_and_nothing_is_half_saved(form_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    client = Client()
    sent = {"token": token_in(client.get(form_address)), "content": "漏水", "attached": photo()}
    response = client.post(form_address, sent)
    assert response.status_code == 507
    assert "磁盘已满" in text_of(response)
    assert Case.objects.count() == CaseEvent.objects.count() == 0


@pytest.mark.parametrize("content", ["", "   ", "\x00", "a\x00b", "长" * 20_001])
def test_wrong_text_is_named_and_stays(form_address: str, content: str) -> None:
    client = Client()
    response = client.post(form_address, {"token": token_in(client.get(form_address)), "content": content})
    assert response.status_code == 422
    assert "is-invalid" in response.content.decode()
    assert Case.objects.count() == 0


def test_html_and_emoji_come_through_as_text(form_address: str) -> None:
    words = "<script>alert('x')</script> 😡 <b>漏水</b>"
    who = Complainant(form_address)
    who.complain(words)
    assert state_of(the_case().pk).facts["content"] == words
    assert "<script>alert" not in who.look().content.decode()
    assert words.replace(" ", "") in text_of(who.look()).replace(" ", "")


def test_trap_field_stops_programs_and_loses_no_text(form_address: str) -> None:
    client = Client()
    sent = {"token": token_in(client.get(form_address)), "content": "漏水", "homepage": "http://spam.example"}
    response = client.post(form_address, sent)
    assert response.status_code == 422
    assert "trap-shown" in response.content.decode()
    assert Case.objects.count() == 0


def test_form_sent_back_too_fast_is_shown_once_more(form_address: str, settings: Any) -> None:
    settings.PORTAL_LEAST_SECONDS = 3
    client = Client()
    with time_machine.travel("2026-03-12 10:00+08:00", tick=False) as clock:
        sent = {"token": token_in(client.get(form_address)), "content": "漏水"}
        quick = client.post(form_address, sent)
        assert quick.status_code == 422
        assert "请再看一遍" in text_of(quick)
        clock.shift(5)
        assert client.post(form_address, {**sent, "token": token_in(quick)}).status_code == 302
    assert Case.objects.count() == 1


@pytest.mark.parametrize("token", ["", "x", "a:b:c"])
def test_form_that_was_not_shown_here_is_not_taken(form_address: str, token: str) -> None:
    client = Client()
    response = client.post(form_address, {"token": token, "content": "漏水"})
    assert response.status_code == 422
    assert Case.objects.count() == 0
    assert client.post(form_address, {"token": token_in(response), "content": "漏水"}).status_code == 302


def test_token_of_another_form_is_not_taken(form_address: str) -> None:
    who = Complainant(form_address)
    who.complain()
    stolen = token_in(who.client.get("/follow/case/acts/add_information/"))
    assert Client().post(form_address, {"token": stolen, "content": "漏水"}).status_code == 422


def test_old_form_is_taken_after_it_was_shown_again(form_address: str) -> None:
    client = Client()
    with time_machine.travel("2026-03-12 10:00+08:00", tick=False) as clock:
        old = {"token": token_in(client.get(form_address)), "content": "写了一整天"}
        clock.shift(25 * 3600)
        again = client.post(form_address, old)
        assert again.status_code == 422
        assert "写了一整天" in text_of(again)
        assert client.post(form_address, {**old, "token": token_in(again)}).status_code == 302


def test_many_complaints_from_one_address_are_held_up(form_address: str, settings: Any) -> None:
    settings.PORTAL_COMPLAINTS_PER_HOUR = 2
    with time_machine.travel("2026-03-12 10:00+08:00", tick=False) as clock:
        for _ in range(2):
            Complainant(form_address).complain()
        client = Client()
        held = client.post(form_address, {"token": token_in(client.get(form_address)), "content": "第三件"})
        assert held.status_code == 429
        assert "第三件" in text_of(held)
        other = Client(REMOTE_ADDR="203.0.113.9")
        sent = {"token": token_in(other.get(form_address)), "content": "别处"}
        assert other.post(form_address, sent).status_code == 302
        clock.shift(4000)
        assert client.post(form_address, {"token": token_in(held), "content": "第三件"}).status_code == 302
    assert Case.objects.count() == 4


def test_poster_says_where_the_complaint_comes_from(form_address: str) -> None:
    place = QrPlace.objects.create(label="江南华府3号楼大堂", pack=first_pack()[0])
    who = Complainant(f"/p/{place.code}/")
    page = who.client.get(who.address).content.decode()
    assert "江南华府3号楼大堂" in page
    who.complain(happened_where="江南华府3号楼大堂")
    assert state_of(the_case().pk).facts["happened_where"] == "江南华府3号楼大堂"


def test_closed_poster_leads_to_the_general_form_and_unknown_one_nowhere(form_address: str) -> None:
    place = QrPlace.objects.create(label="旧售楼处", pack=first_pack()[0])
    QrPlace.objects.update(closed_at="2026-01-01T00:00Z")
    assert Client().get(f"/p/{place.code}/")["Location"] == "/complain/"
    assert Client().get("/p/nowhere1/").status_code == 404


def test_without_an_adopted_regulation_the_page_says_so(db: None) -> None:
    assert "目前不能通过本页投诉" in text_of(Client().get("/complain/"))
    assert Client().get(f"/complain/{first_pack()[0]}/").status_code == 404


def test_english_is_complete(form_address: str) -> None:
    client = Client(headers={"accept-language": "en"})
    page = text_of(client.get(form_address))
    assert "Tell us what happened" in page
    assert not any("\u3400" <= c <= "\u9fff" for c in page.replace("中文", "")), page
