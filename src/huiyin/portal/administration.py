"""The administrators' pages: which places have a poster, and the poster to print."""

from __future__ import annotations

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyin.common.access import access
from huiyin.portal import offers, operations
from huiyin.portal.forms import PlaceForm
from huiyin.portal.models import QrPlace


@access("administrator")
@require_safe
def places(request: HttpRequest) -> HttpResponse:
    """Every place with a poster, closed ones last."""
    context = {
        "places": QrPlace.objects.select_related("unit"),
        "offers": offers.offers(),
        "address": settings.BASE_URL + reverse("portal:start"),
    }
    return render(request, "portal/places.html", context)


@access("administrator")
@require_http_methods(["GET", "HEAD", "POST"])
def new_place(request: HttpRequest) -> HttpResponse:
    """Enter a place; its poster is shown next."""
    form = PlaceForm([(o.pack.id, o.title) for o in offers.offers()], request.POST or None)
    if form.is_valid():
        place = form.save()
        messages.success(request, _("The place is entered. Print its poster."))
        return redirect("portal:poster", place.pk)
    return render(request, "portal/new_place.html", {"form": form}, status=422 if form.is_bound else 200)


@access("administrator")
@require_safe
def poster(request: HttpRequest, pk: int) -> HttpResponse:
    """The poster, one A4 page when printed."""
    place = get_object_or_404(QrPlace, pk=pk)
    address = settings.BASE_URL + reverse("portal:complain_at", args=[place.code])
    drawing = segno.make(address, error="q", micro=False).svg_inline(
        scale=8, border=2, dark="#000", light="#fff", svgclass="poster-code", lineclass=None, omitsize=True
    )
    # Our own drawing of an address of ours; nothing a user typed is in it.
    return render(request, "portal/poster.html", {"place": place, "address": address, "code": mark_safe(drawing)})  # noqa: S308


@access("administrator")
@require_POST
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """The poster counts no more."""
    operations.close_place(get_object_or_404(QrPlace, pk=pk))
    messages.success(request, _("The poster counts no more. Whoever scans it comes to the general form."))
    return redirect("portal:places")
