"""The app that carries the page frame."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommonConfig(AppConfig):
    """Registers the access levels, checks and navigation entries that do not depend on any other app."""

    name = "huiyin.common"
    verbose_name = _("Common parts")

    def ready(self) -> None:
        from huiyin.common import access, health, navigation

        access.register(access.ANYONE)
        access.register(access.SIGNED_IN)
        access.register(access.ADMINISTRATOR)
        health.register("database", health.database)
        navigation.register(
            navigation.Entry(
                label=_("Health of the system"),
                url_name="common:health",
                icon="outline/heart-rate-monitor",
                section="administration",
                order=90,
                access="administrator",
            )
        )
        navigation.register(
            navigation.Entry(
                label=_("Components"),
                url_name="common:gallery",
                icon="outline/palette",
                section="administration",
                order=95,
                access="administrator",
            )
        )
