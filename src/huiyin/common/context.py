"""What every page knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from huiyin.common import health, navigation

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "huiyin_theme"


def page(request: HttpRequest) -> dict[str, Any]:
    """Navigation, search address, what is not fine (each read only when a template shows it), the colours chosen."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return {
        "navigation": SimpleLazyObject(lambda: navigation.sections_for(request)),
        "search_url": SimpleLazyObject(lambda: navigation.search_url(request)),
        "troubles": SimpleLazyObject(health.banner),
        "theme": theme if theme in THEMES else "auto",
    }
