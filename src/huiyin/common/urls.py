"""Addresses of the page frame."""

from django.urls import path

from huiyin.common import views

app_name = "common"
urlpatterns = [
    path("", views.home, name="home"),
    path("language/", views.change_language, name="language"),
    path("theme/", views.change_theme, name="theme"),
    path("health/", views.health_page, name="health"),
    path("health.json", views.health_json, name="health_json"),
    path("gallery/", views.gallery, name="gallery"),
]
