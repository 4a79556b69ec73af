"""Every address: each app names its own in `<app>/urls.py`, from the root, and is found here."""

from importlib import import_module

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path
from django.utils.module_loading import module_has_submodule

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include(f"{app}.urls"))
    for app in reversed(settings.HUIYIN_APPS)
    if module_has_submodule(import_module(app), "urls")
]

handler400 = "huiyin.common.views.bad_request"
handler403 = "huiyin.common.views.permission_denied"
handler404 = "huiyin.common.views.page_not_found"
handler500 = "huiyin.common.views.server_error"
