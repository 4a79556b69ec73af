"""Addresses of the interface for programs, and of the page of its tokens."""

from django.urls import include, path

from huiyin.api import pages
from huiyin.api.interface import api

_pages = [
    path("tokens/", pages.token_list, name="tokens"),
    path("tokens/<int:pk>/withdraw/", pages.revoke, name="revoke"),
]
urlpatterns = [
    path("api/", api.urls),
    path("", include((_pages, "api_pages"))),
]
