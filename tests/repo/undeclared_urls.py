"""An address whose view declares no access, and the error page's neighbours."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def undeclared(request: HttpRequest) -> HttpResponse:
    """Would answer everybody."""
    return HttpResponse("open")


urlpatterns = [
    path("undeclared/", undeclared),
    path("", include("huiyin.accounts.urls")),
    path("", include("huiyin.common.urls")),
]
handler403 = "huiyin.common.views.permission_denied"
