"""The app of files."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    """Files on cases."""

    name = "huiyin.documents"
    verbose_name = _("Files")
