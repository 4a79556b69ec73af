"""The pages on which people make and withdraw tokens."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from huiyin.accounts.models import User
from huiyin.api import tokens
from huiyin.api.models import ApiToken, Scope
from huiyin.common.access import access
from huiyin.common.dates import CIVIL
from huiyin.common.forms import DateInput

LONGEST_DAYS = 366


class TokenForm(forms.Form):
    """A new token. An administrator may make one for another account."""

    name = forms.CharField(
        label=gettext_lazy("What it is for"), max_length=80, help_text=gettext_lazy("So that you know it again later.")
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    until = forms.DateField(label=gettext_lazy("Last day it is valid"), widget=DateInput)
    user = forms.ModelChoiceField(label=gettext_lazy("Account it works for"), queryset=User.objects.none())

    def __init__(self, maker: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.maker = maker
        self.initial.setdefault("until", timezone.localdate() + timedelta(days=90))
        self.initial.setdefault("scopes", [Scope.READ.value])
        if maker.is_administrator:
            accounts = self.fields["user"]
            accounts.queryset = User.objects.filter(is_active=True)  # type: ignore[attr-defined]
            self.initial.setdefault("user", maker.pk)
        else:
            del self.fields["user"]
            self.fields["scopes"].choices = [c for c in Scope.choices if c[0] != Scope.ADMIN]  # type: ignore[attr-defined]

    def clean_until(self) -> Any:
        """From today on, a year at most."""
        until, today = self.cleaned_data["until"], timezone.localdate()
        if not today <= until <= today + timedelta(days=LONGEST_DAYS):
            raise forms.ValidationError(_("From today on, for a year at most."), code="until")
        return until


@access("signed_in")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token_list(request: HttpRequest) -> HttpResponse:
    """One's own tokens, for administrators all of them; and a form for a new one, which is shown once."""
    assert isinstance(request.user, User)  # noqa: S101 - the access level says so
    form = TokenForm(request.user, request.POST or None)
    made = ""
    if form.is_valid():
        end = datetime.combine(form.cleaned_data["until"] + timedelta(days=1), time(), tzinfo=CIVIL)
        _kept, made = tokens.make(
            name=form.cleaned_data["name"],
            user=form.cleaned_data.get("user") or request.user,
            scopes=form.cleaned_data["scopes"],
            created_by=request.user,
            expires_at=end,
        )
        form = TokenForm(request.user)
    context = {"form": form, "tokens": _shown(request.user), "made": made}
    return render(request, "api/tokens.html", context, status=422 if form.is_bound else 200)


def _shown(user: User) -> Any:
    found = ApiToken.objects.select_related("user")
    return found if user.is_administrator else found.filter(user=user)


@access("signed_in")
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a token."""
    assert isinstance(request.user, User)  # noqa: S101 - the access level says so
    tokens.revoke(get_object_or_404(_shown(request.user), pk=pk))
    messages.success(request, _("The token is good for nothing from now on."))
    return redirect("api_pages:tokens")
