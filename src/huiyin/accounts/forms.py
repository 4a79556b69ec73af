"""Forms about accounts."""

from __future__ import annotations

from typing import Any

from axes.helpers import get_failure_limit
from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import AuthenticationForm, UsernameField
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from huiyin.accounts.models import USERNAME, Invitation, User
from huiyin.accounts.operations import set_up_code


class SignInForm(AuthenticationForm):
    """User name and password."""

    error_messages = {  # noqa: RUF012 - Django's own attribute
        "invalid_login": _("User name or password is wrong. Capitals and small letters differ."),
        "inactive": _("This account is closed."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Django sets the length as an attribute of the control only; here it is checked.
        self.fields["username"] = UsernameField(
            label=_("User name"), max_length=60, widget=self.fields["username"].widget
        )

    @property
    def failure_limit(self) -> int:
        """After how many failures the name is locked for a while, for the text of the page."""
        return int(get_failure_limit(self.request, None))


class NewPasswordForm(forms.Form):
    """A new password, typed twice."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 10 characters, not only digits, and none of the passwords everybody uses."),
    )
    again = forms.CharField(
        label=_("Password again"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        password, again = cleaned.get("password"), cleaned.get("again")
        if password and again and password != again:
            self.add_error("again", _("The two passwords differ."))
        if password:
            try:
                password_validation.validate_password(password, self.user or self.future_user(cleaned))
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned

    def future_user(self, cleaned: dict[str, Any]) -> User:
        """The account as it would be, which the password must not resemble."""
        return User(username=cleaned.get("username", ""), email=cleaned.get("email", ""))


class SetUpForm(NewPasswordForm):
    """The first administrator."""

    code = forms.CharField(
        label=_("Set-up code"),
        max_length=40,
        help_text=_("It was printed when the program started, and lies in the file var/set_up_code."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    username = forms.CharField(
        label=_("User name"),
        max_length=60,
        validators=[USERNAME],
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    email = forms.EmailField(label=_("E-mail"), required=False, help_text=_("Needed to reset the password by mail."))
    field_order = ("code", "username", "email", "password", "again")

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"].strip()
        if not constant_time_compare(code, set_up_code()):
            raise forms.ValidationError(_("This is not the code of this installation."), code="wrong")
        return code


class ChangePasswordForm(NewPasswordForm):
    """A new password for one who knows the old one."""

    old = forms.CharField(
        label=_("Present password"),
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ("old", "password", "again")

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if self.user is None or not self.user.check_password(old):
            raise forms.ValidationError(_("This is not your present password."), code="wrong")
        return old


class ForgottenForm(forms.Form):
    """Who has forgotten his password."""

    email = forms.EmailField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))


class InviteForm(forms.ModelForm):
    """Whom to invite, and as what."""

    class Meta:
        model = Invitation
        fields = ("person", "username", "email", "is_administrator")
        help_texts = {  # noqa: RUF012 - Django's own attribute
            "person": _("What the account may do follows from the posts of this person."),
            "email": _("The link is sent there; without it you hand the link over yourself."),
            "is_administrator": _("Manages people, accounts and adoption. It opens no case."),
        }


class AccountForm(forms.ModelForm):
    """What an administrator may change of an account."""

    class Meta:
        model = User
        fields = ("person", "email", "is_administrator")
        help_texts = InviteForm.Meta.help_texts
