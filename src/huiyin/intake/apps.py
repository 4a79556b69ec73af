"""The app of intake."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class IntakeConfig(AppConfig):
    """Keeps which rows of which files were taken."""

    name = "huiyin.intake"
    verbose_name = _("Intake")
