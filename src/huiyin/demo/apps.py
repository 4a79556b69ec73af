"""The app of the demonstration."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DemoConfig(AppConfig):
    """Says at start-up who can sign in."""

    name = "huiyin.demo"
    label = "demo"
    verbose_name = _("Demonstration")

    def greeting(self) -> list[str]:
        """What `huiyin start` says where the demonstration was made."""
        from huiyin.demo.models import Demonstration
        from huiyin.demo.organisation import account_lines

        return account_lines() if Demonstration.objects.exists() else []
