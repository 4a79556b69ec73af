"""The app of the public side."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """Registers the administrators' page of posters."""

    name = "huiyin.portal"
    verbose_name = _("Public side")

    def ready(self) -> None:
        from huiyin.common import navigation

        navigation.register(
            navigation.Entry(
                label=_("Public form and posters"),
                url_name="portal:places",
                icon="outline/qrcode",
                section="administration",
                order=45,
                access="administrator",
            )
        )
