"""The app of the cases."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    """Watches the clock workers."""

    name = "huiyin.cases"
    verbose_name = _("Cases")

    def ready(self) -> None:
        from huiyin.cases import clock_health
        from huiyin.common import health

        health.register("clock", clock_health.health)
