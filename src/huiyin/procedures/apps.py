"""The app of the procedure packs."""

from django.apps import AppConfig
from django.core import checks
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class ProceduresConfig(AppConfig):
    """Says which packs there are, and watches packs and calendar."""

    name = "huiyin.procedures"
    verbose_name = _("Regulations")

    def ready(self) -> None:
        from huiyin.common import health
        from huiyin.organisation import models, posts
        from huiyin.procedures import calendars, installed

        checks.register(calendars.check)
        posts.register_source(installed.needs)
        health.register("regulations", installed.health)
        health.register("calendar", calendars.health)
        # What was adopted and confirmed is kept per process beside the directory, under the same revision.
        for model in (models.Adoption, models.Parameter):
            for signal in (post_save, post_delete):
                signal.connect(models.new_revision, sender=model, dispatch_uid=f"{model.__name__}-{id(signal)}")
