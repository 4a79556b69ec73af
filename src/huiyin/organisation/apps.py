"""The app of the organisation."""

from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class OrganisationConfig(AppConfig):
    """Keeps the directory's revision in step and registers the administrators' pages."""

    name = "huiyin.organisation"
    verbose_name = _("Organisation")

    def ready(self) -> None:
        from huiyin.common import navigation
        from huiyin.organisation import models

        for model in (models.Unit, models.Person, models.Appointment, models.Absence):
            for signal in (post_save, post_delete):
                signal.connect(models.new_revision, sender=model, dispatch_uid=f"{model.__name__}-{id(signal)}")
        pages = (
            (_("Units"), "organisation:units", "outline/sitemap", 10),
            (_("People"), "organisation:people", "outline/users", 20),
            (_("Absences"), "organisation:absences", "outline/calendar-off", 30),
            (_("Adopted regulations"), "organisation:adoption", "outline/books", 40),
        )
        for label, url_name, icon, order in pages:
            navigation.register(
                navigation.Entry(
                    label=label,
                    url_name=url_name,
                    icon=icon,
                    section="administration",
                    order=order,
                    access="administrator",
                )
            )
