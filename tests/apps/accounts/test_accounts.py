"""Signing in, the first administrator, invitations, passwords, lock-out, sessions."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from huiyin.accounts import operations, permissions, queries
from huiyin.accounts.models import Invitation, User
from huiyin.accounts.views import reset_link
from tests.factories.accounts import PASSWORD, UserFactory
from tests.factories.organisation import AppointmentFactory, PersonFactory

pytestmark = pytest.mark.django_db
NEW = "another good password"


def path_of(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def sign_in(client: Client, username: str, password: str) -> int:
    return client.post("/sign-in/", {"username": username, "password": password}).status_code


def test_sign_in_and_out(client: Client, plain_user: User) -> None:
    assert sign_in(client, "bob", PASSWORD) == 302
    assert signed_in(client)
    client.post("/sign-out/")
    assert not signed_in(client)


@pytest.mark.parametrize(
    ("username", "password"), [("bob", "wrong"), ("nobody", PASSWORD), ("bob\x00", PASSWORD), ("x" * 5000, "y" * 5000)]
)
def test_sign_in_with_what_is_not_right(client: Client, plain_user: User, username: str, password: str) -> None:
    assert sign_in(client, username, password) == 422
    assert not signed_in(client)


def test_sign_in_does_not_lead_to_another_site(client: Client, plain_user: User) -> None:
    answer = client.post("/sign-in/", {"username": "bob", "password": PASSWORD, "next": "https://evil.example/"})
    assert answer["Location"] == "/"


def test_closed_account_cannot_sign_in_and_loses_its_session(client: Client, plain_user: User) -> None:
    sign_in(client, "bob", PASSWORD)
    operations.close_account(plain_user)
    assert not signed_in(client)
    assert sign_in(client, "bob", PASSWORD) == 422
    operations.reopen_account(plain_user)
    assert sign_in(client, "bob", PASSWORD) == 302


def test_name_is_locked_after_wrong_passwords_and_unlocked(client: Client, plain_user: User, settings: Any) -> None:
    for _n in range(settings.AXES_FAILURE_LIMIT - 1):
        assert sign_in(client, "bob", "wrong") == 422
    assert sign_in(client, "bob", "wrong") == 429
    locked = client.post("/sign-in/", {"username": "bob", "password": PASSWORD})
    assert locked.status_code == 429
    assert "15 分钟" in locked.content.decode()
    assert sign_in(Client(REMOTE_ADDR="127.0.0.9"), "bob", PASSWORD) == 302, "another place is not locked"
    operations.unlock(plain_user)
    assert sign_in(client, "bob", PASSWORD) == 302


def test_session_ends_everywhere_but_here(plain_user: User) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        sign_in(client, "bob", PASSWORD)
    here.post("/account/end-sessions/")
    assert signed_in(here)
    assert not signed_in(there)


def test_new_password_ends_other_sessions(plain_user: User) -> None:
    here, there = Client(), Client()
    for client in (here, there):
        sign_in(client, "bob", PASSWORD)
    assert here.post("/account/", {"old": "wrong", "password": NEW, "again": NEW}).status_code == 422
    assert here.post("/account/", {"old": PASSWORD, "password": NEW, "again": NEW}).status_code == 302
    assert signed_in(here)
    assert not signed_in(there)
    assert sign_in(Client(), "bob", NEW) == 302


def test_first_administrator_is_made_with_the_code_and_only_once(client: Client) -> None:
    assert client.get("/sign-in/")["Location"] == "/set-up/"
    form = {"code": "guess", "username": "李敏", "password": NEW, "again": NEW}
    assert client.post("/set-up/", form).status_code == 422
    assert not User.objects.exists()
    assert client.post("/set-up/", form | {"code": operations.set_up_code()}).status_code == 302
    user = User.objects.get()
    assert user.is_administrator
    assert signed_in(client)
    assert client.get("/set-up/").status_code == 404
    with pytest.raises(ValidationError):
        operations.create_first_administrator(username="second", password=NEW)


@pytest.mark.parametrize("password", ["short", "1234567890123", "password123", "eve-eve-eve"])
def test_weak_password_is_refused(client: Client, password: str) -> None:
    form = {"code": operations.set_up_code(), "username": "eve-eve-eve", "password": password, "again": password}
    assert client.post("/set-up/", form).status_code == 422
    assert not User.objects.exists()


def test_invitation_makes_the_account_meant(client: Client, administrator: User) -> None:
    person = PersonFactory(name="吴倩")
    invitation = operations.invite(
        username="wuqian", email="wq@example.com", person_id=person.pk, by=administrator, is_administrator=False
    )
    operations.send_invitation(invitation)
    link = operations.invitation_link(invitation)
    assert link in mail.outbox[0].body
    assert "吴倩" in client.get(path_of(link)).content.decode()
    assert client.post(path_of(link), {"password": NEW, "again": NEW}).status_code == 302
    user = User.objects.get(username="wuqian")
    assert (user.person, user.email, user.is_administrator) == (person, "wq@example.com", False)
    assert signed_in(client)
    assert Client().get(path_of(link)).status_code == 404


def test_invitation_can_be_accepted_by_one_only(administrator: User) -> None:
    invitation = operations.invite(username="carol", by=administrator)
    same = Invitation.objects.get(pk=invitation.pk)
    operations.accept(invitation, password=NEW)
    with pytest.raises(ValidationError):
        operations.accept(same, password=NEW)


@pytest.mark.parametrize("how", ["expired", "withdrawn", "changed", "invited anew"])
def test_dead_invitation(client: Client, administrator: User, how: str) -> None:
    invitation = operations.invite(username="carol", by=administrator)
    link = operations.invitation_link(invitation)
    if how == "expired":
        Invitation.objects.filter(pk=invitation.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    elif how == "withdrawn":
        operations.withdraw(invitation)
    elif how == "invited anew":
        operations.invite(username="carol", by=administrator)
    else:
        link = link[:-2] + "x/"
    assert client.get(path_of(link)).status_code == 404
    assert client.post(path_of(link), {"password": NEW, "again": NEW}).status_code == 404
    assert not User.objects.filter(username="carol").exists()


def test_invitation_for_a_name_that_is_taken(administrator: User) -> None:
    with pytest.raises(ValidationError, match=r"taken|使用"):
        operations.invite(username="alice", by=administrator)


def test_forgotten_password_by_mail_and_the_same_answer_for_strangers(client: Client) -> None:
    UserFactory(username="dora", email="dora@example.com")
    known = client.post("/password/forgotten/", {"email": "dora@example.com"})
    unknown = client.post("/password/forgotten/", {"email": "nobody@example.com"})
    assert known["Location"] == unknown["Location"]
    assert [m.to for m in mail.outbox] == [["dora@example.com"]]
    link = next(line for line in str(mail.outbox[0].body).splitlines() if "/password/new/" in line)
    assert client.post(path_of(link), {"password": NEW, "again": "different one"}).status_code == 422
    assert client.post(path_of(link), {"password": NEW, "again": NEW}).status_code == 302
    assert sign_in(client, "dora", NEW) == 302
    assert Client().get(path_of(link)).status_code == 404, "the link works once"


def test_link_for_a_new_password_is_bound_to_its_account(client: Client, plain_user: User) -> None:
    other = UserFactory(username="mallory")
    uid = reset_link(plain_user).split("/")[-3]
    token = reset_link(other).split("/")[-2]
    assert client.get(f"/password/new/{uid}/{token}/").status_code == 404


def test_last_administrator_stays(administrator: User) -> None:
    with pytest.raises(ValidationError):
        operations.close_account(administrator)
    with pytest.raises(ValidationError):
        operations.change_account(administrator, by=administrator, email="", person_id=None, is_administrator=False)
    UserFactory(is_administrator=True)
    operations.close_account(administrator)
    administrator.refresh_from_db()
    assert not administrator.is_active


@pytest.mark.parametrize("what", ["close", "reopen", "unlock", "end-sessions", "reset-link"])
def test_administrator_acts_on_an_account(client: Client, administrator: User, plain_user: User, what: str) -> None:
    client.force_login(administrator, "huiyin.accounts.backends.PasswordBackend")
    assert client.post(f"/accounts/{plain_user.pk}/{what}/", follow=True).status_code == 200
    plain_user.refresh_from_db()
    assert plain_user.is_active is (what != "close")


def test_administrator_invites_on_the_page(client: Client, administrator: User) -> None:
    client.force_login(administrator, "huiyin.accounts.backends.PasswordBackend")
    assert client.post("/accounts/invite/", {"username": "alice"}).status_code == 422
    page = client.post("/accounts/invite/", {"username": "frank"}, follow=True)
    invitation = queries.open_invitations().get()
    assert queries.invitation_token(invitation) in page.content.decode()
    assert "frank" in client.get("/accounts/").content.decode()


def test_posts_of_the_person_are_predicates(plain_user: User) -> None:
    head = permissions.holds_post("department_head", pack="a")
    assert not head(plain_user)
    plain_user.person = PersonFactory()
    AppointmentFactory(person=plain_user.person, post="department_head", pack="b")
    assert not head(plain_user), "the post of another regulation"
    AppointmentFactory(person=plain_user.person, post="department_head")
    fresh = User(username="again", person=type(plain_user.person).objects.get(pk=plain_user.person.pk))
    assert head(fresh)
    ended = User(username="ended", person=PersonFactory())
    AppointmentFactory(person=ended.person, post="department_head", until=timezone.now() - timedelta(seconds=1))
    assert not head(ended)


def test_permissions_of_administrator_and_others(administrator: User, plain_user: User) -> None:
    assert administrator.has_perm("organisation.manage")
    assert not plain_user.has_perm("organisation.manage")
    assert not administrator.has_perm("no.such_permission")
    administrator.is_active = False
    assert not administrator.has_perm("organisation.manage")


def test_create_admin_command(monkeypatch: pytest.MonkeyPatch, plain_user: User) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{NEW}\n"))
    out = io.StringIO()
    call_command("create_admin", "bob", "--password-stdin", stdout=out)
    plain_user.refresh_from_db()
    assert plain_user.is_administrator
    assert plain_user.check_password(NEW)
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    with pytest.raises(CommandError):
        call_command("create_admin", "eve", "--password-stdin", stdout=out)
    assert not User.objects.filter(username="eve").exists()


def test_production_hash_is_argon2() -> None:
    from huiyin import settings as product
    from huiyin.accounts.hashers import LimitedArgon2PasswordHasher

    assert product.PASSWORD_HASHERS == ["huiyin.accounts.hashers.LimitedArgon2PasswordHasher"]
    hasher = LimitedArgon2PasswordHasher()
    encoded = hasher.encode(PASSWORD, "saltsaltsalt")
    assert encoded.startswith("argon2$argon2id$")
    assert hasher.verify(PASSWORD, encoded)
    assert not hasher.verify("wrong", encoded)
