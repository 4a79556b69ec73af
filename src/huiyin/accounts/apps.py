"""The app of accounts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Registers the permissions and the administrators' page of accounts."""

    name = "huiyin.accounts"
    verbose_name = _("Accounts")

    def ready(self) -> None:
        from huiyin.accounts import permissions  # noqa: F401 - registers them with `rules`
        from huiyin.common import navigation

        navigation.register(
            navigation.Entry(
                label=_("Accounts"),
                url_name="accounts:accounts",
                icon="outline/key",
                section="administration",
                order=50,
                access="administrator",
            )
        )

    def greeting(self) -> list[str]:
        """What `huiyin start` says while nobody has an account."""
        from django.conf import settings

        from huiyin.accounts import operations, queries

        if not queries.nobody_yet():
            return []
        return [f"No account yet: {settings.BASE_URL}/set-up/ with the set-up code {operations.set_up_code()}"]
