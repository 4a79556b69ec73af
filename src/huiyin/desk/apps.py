"""The app of the desk."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DeskConfig(AppConfig):
    """Declares who works here and what stands in the navigation."""

    name = "huiyin.desk"
    verbose_name = _("Desk")

    def ready(self) -> None:
        from huiyin.accounts.permissions import has_person
        from huiyin.common import access, navigation

        access.register(
            access.Access(
                name="inside",
                meaning=_("People of the organisation who have an account"),
                allows=lambda request: has_person(request.user),
            )
        )
        pages = (
            (_("My day"), "desk:my_day", "outline/sun", "work", 10, "g d"),
            (_("New complaint"), "desk:new", "outline/plus", "work", 20, "n"),
            (_("Checks and duties"), "desk:duties", "outline/checklist", "work", 30, "g c"),
            (_("Cases"), "desk:registers", "outline/list-details", "registers", 10, "g r"),
            (_("Standing cases"), "desk:standing", "outline/building-community", "registers", 20, "g s"),
            (_("Regulations"), "desk:regulations", "outline/book-2", "regulation", 10, "g l"),
        )
        for label, url_name, icon, section, order, shortcut in pages:
            navigation.register(
                navigation.Entry(
                    label=label,
                    url_name=url_name,
                    icon=icon,
                    section=section,  # type: ignore[arg-type]
                    order=order,
                    access="inside",
                    shortcut=shortcut,
                )
            )
        navigation.register_search("desk:search", "inside")
