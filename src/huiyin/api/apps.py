"""The app of the interface for programs."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    """Registers the access level of tokens and the page on which they are made."""

    name = "huiyin.api"
    verbose_name = _("Interface for programs")

    def ready(self) -> None:
        from huiyin.api import tokens
        from huiyin.common import access, navigation

        access.register(tokens.BEARER)
        access.declare_prefix("api/", tokens.BEARER.name)
        access.declare_prefix("api/openapi.json", "anyone")
        access.declare_prefix("api/docs", "anyone")
        navigation.register(
            navigation.Entry(
                label=_("Interface for programs"),
                url_name="api_pages:tokens",
                icon="outline/api",
                section="administration",
                order=55,
                access="signed_in",
            )
        )
