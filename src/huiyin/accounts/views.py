"""Screens of accounts: signing in, the first administrator, invitations, passwords, and the administrators' list."""

from __future__ import annotations

from typing import Any

from axes.helpers import get_cool_off
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.accounts import operations, queries
from huiyin.accounts.forms import (
    AccountForm,
    ChangePasswordForm,
    ForgottenForm,
    InviteForm,
    NewPasswordForm,
    SetUpForm,
    SignInForm,
)
from huiyin.accounts.models import Invitation, User
from huiyin.common.access import access
from huiyin.common.errors import Explanation, render_explanation

BACKEND = "huiyin.accounts.backends.PasswordBackend"
get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def _page(
    request: HttpRequest, template: str, form: Any = None, status: int | None = None, **context: Any
) -> HttpResponse:
    """A page with a form: 422 if the form was sent and is wrong."""
    if status is None:
        status = 422 if form is not None and form.is_bound and not form.is_valid() else 200
    return render(request, template, {"form": form, **context}, status=status)


def _add_errors(form: Any, error: ValidationError) -> None:
    """Show the errors of an operation at the fields they name, if the form has them, else above the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


class _SignIn(LoginView):
    """Django's own view with our form; somebody signed in already is sent on."""

    form_class = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if queries.nobody_yet():
            return redirect("accounts:set_up")
        return super().get(request, *args, **kwargs)

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


sign_in = access("anyone")(_SignIn.as_view())


def locked_out(request: HttpRequest, credentials: dict[str, Any] | None = None, *args: Any, **kwargs: Any) -> Any:
    """The page for a user name that was tried too often (429)."""
    pause = get_cool_off(request)
    minutes = int(pause.total_seconds() // 60) if pause else 0
    return render_explanation(
        request,
        429,
        Explanation(
            title=_("Too many attempts"),
            reason=_("This user name was tried with a wrong password too often. It is locked for %(minutes)d minutes.")
            % {"minutes": minutes},
            ways_out=(_("Wait and try again."), _("Or ask an administrator to unlock the account.")),
        ),
    )


@access("anyone")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect(settings.LOGOUT_REDIRECT_URL)


@access("anyone")
@never_cache
@sensitive_post_parameters()
@get_or_post
def set_up(request: HttpRequest) -> HttpResponse:
    """Make the first administrator; 404 once there is an account."""
    if not queries.nobody_yet():
        raise Http404
    operations.set_up_code()
    form = SetUpForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            user = operations.create_first_administrator(
                username=data["username"], password=data["password"], email=data["email"]
            )
        except ValidationError as error:
            _add_errors(form, error)
        else:
            login(request, user, BACKEND)
            messages.success(request, _("Welcome. You are the first administrator."))
            return redirect("/")
    return _page(request, "accounts/set_up.html", form)


@access("anyone")
@never_cache
@sensitive_post_parameters()
@get_or_post
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """Follow an invitation: choose a password, and be signed in."""
    invitation = queries.invitation_by_token(token)
    if invitation is None:
        return _link_is_dead(request)
    person = invitation.person
    form = NewPasswordForm(request.POST or None, user=User(username=invitation.username, email=invitation.email))
    if form.is_valid():
        try:
            user = operations.accept(invitation, password=form.cleaned_data["password"])
        except ValidationError as error:
            _add_errors(form, error)
        else:
            login(request, user, BACKEND)
            messages.success(request, _("Your account is ready."))
            return redirect("/")
    return _page(request, "accounts/accept.html", form, invitation=invitation, person=person)


def _link_is_dead(request: HttpRequest) -> HttpResponse:
    return render_explanation(
        request,
        404,
        Explanation(
            title=_("This link does not work any more"),
            reason=_("It has been used, withdrawn, has expired, or was not copied whole."),
            ways_out=(_("Ask an administrator for a new one."),),
        ),
    )


@access("anyone")
@get_or_post
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a link to set a new password. The answer is the same whether or not the address is known."""
    form = ForgottenForm(request.POST or None)
    if form.is_valid():
        reset = PasswordResetForm({"email": form.cleaned_data["email"]})
        if reset.is_valid():
            reset.save(
                domain_override=settings.BASE_URL.split("://", 1)[1],
                use_https=settings.BASE_URL.startswith("https://"),
                subject_template_name="accounts/mail/reset_subject.txt",
                email_template_name="accounts/mail/reset.txt",
            )
        return redirect("accounts:forgotten_sent")
    return _page(request, "accounts/forgotten.html", form)


@access("anyone")
@require_safe
def forgotten_sent(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return render(request, "accounts/forgotten_sent.html")


@access("anyone")
@never_cache
@sensitive_post_parameters()
@get_or_post
def reset(request: HttpRequest, uid: str, token: str) -> HttpResponse:
    """Set a new password with a link from the mail or from an administrator. The old sessions end."""
    try:
        user = User.objects.filter(pk=int(urlsafe_base64_decode(uid).decode()), is_active=True).first()
    except (ValueError, UnicodeDecodeError, OverflowError):
        user = None
    if user is None or not default_token_generator.check_token(user, token):
        return _link_is_dead(request)
    form = NewPasswordForm(request.POST or None, user=user)
    if form.is_valid():
        user.set_password(form.cleaned_data["password"])
        user.save(update_fields=["password"])
        operations.unlock(user)
        messages.success(request, _("Your new password is set. Sign in with it."))
        return redirect("accounts:sign_in")
    return _page(request, "accounts/reset.html", form, account=user)


def reset_link(user: User) -> str:
    """The whole address under which the user sets a new password, once, within a day."""
    uid = urlsafe_base64_encode(force_bytes(user.pk))
    return settings.BASE_URL + reverse("accounts:reset", args=[uid, default_token_generator.make_token(user)])


@access("signed_in")
@get_or_post
def account(request: HttpRequest) -> HttpResponse:
    """One's own account: posts, password, sessions."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    form = ChangePasswordForm(request.POST or None, user=user)
    if form.is_valid():
        user.set_password(form.cleaned_data["password"])
        user.save(update_fields=["password"])
        update_session_auth_hash(request, user)
        messages.success(request, _("Your new password is set. Other devices have been signed out."))
        return redirect("accounts:account")
    appointments = user.person.current_appointments() if user.person else ()
    return _page(request, "accounts/account.html", form, appointments=appointments)


@access("signed_in")
@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    operations.end_sessions(user)
    update_session_auth_hash(request, user)
    messages.success(request, _("Every other device has been signed out."))
    return redirect("accounts:account")


@access("administrator")
@require_safe
def accounts(request: HttpRequest) -> HttpResponse:
    """Every account and every open invitation."""
    return render(
        request, "accounts/accounts.html", {"accounts": queries.accounts(), "invitations": queries.open_invitations()}
    )


@access("administrator")
@get_or_post
def invite(request: HttpRequest) -> HttpResponse:
    """Invite somebody; the page after it shows the link."""
    initial = {"person": request.GET.get("person", ""), "username": request.GET.get("username", "")}
    form = InviteForm(request.POST or None, initial=initial)
    if form.is_valid() and isinstance(request.user, User):
        data = form.cleaned_data
        try:
            invitation = operations.invite(
                username=data["username"],
                email=data["email"],
                person_id=data["person"].pk if data["person"] else None,
                is_administrator=data["is_administrator"],
                by=request.user,
            )
        except ValidationError as error:
            _add_errors(form, error)
        else:
            if operations.send_invitation(invitation):
                messages.success(request, _("The invitation was sent to %(email)s.") % {"email": invitation.email})
            return redirect("accounts:invitation", invitation.pk)
    return _page(request, "accounts/invite.html", form)


@access("administrator")
@require_safe
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """One invitation with its link."""
    found = get_object_or_404(Invitation.objects.select_related("person"), pk=pk)
    link = operations.invitation_link(found) if found.is_open else ""
    return render(request, "accounts/invitation.html", {"invitation": found, "link": link})


@access("administrator")
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw an invitation."""
    operations.withdraw(get_object_or_404(Invitation, pk=pk))
    messages.success(request, _("The invitation is withdrawn."))
    return redirect("accounts:accounts")


@access("administrator")
@get_or_post
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Change one account."""
    user = get_object_or_404(User.objects.select_related("person"), pk=pk)
    form = AccountForm(request.POST or None, instance=user)
    if form.is_valid() and isinstance(request.user, User):
        data = form.cleaned_data
        stored = User.objects.get(pk=pk)
        try:
            operations.change_account(
                stored,
                by=request.user,
                email=data["email"],
                person_id=data["person"].pk if data["person"] else None,
                is_administrator=data["is_administrator"],
            )
        except ValidationError as error:
            _add_errors(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("accounts:accounts")
    return _page(request, "accounts/change.html", form, account=user)


@access("administrator")
@require_POST
def act(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Close, reopen, unlock an account, end its sessions, or make a link for a new password."""
    user = get_object_or_404(User, pk=pk)
    try:
        if what == "close":
            operations.close_account(user)
            messages.success(request, _("The account is closed and its sessions have ended."))
        elif what == "reopen":
            operations.reopen_account(user)
            messages.success(request, _("The account is open again."))
        elif what == "unlock":
            operations.unlock(user)
            messages.success(request, _("The account is unlocked."))
        elif what == "end-sessions":
            operations.end_sessions(user)
            messages.success(request, _("Every session of the account has ended."))
        elif what == "reset-link":
            return render(request, "accounts/reset_link.html", {"account": user, "link": reset_link(user)})
        else:
            raise Http404
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
    return redirect(resolve_url("accounts:change", pk))
