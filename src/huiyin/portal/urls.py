"""Addresses of the public side, and of the administrators' pages about it."""

from django.urls import path

from huiyin.portal import administration, views

app_name = "portal"
urlpatterns = [
    path("complain/", views.start, name="start"),
    path("complain/received/", views.received, name="received"),
    path("complain/<str:pack>/", views.complain, name="complain"),
    path("p/<str:code>/", views.complain_at, name="complain_at"),
    path("follow/", views.follow, name="follow"),
    path("follow/case/", views.status, name="status"),
    path("follow/case/leave/", views.leave, name="leave"),
    path("follow/case/files/<uuid:pk>/", views.file, name="file"),
    path("follow/case/acts/<str:act>/", views.act, name="act"),
    path("follow/<str:token>/", views.open_link, name="open_link"),
    path("posters/", administration.places, name="places"),
    path("posters/new/", administration.new_place, name="new_place"),
    path("posters/<int:pk>/", administration.poster, name="poster"),
    path("posters/<int:pk>/close/", administration.close, name="close_place"),
]
